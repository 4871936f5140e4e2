"""Tasks: what becomes of one as time passes, and what people may do to it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from models import Task
from models.kinds import TaskState
from service.rules.chain import Holders
from service.rules.steps import Step, Telling, change

DUE_SOON_BEFORE = timedelta(days=1)
REJECTED_WORKING_DAYS = 3
# the events after which a task is a matter for the chain of responsibility
LATE = frozenset({"overdue", "missed"})


class TaskFacts(NamedTuple):
    """A task as the sweep sees it; `name` is its activity's."""

    key: str
    version: int
    campaign: str
    activity: str
    unit: str
    state: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    assignee: str | None
    co_assignee: str | None
    attend_at: datetime | None
    kind: str = ""
    planned_on: date | None = None
    name: str = ""


class Passed(NamedTuple):
    """What time has brought to a task: its new columns, the last event's name and true instant."""

    values: dict[str, Any]
    event: str
    at: datetime


def events_of(task: TaskFacts) -> list[tuple[datetime, str]]:
    """What time brings to a task, in order. One with a day or less to do it in has no warning beside its opening."""
    events = [(task.opens_at, "assigned")] if task.state == TaskState.planned else []
    if task.due_at - DUE_SOON_BEFORE > task.opens_at:
        events.append((task.due_at - DUE_SOON_BEFORE, "due_soon"))
    return [*events, (task.due_at, "overdue"), (task.closes_at, "missed")]


def next_look(task: TaskFacts, now: datetime) -> datetime | None:
    """When time next brings something to a task; None once its window has ended."""
    return min((at for at, _ in events_of(task) if at > now), default=None)


def pass_time(task: TaskFacts, now: datetime) -> Passed | None:
    """The state a task has reached by `now`, with the last thing that happened on the way; None if nothing has.

    Events that a later one overtook while nobody looked are not told: a sleeper hears the outcome, not the history.
    """
    events = events_of(task)
    since = task.attend_at or task.opens_at
    passed = [(at, event) for at, event in events if since <= at <= now]
    if not passed:
        return None
    # the last of those that fall on one instant is the one that stands (a window of no length is missed, not overdue)
    at, event = passed[-1]
    state = TaskState.missed if event == "missed" else TaskState.open
    values: dict[str, Any] = {"state": state, "attend_at": next_look(task, now)}
    if state == TaskState.missed:
        values["attend_at"] = None
        values["reason"] = "window ended"
    return Passed(values, event, at)


def advance(task: TaskFacts, now: datetime, holders: Holders, fallback: tuple[str, ...] = ()) -> Step | None:
    """The step a task owes at `now`.

    `holders` are the people its plan names at the moment of opening (frozen then); `fallback` hears of a task that
    nobody holds.
    """
    passed = pass_time(task, now)
    if passed is None:
        return None
    values, reason = dict(passed.values), ""
    people = held_by(task._asdict())
    if task.state == TaskState.planned:
        people = holders.people[:2]
        values["assignee"] = people[0] if people else None
        values["co_assignee"] = people[1] if len(people) > 1 else None
        reason = opening_reason(holders)
    facts = {"name": task.name, "unit": task.unit, "due_at": task.due_at.isoformat()}
    told = tuple(
        Telling(f"task_{passed.event}", person, passed.at, facts if people else facts | {"unassigned": True})
        for person in (people or fallback)
    )
    return change(Task, task.key, task.version, passed.event, values, reason, told)


def held_by(columns: Mapping[str, Any]) -> tuple[str, ...]:
    """The people a task's columns name, none, one or two."""
    return tuple(person for person in (columns["assignee"], columns["co_assignee"]) if person)


def opening_reason(holders: Holders) -> str:
    if not holders.people:
        return "nobody holds the level asked for, nor any above it"
    return f"passed over to level {holders.level}, nobody holds the one asked for" if holders.passed_over else ""


def reached_state(task: TaskFacts, now: datetime) -> str:
    """The state only, for a task that was never written down (a preview)."""
    passed = pass_time(task, now)
    return passed.values["state"] if passed else task.state
