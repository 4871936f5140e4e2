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
from enum import Enum
from typing import IO, Any, NamedTuple, cast
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from service.sheets.reading import FORMULA_SIGNS, letters
from service.steady import part, steady, undated

Value = str | date | int | Decimal | None
DAY_ONE = date(1899, 12, 30)  # day 0 as spreadsheets count
SHEET = "xl/worksheets/sheet1.xml"
END_OF_ROWS = b"</sheetData>"
GUARDED = re.compile(f"'*[{FORMULA_SIGNS}]")
# what no XML can hold; fields refuse it, but a row may be older than its fields
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CHUNK = 1 << 16


LINE_POINTS, ROW_POINTS_LEAST, ROW_POINTS_MOST = 15, 20, 405
FONT = "宋体"


class Paper(Enum):
    """What a sheet is printed on, as spreadsheets number paper, and which way it lies."""

    upright = (9, "portrait")  # A4
    lying = (9, "landscape")
    large = (8, "landscape")  # A3


class Print(NamedTuple):
    """How a sheet is printed: its title atop each page, how many Latin letters wide each column is, the paper."""

    title: str
    widths: tuple[int, ...]
    paper: Paper = Paper.lying


class Style(NamedTuple):
    """The numbers under which the workbook knows how text, days and numbers look, and how wide each column is."""

    text: int
    day: int
    number: int
    widths: tuple[int, ...]


def write_xlsx(into: IO[bytes], looks: Print, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """A workbook of one sheet: text stays text (007, =1+1), days are days, amounts are numbers; the same bytes for the
    same rows."""
    book, style = skeleton(looks, headings)
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


def skeleton(looks: Print, headings: Sequence[str]) -> tuple[bytes, Style]:
    """The workbook with nothing but its headings, as it is printed: the columns fit the page, lines around every cell,
    the title and the headings on each page."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook()
    sheet = cast(Any, book.active)
    sheet.title = looks.title
    sheet.append(list(headings))
    for column, width in enumerate(looks.widths):
        cell = sheet.cell(1, column + 1)
        cell.data_type, cell.number_format = "s", "@"
        cell.font, cell.fill = Font(FONT, 10, bold=True), PatternFill("solid", "E8EEF7")
        cell.alignment = Alignment("center", "center", wrap_text=True)
        sheet.column_dimensions[letters(column)].width = width + 1
    sheet.row_dimensions[1].height = ROW_POINTS_LEAST + LINE_POINTS
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    set_up(sheet, looks.title, looks.paper)
    text, day, number = WriteOnlyCell(sheet), WriteOnlyCell(sheet), WriteOnlyCell(sheet)
    text.number_format, day.number_format = "@", "yyyy-mm-dd"
    text.alignment = Alignment(vertical="center", wrap_text=True)
    day.alignment = number.alignment = Alignment("center", "center")
    text.font = day.font = number.font = Font(FONT, 10)
    style = Style(text.style_id, day.style_id, number.style_id, looks.widths)
    written = io.BytesIO()
    book.save(written)
    return steady(written.getvalue()), style


def set_up(sheet: Any, title: str, paper: Paper) -> None:
    """The page of a sheet: as many pages long as it takes and one wide, the title above, the page's number beneath."""
    sheet.page_setup.paperSize, sheet.page_setup.orientation = paper.value
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_options.horizontalCentered = sheet.print_options.gridLines = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.header = 0.9, 0.4
    sheet.oddHeader.center.text, sheet.oddHeader.center.size = title.replace("&", "&&"), 16
    sheet.oddHeader.center.font = "黑体"
    sheet.oddFooter.center.text, sheet.oddFooter.center.size = "&P / &N", 9


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
    return f' ht="{min(max(LINE_POINTS * lines, ROW_POINTS_LEAST), ROW_POINTS_MOST)}" customHeight="1"'


def cell_xml(place: str, value: Value, style: Style) -> str:
    if isinstance(value, str):
        text = escape(written(value))
        return f'<c r="{place}" s="{style.text}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{style.day}"><v>{(value - DAY_ONE).days}</v></c>'
    return f'<c r="{place}" s="{style.number}"><v>{plain(value)}</v></c>'


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
