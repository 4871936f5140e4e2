"""The auditor: looks for promises that nothing will keep, apart from those that keep them, and says so loudly."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import httpx
from sqlalchemy import Engine, Select, Text, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import (
    Alert,
    AlertReceipt,
    Campaign,
    Case,
    Channel,
    Hazard,
    Incident,
    IncidentReport,
    Meeting,
    Notice,
    PlanDocument,
    Recheck,
    StoreItem,
    Task,
)
from models.kinds import (
    AlertState,
    CampaignState,
    CaseState,
    HazardState,
    IncidentState,
    NoticeState,
    RecheckState,
    TaskState,
)
from service import store
from service.settings import settings

# a sweep or a sender may be late by this much before somebody is alarmed
LATE_AFTER = timedelta(minutes=10)
NAMED = 3
HEARTBEAT_WAITS = httpx.Timeout(10.0)
IN_WORK = (HazardState.registered, HazardState.assigned, HazardState.rectifying, HazardState.submitted)


class Finding(NamedTuple):
    """One thing looked at: whether it is well, what was found, and what to do if it isn't."""

    check: str
    well: bool
    found: str
    advice: str = ""


class Broken(Exception):
    """What the auditor found; raised where a failure must be seen."""


def audit(session: Session, now: datetime) -> list[Finding]:
    """Every promise in view: cases with a next instant, open work that is looked at again, notices on their way."""
    looks: list[Callable[[Session, datetime], Finding]] = [
        cases, tasks, hazards, rechecks, reports, alerts, owed, claims, promises, channels,
    ]  # fmt: skip
    return [look(session, now) for look in looks]


def found(session: Session, check: str, lost: Select[Any], what: str, advice: str) -> Finding:
    """A finding about the rows that a statement selects by key: how many, and the first few by name."""
    count = session.execute(select(func.count()).select_from(lost.subquery())).scalar_one()
    if not count:
        return Finding(check, True, "in order")
    keys = session.execute(lost.order_by(lost.selected_columns[0]).limit(NAMED)).scalars()
    return Finding(check, False, f"{count} {what}: {', '.join(keys)}{' …' if count > NAMED else ''}", advice)


def with_open_case(subject: Any) -> Any:
    """Whether a case about the subject is open, and so will see to it."""
    return select(col(Case.key)).where(col(Case.subject) == subject, col(Case.state) == CaseState.open).exists()


def cases(session: Session, now: datetime) -> Finding:
    """Every open case has its next instant, and no sweep has left it behind."""
    lost = or_(col(Case.attend_at).is_(None), col(Case.attend_at) < now - LATE_AFTER)
    statement = select(col(Case.key)).where(col(Case.state) == CaseState.open, lost)
    return found(session, "cases", statement, "open cases that nothing moves on", "see whether sweeps run")


def tasks(session: Session, now: datetime) -> Finding:
    """Every open task, and every planned one of a running campaign, will be looked at, or a case has it."""
    running = select(col(Campaign.key)).where(col(Campaign.state) == CampaignState.active)
    planned = and_(col(Task.state) == TaskState.planned, col(Task.campaign).in_(running))
    lost = or_(
        and_(col(Task.attend_at).is_(None), ~with_open_case(col(Task.key))), col(Task.attend_at) < now - LATE_AFTER
    )
    statement = select(col(Task.key)).where(or_(col(Task.state) == TaskState.open, planned), lost)
    return found(session, "tasks", statement, "tasks that nobody will look at", "see whether sweeps run")


def hazards(session: Session, now: datetime) -> Finding:
    """Every hazard that is not closed will be looked at, or a case has it."""
    subject = literal("hazard:") + col(Hazard.key) + ":" + cast(col(Hazard.cycle), Text)
    lost = or_(
        and_(col(Hazard.attend_at).is_(None), ~with_open_case(subject)), col(Hazard.attend_at) < now - LATE_AFTER
    )
    statement = select(col(Hazard.key)).where(col(Hazard.state).in_(IN_WORK), lost)
    return found(session, "hazards", statement, "hazards that nobody will look at", "see whether sweeps run")


def rechecks(session: Session, now: datetime) -> Finding:
    """Every recheck that is not done will be looked at, or a case has it."""
    waiting = (RecheckState.planned, RecheckState.open, RecheckState.missed)
    lost = or_(
        and_(col(Recheck.attend_at).is_(None), ~with_open_case(col(Recheck.key))),
        col(Recheck.attend_at) < now - LATE_AFTER,
    )
    statement = select(col(Recheck.key)).where(col(Recheck.state).in_(waiting), lost)
    return found(session, "rechecks", statement, "rechecks that nobody will look at", "see whether sweeps run")


def reports(session: Session, now: datetime) -> Finding:
    """Every report upward about an open incident whose clock runs is made, or will be looked at, or a case has it."""
    before = aliased(IncidentReport)
    told = select(col(before.key)).where(
        col(before.incident) == col(IncidentReport.incident), col(before.series) == col(IncidentReport.series),
        col(before.nth) == col(IncidentReport.nth), col(before.place) == col(IncidentReport.after_place),
        col(before.made_at).is_not(None),
    )  # fmt: skip
    runs = or_(col(IncidentReport.after_place) == 0, told.exists())
    lost = or_(
        and_(col(IncidentReport.attend_at).is_(None), ~with_open_case(col(IncidentReport.key)), runs),
        col(IncidentReport.attend_at) < now - LATE_AFTER,
    )
    statement = select(col(IncidentReport.key)).join(Incident, col(IncidentReport.incident) == col(Incident.key))
    statement = statement.where(col(Incident.state) == IncidentState.open, col(IncidentReport.made_at).is_(None), lost)
    return found(session, "reports", statement, "reports upward that nobody asks for", "see whether sweeps run")


def alerts(session: Session, now: datetime) -> Finding:
    """Every unit that an open alert went to has acknowledged, or is being chased, and its sender hears of it."""
    statement = select(col(AlertReceipt.key)).join(Alert, col(AlertReceipt.alert) == col(Alert.key))
    forgotten = or_(col(Alert.attend_at).is_(None), col(Alert.attend_at) < now - LATE_AFTER)
    statement = statement.where(
        col(Alert.state) == AlertState.open, col(AlertReceipt.acknowledged_at).is_(None),
        or_(~with_open_case(col(AlertReceipt.key)), forgotten),
    )  # fmt: skip
    return found(session, "alerts", statement, "warned units that nobody chases", "see whether sweeps run")


def owed(session: Session, now: datetime) -> Finding:
    """Everything owed by a date (minutes, revisions, stores) will be looked at, or a case has it."""
    waits: tuple[tuple[Any, Any], ...] = (
        (Meeting, and_(col(Meeting.minutes_due_at).is_not(None), col(Meeting.minutes_at).is_(None))),
        (PlanDocument, col(PlanDocument.due_at).is_not(None)),
        (StoreItem, or_(col(StoreItem.expiry_due_at).is_not(None), col(StoreItem.short_due_at).is_not(None))),
    )
    lost: list[Select[Any]] = []
    for table, waiting in waits:
        asleep = and_(col(table.attend_at).is_(None), ~with_case_beneath(col(table.key)))
        left = or_(asleep, col(table.attend_at) < now - LATE_AFTER)
        lost.append(select(col(table.key).label("key")).where(waiting, left))
    whole = union_all(*lost).subquery()
    return found(session, "owed", select(whole.c.key), "things owed that nobody will look at", "see whether sweeps run")


def with_case_beneath(key: Any) -> Any:
    """Whether a case about something owed of the row is open; its subject begins with the row's key."""
    beneath = and_(col(Case.subject) > key + ":", col(Case.subject) < key + ";")  # ";" follows ":" in byte order
    return select(col(Case.key)).where(beneath, col(Case.state) == CaseState.open).exists()


def claims(session: Session, now: datetime) -> Finding:
    """No notice is held by a sender beyond its lease."""
    late = col(Notice.attend_at) < now - LATE_AFTER
    statement = select(col(Notice.key)).where(
        col(Notice.state) == NoticeState.sending, or_(late, col(Notice.attend_at).is_(None))
    )
    return found(session, "claims", statement, "notices whose sender is gone", "see whether anything is being sent")


def promises(session: Session, now: datetime) -> Finding:
    """Every notice that is owed is on its way."""
    late = or_(col(Notice.attend_at).is_(None), col(Notice.attend_at) < now - LATE_AFTER)
    statement = select(col(Notice.key)).where(col(Notice.state) == NoticeState.owed, late)
    return found(session, "promises", statement, "notices that nobody sends", "see whether anything is being sent")


def channels(session: Session, now: datetime) -> Finding:
    """No channel has refused for good."""
    statement = select(col(Channel.key)).where(col(Channel.refused) != "")
    return found(session, "refusals", statement, "channels that refuse", "change their address, or try them again")


def require_order(engine: Engine, now: datetime) -> list[Finding]:
    """The findings when everything that must be kept will be; Broken, naming each, when not.

    Channels that refuse are for `doctor` to tell: their messages went another way or are listed as dead letters.
    """
    with store.reading(engine) as session:
        findings = audit(session, now)
    broken = [one for one in findings if not one.well and one.check != "refusals"]
    if broken:
        raise Broken("; ".join(f"{one.check}: {one.found} ({one.advice})" for one in broken))
    return findings


def beat() -> bool:
    """Call the heartbeat address, if there is one; whoever watches it hears of its silence. Answers if it was heard."""
    url = settings().heartbeat_url
    if not url:
        return False
    try:
        return httpx.get(url, timeout=HEARTBEAT_WAITS).is_success
    except httpx.HTTPError:
        return False
