"""A paper as Markdown."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from service.papers.laid import Element, Heading, Note, Words, laid_out
from service.papers.tables import Table

SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
LIST_SIGN = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def printed(snapshot: dict[str, Any], locale: str) -> bytes:
    paper = laid_out(snapshot, locale)
    lines = [f"# {safe(paper.title)}", ""]
    lines += [line for remark in paper.remarks for line in (safe(remark), "")]
    lines += body(paper.elements)
    lines += [f"{safe(line)}  " for line in paper.signed] + ["", "---", ""]
    lines += body(paper.annex)
    return ("\n".join(lines).rstrip() + "\n").encode()


def body(elements: Iterable[Element]) -> Iterator[str]:
    for element in elements:
        if isinstance(element, Heading):
            yield f"{'#' * (element.level + 1)} {safe(element.text)}"
        elif isinstance(element, Words):
            yield safe(element.text)
        elif isinstance(element, Note):
            yield f"> {safe(element.text)}"
        else:
            yield from table_lines(element)
        yield ""


def table_lines(table: Table) -> Iterator[str]:
    if table.caption:
        yield f"**{safe(table.caption)}**"
        yield ""
    yield line(table.head)
    yield line(["---:" if column in table.numbers else "---" for column in range(len(table.head))], raw=True)
    for row in table.rows:
        yield line(row)
    if table.total:
        yield line([f"**{safe(cell)}**" for cell in table.total], raw=True)


def line(cells: Iterable[str], *, raw: bool = False) -> str:
    return "| " + " | ".join(cell if raw else safe(cell).replace("\n", "<br>") for cell in cells) + " |"


def safe(text: str) -> str:
    """Text that is shown as it is: none of its signs means anything to Markdown."""
    return LIST_SIGN.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", text))
