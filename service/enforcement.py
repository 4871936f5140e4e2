"""Enforcement (执法): measures taken against a unit, for a hazard or by themselves; recorded, and read back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Enforcement, Hazard, Unit
from service.access import Actor, in_scope
from service.errors import Fault, NotFound, Refused
from service.hazards import fields as known
from service.lists import PAGE, Page
from service.numbers import write_numbered
from service.people import fields
from service.people.fields import fit, today
from service.people.unit_acts import visible_unit
from service.rules.steps import Step, make

ACT = "enforce"
SHOWN = (
    "key", "version", "hazard", "unit", "kind", "on", "amount_yuan", "points", "goods", "document", "people", "note",
    "by",
)  # fmt: skip
FIELDS: fields.Fields = {
    "kind": known.enforcement_kind, "on": known.past_day, "hazard": fields.optional_code, "amount_yuan": known.whole,
    "points": known.points, "goods": fields.text, "document": fields.text, "people": known.people,
    "note": known.long_text,
}  # fmt: skip


def record(session: Session, actor: Actor, *, now: datetime, unit: str, kind: str, **more: Any) -> str:
    """Record a measure against a unit; answers its key, `E-<year>-<number>`.

    `more` may hold on (today if not), hazard (its code: the unit's own), amount_yuan, points, goods, document, people
    (how many it concerned) and note. Raises Refused naming each bad field, NotFound for an unknown unit.
    """
    values = fit(FIELDS, {"kind": kind, "on": today(now), **more})
    place = visible_unit(session, actor, unit)
    actor.must(ACT, place.path, see="see units")
    if values["on"] > today(now):
        raise Refused("Some fields are wrong", faults=[Fault("on", "is a day to come")])
    if values.get("hazard") is not None:
        at = session.execute(select(col(Hazard.unit)).where(col(Hazard.key) == values["hazard"])).scalar_one_or_none()
        if at != unit:
            fault = Fault("hazard", "there is no hazard {code} of this unit", {"code": values["hazard"]})
            raise Refused("Some fields are wrong", faults=[fault])

    def step_for(key: str) -> Step:
        return make(Enforcement, key, "recorded", {**values, "unit": unit, "by": actor.person})

    return write_numbered(session, "E", values["on"].year, step_for, now=now, by=actor.person)


def listed(
    session: Session,
    actor: Actor,
    *,
    unit: str | None = None,
    hazard: str | None = None,
    kind: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    limit: int = PAGE,
    after: str | None = None,
    newest: bool = False,
) -> Page:
    """A page of the measures against the units the actor sees, by key, the `newest` first where that is asked.

    `unit` asks for everything at and beneath it.
    """
    statement = select(*(col(getattr(Enforcement, name)) for name in SHOWN))
    statement = statement.where(in_scope(Enforcement.unit, actor.paths("see")))
    if unit is not None:
        statement = statement.where(in_scope(Enforcement.unit, (visible_unit(session, actor, unit).path,)))
    for column, wanted in ((Enforcement.hazard, hazard), (Enforcement.kind, kind)):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    if from_on is not None:
        statement = statement.where(col(Enforcement.on) >= from_on)
    if to_on is not None:
        statement = statement.where(col(Enforcement.on) <= to_on)
    key: Any = col(Enforcement.key)
    if after is not None:
        statement = statement.where(key < after if newest else key > after)
    rows = session.execute(statement.order_by(key.desc() if newest else key).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)


def one(session: Session, actor: Actor, key: str) -> Any:
    """One measure; NotFound for one out of sight."""
    statement = select(*(col(getattr(Enforcement, name)) for name in SHOWN), col(Unit.path))
    statement = statement.join(Unit, col(Enforcement.unit) == col(Unit.key)).where(col(Enforcement.key) == key)
    row = session.execute(statement).one_or_none()
    if row is None or not actor.may("see", row.path):
        raise NotFound("There is no enforcement {key}", key=key)
    return row
