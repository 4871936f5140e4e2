"""The figures of one report: counted once, stated where a person says otherwise, and those computed from them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from sqlmodel import Session

from service.figures import Reach, counting
from service.figures.base import Defined, Figure, Less, Rate
from service.figures.folding import Fold, Got, Name, named
from service.figures.registry import figure, terms
from service.reports.asked import Asked, span_of
from service.reports.lower import lowers
from service.rules.figures import Number, rate, tidy


class Stated(NamedTuple):
    """What a person says a figure is, against the records, and where they have it from."""

    value: Number
    source: str
    by: str
    at: str


class Folded(Protocol):
    """What was counted: cell by cell, or as totals only."""

    def got(self, name: Name) -> Got | None: ...


class Numbers:
    """The figures of one report by their ids, each computed once."""

    def __init__(self, fold: Folded, stated: Mapping[str, Stated]) -> None:
        self.fold = fold
        self.stated = stated
        self.known: dict[str, Number | None] = {}

    def value(self, name: Name) -> Number | None:
        """What the report says: what was stated, else what was counted. None where there is nothing to divide by."""
        text = str(name)
        if text not in self.known:
            self.known[text] = self.stated[text].value if text in self.stated else self.counted(name)
        return self.known[text]

    def counted(self, name: Name) -> Number | None:
        """What records and lower reports say; of a computed figure, by the values that its terms have here."""
        one = figure(name.key)
        if isinstance(one, Figure):
            got = self.got(name)
            return None if got is None else got.value
        first, second = (self.value(name._replace(key=term)) for term in terms(one))
        if first is None or second is None:
            return None
        return tidy(first - second) if isinstance(one, Less) else rate(first, second, places_of(one))

    def got(self, name: Name) -> Got | None:
        return self.fold.got(name) if isinstance(figure(name.key), Figure) else None


def places_of(one: Rate) -> int:
    return one.decimals


def count(
    session: Session,
    asked: Asked,
    keys: Iterable[str],
    members: tuple[str, ...] | None,
    *,
    by_campaign: Collection[str] = (),
) -> Fold:
    """The figures of a unit and everything beneath it, lower reports of the same days in the place of records."""
    reach = Reach(asked.path, members)
    counted = counting.count(session, keys, reach, span_of(session, asked.stretch, asked.zone), by_campaign=by_campaign)
    return Fold(counted, lowers(session, asked), asked.path)


def narrowable(one: Defined) -> bool:
    """Whether a figure can be told apart by units, sectors and campaigns."""
    return all(isinstance(figure(term), Figure) for term in terms(one))


def known_figure(text: str) -> Name:
    """A figure's id, checked; NotFound for one that is none."""
    name = named(text)
    figure(name.key)
    return name


def stated_values(rows: Iterable[Any]) -> dict[str, Stated]:
    """Rows of what was stated, by the figure's id."""
    return {row.figure: Stated(tidy(row.value), row.source, row.by, row.at.isoformat()) for row in rows}
