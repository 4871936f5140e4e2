"""The sweep of incidents: asks for reports when they are owed, and sets those that are late on the ladder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Incident, IncidentReport
from service import store, units
from service.access import in_scope
from service.calendar.days import gather_calendar
from service.incidents.found import ABOUT
from service.ladders import urgent_ladders
from service.on_watch import Answering, answering
from service.rules.cases import URGENT_REPEATS_MINUTES, Ladder, Missed, begin
from service.rules.days import Calendar
from service.rules.incidents import About, ReportFacts, advance
from service.rules.steps import Step
from service.settings import settings
from service.store import Applied

BATCH = 2_000
KIND, POLICY = "incident", "urgent"


class Due(NamedTuple):
    """The reports to look at with what is said of their incidents, who owes each, and its ladder if it is late."""

    reports: list[tuple[ReportFacts, About]]
    people: dict[str, Answering]
    ladders: dict[str, Ladder]
    calendar: Calendar


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Give every report that is owed upward what time brings it; batch by batch, each a transaction of its own."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            due = gather(session, now, within)
            steps = [step for report, about in due.reports if (step := brought(report, about, due, now))]
            done = store.apply(session, steps, now=now, by="sweep")
        total += done
        if len(due.reports) < BATCH or not done.applied:
            return total


def brought(report: ReportFacts, about: About, due: Due, now: datetime) -> Step | None:
    """What time brings to a report; with one that is late its case begins."""
    people = due.people[report.from_unit].people
    step = advance(report, about, people, now)
    if step is None or report.due_at > now:
        return step
    missed = Missed(
        report.key, KIND, about.name, report.from_unit, POLICY, report.due_at, people,
        repeat_minutes=URGENT_REPEATS_MINUTES,
    )  # fmt: skip
    return step._replace(then=(begin(missed, due.ladders[report.from_unit], due.calendar),))


def gather(session: Session, now: datetime, within: Sequence[str] = ()) -> Due:
    """The reports whose `attend_at` has come, the longest waiting first, with what decides about them."""
    columns = [col(getattr(IncidentReport, name)) for name in ReportFacts._fields]
    named: list[Any] = [col(getattr(Incident, name)).label(f"about_{name}") for name in ABOUT]
    statement = select(*columns, *named).join(Incident, col(IncidentReport.incident) == col(Incident.key))
    statement = store.attending(statement, IncidentReport, now)
    if within:
        paths = tuple(units.paths_of(session, within).values())
        statement = statement.where(in_scope(IncidentReport.from_unit, paths))
    statement = statement.order_by(col(IncidentReport.attend_at), col(IncidentReport.key)).limit(BATCH)
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update(of=IncidentReport, skip_locked=True)
    many = len(ReportFacts._fields)
    reports = [(ReportFacts(*row[:many]), About(*row[many:])) for row in session.execute(statement)]
    codes = {report.from_unit for report, _ in reports}
    late = {report.from_unit for report, _ in reports if report.due_at <= now}
    return Due(
        reports,
        answering(session, codes, now) if codes else {},
        urgent_ladders(session, late) if late else {},
        gather_calendar(session, zone=settings().zone_info()),
    )
