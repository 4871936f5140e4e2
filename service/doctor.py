"""What is wrong and what to do about it: settings, database, calendar, channels, sweeps, tasks that nobody holds."""

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from models import Channel, Notice, Person, Pulse, Task
from models.kinds import NoticeState, TaskState
from service import migrate, store
from service.auditor import Finding, audit
from service.calendar.days import gather_calendar
from service.settings import settings

FRESH_FOR = timedelta(minutes=10)


def examine(engine: Engine, now: datetime) -> list[Finding]:
    """Everything in turn; a database that does not answer ends the round."""
    try:
        at, newest = migrate.revisions(engine)
    except SQLAlchemyError as broken:
        found = str(getattr(broken, "orig", broken)).strip().splitlines()[0]
        return [Finding("database", False, found, "check ZHIBAN_DATABASE_URL or ZHIBAN_DATA")]
    findings = [Finding("database", True, f"{engine.dialect.name} answers")]
    findings.append(Finding("schema", at == newest, f"at {at}, newest {newest}", "run: zhiban migrate"))
    if at != newest:
        return findings
    looks: list[Callable[[Session, datetime], Finding]] = [calendar, channels, letters, orphans, sweeps]
    with store.reading(engine) as session:
        findings += [look(session, now) for look in looks]
        findings += audit(session, now)
    return [*findings, flows()]


def calendar(session: Session, now: datetime) -> Finding:
    """This year's holiday notice, and from December on the next one's."""
    days = gather_calendar(session, zone=settings().zone_info())
    year = days.civil(now).year
    wanted = [year] if days.civil(now).month < 12 else [year, year + 1]
    missing = [str(one) for one in wanted if one not in days.announced]
    advice = "when the notice is out: zhiban calendar update FILE"
    return Finding("calendar", not missing, f"provisional: {', '.join(missing)}" if missing else "known", advice)


def channels(session: Session, now: datetime) -> Finding:
    """People who can't be reached outside the page."""
    reached = select(col(Channel.person)).where(col(Channel.refused) == "", col(Channel.person).is_not(None))
    lonely = select(func.count()).select_from(Person).where(col(Person.left_on).is_(None))
    count = session.execute(lonely.where(col(Person.key).not_in(reached))).scalar_one()
    return Finding(
        "channels", count == 0, f"{count} people without a channel", "give them one, or they only see the page"
    )


def letters(session: Session, now: datetime) -> Finding:
    """Notices that no channel took."""
    lost = (NoticeState.failed, NoticeState.unknown)
    statement = select(func.count()).select_from(Notice)
    count = session.execute(statement.where(col(Notice.state).in_(lost), col(Notice.attend_at).is_(None))).scalar_one()
    return Finding("notices", count == 0, f"{count} could not be delivered", "see /api/v1/notices?state=failed")


def orphans(session: Session, now: datetime) -> Finding:
    """Open tasks whose chain of responsibility named nobody."""
    statement = select(func.count()).select_from(Task).where(col(Task.state) == TaskState.open)
    count = session.execute(statement.where(col(Task.assignee).is_(None))).scalar_one()
    return Finding("chain", count == 0, f"{count} open tasks that nobody holds", "fill the chain, then reassign them")


def sweeps(session: Session, now: datetime) -> Finding:
    """Whether the clock's half of the work is being done."""
    last = session.execute(select(func.max(col(Pulse.swept_at)))).scalar_one_or_none()
    fresh = last is not None and now - last < FRESH_FOR
    found = "never swept" if last is None else f"last swept {last:%Y-%m-%d %H:%M} UTC"
    return Finding("sweep", fresh, found, "run zhiban up, or zhiban sweep from cron")


def flows() -> Finding:
    """What `zhiban up` last wrote of its children, if it is running here."""
    away = Finding("flows", True, "zhiban up is not running here; that is well if cron or workers sweep")
    try:
        state: dict[str, Any] = json.loads((settings().data / "up.json").read_text())
        os.kill(int(state["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return away
    scheduling = str(state.get("scheduling", "waiting"))
    well = scheduling in ("ok", "waiting")
    return Finding("flows", well, f"schedules: {scheduling}", "see logs in the data folder")
