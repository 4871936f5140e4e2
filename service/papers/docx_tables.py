"""Tables of a .docx: lines all around, the head repeated on each page, no row broken over two."""

from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from service.papers.docx_looks import FIRST_FONT, Looks
from service.papers.tables import Row, Table
from service.sheets_out import wide, written

WIDE = Mm(156)  # of the text: 210 less 28 and 26
LEAST, MOST = 6, 26  # letters that a column is wide at least, and at most, against the others
BORDERS = 4  # letters that a cell's own margins take
TOGETHER = 3  # rows from the head on that no page's end comes between
HEAD_LINES = 3  # over which a head may run


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
    """The columns' shares of the page: as the table says, or by what stands in them."""
    shares = table.widths or tuple(
        BORDERS + min(MOST, max([LEAST, -(-wide(head) // HEAD_LINES), *map(widest, body)]))
        for head, *body in zip(table.head, *table.rows, *([table.total] if table.total else []), strict=True)
    )
    return [int(WIDE * share / sum(shares)) for share in shares]


def widest(cell: str) -> int:
    """The letters of a cell's longest line."""
    return max(wide(line) for line in cell.split("\n"))


def add_row(made: Any, row: Row, table: Table, widths: list[Any], *, head: bool = False, bold: bool = False) -> None:
    line = made.add_row()
    marked(line, "w:cantSplit")
    if head:
        marked(line, "w:tblHeader")
    for column, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
        cell.width = widths[column]
        paragraph = cell.paragraphs[0]
        paragraph.style = Looks.cell
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
