"""A paper as .docx in the layout of official documents (GB/T 9704-2012)."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from docx import Document

from service.papers.docx_looks import Looks, dressed
from service.papers.docx_tables import add_table
from service.papers.laid import Element, Heading, Note, Words, laid_out
from service.papers.words import name_said
from service.sheets.out import written
from service.steady import steady

STYLES = {1: Looks.first, 2: Looks.second}
FIXED = datetime.fromisoformat("2000-01-01T00:00")


def printed(snapshot: dict[str, Any], locale: str) -> bytes:
    paper = laid_out(snapshot, locale)
    document = dressed(Document(), locale)
    named(document, paper.title, name_said(snapshot), locale)
    add(document, paper.title, Looks.headline)
    for remark in paper.remarks:
        add(document, remark, Looks.remark)
    add(document, "", Looks.body)
    body(document, paper.elements)
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # no signature stands on a page alone
    add(document, "", Looks.body).paragraph_format.keep_with_next = True
    for line in paper.signed:
        add(document, line, Looks.signed).paragraph_format.keep_with_next = line != paper.signed[-1]
    before = len(document.paragraphs)
    body(document, paper.annex)
    document.paragraphs[before].paragraph_format.page_break_before = True
    written_out = io.BytesIO()
    document.save(written_out)
    return steady(written_out.getvalue())


def named(document: Any, title: str, author: str, locale: str) -> None:
    """What the file says of itself; never the instant at which it was printed, nor who printed it."""
    known = document.core_properties
    known.title, known.author, known.language = written(title), written(author), locale.replace("_", "-")
    known.last_modified_by, known.comments, known.revision = "", "", 1
    known.created = known.modified = FIXED


def body(document: Any, elements: Iterable[Element]) -> None:
    for element in elements:
        if isinstance(element, Heading):
            add(document, element.text, STYLES[element.level])
        elif isinstance(element, Words):
            add(document, element.text, Looks.body)
        elif isinstance(element, Note):
            add(document, element.text, Looks.note)
        else:
            add_table(document, element)


def add(document: Any, text: str, look: str) -> Any:
    return document.add_paragraph(written(text), style=look)
