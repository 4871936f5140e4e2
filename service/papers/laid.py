"""A snapshot laid out for print: headings with their numbers, paragraphs, tables, and notes beside what does not agree.

Every format prints the same elements in the same order; only their looks differ.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from service.papers.duty import duty_table
from service.papers.numerals import Numbering
from service.papers.tables import (
    Table,
    definitions_table,
    figures_table,
    form_table,
    sources_table,
    usual_scope,
)
from service.papers.words import date_said, findings_said, name_said
from service.reports import wording
from service.words import say


class Heading(NamedTuple):
    level: int
    text: str


class Words(NamedTuple):
    """A paragraph of the text."""

    text: str


class Note(NamedTuple):
    """What does not agree, right beneath the paragraph or the table where it shows."""

    text: str


Element = Heading | Words | Note | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """A report laid out: its title, the line beneath it (a draft says so, a correction why), its text, who signs it,
    and the annex that says what every figure means."""

    title: str
    remarks: tuple[str, ...]
    elements: tuple[Element, ...]
    signed: tuple[str, ...]
    annex: tuple[Element, ...]


@dataclass
class Notes:
    """Numbers the figures that do not agree in the order in which the reader meets them.

    All that is wrong with a figure is told in one note, once; wherever the figure shows again it is pointed to.
    """

    snapshot: dict[str, Any]
    locale: str
    numbers: dict[str, int] = field(default_factory=dict)

    def marks(self, ids: Iterable[str]) -> tuple[str, list[Note]]:
        """What is put behind words or numbers that show these figures, and the notes that are told here first."""
        wrong = [one for one in dict.fromkeys(ids) if self.snapshot["figures"].get(one, {}).get("findings")]
        new = [self.told(one) for one in wrong if one not in self.numbers]
        return "".join(say("[note {n}]", self.locale, n=self.numbers[one]) for one in wrong), new

    def told(self, name: str) -> Note:
        """The note on a figure, with the next number."""
        self.numbers[name] = len(self.numbers) + 1
        words = findings_said(self.snapshot, name, self.locale)
        return Note(say("Note {n}: {words}", self.locale, n=self.numbers[name], words=words))

    def left(self) -> list[Note]:
        """The notes on figures that no part of the text shows."""
        return self.marks(self.snapshot["figures"])[1]


def laid_out(snapshot: dict[str, Any], locale: str) -> Paper:
    """The whole report in its elements."""
    notes = Notes(snapshot, locale)
    elements = tuple(text_of(snapshot, locale, notes))
    return Paper(
        wording.title(snapshot, locale),
        tuple(remarks(snapshot, locale)),
        elements,
        (name_said(snapshot), date_said(day_of(snapshot), locale)),
        tuple(annex(snapshot, locale, notes)),
    )


def day_of(snapshot: dict[str, Any]) -> datetime:
    """The instant a report was frozen, or else drawn, where its unit is."""
    at = datetime.fromisoformat(snapshot["frozen_at"] or snapshot["drawn_at"])
    return at.astimezone(ZoneInfo(snapshot["scope"]["zone"]))


def remarks(snapshot: dict[str, Any], locale: str) -> Iterator[str]:
    if not snapshot["frozen_at"]:
        yield say("(Draft)", locale)
    if snapshot["edition"] and snapshot["edition"] > 1:
        yield say("(Edition {n}, corrected: {reason})", locale, n=snapshot["edition"], reason=snapshot["reason"])


def text_of(snapshot: dict[str, Any], locale: str, notes: Notes) -> Iterator[Element]:
    numbering = Numbering(locale)
    waiting: list[Heading] = []
    for section in snapshot["sections"]:
        heading = Heading(section["level"], wording.heading(section, locale))
        waiting = [one for one in waiting if one.level < heading.level] + [heading]
        for block in section["blocks"]:
            for element in block_of(snapshot, block, locale, notes):
                yield from numbered(waiting, numbering)
                waiting = []
                # a table right beneath the heading that says the same has no caption of its own
                bare = isinstance(element, Table) and element.caption == heading.text
                yield element._replace(caption="") if bare and isinstance(element, Table) else element


def numbered(headings: list[Heading], numbering: Numbering) -> Iterator[Heading]:
    """Headings with their numbers, once something stands beneath them: an empty section is not printed."""
    for heading in headings:
        yield heading._replace(text=numbering.next(heading.level) + heading.text)


def block_of(snapshot: dict[str, Any], block: dict[str, Any], locale: str, notes: Notes) -> Iterator[Element]:
    """The elements of a block, and the notes on what it shows."""
    if block["kind"] == "text":
        yield from written(snapshot, block["name"], locale)
        return
    if block["kind"] == "paragraph":
        ids = [ref["id"] for sentence in block["sentences"] for ref in sentence["figures"].values()]
        marks, new = notes.marks(ids)
        yield Words(wording.paragraph(snapshot, block, locale) + marks)
        yield from new
        return
    told: list[Note] = []

    def mark(name: str) -> str:
        marks, new = notes.marks([name])
        told.extend(new)
        return marks

    if block["kind"] == "days":
        yield duty_table(snapshot, block, locale)
    else:
        made = form_table if block["kind"] == "form" else figures_table
        yield made(snapshot, block, locale, mark)
    yield from told


def written(snapshot: dict[str, Any], name: str, locale: str) -> Iterator[Element]:
    """What people wrote, line by line; a draft says where something is still to be written."""
    text = (snapshot["texts"].get(name) or {}).get("text", "")
    if not text and not snapshot["frozen_at"]:
        yield Words(wording.missing(locale))
    for line in text.split("\n"):
        if line.strip():
            yield Words(line.strip())


def annex(snapshot: dict[str, Any], locale: str, notes: Notes) -> Iterator[Element]:
    """What stands behind the text: notes on figures that it does not show, what each figure means, lower reports."""
    left = notes.left()
    if left:
        yield Heading(1, say("What does not agree elsewhere", locale))
        yield from left
    usual = usual_scope(snapshot)
    if usual:
        yield Heading(1, say("What each figure means", locale))
        yield Words(say("Unless it says otherwise, a figure counts {scope}.", locale, scope=say(usual, locale)))
        yield definitions_table(snapshot, locale, usual)
    if snapshot["sources"]:
        yield Heading(1, say("Reports that were summed", locale))
        yield sources_table(snapshot, locale)
