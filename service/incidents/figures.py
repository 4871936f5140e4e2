"""Incidents counted in two periods by kind: how many, and how many people, against the same days a year before."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import Incident
from models.kinds import IncidentKind, IncidentState
from service.access import Actor, in_scope
from service.errors import Fault, Refused
from service.lists import in_sight
from service.rules.incidents import COUNTED, compared

TOTAL = "total"
LEAP = (2, 29)


class Period(NamedTuple):
    """Civil days, both included."""

    from_on: date
    to_on: date


class Statistics(NamedTuple):
    """Two periods, and for each kind and in all what was counted in them, with the change in percent."""

    unit: str
    category: str | None
    now: Period
    before: Period
    kinds: dict[str, dict[str, dict[str, Any]]]


def a_year_before(on: date) -> date:
    """The same day of the year before; 29 February has the 28th."""
    return on.replace(year=on.year - 1, day=28) if (on.month, on.day) == LEAP else on.replace(year=on.year - 1)


def statistics(
    session: Session,
    actor: Actor,
    *,
    unit: str,
    from_on: date,
    to_on: date,
    before: Period | None = None,
    category: str | None = None,
) -> Statistics:
    """What happened at a unit and beneath it between two days, against the same days a year before, or other ones.

    What was void is not counted; each incident counts with what is known of it now. Changes are in percent, half up to
    two decimals, and None where there was nothing before. Raises Refused for a period backwards.
    """
    path = in_sight(session, actor, unit)
    actor.must("see", path, see="see units")
    now = Period(from_on, to_on)
    earlier = before or Period(a_year_before(from_on), a_year_before(to_on))
    for name, period in (("to", now), ("before_to", earlier)):
        if period.to_on < period.from_on:
            raise Refused("Some fields are wrong", faults=[Fault(name, "is before the first day")])
    counts = counted(session, path, now, category), counted(session, path, earlier, category)
    kinds = {kind: compared(*(one[kind] for one in counts)) for kind in (*map(str, IncidentKind), TOTAL)}
    return Statistics(unit, category, now, earlier, kinds)


def counted(session: Session, path: str, period: Period, category: str | None = None) -> dict[str, dict[str, int]]:
    """Kind, and `total` → what was counted at the units at `path` and beneath, by the day it happened."""
    sums = [func.coalesce(func.sum(col(getattr(Incident, name))), 0) for name in COUNTED[1:]]
    statement = select(col(Incident.kind), func.count(), *sums).where(
        in_scope(Incident.unit, (path,)), col(Incident.state) != IncidentState.void,
        col(Incident.happened_on) >= period.from_on, col(Incident.happened_on) <= period.to_on,
    )  # fmt: skip
    if category is not None:
        statement = statement.where(col(Incident.category) == category)
    found = {str(kind): dict.fromkeys(COUNTED, 0) for kind in IncidentKind}
    for kind, *values in session.execute(statement.group_by(col(Incident.kind))):
        found[kind] = {name: int(value) for name, value in zip(COUNTED, values, strict=True)}
    found[TOTAL] = {name: sum(one[name] for one in found.values()) for name in COUNTED}
    return found
