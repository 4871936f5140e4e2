"""Tables of a paper: figures along units, sectors or campaigns, the monthly form, what figures mean, lower reports."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from service.papers.words import unit_said
from service.reports import wording
from service.words import say

Row = tuple[str, ...]
Mark = Callable[[str], str]
DIGEST_SHOWN = 16


class Table(NamedTuple):
    """Cells as they are printed. `numbers` are the columns that hold numbers; `total` is the last row, set apart."""

    id: str
    caption: str
    head: Row
    rows: tuple[Row, ...]
    total: Row | None = None
    numbers: frozenset[int] = frozenset()
    widths: tuple[int, ...] = ()


def shown(snapshot: dict[str, Any], name: str | None, locale: str) -> str:
    return wording.cell(snapshot, name) if name is not None else ""


def figures_table(snapshot: dict[str, Any], block: dict[str, Any], locale: str, mark: Mark) -> Table:
    """Figures in columns; the number of a note stands right behind a number that it is about."""
    head = [wording.phrase(block["corner"], locale)]
    for column in block["columns"]:
        unit = unit_said(column["unit_word"], locale)
        label = say(column["msgid"], locale)
        head.append(say("{label} ({unit})", locale, label=label, unit=unit) if unit else label)

    def line(row: dict[str, Any]) -> Row:
        cells = [shown(snapshot, name, locale) + (mark(name) if name else "") for name in row["cells"]]
        return (wording.phrase(row["head"], locale), *cells)

    total = line(block["total"]) if block["total"] else None
    rows = tuple(line(row) for row in block["rows"])
    numbers = frozenset(range(1, len(head)))
    return Table(block["id"], wording.phrase(block["caption"], locale), tuple(head), rows, total, numbers)


def form_table(snapshot: dict[str, Any], block: dict[str, Any], locale: str, mark: Mark) -> Table:
    """A form: what, how many, and the unit word."""
    rows = []
    for row in block["rows"]:
        figure = snapshot["figures"][row["cell"]]
        number = shown(snapshot, row["cell"], locale) + mark(row["cell"])
        rows.append((wording.phrase(row["label"], locale), number, unit_said(figure["unit_word"], locale)))
    head = (say("Item", locale), say("Number", locale), say("Unit of count", locale))
    return Table(
        block["id"], wording.phrase(block["caption"], locale), head, tuple(rows), None, frozenset({1}), (6, 2, 2)
    )


def definitions_table(snapshot: dict[str, Any], locale: str, usual: str) -> Table:
    """The figures of the text in its order, then what else was counted: number, what it counts, by which date, and over
    what where that isn't the `usual` scope."""
    rows = []
    for name in meant(snapshot):
        figure = snapshot["figures"][name]
        number = shown(snapshot, name, locale)
        if figure["value"] is not None:
            number += unit_said(figure["unit_word"], locale)
        meaning = wording.definition(figure, locale)
        over = wording.basis(figure, locale) if figure["scope"] == usual else wording.scope(figure, locale)
        rows.append((wording.label(figure, locale), number, meaning, over))
    head = (say("Figure", locale), say("Number", locale), say("What it counts", locale), say("Over what", locale))
    return Table("definitions", "", head, tuple(rows), None, frozenset({1}), (5, 4, 10, 5))


def meant(snapshot: dict[str, Any]) -> list[str]:
    """The figures whose meaning is told: those of the text in its order, then what isn't nothing or doesn't agree."""
    there = snapshot["figures"]
    further = (name for name, one in there.items() if one["value"] or one["findings"])
    return [name for name in dict.fromkeys((*in_text(snapshot), *further)) if not there[name]["narrowed"]]


def in_text(snapshot: dict[str, Any]) -> Iterator[str]:
    """The figures that the text shows, as the reader meets them."""
    for section in snapshot["sections"]:
        for block in section["blocks"]:
            for sentence in block.get("sentences", ()):
                yield from (ref["id"] for ref in sentence["figures"].values())
            for row in (*block.get("rows", ()), block.get("total") or {}):
                yield from filter(None, [row.get("cell"), *row.get("cells", ())])


def usual_scope(snapshot: dict[str, Any]) -> str:
    """Over what most figures count."""
    scopes = Counter(snapshot["figures"][name]["scope"] for name in meant(snapshot))
    return scopes.most_common(1)[0][0] if scopes else ""


def sources_table(snapshot: dict[str, Any], locale: str) -> Table:
    """The reports of lower units that were summed, with the digest by which each is known again."""
    rows = tuple(
        (one["name"], one["report"], str(one["edition"]), one["sha256"][:DIGEST_SHOWN]) for one in snapshot["sources"]
    )
    head = (say("Unit", locale), say("Report", locale), say("Edition", locale), say("Digest", locale))
    return Table("sources", "", head, rows, None, frozenset({2}), (4, 8, 2, 4))
