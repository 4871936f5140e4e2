"""A person's tasks and look-backs as events of a whole day, on the day they are due."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, or_, select
from sqlmodel import Session, col

from models import Activity, Hazard, Journal, Recheck, Task, Unit
from models.kinds import RecheckState, TaskState
from service import units
from service.feeds import words
from service.feeds.calendar import Event
from service.words import say

NAME_LENGTH = 80


def task_events(session: Session, person: str, locale: str, since: datetime, until: datetime) -> list[Event]:
    """What a person has to do and has not done, by its due day within the window; the journal dates its changes."""
    found = [*tasks(session, person, since, until), *rechecks(session, person, since, until)]
    changed = changes(session, [row.key for row in found])
    return [
        Event(
            uid=row.key,
            sequence=row.version - 1,
            changed_at=changed.get(row.key, row.opens_at),
            starts_at=row.due_at,
            ends_at=None,
            summary=say(words.RECHECK if row.recheck else words.TASK, locale, name=row.name[:NAME_LENGTH]),
            place=row.unit_name,
        )
        for row in found
    ]


def tasks(session: Session, person: str, since: datetime, until: datetime) -> list[Any]:
    """Tasks that are planned or open, theirs to do."""
    named: Any = (col(Activity.name).label("name"), col(Unit.name).label("unit_name"), literal(0).label("recheck"))
    statement = select(col(Task.key), col(Task.version), col(Task.opens_at), col(Task.due_at), *named)
    statement = statement.join(Activity, col(Task.activity) == col(Activity.key))
    statement = statement.join(Unit, col(Task.unit) == col(Unit.key))
    statement = statement.where(
        or_(col(Task.assignee) == person, col(Task.co_assignee) == person),
        col(Task.state).in_((TaskState.planned, TaskState.open)),
        col(Task.due_at) >= since,
        col(Task.due_at) < until,
    )
    return list(session.execute(statement.order_by(col(Task.due_at), col(Task.key))))


def rechecks(session: Session, person: str, since: datetime, until: datetime) -> list[Any]:
    """Look-backs that are planned or open, theirs to do."""
    named: Any = (col(Hazard.description).label("name"), col(Unit.name).label("unit_name"), literal(1).label("recheck"))
    statement = select(col(Recheck.key), col(Recheck.version), col(Recheck.opens_at), col(Recheck.due_at), *named)
    statement = statement.join(Hazard, col(Recheck.hazard) == col(Hazard.key))
    statement = statement.join(Unit, col(Recheck.unit) == col(Unit.key))
    statement = statement.where(
        or_(col(Recheck.assignee) == person, col(Recheck.co_assignee) == person),
        col(Recheck.state).in_((RecheckState.planned, RecheckState.open)),
        col(Recheck.due_at) >= since,
        col(Recheck.due_at) < until,
    )
    return list(session.execute(statement.order_by(col(Recheck.due_at), col(Recheck.key))))


def changes(session: Session, keys: list[str]) -> dict[str, datetime]:
    """Key → when its row last changed, as the journal has it."""
    found: dict[str, datetime] = {}
    for batch in units.in_batches(keys):
        statement = select(col(Journal.subject), func.max(col(Journal.at))).where(col(Journal.subject).in_(batch))
        found.update((subject, at) for subject, at in session.execute(statement.group_by(col(Journal.subject))))
    return found
