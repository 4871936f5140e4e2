"""What a template is made of: sections with sentences, tables and free texts, each naming figures by their keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from models.kinds import ReportPeriod

Style = Literal["exact", "about", "vague", "change"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A figure in a sentence: in which style it is said, and in which unit word where not in its own."""

    id: str
    style: Style = "exact"
    unit_word: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English msgid whose braces figures fill.

    It is left out when each figure of `when` (of all that fill it, where none is named) is nothing, and when one of
    `unless` is something. What fills it in the style `change` is nothing where there is no year before to set it
    against.
    """

    msgid: str
    figures: Mapping[str, str | Ref] = field(default_factory=dict)
    when: tuple[str, ...] | None = None
    unless: tuple[str, ...] = ()

    def refs(self) -> dict[str, Ref]:
        return {name: one if isinstance(one, Ref) else Ref(one) for name, one in self.figures.items()}

    def needs(self) -> tuple[str, ...]:
        """The figures one of which must be something."""
        return tuple(ref.id for ref in self.refs().values()) if self.when is None else self.when


@dataclass(frozen=True, slots=True)
class Paragraph:
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures in columns, along a dimension: the units right beneath, sectors, or campaigns; with the total below."""

    id: str
    caption: str
    corner: str
    by: Literal["unit", "sector", "campaign"]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Figures one below the other, each with its name and unit word."""

    id: str
    caption: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A part that people write."""

    name: str


@dataclass(frozen=True, slots=True)
class Days:
    """The duty table of the period."""

    id: str
    caption: str


Block = Paragraph | Table | Form | Text | Days


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    level: int
    heading: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A report's form. `compared` are figures set against the year before and the period before."""

    key: str
    name: str
    title: str
    sections: tuple[Section, ...]
    periods: tuple[ReportPeriod, ...] = ()
    compared: tuple[str, ...] = ()
    needs_campaign: bool = False

    def blocks(self) -> Iterator[Block]:
        for section in self.sections:
            yield from section.blocks

    def plain_figures(self) -> list[str]:
        """Every figure's key, in the order of the report, without those that only a table narrows."""
        found: dict[str, None] = {}
        for block in self.blocks():
            if isinstance(block, Paragraph):
                found |= dict.fromkeys(ref.id for one in block.sentences for ref in one.refs().values())
                found |= dict.fromkeys(key for one in block.sentences for key in (*one.needs(), *one.unless))
            elif isinstance(block, Table):
                found |= dict.fromkeys(block.columns)
            elif isinstance(block, Form):
                found |= dict.fromkeys(block.rows)
        return list(found | dict.fromkeys(self.compared))

    def texts(self) -> list[str]:
        return [block.name for block in self.blocks() if isinstance(block, Text)]
