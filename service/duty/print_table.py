"""A duty table as a workbook for the wall: a list and a month grid. Import it where it is used: openpyxl is slow."""

import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from service.duty import table_words as words
from service.duty.table import LEADER, Cell, Row, Table
from service.sheets import letters
from service.words import say

THIN = Side(style="thin", color="999999")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
OFF = PatternFill("solid", fgColor="FDECEA")
A4 = 9
WIDE = {"date": 12, "weekday": 10, "people": 18, "phone": 16, "mobile": 15, "remarks": 22}
DAYS_IN_WEEK = 7
# a spreadsheet takes what begins so for a formula
FORMULA = ("=", "+", "-", "@")


def workbook(table: Table, locale: str) -> bytes:
    """The workbook's bytes: A4 across, one page wide, its headings on every page, its area set."""
    book = Workbook()
    listed = cast(Worksheet, book.active)
    listed.title = say(words.LIST_SHEET, locale)
    write_list(listed, table, locale)
    write_grid(book.create_sheet(say(words.GRID_SHEET, locale)), table, locale)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def write_list(sheet: Worksheet, table: Table, locale: str) -> None:
    """One line a day: date, day of the week or festival, each role, phones, remarks."""
    headings = list_headings(table, locale)
    top = write_head(sheet, table, locale, len(headings))
    write_row(sheet, top, headings, bold=True)
    for place, row in enumerate(table.rows, top + 1):
        write_row(sheet, place, list_row(table, row, locale), fill=is_off(row))
    widths = ["date", "weekday", *["people"] * len(table.roles), "phone", "mobile", "remarks"]
    for column, kind in enumerate(widths):
        sheet.column_dimensions[letters(column)].width = WIDE[kind]
    last = write_note(sheet, table, locale, top + len(table.rows) + 1, len(headings))
    for_the_wall(sheet, top, last, len(headings), locale)


def list_headings(table: Table, locale: str) -> list[str]:
    roles = [
        say(words.WITH_POST, locale, role=words.role_name(role, locale)) if role == LEADER
        else words.role_name(role, locale)
        for role in table.roles
    ]  # fmt: skip
    tail = [say(one, locale) for one in (words.PHONE, words.MOBILE, words.REMARKS)]
    return [say(words.DATE, locale), say(words.WEEKDAY, locale), *roles, *tail]


def list_row(table: Table, row: Row, locale: str) -> list[str]:
    people = [lines(named(cell, locale, post=role == LEADER) for cell in row.seats[role]) for role in table.roles]
    mobiles = lines(dict.fromkeys(cell.mobile for role in table.roles for cell in row.seats[role] if cell.mobile))
    remarks = lines(words.mark_text(mark, locale) for mark in row.marks)
    return [row.on.isoformat(), day_name(row, locale), *people, table.phone, mobiles, remarks]


def named(cell: Cell, locale: str, *, post: bool = False) -> str:
    """Who stands in a seat; a leader with their post."""
    if cell.person is None:
        return say(words.VACANT, locale)
    name = cell.name or cell.person
    return f"{name}({cell.post})" if post and cell.post else name


def day_name(row: Row, locale: str) -> str:
    """The festival's name where the day belongs to one, else the day of the week."""
    if row.label in words.FESTIVALS and is_off(row):
        return say(words.FESTIVALS[row.label], locale)
    return say(words.WEEKDAYS[row.weekday - 1], locale)


def is_off(row: Row) -> bool:
    return row.day_class not in ("workday", "makeup_workday")


def write_grid(sheet: Worksheet, table: Table, locale: str) -> None:
    """A calendar: seven columns, a week a line, who serves in each day."""
    top = write_head(sheet, table, locale, DAYS_IN_WEEK)
    write_row(sheet, top, [say(one, locale) for one in words.WEEKDAYS], bold=True)
    monday = table.rows[0].on - timedelta(days=table.rows[0].weekday - 1)
    last = top
    for row in table.rows:
        week, column = divmod((row.on - monday).days, DAYS_IN_WEEK)
        last = top + 1 + week
        cell = sheet.cell(last, column + 1)
        write_text(cell, lines(grid_lines(table, row, locale)))
        cell.alignment, cell.border = TOP, FRAME
        if is_off(row):
            cell.fill = OFF
        needed = 16 * (2 + sum(max(1, len(row.seats[role])) for role in table.roles if row.seats[role]))
        sheet.row_dimensions[last].height = max(sheet.row_dimensions[last].height or 60, needed)
    for column in range(DAYS_IN_WEEK):
        sheet.column_dimensions[letters(column)].width = WIDE["people"]
    end = write_note(sheet, table, locale, last + 1, DAYS_IN_WEEK)
    for_the_wall(sheet, top, end, DAYS_IN_WEEK, locale)


def grid_lines(table: Table, row: Row, locale: str) -> Iterable[str]:
    name = day_name(row, locale)
    yield str(row.on.day) if name == say(words.WEEKDAYS[row.weekday - 1], locale) else f"{row.on.day} {name}"
    for role in table.roles:
        people = [named(cell, locale) for cell in row.seats[role]]
        if people:
            yield f"{words.role_name(role, locale)}: {' '.join(people)}"


def write_head(sheet: Worksheet, table: Table, locale: str, width: int) -> int:
    """The title, and the line with unit and phone; answers the row that the headings go to."""
    title = words.title_of(table.title, table.month, locale)
    line = say(words.UNIT_LINE, locale, unit=table.unit)
    if table.phone:
        line += "    " + say(words.PHONE_LINE, locale, phone=table.phone)
    for place, text, size in ((1, title, 18), (2, line, 11)):
        sheet.merge_cells(start_row=place, start_column=1, end_row=place, end_column=width)
        cell = sheet.cell(place, 1)
        write_text(cell, text)
        cell.font, cell.alignment = Font(bold=place == 1, size=size), MIDDLE
    sheet.row_dimensions[1].height = 32
    return 3


def write_note(sheet: Worksheet, table: Table, locale: str, place: int, width: int) -> int:
    """The note beneath the table, if there is one; answers the last row."""
    if not table.note:
        return place - 1
    sheet.merge_cells(start_row=place, start_column=1, end_row=place, end_column=width)
    cell = sheet.cell(place, 1)
    write_text(cell, say(words.NOTE_LINE, locale, note=table.note))
    cell.alignment = TOP
    sheet.row_dimensions[place].height = 48
    return place


def write_row(sheet: Worksheet, place: int, texts: Iterable[str], *, bold: bool = False, fill: bool = False) -> None:
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(place, column)
        write_text(cell, text)
        cell.alignment, cell.border, cell.font = MIDDLE, FRAME, Font(bold=bold)
        if fill:
            cell.fill = OFF
    tallest = max(text.count("\n") + 1 for text in texts)
    sheet.row_dimensions[place].height = 10 + 15 * tallest


def write_text(cell: Any, text: str) -> None:
    """Text and never a formula, whatever it begins with; 0838 stays 0838."""
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(FORMULA):
        cell.quotePrefix = True


def for_the_wall(sheet: Worksheet, top: int, last: int, width: int, locale: str) -> None:
    """A4 across, one page wide, headings repeated, the area set."""
    sheet.print_area = f"A1:{letters(width - 1)}{last}"
    sheet.print_title_rows = f"1:{top}"
    sheet.freeze_panes = f"A{top + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    cast(Any, sheet.sheet_properties).pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    cast(Any, sheet.oddFooter).center.text = say(words.PAGE_OF, locale, page="&P", pages="&N")
    for side in ("left", "right", "top", "bottom"):
        setattr(sheet.page_margins, side, 0.4)


def lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)
