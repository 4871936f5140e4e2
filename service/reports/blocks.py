"""The blocks of a report filled: which sentences are said, which lines a table has, which figures all of it names."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Campaign
from service.figures.base import Rate
from service.figures.folding import Fold, Name, named
from service.figures.registry import FIGURES, counted, figure
from service.notices.words import N_
from service.reports.asked import Asked
from service.reports.numbers import Numbers
from service.reports.shown_figures import Before
from service.reports.templates.base import Block, Form, Paragraph, Sentence, Table, Template, Text
from service.rules.figures import about, vague

OWN = N_("The unit itself")
NO_SECTOR = N_("No sector")
NO_CAMPAIGN = N_("Outside campaigns")
TOTAL = N_("Total")
Head = dict[str, Any]


class Drawn:
    """A report in the making: its numbers, the heads of its tables' lines, and every figure that was named so far."""

    def __init__(self, numbers: Numbers, before: Before, heads: Mapping[str, list[tuple[str, Head]]]) -> None:
        self.numbers = numbers
        self.before = before
        self.heads = heads
        self.ids: dict[str, None] = {}
        self.lines: dict[str, dict[str, list[str]]] = defaultdict(dict)

    def use(self, text: str) -> str:
        self.ids[text] = None
        return text

    def something(self, key: str) -> bool:
        """Whether a figure is not nothing."""
        return bool(self.numbers.value(Name(key)))

    def moved(self, key: str) -> bool:
        """Whether there was something of a figure a year before to set it against."""
        return "year" in self.before and bool(self.before["year"][1].value(Name(key)))


def heads_of(session: Session, asked: Asked, form: Template, fold: Fold) -> dict[str, list[tuple[str, Head]]]:
    """Table → its lines, each with the value of the dimension and how it is called, in their order."""
    return {block.id: lines(session, asked, block, fold) for block in form.blocks() if isinstance(block, Table)}


def lines(session: Session, asked: Asked, table: Table, fold: Fold) -> list[tuple[str, Head]]:
    keys = tuple(one.key for column in table.columns for one in counted(column))
    values = fold.values(keys, table.by)
    if table.by == "unit":
        names = {code: place.name for code, place in fold.counted.places.items() if code in values}
        # the units of a reach stand in the order of their paths, the top first
        return [
            (code, {"msgid": OWN, "facts": {}} if code == asked.unit else {"text": name})
            for code, name in names.items()
        ]
    if table.by == "sector":
        return [
            (one, {"text": one} if one else {"msgid": NO_SECTOR, "facts": {}}) for one in sorted(values, key=last_empty)
        ]
    rows = session.execute(select(col(Campaign.key), col(Campaign.name)).where(col(Campaign.key).in_(values)))
    called = dict(rows.tuples().all())
    return [
        (one, {"text": called.get(one, one)} if one else {"msgid": NO_CAMPAIGN, "facts": {}})
        for one in sorted(values, key=last_empty)
    ]


def last_empty(value: str) -> tuple[bool, str]:
    return not value, value


def block_of(drawn: Drawn, block: Block) -> dict[str, Any] | None:
    """A block with its ids; None where it has nothing to say."""
    if isinstance(block, Text):
        return {"kind": "text", "name": block.name}
    if isinstance(block, Paragraph):
        said = [one for sentence in block.sentences if (one := sentence_of(drawn, sentence)) is not None]
        return {"kind": "paragraph", "sentences": said} if said else None
    if isinstance(block, Form):
        rows = [{"label": {"msgid": FIGURES[key].label, "facts": {}}, "cell": drawn.use(key)} for key in block.rows]
        return {"kind": "form", "id": block.id, "caption": {"msgid": block.caption, "facts": {}}, "rows": rows}
    assert isinstance(block, Table)
    return table_of(drawn, block)


def sentence_of(drawn: Drawn, sentence: Sentence) -> dict[str, Any] | None:
    """A sentence with the figures that fill it; None where all of them are nothing."""
    refs = sentence.refs()
    if any(drawn.something(key) for key in sentence.unless):
        return None
    if any(ref.style == "change" for ref in refs.values()):
        if not any(drawn.moved(ref.id) for ref in refs.values()):
            return None
    elif sentence.needs() and not any(drawn.something(key) for key in sentence.needs()):
        return None
    figures = {
        name: {"id": drawn.use(ref.id), "style": ref.style, "unit_word": ref.unit_word, "about": worded(drawn, ref)}
        for name, ref in refs.items()
    }
    return {"msgid": sentence.msgid, "figures": figures, "facts": {}}


def worded(drawn: Drawn, ref: Any) -> dict[str, Any] | None:
    """A figure in rounding words, where the sentence wants it so."""
    value = drawn.numbers.value(Name(ref.id))
    if value is None or ref.style not in ("about", "vague"):
        return None
    return (about(value) if ref.style == "about" else vague(value))._asdict()


def table_of(drawn: Drawn, table: Table) -> dict[str, Any] | None:
    """A table, its cells and its totals; the lines of each column must sum to the total. None without any line."""
    heads = drawn.heads[table.id]
    if not heads:
        return None
    cells = [[drawn.use(str(Name(key, table.by, value))) for key in table.columns] for value, _ in heads]
    for place, key in enumerate(table.columns):
        if not isinstance(figure(key), Rate) and drawn.numbers.value(Name(key)) is not None:
            drawn.lines[key][table.by] = [line[place] for line in cells]
    return {
        "kind": "table",
        "id": table.id,
        "caption": {"msgid": table.caption, "facts": {}},
        "corner": {"msgid": table.corner, "facts": {}},
        "columns": [{"msgid": FIGURES[key].label, "unit_word": FIGURES[key].unit_word} for key in table.columns],
        "rows": [{"head": head, "cells": line} for (_, head), line in zip(heads, cells, strict=True)],
        "total": {"head": {"msgid": TOTAL, "facts": {}}, "cells": [drawn.use(key) for key in table.columns]},
    }  # fmt: skip


__all__ = ["Drawn", "block_of", "heads_of", "named"]
