"""Reporting upward: making a report that is owed, which starts the clock of the next level."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Incident, Unit
from models.kinds import IncidentState
from service import cases, store
from service.access import Actor
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.hazards.found import others
from service.incidents import fields as known
from service.incidents.found import current, find, owes
from service.on_watch import answering
from service.people.fields import fit_one
from service.rules import incidents as rules
from service.rules.incidents import ReportFacts
from service.rules.steps import Telling, change


def report_up(
    session: Session,
    actor: Actor,
    key: str,
    owed: str,
    *,
    now: datetime,
    text: str = "",
    made_at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Make a report that is owed upward: what it said, and when it was made if that was before now (a call).

    For those who answer for the unit that reports, and who may report there. The clock of the next level begins; when
    the last one is made, the incident is closed. Conflict for one that is made.
    """
    text = fit_one("text", known.long_text, text)
    found = find(session, actor, key)
    one = next((report for report in found.reports if report.key == owed), None)
    if one is None:
        raise NotFound("There is no report {key}", key=owed)
    may_report(session, actor, one)
    current(found.incident, version)
    if one.made_at is not None:
        raise Conflict("This report is made already")
    at = fit_one("made_at", known.instant, made_at) if made_at is not None else now
    if not found.incident.known_at <= at <= now:
        raise Refused("Some fields are wrong", faults=[Fault("made_at", "must lie between knowing of it and now")])
    steps, begins = rules.making(one, found.reports, made_at=at, by=actor.person, text=text)
    made = {step.key for step in steps if step.values.get("made_at")}
    people = answering(session, {one.to_unit, *(begin.from_unit for begin in begins)}, now)
    about, tell = found.about, list[Telling]()
    for begin in begins:
        tell += rules.asking(begin, about, people[begin.from_unit].people, now)
    came = others(actor, people[one.to_unit].people)
    tell += rules.telling("incident_came", came, about, now, from_unit=one.from_unit, text=text)
    steps[0] = steps[0]._replace(tell=tuple(tell))
    steps += cases.ending(session, made, now, "reported upward")
    values: dict[str, Any] = {}
    if all(report.made_at or report.key in made for report in found.reports):
        values = {"state": IncidentState.closed, "closed_at": now, "closed_by": actor.person}
    steps.append(change(Incident, key, found.incident.version, "report made", values))
    store.require(session, steps, now=now, by=actor.person)


def may_report(session: Session, actor: Actor, one: ReportFacts) -> None:
    """Refuse whoever neither answers for the unit that reports nor may report there."""
    path = session.execute(select(col(Unit.path)).where(col(Unit.key) == one.from_unit)).scalar_one()
    if not (actor.may("report incidents up", path) or owes(session, actor.person, [one])):
        raise Forbidden("Your role does not allow this here")
