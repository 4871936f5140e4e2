"""Incidents: reporting one, correcting it by a new line, reporting it upward, closing it and striking it out."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Incident, IncidentReport
from models.kinds import IncidentKind, IncidentState, ReportForm, ReportSeries
from service import cases, store
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import Fault, Refused
from service.hazards.found import needed, others
from service.incidents import fields as known
from service.incidents.found import Found, coordinators, current, find, may
from service.incidents.opening import SAID, asked, in_order, line, report
from service.incidents.upward import report_up
from service.on_watch import answering
from service.people.fields import fit
from service.rules import incidents as rules
from service.rules.incident_clocks import Level, grade_of
from service.rules.incidents import About
from service.rules.steps import change
from service.units import zone_of

__all__ = ["close", "correct", "report", "report_up", "void"]


def correct(
    session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None, **what: Any
) -> None:
    """Say anew what is known of an incident: a new line with its reason; the lines before it stay as they are.

    Where deaths, injured or missing change while changes are to be reported, one follow-up is owed for each level
    above, by the clocks that it began with. Raises Refused for bad fields or where nothing changes.
    """
    reason = needed(reason)
    given = fit({name: check for name, check in known.INCIDENT.items() if name != "known_at"}, what)
    found = find(session, actor, key)
    may(actor, "correct incidents", found.path)
    incident = found.incident
    current(incident, version, IncidentState.open, IncidentState.closed)
    values = {name: given.get(name, getattr(incident, name)) for name in SAID}
    changed = [name for name in SAID if values[name] != getattr(incident, name)]
    if not changed:
        raise Refused("Some fields are wrong", faults=[Fault("reason", "nothing is changed by this correction")])
    in_order(values | {"known_at": incident.known_at}, now)
    if "kind" in changed and IncidentKind.near_miss in (values["kind"], incident.kind):
        raise Refused(
            "Some fields are wrong", faults=[Fault("kind", "a near miss owes no reports: void it and report anew")]
        )
    hurt = any(name in changed for name in rules.CASUALTIES)
    owed = hurt and incident.state == IncidentState.open and now < incident.ends_at
    nth = incident.changes + 1 if owed else incident.changes
    calendar = gather_calendar(session, zone=zone_of(session, incident.unit))
    new = values | {
        "lines": incident.lines + 1, "changes": nth, "happened_on": calendar.civil(values["happened_at"]),
        "grade": grade_of(values["deaths"], values["injured"], values["loss_yuan"]),
    }  # fmt: skip
    about = found.about._replace(**{name: values[name] for name in values if name in About._fields})
    follow = rules.owed_up(key, ReportSeries.change, frozen_levels(found), now, nth=nth) if owed else []
    people = answering(session, {step.values["from_unit"] for step in follow}, now)
    told = coordinators(session, {incident.unit, *(one.to_unit for one in found.reports if one.made_at)})
    tell = rules.telling(
        "incident_corrected", others(actor, told), about, now, urgent=owed, nth=str(incident.lines + 1), reason=reason
    )
    steps = [
        change(Incident, key, incident.version, "corrected", new, reason, tell),
        line(key, incident.lines + 1, values, now=now, by=actor.person, reason=reason),
        *asked(people, about, follow, now),
    ]
    store.require(session, steps, now=now, by=actor.person)


def frozen_levels(found: Found) -> list[Level]:
    """The levels upward as they stood when the incident was opened."""
    return [
        Level(one.place, one.from_unit, one.to_unit, one.after_place, one.within_minutes)
        for one in found.reports
        if one.series == ReportSeries.first and one.place and one.form == ReportForm.written
    ]


def close(session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Close an incident with its reason before every report is made: those that are not count as omitted."""
    end(session, actor, key, IncidentState.closed, "closed", now=now, reason=reason, version=version)


def void(session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Strike out what did not happen, or was entered twice, with the reason; no figure counts it."""
    end(session, actor, key, IncidentState.void, "void", now=now, reason=reason, version=version)


def end(
    session: Session,
    actor: Actor,
    key: str,
    state: IncidentState,
    act: str,
    *,
    now: datetime,
    reason: str,
    version: int | None,
) -> None:
    """End an incident: nothing more is owed about it, its cases end, and who had heard of it hears this too."""
    reason = needed(reason)
    found = find(session, actor, key)
    may(actor, "decide incidents", found.path)
    states = (IncidentState.open, IncidentState.closed) if state == IncidentState.void else (IncidentState.open,)
    current(found.incident, version, *states)
    left = [one for one in found.reports if one.made_at is None]
    told = coordinators(session, {found.incident.unit, *(one.to_unit for one in found.reports if one.made_at)})
    tell = rules.telling(f"incident_{act}", others(actor, told), found.about, now, urgent=False, reason=reason)
    values = {"state": state, "closed_at": now, "closed_by": actor.person, "reason": reason}
    steps = [
        change(Incident, key, found.incident.version, act, values, reason, tell),
        *(
            change(IncidentReport, one.key, one.version, "owed no more", {"attend_at": None})
            for one in left
            if one.attend_at is not None
        ),
        *cases.ending(session, [one.key for one in left], now, act),
    ]
    store.require(session, steps, now=now, by=actor.person)
