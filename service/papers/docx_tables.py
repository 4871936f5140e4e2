"""Tables of a .docx: lines all around, the head repeated on each page, no row broken over two."""

import re
from collections.abc import Sequence
from math import ceil
from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from service.papers.docx_looks import FIRST_FONT, TABLE_SIZE, Looks
from service.papers.tables import Row, Table
from service.sheets.out import wide, written

WIDE = Mm(156)  # of the text: 210 less 28 and 26
LETTERS = int(WIDE.pt / TABLE_SIZE.pt * 2)  # that stand beside each other in it
LEAST, MOST = 6, 40  # letters that a column is wide at least, and at most, against the others
WHOLE = 8  # letters of what is broken over two lines by no means: 星期三, a name
BORDERS = 3  # letters that a cell's own margins take
TOGETHER = 3  # rows from the head on that no page's end comes between
HEAD_LINES = 2  # over which the words of a head may run
TALL = Mm(6.5)
WIDER = 0.3  # of a letter, that substitutes of the standard's Latin font are wider
MANY, SHORT = 5, 3  # columns from which heads are broken, and the signs of a head that isn't
UNIT = re.compile(r"[（(][^（()）]*[)）]$")
UNBROKEN = re.compile(r"[!-~]+")


def add_table(document: Any, table: Table) -> None:
    """A table with its caption above and a little room below."""
    if table.caption:
        document.add_paragraph(written(table.caption), style=Looks.caption)
    made = document.add_table(rows=0, cols=len(table.head))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    widths = widths_of(table)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    add_row(made, table.head, table, widths, head=True)
    for row in table.rows:
        add_row(made, row, table, widths)
    for line in made.rows[:TOGETHER]:
        for cell in line.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    if table.total:
        add_row(made, table.total, table, widths, bold=True)
    document.add_paragraph("", style=Looks.cell)


def widths_of(table: Table) -> list[Any]:
    """The columns' shares of the page: as the table says, or so that no number, day or telephone is broken."""
    if table.widths:
        return [int(WIDE * share / sum(table.widths)) for share in table.widths]
    columns = list(zip(table.head, *table.rows, *([table.total] if table.total else []), strict=True))
    least = [
        BORDERS + min(MOST, needed(column, number in table.numbers, len(columns)))
        for number, column in enumerate(columns)
    ]
    shares: list[float] = [
        max(low, BORDERS + min(MOST, max(map(widest, column[1:]), default=0)))
        for low, column in zip(least, columns, strict=True)
    ]
    left, more = LETTERS - sum(least), sum(shares) - sum(least)
    if left < more:
        shares = [low + max(0, left) * (wish - low) / (more or 1) for low, wish in zip(least, shares, strict=True)]
    return [int(WIDE * share / sum(shares)) for share in shares]


def needed(column: Sequence[str], numbers: bool, columns: int) -> int:
    """The letters that a column must have room for in one line."""
    head, *body = column
    words = widest(headed(head, columns))
    pieces = [min(max(LEAST, words), max(WHOLE, -(-words // HEAD_LINES)))]
    for cell in body:
        whole = numbers or widest(cell) <= WHOLE
        pieces.append(widest(cell) if whole else max(map(room, UNBROKEN.findall(cell)), default=0))
    return max(pieces)


def headed(head: str, columns: int) -> str:
    """A head with its unit word in a line of its own; among many columns a long one in two halves."""
    unit = next(iter(UNIT.findall(head)), "")
    words = head.removesuffix(unit).rstrip(" ")
    if columns > MANY and not words.isascii() and len(words) > SHORT:
        half = -(-len(words) // 2)
        words = f"{words[:half]}\n{words[half:]}"
    return f"{words}\n{unit}" if unit else words


def widest(cell: str) -> int:
    """The letters of a cell's longest line."""
    return max(map(room, cell.split("\n")))


def room(text: str) -> int:
    """The letters that a line of text takes, where digits come from a substitute's wide font, too."""
    return ceil(wide(text) + WIDER * sum(map(str.isascii, text)))


def add_row(made: Any, row: Row, table: Table, widths: list[Any], *, head: bool = False, bold: bool = False) -> None:
    line = made.add_row()
    line.height, line.height_rule = TALL, WD_ROW_HEIGHT_RULE.AT_LEAST
    marked(line, "w:cantSplit")
    if head:
        marked(line, "w:tblHeader")
    for column, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
        cell.width, cell.vertical_alignment = widths[column], WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.style = Looks.cell
        text = headed(text, len(row)) if head else text
        for number, piece in enumerate(written(text).split("\n")):
            run = paragraph.add_run(piece)
            if number + 1 < len(text.split("\n")):
                run.add_break()
            if head or bold:
                run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FIRST_FONT)
        if head:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif column in table.numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def marked(line: Any, name: str) -> None:
    """Say something of a row that holds for all of it."""
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    line._tr.get_or_add_trPr().append(mark)
