"""What somebody may do to a report now, and which reports are late: asked by pages before they offer anything."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlmodel import Session, col

from models import Report, ReportEdition, Task
from models.kinds import ReportState, Role, TaskState
from service.access import Actor
from service.reports.found import find, holders, is_theirs
from service.rules.reports import admits, signer_fits

UNSENT = (ReportState.owed, ReportState.drafting, ReportState.frozen)
UNDONE = (TaskState.planned, TaskState.open, TaskState.missed)


def allowed(session: Session, actor: Actor, key: str) -> frozenset[str]:
    """The acts on a report that would not be refused to somebody for who they are and how far it is."""
    report = find(session, actor, key)
    if report.by_file:
        return frozenset()
    theirs = is_theirs(actor, report)
    edition = newest(session, report)
    found = set()
    if theirs or actor.may("write reports", report.path):
        found |= {act for act in ("write", "draft", "freeze", "correct") if admits(act, report.state)}
    if edition is None:
        return frozenset(found)
    if not edition.signed_at and admits("sign", report.state) and may_sign(session, actor, report, edition):
        found.add("sign")
    sends = theirs or actor.may("send reports", report.path)
    if sends and edition.signed_at and not edition.sent_at and admits("send", report.state):
        found.add("send")
    return frozenset(found)


def may_sign(session: Session, actor: Actor, report: Any, edition: Any) -> bool:
    """Whether somebody is a leader who may sign what another has frozen."""
    if not actor.may("sign reports", report.path):
        return False
    return signer_fits(actor.person, edition.frozen_by, tuple(sorted(holders(session, Role.leader, report.unit))))


def newest(session: Session, report: Any) -> Any:
    """Who froze, signed and sent the newest edition; None while nothing is frozen."""
    columns = (ReportEdition.frozen_by, ReportEdition.signed_at, ReportEdition.sent_at)
    statement = select(*(col(one) for one in columns)).where(col(ReportEdition.key) == f"{report.key}:{report.edition}")
    return session.execute(statement).one_or_none()


def is_late(now: datetime) -> ColumnElement[bool]:
    """The report was due and is not sent, and the task that owes it is not done in another way."""
    undone = exists().where(col(Task.key) == col(Report.task), col(Task.state).in_(UNDONE))  # report by report
    return and_(col(Report.due_at) <= now, col(Report.state).in_(UNSENT), undone)


def late(session: Session, keys: Iterable[str], *, now: datetime) -> set[str]:
    """Those of some reports that are late."""
    return set(session.execute(select(col(Report.key)).where(col(Report.key).in_(list(keys)), is_late(now))).scalars())
