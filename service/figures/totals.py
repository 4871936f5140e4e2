"""Totals: figures of a whole reach, where nobody asks which unit or which campaign makes how much of them.

Counting cell by cell reads every record into its unit's; a total is only how many there are, which an index tells.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Case, Join, Select, and_, func, select, true
from sqlmodel import Session

from service.figures.base import Figure, Reach, Source, Span, among
from service.figures.counting import Held, asked_of, common, inside_of, of_campaigns
from service.figures.folding import Got, Name
from service.figures.sources import SOURCES
from service.rules.figures import Number, tidy

Traits = Mapping[str, tuple[Any, ...]]


class Totals:
    """What figures come to over a whole reach, as a fold of their cells would say it."""

    def __init__(self, values: Mapping[str, Number]) -> None:
        self.values = values

    def got(self, name: Name) -> Got | None:
        """A counted figure; None for one that is not counted in this reach."""
        value = self.values.get(name.key)
        return None if value is None else Got(value, value)


def count(session: Session, keys: Iterable[str], reach: Reach, span: Span, held: Held | None = None) -> Totals:
    """Every counted figure that `keys` rest on, over all of the reach: one statement for each kind of record.

    `held` is what holds records to the reach, from who has it already.
    """
    held = held or Held(session, inside_of(reach))
    values: dict[str, Number] = {}
    for figures in together(asked_of(keys, reach), reach):
        values |= counted_of(session, figures, reach, span, held)
    return Totals(values)


def together(wanted: Mapping[str, Mapping[str, Figure]], reach: Reach) -> Iterable[list[Figure]]:
    """The figures that one statement counts: those of a source; of campaigns, those of all that join the same tables.

    Whatever is asked of a campaign's records, all of them are read; without one, each source finds its own by a date.
    """
    found: dict[Any, list[Figure]] = defaultdict(list)
    for name, figures in wanted.items():
        found[name if reach.campaigns is None else SOURCES[name].rows] += figures.values()
    return found.values()


def counted_of(session: Session, figures: list[Figure], reach: Reach, span: Span, held: Held) -> dict[str, Number]:
    """Figures of the same tables: side by side, those that are narrowed by the same columns in one go."""
    insides = {key: SOURCES[key].dated(span) for key in dict.fromkeys(one.source for one in figures)}
    source = SOURCES[figures[0].source]
    conditions = [*source.real, held(source.unit)]
    if len(insides) == 1:  # of several, each asks for its own
        conditions += insides.values()
    if reach.campaigns is not None and source.campaign is not None:
        conditions.append(of_campaigns(source.campaign, reach.campaigns))
    parts = []
    for traits, ones in side_by_side(source, figures, span):
        numbers = [number(one, span, traits, insides if len(insides) > 1 else {}).label(one.key) for one in ones]
        narrowed = [among(source.dims[name](span), allowed) for name, allowed in traits.items()]
        statement = select(*numbers).select_from(source.rows()).where(*conditions, *narrowed)
        parts.append(held.hinted(statement, source))
    row = session.execute(parts[0] if len(parts) == 1 else beside(parts)).one()
    return {key: tidy(value) for key, value in row._mapping.items()}


def beside(statements: Iterable[Select[Any]]) -> Select[Any]:
    """Statements of one row each as one whose row has the columns of all."""
    first, *others = (statement.subquery() for statement in statements)
    joined: Any = first
    for other in others:
        joined = joined.join(other, true())
    return select(*first.c, *(column for other in others for column in other.c)).select_from(joined)


def side_by_side(source: Source, figures: list[Figure], span: Span) -> Iterable[tuple[Traits, list[Figure]]]:
    """The figures that are counted in one go, and the traits by which their records are found.

    Of one table, those narrowed by the same columns, which an index finds; a join is dear and made once for all.
    """
    if isinstance(source.rows(), Join):
        return [(common(figures), figures)]
    alike: dict[tuple[Any, ...], list[Figure]] = defaultdict(list)
    for one in figures:
        columns = sorted(name for name in one.where if not isinstance(source.dims[name](span), Case))
        alike[tuple((name, one.where[name]) for name in columns)].append(one)
    return [(dict(traits), ones) for traits, ones in alike.items()]


def number(one: Figure, span: Span, known: Traits, insides: Mapping[str, Any]) -> Any:
    """How many records, how many units that have any, or what is summed, of those with all traits of the figure.

    Where several sources are read at once, of those inside its own; that is asked last, as fewer have its traits.
    """
    source = SOURCES[one.source]
    asked = [
        among(source.dims[name](span), allowed) for name, allowed in one.where.items() if known.get(name) != allowed
    ]
    asked += [insides[one.source]] if insides else []
    counted: Any
    if one.measure == "rows":
        counted = func.count()
    elif one.measure == "units":
        counted = func.count(source.unit.distinct())
    else:
        counted = func.sum(source.measures[one.measure])
    return func.coalesce(counted.filter(and_(*asked)) if asked else counted, 0)
