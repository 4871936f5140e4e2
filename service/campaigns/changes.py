"""What a changed campaign file will do to the tasks: made, moved, taken up again, called off; before it is applied.

The act itself is rehearsed and the planner is run over what it would leave, so that what is foreseen at an instant is
what applying and sweeping at that instant then make. Nothing is written.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Activity, Campaign, Task
from models.base import table_of
from models.kinds import CampaignState, TaskState
from service.access import Actor
from service.campaigns import acts as campaigns
from service.campaigns import plans
from service.campaigns.planning import plan_steps
from service.rules.plan import Plan
from service.rules.steps import Op, Step
from service.settings import settings
from service.store import rehearsing
from service.units import in_batches


class Instants(NamedTuple):
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


class TaskChange(NamedTuple):
    """One task that a changed file touches: `what` is made, moved, resumed or cancelled; `was` None for a new one."""

    what: str
    key: str
    unit: str
    activity: str
    was: Instants | None
    becomes: Instants | None


class Changes(NamedTuple):
    """What applying a file would do now; `version` is the campaign's, 0 for a new one.

    Where the campaign is not running no task is touched before it is.
    """

    plan: Plan
    version: int
    state: str
    same: bool
    tasks: tuple[TaskChange, ...]


def changes(session: Session, actor: Actor, text: str, *, now: datetime) -> Changes:
    """What applying a campaign file would change. Raises whatever applying it would raise.

    Tasks are looked at as far ahead as planning reaches; a campaign that is not running has none to be touched yet.
    """
    with rehearsing(session) as steps:
        plan = campaigns.apply_file(session, actor, text, now=now)
    row = session.execute(select(col(Campaign.version), col(Campaign.state)).where(col(Campaign.key) == plan.key))
    version, state = row.one_or_none() or (0, CampaignState.draft)
    tasks: tuple[TaskChange, ...] = ()
    if steps and state == CampaignState.active:
        plans.suppose(session, plan)
        try:
            tasks = tuple(foreseen(session, standing_after(session, plan.key, steps), now))
        finally:
            plans.forget(session, plan.key)
    return Changes(plan, version, str(state), not steps, tasks)


def standing_after(session: Session, campaign: str, steps: Iterable[Step]) -> list[Any]:
    """The rows of a campaign's activities as they will be once the steps are written, those that planning looks at."""
    statement = select(table_of(Activity)).where(col(Activity.campaign) == campaign)
    rows = {row.key: dict(row._mapping) for row in session.execute(statement)}
    for step in steps:
        if step.table is Activity:
            blank = {"key": step.key, "planned_until_at": None, "retired": False}
            rows[step.key] = {**rows.get(step.key, {**blank, "version": 0}), **step.values}
            rows[step.key]["version"] += 1
    return [SimpleNamespace(**row) for _, row in sorted(rows.items()) if row["attend_at"] is not None]


def foreseen(session: Session, rows: Iterable[Any], now: datetime) -> Iterator[TaskChange]:
    """What planning these activities at `now` would do to the tasks, activity by activity."""
    ahead = timedelta(days=settings().ahead_days)
    due = [row for row in rows if row.attend_at <= now]
    steps = list(chain.from_iterable(plan_steps(session, row, now=now, ahead=ahead)[0] for row in due))
    standing = standing_tasks(session, [step.key for step in steps])
    for step in steps:
        task = standing.get(step.key)
        if step.op is Op.make and task is not None:
            continue  # it stands already and has begun: the database would take no second one
        was = Instants(task.opens_at, task.due_at, task.closes_at) if task else None
        cancelled = step.values["state"] == TaskState.cancelled
        becomes = None if cancelled else Instants(*(step.values[name] for name in Instants._fields))
        yield TaskChange(what(step, task), step.key, *about(step, task), was, becomes)


def what(step: Step, task: Any) -> str:
    if step.op is Op.make:
        return "made"
    if step.values["state"] == TaskState.cancelled:
        return "cancelled"
    return "resumed" if task.state == TaskState.cancelled else "moved"


def about(step: Step, task: Any) -> tuple[str, str]:
    """The unit and the activity of a step's task."""
    if task is not None:
        return task.unit, task.activity
    return step.values["unit"], step.values["activity"]


def standing_tasks(session: Session, keys: Iterable[str]) -> dict[str, Any]:
    columns = (Task.key, Task.state, Task.unit, Task.activity, Task.opens_at, Task.due_at, Task.closes_at)
    statement = select(*(col(column) for column in columns))
    found: dict[str, Any] = {}
    for batch in in_batches(keys):
        found.update((row.key, row) for row in session.execute(statement.where(col(Task.key).in_(batch))))
    return found


class Together(NamedTuple):
    """Tasks of one turn that change alike, at these units."""

    what: str
    activity: str
    was: Instants | None
    becomes: Instants | None
    units: tuple[str, ...]


def together(tasks: Iterable[TaskChange]) -> list[Together]:
    """The changes of tasks turn by turn, in the order of their activities and instants."""
    found: dict[tuple[str, str, Instants | None, Instants | None], list[str]] = {}
    for task in tasks:
        found.setdefault((task.what, task.activity, task.was, task.becomes), []).append(task.unit)
    return [Together(*alike, tuple(units)) for alike, units in found.items()]
