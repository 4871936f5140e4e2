"""The records behind a figure: listed by the very conditions that they are counted by."""

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Unit
from service.access import Actor, beneath, units_beneath
from service.figures.base import Figure, Reach, Span
from service.figures.registry import counted, figure
from service.figures.sources import SOURCES
from service.lists import PAGE, Page

# where a record of each kind is read whole; a warning's and a check's own pages list them
ADDRESSES = {
    "hazard": "/api/v1/hazards/", "task": "/api/v1/tasks/", "recheck": "/api/v1/rechecks/", "unit": "/api/v1/units/",
    "enforcement": "/api/v1/enforcement/", "incident": "/api/v1/incidents/", "alert": "/api/v1/alerts/",
    "watch": "/api/v1/watches/",
}  # fmt: skip


class Record(NamedTuple):
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
    one = figure(key)
    shown = one if isinstance(one, Figure) else list(counted(key))[-1 if hasattr(one, "whole") else 0]
    source = SOURCES[shown.source]
    value = source.measures.get(shown.measure)
    subject = source.record if source.subject is None else source.subject
    columns = [source.record.label("place"), subject.label("key"), source.unit.label("unit"), source.on.label("on")]
    columns += [value.label("value")] if value is not None else []
    statement = select(*columns).select_from(source.rows()).where(source.inside(span))
    for name, allowed in shown.where.items():
        statement = statement.where(source.dims[name](span).in_(allowed))
    inside = select(col(Unit.key)).where(beneath(reach.path), units_beneath(actor.paths("see")))
    if own:
        inside = inside.where(col(Unit.path) == reach.path)
    if reach.sector is not None:
        inside = inside.where(col(Unit.sector) == reach.sector)
    statement = statement.where(source.unit.in_(inside))
    if reach.campaigns is not None and source.campaign is not None:
        named = [campaign for campaign in reach.campaigns if campaign]
        statement = statement.where(source.campaign.in_(named) if named else source.campaign.is_(None))
    if after is not None:
        statement = statement.where(source.record > after)
    rows = session.execute(statement.order_by(source.record).limit(limit + 1)).all()
    names = named_units(session, {row.unit for row in rows})
    items = [
        Record(
            source.kind,
            row.key,
            row.unit,
            names[row.unit],
            row.on,
            getattr(row, "value", 1),
            address(source.kind, row.key),
        )
        for row in rows[:limit]
    ]
    return Page(items, rows[limit - 1].place if len(rows) > limit else None)


def named_units(session: Session, codes: set[str]) -> dict[str, str]:
    rows = session.execute(select(col(Unit.key), col(Unit.name)).where(col(Unit.key).in_(codes)))
    return dict(rows.tuples().all())


def address(kind: str, key: str) -> str | None:
    """Where a record is read whole."""
    head = ADDRESSES.get(kind)
    return None if head is None else head + key
