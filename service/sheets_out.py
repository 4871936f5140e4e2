"""Sheets out: rows become an .xlsx or a csv one by one, so that a long ledger takes no more memory than a short one.

openpyxl makes the workbook (styles, print titles, the pane that stays in sight); the rows are written into its sheet
as they come, five times faster than cell objects are.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any, NamedTuple, cast
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from service.sheets import FORMULA_SIGNS, letters
from service.steady import part, steady, undated

Value = str | date | int | Decimal | None
DAY_ONE = date(1899, 12, 30)  # day 0 as spreadsheets count
SHEET = "xl/worksheets/sheet1.xml"
END_OF_ROWS = b"</sheetData>"
GUARDED = re.compile(f"'*[{FORMULA_SIGNS}]")
# what no XML can hold; fields refuse it, but a row may be older than its fields
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CHUNK = 1 << 16


LINE_POINTS, ROW_POINTS_MOST = 15, 405


class Style(NamedTuple):
    """The numbers under which the workbook knows how text and dates look, and how many letters each column has."""

    text: int
    day: int
    widths: tuple[int, ...]


def write_xlsx(into: IO[bytes], title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """A workbook of one sheet: text stays text (007, =1+1), days are days, amounts are numbers; the same bytes for the
    same rows."""
    book, style = skeleton(title, headings)
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(into, "w", allowZip64=True) as target:
        for name in source.namelist():
            content = undated(name, source.read(name))
            if name != SHEET:
                target.writestr(part(name), content)
                continue
            before, after = content.split(END_OF_ROWS)
            with target.open(part(name), "w", force_zip64=True) as sheet:
                sheet.write(before)
                for chunk in chunks(row_xml(number, row, style) for number, row in enumerate(rows, 2)):
                    sheet.write(chunk)
                sheet.write(END_OF_ROWS + after)


def skeleton(title: str, headings: Sequence[str]) -> tuple[bytes, Style]:
    """The workbook with nothing but its headings, printed across the page and repeated on each."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = cast(Any, book.active)
    sheet.title = title
    widths = tuple(max(10, min(40, int(2.4 * len(heading)))) for heading in headings)
    sheet.append(list(headings))
    for column in range(len(headings)):
        cell = sheet.cell(1, column + 1)
        cell.data_type, cell.number_format = "s", "@"
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[letters(column)].width = widths[column] + 1
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    text, day = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
    text.number_format, day.number_format = "@", "yyyy-mm-dd"
    text.alignment = Alignment(wrap_text=True, vertical="top")
    day.alignment = Alignment(vertical="top")
    style = Style(text.style_id, day.style_id, widths)
    written = io.BytesIO()
    book.save(written)
    return steady(written.getvalue()), style


def row_xml(number: int, row: Sequence[Value], style: Style) -> str:
    """One row; empty cells are left out."""
    cells = "".join(
        cell_xml(f"{letters(column)}{number}", value, style)
        for column, value in enumerate(row)
        if value is not None and value != ""
    )
    return f'<row r="{number}"{height(row, style)}>{cells}</row>'


def height(row: Sequence[Value], style: Style) -> str:
    """How tall a row must be for its longest text; some programs don't find out by themselves."""
    lines = max(
        (lines_in(value, room) for value, room in zip(row, style.widths, strict=True) if isinstance(value, str)),
        default=1,
    )
    return f' ht="{min(LINE_POINTS * lines, ROW_POINTS_MOST)}" customHeight="1"' if lines > 1 else ""


def cell_xml(place: str, value: Value, style: Style) -> str:
    if isinstance(value, str):
        text = escape(written(value))
        return f'<c r="{place}" s="{style.text}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{style.day}"><v>{(value - DAY_ONE).days}</v></c>'
    return f'<c r="{place}"><v>{plain(value)}</v></c>'


def wide(text: str) -> int:
    """How many Latin letters wide a line of text is: a Chinese character is two."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)


def lines_in(text: str, room: int) -> int:
    """How many lines a text takes in a column of so many letters."""
    if len(text) * 2 <= room and "\n" not in text:
        return 1
    return sum(max(1, -(-wide(line) // room)) for line in text.split("\n"))


def plain(value: Any) -> str:
    """A number in plain digits."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def written(text: str) -> str:
    """Text that a file can hold."""
    return UNWRITABLE.sub("\ufffd", text) if UNWRITABLE.search(text) else text


def chunks(texts: Iterable[str]) -> Iterator[bytes]:
    """The texts in pieces of a size that is worth packing."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= CHUNK:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def write_csv(into: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """A csv file in UTF-8 with its mark, so that spreadsheets know its letters; no cell of it is a formula."""
    text = io.TextIOWrapper(into, "utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([guarded(shown(value)) for value in row] for row in rows)
    text.flush()
    text.detach()


def shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return written(value) if isinstance(value, str) else plain(value)


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what begins like one.

    Reading takes one apostrophe off again, so that what goes out comes back as it was.
    """
    return f"'{text}" if GUARDED.match(text) else text
