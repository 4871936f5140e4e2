"""Workbooks (.xlsx) in and out. openpyxl is imported with this file: import this file only where it is used."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice
from threading import Lock
from typing import Any, cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.styles import Font

from service.errors import Fault, Refused
from service.people.fields import Unfit
from service.sheets.reading import (
    COLUMNS_AT_MOST,
    LAST_ROW,
    SAVE_AS_XLSX,
    Cell,
    DateText,
    Sheet,
    letters,
    sheet_of,
    trimmed,
    unread,
)

ROWS_LOOKED_AT = 10_000  # of a further sheet, for anything in it
UNPACKED_AT_MOST = 200 * 1024 * 1024
EXACT_BELOW = 10**15  # a spreadsheet keeps fifteen digits of a number
CHUNK = 1 << 20
LONGEST_TAG = 400
DAMAGED = "is damaged, or was not copied whole: open it in your spreadsheet program and save it anew as .xlsx"

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")

one_at_a_time = Lock()  # a large workbook takes hundreds of megabytes while it is read


def read(data: bytes, name: str) -> Sheet:
    """The first visible sheet of a workbook; Refused naming every cell that would be read wrongly."""
    check_container(data, name)
    with one_at_a_time, undisturbed():
        try:
            return read_workbook(data, name)
        except Refused:
            raise
        except Exception as wrong:  # a broken file makes the reader stumble anywhere: each way it is the file's fault
            raise unread(name, DAMAGED) from wrong


def check_container(data: bytes, name: str) -> None:
    """Refuse a zip that is broken, encrypted, unpacks to too much, carries macros or is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as wrong:
        raise unread(name, DAMAGED) from wrong
    names = {part.filename for part in parts}
    # the reader never takes more out of a part than the directory says, so the sum is a true bound
    if sum(part.file_size for part in parts) > UNPACKED_AT_MOST:
        raise unread(name, "unpacks to more than {most} MB", most=UNPACKED_AT_MOST // 1024 // 1024)
    if any(part.flag_bits & 1 for part in parts) or "EncryptedPackage" in names:
        raise unread(name, "is encrypted: save it without a password")
    if name.lower().endswith((".xlsm", ".xltm", ".xlam")) or any("vbaproject" in part.lower() for part in names):
        raise unread(name, "carries macros: save it as .xlsx")
    if "[Content_Types].xml" not in names:
        raise unread(name, SAVE_AS_XLSX)


@contextmanager
def undisturbed() -> Iterator[None]:
    """openpyxl warns of styles and extensions that it leaves out; they say nothing about the cells."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_workbook(data: bytes, name: str) -> Sheet:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        place = next((place for place, one in enumerate(book.worksheets) if one.sheet_state == "visible"), None)
        if place is None:
            raise unread(name, "has no sheet that can be seen")
        sheet = cast(Any, book.worksheets[place])
        # the part's name is not public, but what is merged can't be known without it
        merged, has_formulas = scan(data, sheet._worksheet_path)
        formulas = formula_cells(data, place) if has_formulas else frozenset()

        def more(heading_row: int) -> list[Fault]:
            return [
                Fault(f"{sheet.title}!{area}", "is merged: every row must have its own cells")
                for area in merged
                if last_row(area) >= heading_row
            ]

        read_of = sheet_of(sheet.title, rows_of(sheet, formulas), more)
        return replace(read_of, unread=tuple(left_unread(book, place)))
    finally:
        book.close()


def left_unread(book: Any, place: int) -> Iterator[Fault]:
    """The further sheets of a workbook that hold anything: nobody reads them, and whoever brings the file is told."""
    for other, sheet in enumerate(book.worksheets):
        if other != place and any(
            cell is not EMPTY_CELL and cell.value is not None
            for _, row in islice(all_rows(sheet), ROWS_LOOKED_AT)
            for cell in row
        ):
            hidden = sheet.sheet_state != "visible"
            yield Fault(
                sheet.title,
                "is hidden and was not read"
                if hidden
                else "was not read: of several sheets only the first visible one is",
            )


def last_row(area: str) -> int:
    return int(re.sub(r".*[A-Z]", "", area))


def scan(data: bytes, part: str) -> tuple[list[str], bool]:
    """The merged areas of a sheet's part, and whether it has formulas: neither shows in cells read one by one."""
    merged: set[str] = set()
    formulas = False
    with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open(part) as source:
        tail = b""
        while chunk := source.read(CHUNK):
            window = tail + chunk
            merged.update(area.decode() for area in MERGED.findall(window))
            formulas = formulas or FORMULA.search(window) is not None
            tail = window[-LONGEST_TAG:]
    return sorted(merged), formulas


def formula_cells(data: bytes, place: int) -> frozenset[tuple[int, int]]:
    """Row and column (from 0) of every formula in a sheet."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        return frozenset(
            (number, column)
            for number, row in all_rows(book.worksheets[place])
            for column, cell in enumerate(row)
            if cell is not EMPTY_CELL and cell.data_type == "f"
        )
    finally:
        book.close()


def all_rows(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """Every row with its number from 1 on, a missing one without cells.

    A file may claim any number for a row and fill the gap with a million empty ones, so they are bounded and cheap.
    """
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    before: Any = None
    for number, row in enumerate(islice(sheet.iter_rows(max_col=COLUMNS_AT_MOST + 1), LAST_ROW + 1), 1):
        # the reader fills a gap with one and the same row
        yield number, () if row is before else row
        before = row


def rows_of(sheet: Any, formulas: frozenset[tuple[int, int]]) -> Iterator[list[Cell]]:
    """Every row of the sheet from the first on, each cell as text or as what is wrong with it."""
    for number, row in all_rows(sheet):
        cells = ["" if cell is EMPTY_CELL else shown(cell) for cell in row]
        if formulas:
            for column, cell in enumerate(cells):
                if not cell and (number, column) in formulas:
                    cells[column] = Unfit("is a formula without a value: open the file, save it and try again")
        yield cells


def shown(cell: Any) -> Cell:
    """A cell's value as a person reads it, or why it can't be trusted."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return Unfit("is an error: {word}", word=value) if cell.data_type == "e" else trimmed(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return number_text(value, cell.number_format)
    if isinstance(value, datetime):
        return DateText(value.date() if value.time() == time() else value.isoformat(" ", "minutes"))
    return DateText(value.isoformat()) if isinstance(value, date) else str(value)


def number_text(value: int | float, shape: str) -> Cell:
    if abs(value) >= EXACT_BELOW:
        return Unfit("is a number of more than 15 digits, which the spreadsheet has rounded: format it as text")
    if value != int(value):
        return format(value, ".15g")
    # a code 0012 is often kept as the number 12 shown with the format 0000
    return str(int(value)).zfill(len(shape) if set(shape) == {"0"} else 0)


def write_workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet: bold headings that stay in sight, and cells formatted as text, so that 007 stays 007."""
    book = Workbook()
    sheet = cast(Any, book.active)
    sheet.title = title
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    for row in sheet.iter_rows():
        for cell in row:
            cell.number_format = "@"
            cell.data_type = "s"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, heading in enumerate(headings):
        shape = sheet.column_dimensions[letters(column)]
        shape.number_format, shape.width = "@", max(12, 3 * len(heading))
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
