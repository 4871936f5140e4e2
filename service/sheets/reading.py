"""Sheets: an .xlsx or .csv becomes headings and numbered rows of text, or is refused cell by cell."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple

from service.errors import Fault, Refused
from service.people.fields import BLANKS, Unfit

BYTES_AT_MOST = 20 * 1024 * 1024
ROWS_AT_MOST = 200_000
LAST_ROW = 1_048_576  # of any spreadsheet program
COLUMNS_AT_MOST = 64
HEADING_AMONG_FIRST = 20
FAULTS_SHOWN = 500
SAVE_AS_XLSX = "is not a workbook of the kind .xlsx: save it as one"
NOT_CSV = "is not a csv file in UTF-8 or GB 18030"
FORMULA_SIGNS = "=+\\-@＝＋－＠\t\r"  # what a spreadsheet takes for the beginning of a formula
GUARD = re.compile(f"'+[{FORMULA_SIGNS}]")
ROW_NUMBERS = frozenset({"序号", "no", "no."})  # a column of row numbers says nothing and may stand there


class DateText(str):
    """An ISO date that stood in the sheet as a date, not as text: where a code is expected, the program changed it."""

    __slots__ = ()


class SheetRow(NamedTuple):
    """One row: its number as the spreadsheet shows it, and its cells, as many as there are headings."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its headings as written and the rows beneath them that aren't empty; every cell is trimmed text.

    Whole numbers have no decimals, dates are ISO (`DateText`). `name` is the sheet's own, or the file's for csv.
    `unread` names what else the file holds and nobody has read: its further sheets.
    """

    name: str
    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    heading_row: int = 1
    unread: tuple[Fault, ...] = ()

    def place(self, number: int, column: int) -> str:
        """Where a cell is, as a spreadsheet names it, with its heading: `Sheet1!C12 上级编码`."""
        return f"{self.name}!{letters(column)}{number} {self.headings[column]}".rstrip()


class Column(NamedTuple):
    """A column an import knows: its identifier, its headings (the first is printed), whether it must be there."""

    name: str
    headings: tuple[str, ...]
    needed: bool = False


# a cell as it was read: its text, or why it would be read wrongly
Cell = str | Unfit


def read_sheet(data: bytes, filename: str) -> Sheet:
    """The sheet in a file's bytes: the first visible one of an .xlsx, or a csv in UTF-8 or GB 18030.

    The heading row is the first that has two cells filled, so a title may stand above it, merged over the columns.
    Raises Refused, naming every cell, for what would be read wrongly (merged cells in the data, formulas without a
    value, numbers Excel has rounded) and for files that are too big, broken, encrypted or carry macros.
    """
    name = re.split(r"[/\\]", filename)[-1] or "file"
    if len(data) > BYTES_AT_MOST:
        raise unread(name, "is larger than {most} MB", most=BYTES_AT_MOST // 1024 // 1024)
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # the container of old and of encrypted workbooks
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise unread(name, "is encrypted: save it without a password" if encrypted else SAVE_AS_XLSX)
    if data.startswith(b"PK"):
        from service.sheets import xlsx as sheets_xlsx

        return sheets_xlsx.read(data, name)
    if name.lower().endswith((".xls", ".xlsx", ".xlsm", ".et", ".ods")):
        raise unread(name, SAVE_AS_XLSX)
    return read_csv(data, name)


def read_csv(data: bytes, name: str) -> Sheet:
    """The sheet in a csv file's bytes; commas, semicolons or tabs, whichever the first line has most of."""
    content = decoded(data, name)
    first = content.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=max(",\t;", key=first.count), strict=True)
    try:
        return sheet_of(name, ([trimmed(unguarded(cell)) for cell in row] for row in reader))
    except csv.Error as wrong:
        raise unread(name, "line {line} is not csv: {why}", line=reader.line_num, why=str(wrong)) from None


def decoded(data: bytes, name: str) -> str:
    if b"\x00" in data:
        raise unread(name, NOT_CSV)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unread(name, NOT_CSV)


def sheet_of(name: str, rows: Iterable[Sequence[Cell]], more: Callable[[int], list[Fault]] | None = None) -> Sheet:
    """The sheet made of all its rows from the first on; Refused naming every cell that would be read wrongly.

    `more` gives the faults the reader knows besides, once it is told which row the headings stand in.
    """
    numbered = enumerate(rows, 1)
    heading_row, titles, rest = split_at_headings(name, numbered)
    width = max((place for place, title in enumerate(titles, 1) if title), default=0)
    if width > COLUMNS_AT_MOST:
        raise unread(name, "has more than {most} columns", most=COLUMNS_AT_MOST)
    faults = more(heading_row) if more else []
    kept: list[SheetRow] = []
    for number, cells in rest:
        if number > LAST_ROW:
            raise unread(name, "has more than {most} rows", most=ROWS_AT_MOST)
        if not any(cells):
            continue
        if len(kept) == ROWS_AT_MOST:
            raise unread(name, "has more than {most} rows", most=ROWS_AT_MOST)
        texts: list[str] = []
        for column, cell in enumerate(cells):
            where = f"{name}!{letters(column)}{number}"
            if isinstance(cell, Unfit):
                faults.append(cell.fault(where))
            elif column < width:
                texts.append(cell)
            if cell and (column >= width or not titles[column]):
                faults.append(Fault(where, "has no heading above it"))
        kept.append(SheetRow(number, (*texts, *[""] * (width - len(texts)))))
    if faults:
        raise many("The sheet can't be read: {count} places are wrong", faults)
    if not kept:
        raise unread(name, "has no rows under its headings")
    return Sheet(name, tuple(titles[:width]), tuple(kept), heading_row)


Numbered = Iterator[tuple[int, Sequence[Cell]]]


def split_at_headings(name: str, numbered: Numbered) -> tuple[int, list[str], Numbered]:
    """The number and texts of the heading row, and the rows after it."""
    top = list(islice(numbered, HEADING_AMONG_FIRST))
    filled = [sum(1 for cell in cells if cell) for _, cells in top]
    place = next((place for place, count in enumerate(filled) if count > 1), None)
    if place is None:
        place = next((place for place, count in enumerate(filled) if count), None)
    if place is None:
        raise unread(name, "is empty, or has nothing in its first {most} rows", most=HEADING_AMONG_FIRST)
    number, cells = top[place]
    wrong = [
        cell.fault(f"{name}!{letters(column)}{number}") for column, cell in enumerate(cells) if isinstance(cell, Unfit)
    ]
    if wrong:
        raise many("The sheet can't be read: {count} places are wrong", wrong)
    titles = [" ".join(str(cell).split()) for cell in cells]
    return number, titles, chain(top[place + 1 :], numbered)


def match(sheet: Sheet, columns: Sequence[Column]) -> dict[str, int]:
    """Where each column that the sheet has stands in it; Refused naming every heading missing, doubled or unknown.

    Blanks, stars and a bracket at the end of a heading don't count: `风险等级（红橙黄蓝）*` is `风险等级`.
    """
    known = {plain(heading): column.name for column in columns for heading in (*column.headings, column.name)}
    found: dict[str, int] = {}
    faults: list[Fault] = []
    for place, heading in enumerate(sheet.headings):
        if not heading or plain(heading) in ROW_NUMBERS:
            continue
        name = known.get(plain(heading))
        if name is None:
            faults.append(Fault(sheet.place(sheet.heading_row, place), "is no heading that is known here"))
        elif name in found:
            faults.append(Fault(sheet.place(sheet.heading_row, place), "stands twice"))
        else:
            found[name] = place
    faults += [
        Fault(f"{sheet.name}!{sheet.heading_row}", "the column {heading} is missing", {"heading": column.headings[0]})
        for column in columns
        if column.needed and column.name not in found
    ]
    if faults:
        raise many("The headings of the sheet are wrong in {count} places", faults)
    return found


def plain(heading: str) -> str:
    """A heading as it is compared."""
    return re.sub(r"[（(][^（）()]*[)）]$", "", re.sub(r"[\s*＊:：]+", "", heading)).lower()


def trimmed(text: str) -> str:
    return text.strip(BLANKS)


def unguarded(text: str) -> str:
    """Text without the apostrophe that keeps a csv's cell from being taken for a formula."""
    return text[1:] if text.startswith("'") and GUARD.match(text) else text


@lru_cache(maxsize=256)
def letters(column: int) -> str:
    """The letters of a column counted from 0: A … Z, AA …"""
    name = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        name = chr(ord("A") + place) + name
    return name


def unread(name: str, reason: str, **facts: Any) -> Refused:
    return Refused("The sheet can't be read", faults=[Fault(name, reason, facts or None)])


def many(message: str, faults: Sequence[Fault]) -> Refused:
    """Refused with the first of the faults; the message counts all of them."""
    return Refused(message, faults=list(faults[:FAULTS_SHOWN]), count=len(faults))
