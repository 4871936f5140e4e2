"""Counting: one grouped query for each source that is asked of, cell by unit and trait; the figures are folded from it.

A cell is what one unit has of one combination of traits. Whatever a report shows (its total, a town's line, a sector's)
is a sum of the same cells, so that totals and lines can't differ by being asked at two moments.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, literal, select, true
from sqlmodel import Session, col

from models import Campaign, Unit
from service import store
from service.access import EVERYWHERE, beneath
from service.figures.base import Figure, Reach, Source, Span, among
from service.figures.registry import counted
from service.figures.sources import SOURCES
from service.rules.figures import Number, tidy

WIDE = 0.5  # a reach with so large a share of all units is cheaper to count with the rest than by naming its units


class Place(NamedTuple):
    """A unit as folding must know it."""

    path: str
    name: str
    kind: str
    sector: str


Cell = tuple[str, str | None]  # unit, campaign


class Counted(NamedTuple):
    """What was counted: figure → cell → number, over the places of the reach."""

    places: Mapping[str, Place]
    cells: Mapping[str, Mapping[Cell, Number]]


def count(
    session: Session, keys: Iterable[str], reach: Reach, span: Span, *, by_campaign: Collection[str] = ()
) -> Counted:
    """The cells of every counted figure that `keys` rest on.

    `by_campaign` are the figures whose cells keep campaigns apart. A figure of records that belong to no campaign is
    left out where the reach names some: nobody can say which of them are the campaign's.
    """
    places, all_units = gather_places(session, reach)
    wide = len(places) >= WIDE * all_units
    cells: dict[str, dict[Cell, Number]] = {}
    for name, figures in asked_of(keys, reach).items():
        source = SOURCES[name]
        apart = any(basic.key in figures for key in by_campaign for basic in counted(key))
        cells |= counted_of(session, source, list(figures.values()), reach, span, places, wide, apart)
    return Counted(places, cells)


def asked_of(keys: Iterable[str], reach: Reach) -> dict[str, dict[str, Figure]]:
    """Source → the counted figures of it that `keys` rest on, without those that are not counted in such a reach."""
    wanted: dict[str, dict[str, Figure]] = defaultdict(dict)
    for key in keys:
        for one in counted(key):
            source = SOURCES[one.source]
            if reach.campaigns is None or source.campaign is not None or source.always:
                wanted[one.source][one.key] = one
    return wanted


def gather_places(session: Session, reach: Reach) -> tuple[dict[str, Place], int]:
    """The units of a reach by their code, in the order of their paths; and how many there are in all."""
    statement = select(*(col(c) for c in (Unit.key, Unit.path, Unit.name, Unit.kind, Unit.sector)))
    rows = session.execute(statement.where(*inside_of(reach)).order_by(col(Unit.path)))
    places = {key: Place(path, name, str(kind), sector) for key, path, name, kind, sector in rows}
    if reach.path == EVERYWHERE and reach.sector is None:
        return places, len(places)
    return places, int(session.execute(select(func.count()).select_from(Unit)).scalar_one())


def counted_of(
    session: Session,
    source: Source,
    figures: list[Figure],
    reach: Reach,
    span: Span,
    places: Mapping[str, Place],
    wide: bool,
    apart: bool,
) -> dict[str, dict[Cell, Number]]:
    """The cells of the figures of one source: one query."""
    dims = sorted({name for one in figures for name in one.where})
    measures = sorted({one.measure for one in figures} - {"rows", "units"})
    campaign = source.campaign if apart and source.campaign is not None else literal(None)
    grouped = [source.unit, *([campaign] if campaign is source.campaign else []), *(source.dims[d](span) for d in dims)]
    summed = [func.count(), *(func.coalesce(func.sum(source.measures[name]), 0) for name in measures)]
    statement = select(*(column.label(f"c{n}") for n, column in enumerate([*grouped, *summed])))
    statement = statement.select_from(source.rows()).where(source.inside(span), *within(source, reach, wide))
    statement = statement.where(*(among(source.dims[name](span), allowed) for name, allowed in common(figures).items()))
    # by the names: the same trait written twice would be two expressions to PostgreSQL, each with binds of its own
    statement = statement.group_by(*(f"c{n}" for n in range(len(grouped))))
    heads = len(grouped) - len(dims)
    cells: dict[str, dict[Cell, Number]] = {one.key: {} for one in figures}
    matching: dict[tuple[Any, ...], list[tuple[dict[Cell, Number], int]]] = {}
    # on the bare connection: there may be as many rows as units, and none of them is an object of ours
    for row in session.connection().execute(statement):
        if row[0] not in places:
            continue
        traits = tuple(row[heads : heads + len(dims)])
        if traits not in matching:
            matching[traits] = [
                (
                    cells[one.key],
                    heads + len(dims) + (1 + measures.index(one.measure) if one.measure in measures else 0),
                )
                for one in figures
                if fits(one, dims, traits)
            ]
        cell = (row[0], row[1] if heads > 1 else None)
        for into, place in matching[traits]:
            into[cell] = into.get(cell, 0) + row[place]
    return cells


def common(figures: Iterable[Figure]) -> dict[str, tuple[Any, ...]]:
    """The traits that every one of the figures is narrowed by, each with all that any of them allows."""
    found, *others = (one.where for one in figures)
    names = set(found).intersection(*others)
    return {
        name: tuple(dict.fromkeys(value for where in (found, *others) for value in where[name]))
        for name in sorted(names)
    }


def fits(one: Figure, dims: list[str], traits: Any) -> bool:
    """Whether records of these traits are among those the figure counts."""
    return all(traits[dims.index(name)] in allowed for name, allowed in one.where.items())


def within(source: Source, reach: Reach, wide: bool) -> list[Any]:
    """The conditions of a reach on a source's rows; the units of a wide one are told apart later."""
    conditions: list[Any] = []
    if not wide:
        conditions.append(source.unit.in_(select(col(Unit.key)).where(*inside_of(reach))))
    if reach.campaigns is not None and source.campaign is not None:
        conditions.append(of_campaigns(source.campaign, reach.campaigns))
    return conditions


def inside_of(reach: Reach) -> list[Any]:
    """What a unit of the reach is."""
    sector = [] if reach.sector is None else [col(Unit.sector) == reach.sector]
    return [beneath(reach.path), *sector]


class Held:
    """What holds records to some units; `wide`: to so many of all there are that no record is found by its unit."""

    def __init__(self, session: Session, inside: Sequence[Any]) -> None:
        counted = select(func.count(), func.count().filter(*inside)).select_from(Unit)
        every, some = session.execute(counted).one()
        self.units = select(col(Unit.key)).where(*inside)
        self.whole, self.wide = some == every, some >= WIDE * every

    def __call__(self, unit: Any) -> Any:
        """A condition of the unit's column; where it is wide, as a truth that no index knows."""
        if self.whole:
            return true()
        within = unit.in_(self.units)
        return within.is_(true()) if self.wide else within

    def hinted(self, statement: Any, source: Source) -> Any:
        """A statement that reads all records of a source, by the indexes for that where nearly all are held to."""
        for table, index in source.read_by.items() if self.wide else ():
            statement = store.by_index(statement, table, index)
        return statement


def of_campaigns(column: Any, campaigns: tuple[str, ...]) -> Any:
    """The record belongs to one of the campaigns; the one without a name stands for none."""
    named = [campaign for campaign in campaigns if campaign]
    return column.in_(named) if named else column.is_(None)


def total(one: Figure, cells: Mapping[Cell, Number]) -> Number:
    """A figure over cells of its own: summed, or how many different units have any."""
    if one.measure == "units":
        return len({unit for unit, _ in cells})
    return tidy(sum(cells.values()))


def members(session: Session, campaign: str) -> tuple[str, ...]:
    """A campaign and all its sub-plans, and theirs."""
    children: dict[str, list[str]] = defaultdict(list)
    rows = session.execute(select(col(Campaign.key), col(Campaign.parent)).where(col(Campaign.parent).is_not(None)))
    for key, parent in rows:
        children[parent].append(key)
    found, left = [campaign], [campaign]
    while left:
        following = sorted(children.pop(left.pop(), ()))
        found += following
        left += following
    return tuple(found)
