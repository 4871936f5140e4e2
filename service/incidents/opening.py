"""Opening an incident: what must be known of it, the clocks frozen into it, and the reports that it owes upward."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Incident, IncidentLine, IncidentReport, Unit
from models.kinds import IncidentCategory, IncidentState, ReportForm, ReportSeries
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import Fault, Refused
from service.hazards.found import others
from service.incidents import clocks as incident_clocks
from service.incidents import fields as known
from service.incidents.found import coordinators
from service.numbers import write_numbered
from service.on_watch import Answering, answering
from service.people.fields import fit
from service.people.unit_acts import visible_unit
from service.rules import incidents as rules
from service.rules.incident_clocks import Clocks, Level, grade_of, levels_up
from service.rules.incidents import About, ReportFacts
from service.rules.steps import Step, make
from service.units import zone_of

SAID = ("kind", "category", "happened_at", "place", "description", "deaths", "injured", "missing", "loss_yuan")
UNSAID: dict[str, Any] = {
    "category": IncidentCategory.other, "place": "", "deaths": 0, "injured": 0, "missing": 0, "loss_yuan": 0,
}  # fmt: skip
FROZEN = ("basis", "office_minutes", "level_minutes", "phone_minutes", "levels", "changes_days")


def report(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    unit: str,
    kind: str,
    description: str,
    happened_at: datetime,
    known_at: datetime | None = None,
    **more: Any,
) -> str:
    """Enter an incident (险情速报, 事故专报); answers its key, `I-<year>-<number>`.

    `known_at` is when the head of the unit was told, now if nobody says. `more` may hold category, place, deaths,
    injured, missing and loss_yuan. The clocks in force there are frozen in; one report is owed for each level above,
    and one more for each when the days are over in which changes are reported. Who must report, the unit's own people
    and its coordinators are told at once, at any hour. What lies further back than those days is entered for the
    figures alone. Raises Refused naming each bad field, NotFound for a unit out of sight.
    """
    given = {"kind": kind, "description": description, "happened_at": happened_at, "known_at": known_at or now, **more}
    values: dict[str, Any] = UNSAID | fit(known.INCIDENT, given)
    found = visible_unit(session, actor, unit)
    actor.must("report incidents", found.path, see="see units")
    in_order(values, now)
    closed_on = session.execute(select(col(Unit.closed_on)).where(col(Unit.key) == unit)).scalar_one()
    calendar = gather_calendar(session, zone=zone_of(session, unit))
    happened_on = calendar.civil(values["happened_at"])
    if closed_on is not None and happened_on > closed_on:
        raise Refused("Some fields are wrong", faults=[Fault("unit", "is closed")])
    clocks = incident_clocks.in_force(session, found.path, values["kind"], values["category"])
    ends_at = calendar.end_of(happened_on + timedelta(days=clocks.changes_days))
    levels = levels_up(incident_clocks.way_up(session, found.path), clocks) if now < ends_at else []
    values |= {name: getattr(clocks, name) for name in FROZEN} | {
        "unit": unit, "happened_on": happened_on, "ends_at": ends_at, "reported_at": now, "reported_by": actor.person,
        "grade": grade_of(values["deaths"], values["injured"], values["loss_yuan"]),
    }  # fmt: skip
    if not levels:
        values |= {"state": IncidentState.closed, "closed_at": now}
    running = now < ends_at
    people = answering(session, {unit, *(level.from_unit for level in levels)}, now)
    heard = dict.fromkeys((*people[unit].people, *coordinators(session, [unit]))) if running else {}

    def step_for(key: str) -> Step:
        about = About(key, unit, *(values[name] for name in About._fields[2:]))
        tell = rules.telling("incident_reported", others(actor, heard), about, now)
        first = rules.owed_up(key, ReportSeries.first, levels, values["known_at"])
        last = rules.owed_up(key, ReportSeries.closing, written(levels), ends_at, asked=False)
        head = [told_the_head(key, unit, values, clocks, actor.person)] if running else []
        owed = (*head, *asked(people, about, first, now), *last)
        step = make(Incident, key, "reported", values, tell=tell)
        return step._replace(then=(line(key, 1, values, now=now, by=actor.person), *owed))

    return write_numbered(session, "I", happened_on.year, step_for, now=now, by=actor.person)


def in_order(values: dict[str, Any], now: datetime) -> None:
    """Refuse what is still to come, and a head who knew of it before it happened."""
    faults = [Fault(name, "is still to come") for name in ("happened_at", "known_at") if values.get(name, now) > now]
    if values.get("known_at", now) < values["happened_at"]:
        faults.append(Fault("known_at", "is before it happened"))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)


def written(levels: Sequence[Level]) -> list[Level]:
    return [level for level in levels if level.form == ReportForm.written]


def told_the_head(key: str, unit: str, values: dict[str, Any], clocks: Clocks, by: str) -> Step:
    """The first report of all, from the site to the head of the unit: made when an incident is entered."""
    due_at = values["happened_at"] + timedelta(minutes=clocks.head_minutes)
    level = Level(0, unit, unit, 0, clocks.head_minutes)
    made = {
        "incident": key, "series": ReportSeries.first, "owed_at": values["happened_at"], "due_at": due_at,
        "limit_at": due_at, "made_at": values["known_at"], "made_by": by,
    }  # fmt: skip
    key = rules.report_key(key, ReportSeries.first, 0, level)
    return make(IncidentReport, key, "reported upward", level._asdict() | made)


def asked(people: Mapping[str, Answering], about: About, steps: Sequence[Step], now: datetime) -> list[Step]:
    """Reports that are born now with the notices to those who owe them; those whose clock runs not yet wait."""
    blank: dict[str, Any] = dict.fromkeys(ReportFacts._fields)
    found: list[Step] = []
    for step in steps:
        known = {name: value for name, value in step.values.items() if name in blank}
        facts = ReportFacts(**(blank | known | {"key": step.key, "version": 1}))
        owing = () if facts.after_place else people[facts.from_unit].people
        found.append(step._replace(tell=rules.asking(facts, about, owing, now)))
    return found


def line(key: str, nth: int, values: dict[str, Any], *, now: datetime, by: str, reason: str = "") -> Step:
    """What is said of an incident now, as a line that stays."""
    said = {name: values[name] for name in SAID}
    said |= {"incident": key, "nth": nth, "at": now, "by": by, "reason": reason}
    return make(IncidentLine, f"{key}:{nth}", "line", said, reason)
