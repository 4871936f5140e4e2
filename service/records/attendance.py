"""Who came to a meeting: the rows of it, its figures, and what handing in its task means for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Attendance, Meeting, TaskFigure
from models.base import table_of
from service.calendar.days import gather_calendar
from service.errors import Fault, Refused
from service.rules import meetings as rules
from service.rules.owed import first_look
from service.rules.plan import ActivityPlan
from service.rules.steps import Step, change, make
from service.settings import settings


def of_task(session: Session, task: str) -> Sequence[Any]:
    """All who were called to a meeting, in the order in which they were."""
    statement = select(table_of(Attendance)).where(col(Attendance.task) == task)
    return sorted(session.execute(statement), key=lambda row: int(row.key.rpartition(":")[2]))


def meeting_of(session: Session, task: str) -> Any:
    """What stands of a meeting; None before anything was said of it."""
    return session.execute(select(table_of(Meeting)).where(col(Meeting.key) == task)).one_or_none()


def handed_in(session: Session, task: Any, activity: ActivityPlan | None, now: datetime) -> list[Step]:
    """What belongs to handing in the task of a meeting: its counted figures, and that it was held.

    Where nobody said when it was held, it is now. Nothing for a task of another kind.
    """
    if task.kind not in rules.KINDS:
        return []
    there = of_task(session, task.key)
    all_parties(activity, there)
    steps = [
        make(TaskFigure, f"{task.key}:figure:{name}", "figure", {"task": task.key, "name": name, "value": float(value)})
        for name, value in rules.counted(one.mark for one in there).items()
    ]
    meeting = meeting_of(session, task.key)
    if meeting is None or meeting.held_at is None:
        steps.append(held(session, task, activity, meeting, now, now))
    return steps


def recounted(session: Session, task: Any, there: Sequence[tuple[str, str]]) -> list[Step]:
    """The figures of a meeting that was handed in already, counted anew; `there` are (key, mark) of everybody."""
    figures = select(col(TaskFigure.key), col(TaskFigure.version), col(TaskFigure.value))
    known = {row.key: row for row in session.execute(figures.where(col(TaskFigure.task) == task.key))}
    steps: list[Step] = []
    for name, value in rules.counted(mark for _, mark in there).items():
        row = known.get(f"{task.key}:figure:{name}")
        if row is not None and row.value != value:
            steps.append(change(TaskFigure, row.key, row.version, "counted again", {"value": float(value)}))
    return steps


def all_parties(activity: ActivityPlan | None, there: Sequence[Any]) -> None:
    """Refuse to call a meeting held at which one of its parties has nobody."""
    missing = rules.missing_parties(activity.parties if activity else (), there)
    if missing:
        faults = [Fault("attendance", "nobody of {party} has signed in", {"party": party}) for party in missing]
        raise Refused("The meeting can't be held without all its parties", faults=faults)


def held(
    session: Session, task: Any, activity: ActivityPlan | None, meeting: Any, held_at: datetime, now: datetime
) -> Step:
    """The step that says when a meeting was held; its minutes are owed from then on."""
    calendar = gather_calendar(session, zone=settings().zone_info())
    due_at = rules.minutes_due(held_at, rules.minutes_span(activity, task.kind), calendar)
    owed = rules.owed_of(task.key, held_at, due_at, None)
    values = {"held_at": held_at, "minutes_due_at": due_at, "attend_at": first_look(owed, now)}
    return said(task, meeting, "meeting held", values)


def said(task: Any, meeting: Any, act: str, values: dict[str, Any], reason: str = "") -> Step:
    """The step that writes something down of a meeting, whether or not anything stood of it."""
    if meeting is None:
        return make(Meeting, task.key, act, {"unit": task.unit, **values}, reason)
    return change(Meeting, task.key, meeting.version, act, values, reason)
