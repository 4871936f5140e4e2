"""The records behind a figure: listed by the very conditions that they are counted by."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import not_, select
from sqlmodel import Session, col

from models import Unit
from service.access import Actor, units_beneath
from service.figures.base import Figure, Less, Reach, Span, among
from service.figures.counting import Held, inside_of, of_campaigns
from service.figures.registry import counted, figure
from service.figures.sources import SOURCES
from service.ledger.words import among as one_of
from service.lists import PAGE, Page

# where a record of each kind is read whole; a warning's and a check's own pages list them
ADDRESSES = {
    "hazard": "/api/v1/hazards/", "task": "/api/v1/tasks/", "recheck": "/api/v1/rechecks/", "unit": "/api/v1/units/",
    "enforcement": "/api/v1/enforcement/", "incident": "/api/v1/incidents/", "alert": "/api/v1/alerts/",
    "watch": "/api/v1/watches/", "campaign": "/api/v1/campaigns/",
}  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One record: its kind and key, whose it is, by which day or instant it counts, what it adds, where it is read."""

    kind: str
    key: str
    unit: str
    unit_name: str
    on: Any
    value: Any
    link: str | None


def records(
    session: Session,
    actor: Actor,
    key: str,
    reach: Reach,
    span: Span,
    *,
    own: bool = False,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of the records that a figure counts, by their keys; of a rate, those of the whole it is a share of.

    `own` leaves out everything beneath the unit. What the actor may not see is not there.
    """
    shown, without = counted_in(key)
    source = SOURCES[shown.source]
    value = source.measures.get(shown.measure)
    subject = source.record if source.subject is None else source.subject
    columns = [source.record.label("place"), subject.label("key"), source.unit.label("unit"), source.on.label("on")]
    columns += [value.label("value")] if value is not None else []
    inside = [*inside_of(reach), units_beneath(actor.paths("see"))]
    held = Held(session, [*inside, col(Unit.path) == reach.path] if own else inside)
    statement = narrowed(select(*columns), shown, reach, span, held)
    if without is not None:
        # asked by themselves: beside them, PostgreSQL would read and sort all records for the first few
        others = narrowed(select(SOURCES[without.source].unit), without, reach, span, held).distinct()
        left_out = session.execute(held.hinted(others, source)).scalars().all()
        statement = statement.where(not_(one_of(session, left_out, source.unit)))
    if after is not None:
        statement = statement.where(source.record > after)
    rows = session.execute(statement.order_by(source.record).limit(limit + 1)).all()
    names = named_units(session, {row.unit for row in rows})
    items = [
        Record(
            source.kind, row.key, row.unit, names[row.unit], row.on, getattr(row, "value", 1) or 0,
            address(source.kind, row.key),
        )
        for row in rows[:limit]
    ]  # fmt: skip
    return Page(items, rows[limit - 1].place if len(rows) > limit else None)


def counted_in(key: str) -> tuple[Figure, Figure | None]:
    """The counted figure whose records are listed, and the one whose units are left out of them."""
    one = figure(key)
    if isinstance(one, Figure):
        return one, None
    first, *_, last = counted(key)
    return (first, last) if isinstance(one, Less) else (last, None)


def narrowed(statement: Any, shown: Figure, reach: Reach, span: Span, held: Held) -> Any:
    """A select of a figure's records, held to some units."""
    source = SOURCES[shown.source]
    statement = statement.select_from(source.rows()).where(source.inside(span), held(source.unit))
    for name, allowed in shown.where.items():
        statement = statement.where(among(source.dims[name](span), allowed))
    if reach.campaigns is not None and source.campaign is not None:
        statement = statement.where(of_campaigns(source.campaign, reach.campaigns))
    return statement


def named_units(session: Session, codes: set[str]) -> dict[str, str]:
    rows = session.execute(select(col(Unit.key), col(Unit.name)).where(col(Unit.key).in_(codes)))
    return dict(rows.tuples().all())


def address(kind: str, key: str) -> str | None:
    """Where a record is read whole."""
    head = ADDRESSES.get(kind)
    return None if head is None else head + key
