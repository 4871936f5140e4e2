"""Reporting a hazard: what must be known of it, when it is due, and the code it is filed under."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import Campaign, Hazard, Task, Unit
from models.kinds import HazardLevel, HazardMode
from service import store
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import Fault, Refused
from service.hazards import fields as known
from service.hazards.found import coordinators, others
from service.ladders import deadlines_for
from service.numbers import write_numbered
from service.people import fields
from service.people.fields import fit, today
from service.people.unit_acts import visible_unit
from service.rules import hazards as rules
from service.rules.steps import Step, make
from service.settings import settings

FIELDS: fields.Fields = {
    "description": known.description, "level": known.level, "mode": known.mode, "source": known.source,
    "found_on": known.past_day, "due_on": known.optional_day, "place": fields.text, "category": fields.text,
    "rank": known.rank, "note": known.long_text, "code": fields.optional_code, "campaign": fields.optional_code,
    "task": lambda value: fields.text(value, 300) or None, "found_by": fields.text,
}  # fmt: skip


def report(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    unit: str,
    description: str,
    level: str = HazardLevel.general,
    mode: str = HazardMode.by_deadline,
    source: str = "other",
    **more: Any,
) -> str:
    """Enter a hazard into the ledger; answers its code, `H-<year>-<number>` unless one is given.

    `more` may hold found_on (today if not), due_on, place, category, rank, note, code, campaign, task and found_by (who
    found it, if not the actor). Whoever has the task may report what they find at it. Without due_on it is due as the
    campaign says for its level, on the spot by the end of the day it was found. The unit's coordinators are told.
    Raises Refused naming each bad field, NotFound for an unknown unit, Conflict for a code that stands.
    """
    given = {"description": description, "level": level, "mode": mode, "source": source, "found_on": today(now), **more}
    values = fit(FIELDS, given)
    if not has_task(session, actor, values.get("task"), unit):
        actor.must("report hazards", visible_unit(session, actor, unit).path, see="see units")
    closed_on = session.execute(select(col(Unit.closed_on)).where(col(Unit.key) == unit)).scalar_one()
    return write_report(session, unit, closed_on, values, now=now, by=actor)


def has_task(session: Session, actor: Actor, task: str | None, unit: str) -> bool:
    """Whether the task is the actor's own to do at the unit: what they find there they may report, role or not."""
    mine = or_(col(Task.assignee) == actor.person, col(Task.co_assignee) == actor.person)
    found = select(col(Task.key)).where(col(Task.key) == task, col(Task.unit) == unit, mine)
    return task is not None and session.execute(found).first() is not None


def write_report(
    session: Session, unit: str, closed_on: date | None, values: dict[str, Any], *, now: datetime, by: Actor
) -> str:
    """Write a hazard whose fields are fit each by itself, once they fit each other and the records."""
    due_on, code = values.pop("due_on", None), values.pop("code", None)
    values |= placed(session, unit, values.pop("campaign", None), values.pop("task", None))
    check_days(values["found_on"], due_on, now)
    if closed_on is not None:
        raise Refused("Some fields are wrong", faults=[Fault("unit", "is closed")])
    if values["level"] == HazardLevel.major and values["mode"] == HazardMode.on_spot:
        fault = Fault("mode", "a major hazard is rectified by a deadline, never on the spot")
        raise Refused("Some fields are wrong", faults=[fault])
    calendar = gather_calendar(session, zone=settings().zone_info())
    if due_on is not None:
        due_at = calendar.end_of(due_on)
    else:
        spans = deadlines_for(session, values["campaign"])
        due_at = rules.due_of(values["found_on"], values["level"], values["mode"], spans, calendar)
    values = {"found_by": by.person, **values, "unit": unit, "due_at": due_at}
    values["attend_at"] = rules.first_look(due_at, now)
    heard = others(by, coordinators(session, unit))

    def step_for(code: str) -> Step:
        told = rules.hazard_told(SimpleNamespace(key=code, cycle=1, **values))
        tell = rules.telling("hazard_reported", heard, now, told, "")
        first = rules.first_cycle(code, values["found_on"], due_at)
        return make(Hazard, code, "reported", values, tell=tell)._replace(then=(first,))

    if code is None:
        return write_numbered(session, "H", values["found_on"].year, step_for, now=now, by=by.person)
    store.require(session, [step_for(code)], now=now, by=by.person)
    return str(code)


def placed(session: Session, unit: str, campaign: str | None, task: str | None) -> dict[str, Any]:
    """The campaign and the task a hazard was found in; Refused for one that isn't there."""
    if task is not None:
        row = session.execute(select(col(Task.campaign), col(Task.unit)).where(col(Task.key) == task)).one_or_none()
        if row is None:
            raise Refused("Some fields are wrong", faults=[Fault("task", "there is no task {key}", {"key": task})])
        if campaign not in (None, row.campaign):
            raise Refused("Some fields are wrong", faults=[Fault("campaign", "is not the campaign of the task")])
        campaign = row.campaign
    if campaign is not None:
        there = session.execute(select(col(Campaign.key)).where(col(Campaign.key) == campaign)).one_or_none()
        if there is None:
            fault = Fault("campaign", "there is no campaign {key}", {"key": campaign})
            raise Refused("Some fields are wrong", faults=[fault])
    return {"campaign": campaign, "task": task}


def check_days(found_on: date, due_on: date | None, now: datetime) -> None:
    """Refuse a finding that is still to come, and a deadline before it or ten years off."""
    faults = []
    if found_on > today(now):
        faults.append(Fault("found_on", "is a day to come"))
    if due_on is not None and due_on < found_on:
        faults.append(Fault("due_on", "is before the day it was found"))
    if due_on is not None and due_on > found_on + timedelta(days=known.FURTHEST_DAYS):
        faults.append(Fault("due_on", "is more than ten years off"))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
