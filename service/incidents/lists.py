"""Incidents, page by page; and one whole, with its lines, its clocks, the reports owed about it and who did what."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import Case, Incident, IncidentLine, IncidentReport, Unit
from models.base import table_of
from models.kinds import IncidentState
from service import cases, journal, unit_tree
from service.access import Actor, in_scope
from service.incidents.found import find
from service.listings import columns
from service.lists import PAGE, Page, in_sight, newest
from service.rules.incidents import standing

INCIDENT_COLUMNS = (
    "key", "version", "unit", "kind", "category", "happened_at", "happened_on", "known_at", "place", "description",
    "deaths", "injured", "missing", "loss_yuan", "grade", "lines", "changes", "state", "reported_at", "reported_by",
    "ends_at", "closed_at", "closed_by", "reason",
)  # fmt: skip
CLOCK_COLUMNS = ("basis", "office_minutes", "level_minutes", "phone_minutes", "levels", "changes_days")
LINE_COLUMNS = (
    "key", "nth", "at", "by", "reason", "kind", "category", "happened_at", "place", "description", "deaths", "injured",
    "missing", "loss_yuan",
)  # fmt: skip
REPORT_COLUMNS = (
    "key", "version", "series", "nth", "place", "form", "from_unit", "to_unit", "within_minutes", "owed_at", "due_at",
    "limit_at", "made_at", "made_by", "text",
)  # fmt: skip
LINES = 200  # of the journal, with what is told of one incident


class IncidentWhole(NamedTuple):
    """An incident with all that became of it."""

    incident: Any
    clocks: Any
    lines: Sequence[Any]
    reports: Sequence[Any]
    cases: Sequence[Any]
    journal: Sequence[Any]


def incidents(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    unit: str | None = None,
    kinds: Sequence[str] = (),
    category: str | None = None,
    states: Sequence[str] = (),
    happened_from: date | None = None,
    happened_to: date | None = None,
    overdue: bool | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of incidents, what happened last first: at the units the actor sees, and what they reported themselves.

    `unit` asks for everything at and beneath it (NotFound when out of sight); `overdue` for those with, or without, a
    report upward that was due before now, whose clock runs and that nobody has made.
    """
    late = late_reports(now)
    statement = select(
        *columns(Incident, INCIDENT_COLUMNS), col(Unit.name).label("unit_name"), late.label("overdue")
    ).join(Unit, col(Incident.unit) == col(Unit.key))
    seen = in_scope(Incident.unit, actor.paths("see"))
    statement = statement.where(or_(seen, col(Incident.reported_by) == actor.person))
    if unit is not None:
        statement = statement.where(in_scope(Incident.unit, (in_sight(session, actor, unit),)))
    if kinds:
        statement = statement.where(col(Incident.kind).in_(kinds))
    if category is not None:
        statement = statement.where(col(Incident.category) == category)
    if states:
        statement = statement.where(col(Incident.state).in_(states))
    if happened_from is not None:
        statement = statement.where(col(Incident.happened_on) >= happened_from)
    if happened_to is not None:
        statement = statement.where(col(Incident.happened_on) <= happened_to)
    if overdue is not None:
        statement = statement.where(late if overdue else ~late)
    return newest(session, statement, col(Incident.happened_at), col(Incident.key), limit=limit, after=after)


def late_reports(now: datetime) -> Any:
    """Whether an open incident has a report upward that is overdue: a case has begun about it, or will at the sweep."""
    cased = select(col(Case.key)).where(
        col(Case.subject) == col(IncidentReport.key), col(Case.state) == "open"
    )  # fmt: skip
    report = select(col(IncidentReport.key)).where(
        col(IncidentReport.incident) == col(Incident.key), col(IncidentReport.made_at).is_(None),
        col(IncidentReport.due_at) <= now,
        or_(col(IncidentReport.attend_at).is_not(None), cased.exists()),
    )  # fmt: skip
    return (col(Incident.state) == IncidentState.open) & report.exists()


def whole(session: Session, actor: Actor, key: str, *, now: datetime) -> IncidentWhole:
    """One incident: its lines in order, its clocks, the reports upward and how each stands; NotFound out of sight."""
    incident = find(session, actor, key, to_read=True).incident
    lines = select(*columns(IncidentLine, LINE_COLUMNS)).where(col(IncidentLine.incident) == key)
    owed = select(table_of(IncidentReport)).where(col(IncidentReport.incident) == key)
    order = (col(IncidentReport.limit_at), col(IncidentReport.place), col(IncidentReport.form))
    rows = session.execute(owed.order_by(*order)).all()
    names = unit_tree.names(session, {code for row in rows for code in (row.from_unit, row.to_unit)})
    reports = [
        {name: getattr(row, name) for name in REPORT_COLUMNS}
        | {
            "from_name": names[row.from_unit],
            "to_name": names[row.to_unit],
            "standing": standing(row, rows, incident.state, incident.ends_at, now),
        }
        for row in rows
    ]
    climbs = select(*columns(Case, cases.SHOWN)).where(col(Case.subject).in_([row.key for row in rows]))
    told = [key, *(row.key for row in rows)]
    shown = {name: getattr(incident, name) for name in (*INCIDENT_COLUMNS, "unit_name")}
    shown["overdue"] = any(one["standing"] == "overdue" for one in reports)
    return IncidentWhole(
        shown,
        {name: getattr(incident, name) for name in CLOCK_COLUMNS},
        session.execute(lines.order_by(col(IncidentLine.nth))).all(),
        reports,
        session.execute(climbs.order_by(col(Case.began_at).desc(), col(Case.key))).all(),
        journal.lines(session, told, limit=LINES),
    )
