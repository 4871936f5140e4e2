"""The sweep of reports: what is owed is drafted when it opens, and again when its days are over or it is nearly due."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Report
from models.kinds import ReportState
from service import store, units
from service.access import SYSTEM, in_scope
from service.reports.asked import calendar_of
from service.reports.found import asked_of, find, told
from service.reports.writing import bytes_of, drawn_in
from service.rules.steps import change
from service.store import Applied

BATCH = 50
BEFORE_DUE = timedelta(days=1)


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Draft every report whose time has come, each from one steady read and kept in a transaction of its own."""
    total = Applied()
    while keys := waiting(engine, now, within):
        done = [draft(engine, key, now) for key in keys]
        total += sum(done, Applied())
        if len(keys) < BATCH or not any(one.applied for one in done):
            return total
    return total


def waiting(engine: Engine, now: datetime, within: Sequence[str]) -> list[str]:
    """The reports whose `attend_at` has come, the longest waiting first."""
    with store.reading(engine) as session:
        statement = store.attending(select(col(Report.key)), Report, now)
        if within:
            statement = statement.where(in_scope(Report.unit, tuple(units.paths_of(session, within).values())))
        ordered = statement.order_by(col(Report.attend_at), col(Report.key))
        return list(session.execute(ordered.limit(BATCH)).scalars())


def draft(engine: Engine, key: str, now: datetime) -> Applied:
    """Draw a report and keep the drawing as its draft; whoever has the task is told of the first."""
    with store.steady(engine) as session:
        report = find(session, SYSTEM, key)
        if report.attend_at is None or report.attend_at > now:
            return Applied()
        at = last_look(session, report, now)
        text = bytes_of(drawn_in(session, report, now=at)).decode()
        following = next_look(session, report, at)
    with store.transaction(engine) as session:
        first = report.state == ReportState.owed
        people = {person for person in (report.assignee, report.co_assignee) if person} if first else set()
        tell = told(session, report, "report_drafted", people, report.made_at)
        values = {"state": ReportState.drafting, "draft": text, "drafted_at": at, "attend_at": following}
        return store.apply(
            session, [change(Report, key, report.version, "drafted", values, tell=tell)], now=now, by="sweep"
        )


def looks(session: Session, report: Any) -> list[datetime]:
    """The instants at which a report is drafted: when it opens, when its days are over, and a day before it is due."""
    ends = calendar_of(session, asked_of(session, report).zone).end_of(report.to_on)
    later = [ends, *([report.due_at - BEFORE_DUE] if report.due_at else [])]
    return sorted({report.made_at, *(at for at in later if at > report.made_at and at <= (report.due_at or at))})


def last_look(session: Session, report: Any, now: datetime) -> datetime:
    """The last of those instants that has come: what was slept through is drafted once."""
    return max((at for at in looks(session, report) if at <= now), default=now)


def next_look(session: Session, report: Any, at: datetime) -> datetime | None:
    return min((one for one in looks(session, report) if one > at), default=None)
