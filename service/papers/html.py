"""A paper as an HTML page that prints as one: no script, no picture, its looks from one stylesheet."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from service.papers.laid import Element, Heading, Note, Paper, Words, laid_out
from service.papers.tables import Table

STYLE = "/static/paper.css"


def printed(snapshot: dict[str, Any], locale: str) -> bytes:
    paper = laid_out(snapshot, locale)
    language = locale.replace("_", "-")
    head = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(paper.title)}</title>\n'
        f'<link rel="stylesheet" href="{STYLE}">\n</head>\n<body>\n'
    )
    return f"{head}{article(paper)}\n</body>\n</html>\n".encode()


def article(paper: Paper) -> str:
    """The report itself, for a page that has a head of its own."""
    lines = ['<article class="paper">', f"<h1>{escape(paper.title)}</h1>"]
    lines += [f'<p class="remark">{escape(remark)}</p>' for remark in paper.remarks]
    lines += body(paper.elements)
    lines.append(f'<p class="signed">{"<br>".join(escape(line) for line in paper.signed)}</p>')
    lines += ['<section class="annex">', *body(paper.annex), "</section>", "</article>"]
    return "\n".join(lines)


def body(elements: Iterable[Element]) -> Iterator[str]:
    for element in elements:
        if isinstance(element, Heading):
            yield f"<h{element.level + 1}>{escape(element.text)}</h{element.level + 1}>"
        elif isinstance(element, Words):
            yield f"<p>{escape(element.text)}</p>"
        elif isinstance(element, Note):
            yield f'<p class="note" role="note">{escape(element.text)}</p>'
        else:
            yield from table_lines(element)


def table_lines(table: Table) -> Iterator[str]:
    yield f'<div class="scroll" tabindex="0"><table id="{escape(table.id)}">'
    if table.caption:
        yield f"<caption>{escape(table.caption)}</caption>"
    yield "<thead><tr>" + "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head) + "</tr></thead>"
    yield "<tbody>"
    yield from (row_line(table, row) for row in table.rows)
    yield "</tbody>"
    if table.total:
        yield f"<tfoot>{row_line(table, table.total)}</tfoot>"
    yield "</table></div>"


def row_line(table: Table, row: tuple[str, ...]) -> str:
    cells = [f'<th scope="row">{broken(row[0])}</th>']
    for column, cell in enumerate(row[1:], 1):
        kind = ' class="number"' if column in table.numbers else ""
        cells.append(f"<td{kind}>{broken(cell)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def broken(cell: str) -> str:
    return escape(cell).replace("\n", "<br>")
