"""The table of clocks: what each jurisdiction has entered, and which clocks are in force at a unit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import IncidentClock, Unit
from models.base import table_of
from service import store
from service.access import Actor
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.incidents import fields as known
from service.people.fields import fit
from service.people.unit_acts import visible_unit
from service.rules.chain import ancestors
from service.rules.incident_clocks import NATIONAL, ClockFacts, Clocks, Office, clocks_for
from service.rules.steps import change, make, remove

ACT = "set clocks"
MINUTES = ("head_minutes", "office_minutes", "level_minutes", "phone_minutes", "levels", "changes_days")


def in_force(session: Session, path: str, kind: str, category: str) -> Clocks:
    """The clocks of an incident that opens now at a unit."""
    statement = select(*(col(getattr(IncidentClock, name)) for name in ClockFacts._fields))
    above = or_(col(IncidentClock.unit).is_(None), col(IncidentClock.unit).in_(ancestors(path)))
    rows = session.execute(statement.where(above).order_by(col(IncidentClock.key)))
    return clocks_for([ClockFacts(*row) for row in rows], path, kind, category)


def way_up(session: Session, path: str) -> list[Office]:
    """The units from one upward to its root, itself first."""
    codes = ancestors(path)
    kinds = dict(session.execute(select(col(Unit.key), col(Unit.kind)).where(col(Unit.key).in_(codes))).tuples().all())
    return [Office(code, kinds[code]) for code in codes]


def put(
    session: Session, actor: Actor, *, now: datetime, version: int | None = None, unit: str | None = None, **what: Any
) -> str:
    """Enter or change what a jurisdiction wants for a kind and a category (any where they are empty); answers its key.

    Only what is given is said by this row; the rest stays with the rows above and the national table. `unit` None is
    everywhere, for those who may set clocks at every root. Incidents that are open keep the clocks they began with.
    """
    values = fit(known.CLOCK, {"unit": unit, "kind": "", "category": "", **what})
    may(session, actor, unit)
    if all(values.get(name) is None for name in MINUTES):
        raise Refused("Some fields are wrong", faults=[Fault("office_minutes", "name at least one clock")])
    key = f"{unit or ''}:{values['kind']}:{values['category']}"
    row = session.execute(select(table_of(IncidentClock)).where(col(IncidentClock.key) == key)).one_or_none()
    values = {"basis": "", **dict.fromkeys(MINUTES), **values}
    if row is None:
        step = make(IncidentClock, key, "clock set", values)
    elif version is not None and version != row.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    else:
        step = change(IncidentClock, key, row.version, "clock set", values)
    store.require(session, [step], now=now, by=actor.person)
    return key


def drop(session: Session, actor: Actor, key: str, *, now: datetime, version: int) -> None:
    """Take away what a jurisdiction has entered: what stands above it holds again."""
    row = session.execute(select(table_of(IncidentClock)).where(col(IncidentClock.key) == key)).one_or_none()
    if row is None:
        raise NotFound("There is no clock {key}", key=key)
    may(session, actor, row.unit)
    store.require(session, [remove(IncidentClock, key, version, "clock dropped")], now=now, by=actor.person)


def may(session: Session, actor: Actor, unit: str | None) -> None:
    """Refuse whoever may not set clocks there."""
    if unit is not None:
        actor.must(ACT, visible_unit(session, actor, unit).path, see="see units")
        return
    roots = session.execute(select(col(Unit.path)).where(col(Unit.parent).is_(None))).scalars().all()
    if not all(actor.may(ACT, root) for root in roots):
        raise Forbidden("Only someone with rights at every root unit may set the clocks of all")


def listed(session: Session, actor: Actor) -> dict[str, Sequence[Any] | None]:
    """What has been entered for everywhere and for units in sight, and the national table beneath it all."""
    table = table_of(IncidentClock)
    statement = select(table, col(Unit.path)).join(Unit, col(IncidentClock.unit) == col(Unit.key), isouter=True)
    entered = [
        {name: value for name, value in row._mapping.items() if name != "path"}
        for row in session.execute(statement.order_by(col(IncidentClock.key)))
        if row.unit is None or actor.may("see units", row.path)
    ]
    return {"items": entered, "national": [one._asdict() for one in NATIONAL], "next": None}
