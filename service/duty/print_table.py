"""A duty table as a workbook for the wall: a list and a month grid. Import it where it is used: openpyxl is slow."""

import io
import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, cast
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from service.duty import table_words as words
from service.duty.table import LEADER, Cell, Row, Shift, Table
from service.sheets.reading import letters
from service.words import say

THIN = Side(style="thin", color="999999")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
OFF = PatternFill("solid", fgColor="FDECEA")
A4 = 9
# what is printed on of a page of A4 upright, in points; a row and a character as they are by themselves
UPRIGHT, POINTS_A_ROW, POINTS_A_CHARACTER = (539, 785), 15, 5.6
LEGIBLE = 0.66
WIDE = {
    "date": 11, "weekday": 9, "hours": 13, "post": 24, "people": 14, "nobody": 8, "phone": 14, "mobile": 25,
    "remarks": 18, "day": 22,
}  # fmt: skip
DAYS_IN_WEEK = 7
# a spreadsheet takes what begins so for a formula
FORMULA = ("=", "+", "-", "@")


def workbook(table: Table, locale: str) -> bytes:
    """The workbook's bytes: A4, one page wide, its headings on every page, its area set."""
    book = Workbook()
    listed = cast(Worksheet, book.active)
    listed.title = say(words.LIST_SHEET, locale)
    write_list(listed, table, locale)
    write_grid(book.create_sheet(say(words.GRID_SHEET, locale)), table, locale)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def write_list(sheet: Worksheet, table: Table, locale: str) -> None:
    """One line a watch: date, day of the week or festival, hours where a day has several, roles, phones, remarks."""
    several = any(shift.hours for row in table.rows for shift in row.shifts())
    headings = list_headings(table, locale, several)
    widths = list_widths(table, several)
    for column, wide in enumerate(widths):
        sheet.column_dimensions[letters(column)].width = wide
    top = write_head(sheet, table, locale, len(headings))
    write_row(sheet, top, headings, widths, bold=True)
    last = top
    for row in table.rows:
        for shift in row.shifts():
            last += 1
            write_row(sheet, last, list_row(table, row, shift, locale, several), widths, fill=is_off(row))
    last = write_note(sheet, table, locale, last + 1, len(headings))
    for_the_wall(sheet, top, last, len(headings), locale, upright=fits_upright(sheet, last, sum(widths)))


def list_headings(table: Table, locale: str, several: bool) -> list[str]:
    roles = [
        say(words.WITH_POST, locale, role=words.role_name(role, locale)) if role == LEADER
        else words.role_name(role, locale)
        for role in table.roles
    ]  # fmt: skip
    days = [words.DATE, words.WEEKDAY, *([words.HOURS] if several else [])]
    tail = [say(one, locale) for one in (words.PHONE, words.MOBILE, words.REMARKS)]
    return [*(say(one, locale) for one in days), *roles, *tail]


def list_widths(table: Table, several: bool) -> list[int]:
    """The width of each column; a leader stands with their post, a role that nobody has this month is narrow."""
    held = {role for row in table.rows for role, cells in row.seats.items() if cells}
    roles = [WIDE["post"] if role == LEADER else WIDE["people" if role in held else "nobody"] for role in table.roles]
    days = [WIDE["date"], WIDE["weekday"], *([WIDE["hours"]] if several else [])]
    return [*days, *roles, WIDE["phone"], WIDE["mobile"], WIDE["remarks"]]


def list_row(table: Table, row: Row, shift: Shift, locale: str, several: bool) -> list[str]:
    """One line of the list; what there is to say of a day stands beside its first watch."""
    seats = shift.seats
    people = [lines(named(cell, locale, post=role == LEADER) for cell in seats[role]) for role in table.roles]
    numbers = list(dict.fromkeys(cell.mobile for role in table.roles for cell in seats[role] if cell.mobile))
    mobiles = lines(" ".join(numbers[n : n + 2]) for n in range(0, len(numbers), 2))
    first = shift.hours == row.shifts()[0].hours
    remarks = lines(words.mark_text(mark, locale) for mark in row.marks) if first else ""
    days = [row.on.isoformat(), day_name(row, locale), *([shift.hours] if several else [])]
    return [*days, *people, table.phone, mobiles, remarks]


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
    write_row(sheet, top, [say(one, locale) for one in words.WEEKDAYS], [WIDE["day"]] * DAYS_IN_WEEK, bold=True)
    monday = table.rows[0].on - timedelta(days=table.rows[0].weekday - 1)
    last = top
    for row in table.rows:
        week, column = divmod((row.on - monday).days, DAYS_IN_WEEK)
        last = top + 1 + week
        cell = sheet.cell(last, column + 1)
        text = lines(grid_lines(table, row, locale))
        write_text(cell, text)
        cell.alignment, cell.border = TOP, FRAME
        if is_off(row):
            cell.fill = OFF
        sheet.row_dimensions[last].height = max(sheet.row_dimensions[last].height or 60, tall([text], [WIDE["day"]]))
    for column in range(DAYS_IN_WEEK):
        sheet.column_dimensions[letters(column)].width = WIDE["day"]
    end = write_note(sheet, table, locale, last + 1, DAYS_IN_WEEK)
    for_the_wall(sheet, top, end, DAYS_IN_WEEK, locale)


def grid_lines(table: Table, row: Row, locale: str) -> Iterable[str]:
    name = day_name(row, locale)
    yield str(row.on.day) if name == say(words.WEEKDAYS[row.weekday - 1], locale) else f"{row.on.day} {name}"
    for shift in row.shifts():
        if shift.hours:
            yield shift.hours
        for role in table.roles:
            people = [named(cell, locale) for cell in shift.seats[role]]
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


def write_row(
    sheet: Worksheet, place: int, texts: Sequence[str], widths: Sequence[int], *, bold: bool = False, fill: bool = False
) -> None:
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(place, column)
        write_text(cell, text)
        cell.alignment, cell.border, cell.font = MIDDLE, FRAME, Font(bold=bold)
        if fill:
            cell.fill = OFF
    sheet.row_dimensions[place].height = tall(texts, widths)


def tall(texts: Iterable[str], widths: Iterable[int]) -> int:
    """How high a row must be for its texts, as they break in columns so wide."""
    return 10 + 15 * max(
        sum(broken(line, wide) for line in text.split("\n")) for text, wide in zip(texts, widths, strict=True)
    )


def broken(line: str, wide: int) -> int:
    """Over how many lines one runs in a column; a Chinese character is as wide as two others."""
    return max(1, math.ceil(sum(2 if east_asian_width(one) in "WF" else 1 for one in line) / (wide - 1)))


def fits_upright(sheet: Worksheet, last: int, wide: int) -> bool:
    """Whether all of it can be read on one page of A4 upright."""
    high = sum(sheet.row_dimensions[place].height or POINTS_A_ROW for place in range(1, last + 1))
    return min(UPRIGHT[0] / (wide * POINTS_A_CHARACTER), UPRIGHT[1] / high) >= LEGIBLE


def write_text(cell: Any, text: str) -> None:
    """Text and never a formula, whatever it begins with; 0838 stays 0838."""
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(FORMULA):
        cell.quotePrefix = True


def for_the_wall(sheet: Worksheet, top: int, last: int, width: int, locale: str, *, upright: bool = False) -> None:
    """A4 upright on one page, else across and one page wide, headings repeated, the area set."""
    sheet.print_area = f"A1:{letters(width - 1)}{last}"
    sheet.print_title_rows = f"1:{top}"
    sheet.freeze_panes = f"A{top + 1}"
    sheet.page_setup.orientation = "portrait" if upright else "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(upright)
    cast(Any, sheet.sheet_properties).pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    cast(Any, sheet.oddFooter).center.text = say(words.PAGE_OF, locale, page="&P", pages="&N")
    for side in ("left", "right", "top", "bottom"):
        setattr(sheet.page_margins, side, 0.4)


def lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)
