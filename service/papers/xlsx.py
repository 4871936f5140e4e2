"""A paper as .xlsx: each table as a sheet, then every figure with what it means and the call that lists its records."""

import io
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side

from service.papers.duty import duty_table
from service.papers.tables import Table, figures_table, form_table, meant, sources_table
from service.papers.words import findings_said, unit_said
from service.reports import wording
from service.sheets.out import ROW_POINTS_MOST, Paper, lines_in, set_up, wide, written
from service.sheets.reading import letters
from service.steady import steady
from service.words import say

THIN = Side(style="thin")
LINES = Border(THIN, THIN, THIN, THIN)
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
NAME_AT_MOST = 31  # of a sheet
WIDTHS = (26, 10, 8, 40, 40, 28, 28, 30, 60)
PRINTED = 7  # columns of the figures; keys and calls are for programs
NARROW, BROAD = 10, 40
UPRIGHT = 95  # letters that an upright page holds beside each other
ROW_POINTS = 18
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def printed(snapshot: dict[str, Any], locale: str) -> bytes:
    book = Workbook()
    book.remove(cast(Any, book.active))
    title = wording.title(snapshot, locale)
    for table, notes in tables_of(snapshot, locale):
        sheet = book.create_sheet(sheet_name(table.caption or table.id, book.sheetnames))
        caption = table.caption or say("Reports that were summed", locale)
        fill(sheet, caption, table, widths_of(table), title)
        for note in notes:
            add_note(sheet, note, len(table.head))
    last = book.create_sheet(sheet_name(say("Figures", locale), book.sheetnames))
    fill(last, say("What each figure means", locale), figures(snapshot, locale), WIDTHS, title)
    last.print_area = f"A1:{letters(PRINTED - 1)}{2 + len(meant(snapshot))}"
    book.properties.title, book.properties.creator = written(title), "zhiban"
    made = io.BytesIO()
    book.save(made)
    return steady(made.getvalue())


def widths_of(table: Table) -> list[int]:
    """The letters that each column has room for: its words and numbers whole, as far as that is sensible."""
    columns = zip(table.head, *table.rows, *([table.total] if table.total else []), strict=True)
    return [
        max(NARROW, min(BROAD, max(wide(line) for cell in column for line in cell.split("\n")) + 2))
        for column in columns
    ]


def add_note(sheet: Any, note: str, columns: int) -> None:
    """What does not agree, over the width of the table."""
    row = sheet.max_row + 1
    put(sheet, row, 1, note).alignment = Alignment(wrap_text=True, vertical="center")
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=max(2, columns))
    room = sum(sheet.column_dimensions[letters(column)].width for column in range(max(2, columns)))
    sheet.row_dimensions[row].height = min(ROW_POINTS * lines_in(note, int(room)), ROW_POINTS_MOST)


def tables_of(snapshot: dict[str, Any], locale: str) -> list[tuple[Table, list[str]]]:
    """The tables of the text, each with what does not agree in it, and the reports that were summed."""
    blocks = [block for section in snapshot["sections"] for block in section["blocks"]]
    made: list[tuple[Table, list[str]]] = []
    for block in blocks:
        if block["kind"] == "days":
            made.append((duty_table(snapshot, block, locale), []))
        elif block["kind"] in ("form", "table"):
            build = form_table if block["kind"] == "form" else figures_table
            shown: dict[str, None] = {}

            def mark(name: str, shown: dict[str, None] = shown) -> str:
                if snapshot["figures"][name]["findings"]:
                    shown[name] = None
                return ""

            table = build(snapshot, block, locale, mark)
            made.append((table, [findings_said(snapshot, name, locale) for name in shown]))
    return made + ([(sources_table(snapshot, locale), [])] if snapshot["sources"] else [])


def figures(snapshot: dict[str, Any], locale: str) -> Table:
    """A line for each figure, those of the text first: its words, number, unit word, meaning, scope, parts, what
    disagrees, its id and the call that lists its records."""
    heads = snapshot_heads(snapshot, locale)
    rows = []
    for name in dict.fromkeys((*meant(snapshot), *snapshot["figures"])):
        one = snapshot["figures"][name]
        label = wording.label(one, locale) + "".join(
            f" ({heads.get(value, value)})" for value in one["narrowed"].values()
        )
        parts = "; ".join(parts_said(snapshot, part, locale) for part in one["parts"])
        notes = findings_said(snapshot, name, locale)
        unit = unit_said(one["unit_word"], locale)
        meaning, scope = wording.definition(one, locale), wording.scope(one, locale)
        rows.append((label, one["shown"], unit, meaning, scope, parts, notes, name, one["records"] or ""))
    head = (
        say("Figure", locale), say("Number", locale), say("Unit of count", locale), say("What it counts", locale),
        say("Over what", locale), say("Parts", locale), say("What does not agree", locale), say("Key", locale),
        say("Call that lists its records", locale),
    )  # fmt: skip
    return Table("figures", "", head, tuple(rows), None, frozenset({1}))


def snapshot_heads(snapshot: dict[str, Any], locale: str) -> dict[str, str]:
    """What the lines of tables are called, by the value that narrows their figures."""
    called: dict[str, str] = {}
    for section in snapshot["sections"]:
        for block in section["blocks"]:
            for row in block.get("rows", ()) if block["kind"] == "table" else ():
                for name in filter(None, row["cells"]):
                    called |= dict.fromkeys(
                        snapshot["figures"][name]["narrowed"].values(), wording.phrase(row["head"], locale)
                    )
    return called


def parts_said(snapshot: dict[str, Any], part: dict[str, Any], locale: str) -> str:
    """Parts beside their sum: 7 + 0 = 7."""
    numbers = " + ".join(wording.cell(snapshot, name) for name in part["of"])
    return f"{wording.by(part['by'], locale)}: {numbers} = {part['sum']}" if part["sum"] is not None else ""


def fill(sheet: Any, caption: str, table: Table, widths: Sequence[int], title: str) -> None:
    """A sheet: the caption over the whole width, the head, the rows, the total; the paper's title atop each page."""
    put(sheet, 1, 1, caption)
    shown = min(len(table.head), PRINTED)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(2, shown))
    sheet["A1"].font, sheet["A1"].alignment = Font("黑体", 16), Alignment("center", "center")
    sheet.row_dimensions[1].height = 2 * ROW_POINTS
    for number, row in enumerate((table.head, *table.rows, *([table.total] if table.total else [])), 2):
        for column, text in enumerate(row):
            is_head = number == 2
            cell = put(sheet, number, column + 1, text, number=column in table.numbers and not is_head)
            cell.border, cell.font = LINES, Font("宋体", 11, bold=is_head or row is table.total)
            side = "center" if is_head else "right" if column in table.numbers else None
            cell.alignment = Alignment(side, "center", wrap_text=True, indent=1 if side == "right" else 0)
        lines = max(lines_in(text, int(width) - 1) for text, width in zip(row, widths, strict=True))
        sheet.row_dimensions[number].height = min(ROW_POINTS * lines, ROW_POINTS_MOST)
    for column, width in enumerate(widths):
        sheet.column_dimensions[letters(column)].width = width
    sheet.freeze_panes, sheet.print_title_rows = "A3", "1:2"
    set_up(sheet, title, Paper.upright if sum(widths[:PRINTED]) <= UPRIGHT else Paper.lying)
    sheet.print_options.gridLines = False


def put(sheet: Any, row: int, column: int, text: str, *, number: bool = False) -> Any:
    """A cell: a number where the text is one, else text that is never a formula."""
    cell = sheet.cell(row, column)
    if number and NUMBER.fullmatch(text):
        cell.value = as_number(text)
        cell.number_format = "0" if "." not in text else "0." + "0" * len(text.split(".")[1])
        return cell
    cell.value = written(text)
    cell.data_type, cell.number_format = "s", "@"
    return cell


def as_number(text: str) -> int | float | str:
    try:
        return int(text) if "." not in text else float(Decimal(text))
    except (InvalidOperation, ValueError):
        return text


def sheet_name(title: str, taken: Sequence[str]) -> str:
    """A name that a sheet may bear and no other bears."""
    plain = FORBIDDEN.sub(" ", title).strip("' ")[:NAME_AT_MOST] or "1"
    name, n = plain, 1
    while name in taken:
        n += 1
        name = f"{plain[: NAME_AT_MOST - 4]} {n}"
    return name
