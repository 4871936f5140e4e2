"""The sweep of tasks: opens them, warns, calls them overdue and declares them missed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Activity, Task, Unit, Watch
from models.kinds import Role, TaskState
from service import store, units
from service.access import in_scope
from service.plans import plan_of
from service.rules.chain import NOBODY, Holders, ancestors
from service.rules.plan import Assignee
from service.rules.tasks import TaskFacts, advance
from service.store import Applied

BATCH = 2_000
FACTS = tuple(name for name in TaskFacts._fields if name != "name")
NO_HOLDERS = Holders((), 0, False)


class Due(NamedTuple):
    """What a sweep must know: the tasks to look at, the people each one's plan names, and who hears of an orphan."""

    tasks: list[TaskFacts]
    holders: dict[str, Holders]
    fallback: dict[str, tuple[str, ...]]


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Give every task whose time has come what time brings it; batch by batch, each a transaction of its own."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            due = gather(session, now, within)
            steps = [
                step
                for task in due.tasks
                if (step := advance(task, now, due.holders.get(task.key, NO_HOLDERS), due.fallback.get(task.unit, ())))
            ]
            done = store.apply(session, steps, now=now, by="sweep")
        total += done
        if len(due.tasks) < BATCH or not done.applied:
            return total


def gather(session: Session, now: datetime, within: Sequence[str] = ()) -> Due:
    """The tasks whose `attend_at` has come, the longest waiting first, with what decides about them."""
    statement = select(*(col(getattr(Task, name)) for name in FACTS), col(Activity.name))
    statement = statement.join(Activity, col(Task.activity) == col(Activity.key)).where(col(Task.attend_at) <= now)
    if within:
        paths = tuple(units.paths_of(session, within).values())
        statement = statement.where(in_scope(Task.unit, paths))
    statement = statement.order_by(col(Task.attend_at), col(Task.key)).limit(BATCH)
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update(of=Task, skip_locked=True)
    tasks = [TaskFacts(*row) for row in session.execute(statement)]
    opening = [task for task in tasks if task.state == TaskState.planned]
    holders = {} if not opening else gather_holders(session, opening)
    orphans = {
        task.unit
        for task in tasks
        if not (holders.get(task.key, NO_HOLDERS).people if task.state == TaskState.planned else task.assignee)
    }
    fallback = units.gather_holders(session, Role.coordinator, orphans) if orphans else {}
    return Due(tasks, holders, fallback)


def gather_holders(session: Session, tasks: Sequence[TaskFacts]) -> dict[str, Holders]:
    """Task → the people its activity names, as things stand now."""
    named = {task.activity: plan_of(session, task.campaign)[1].get(task.activity) for task in tasks}
    codes = {task.unit for task in tasks}
    chains = units.gather_chains(session, codes)
    by_role: dict[str, dict[str, tuple[str, ...]]] = {}
    on_duty: dict[tuple[str, str, datetime], tuple[str, ...]] = {}
    found: dict[str, Holders] = {}
    for task in tasks:
        activity = named[task.activity]
        who = activity.assignee if activity else Assignee(level=1)
        if who.level is not None:
            found[task.key] = chains.get(task.unit, NOBODY).at(who.level)
        elif who.person is not None:
            found[task.key] = Holders((who.person,), 0, False)
        elif who.role is not None:
            if who.role not in by_role:
                by_role[who.role] = units.gather_holders(session, who.role, codes)
            found[task.key] = Holders(by_role[who.role].get(task.unit, ()), 0, False)
        else:
            watch = (task.unit, who.duty or "", task.opens_at)
            if watch not in on_duty:
                on_duty[watch] = gather_duty(session, *watch)
            found[task.key] = (
                Holders(on_duty[watch], 0, False) if on_duty[watch] else chains.get(task.unit, NOBODY).at(1)
            )
    return found


def gather_duty(session: Session, unit: str, role: str, at: datetime) -> tuple[str, ...]:
    """Who is on watch in a duty role at an instant, at the unit or the nearest one above that keeps a watch."""
    path = units.path_of(session, unit)
    statement = select(col(Watch.served_by)).join(Unit, col(Watch.unit) == col(Unit.key))
    above = ancestors(path)
    statement = statement.where(col(Watch.unit).in_(above), col(Watch.role) == role, col(Watch.starts_at) <= at)
    statement = statement.where(col(Watch.ends_at) > at, col(Watch.served_by).is_not(None))
    return tuple(session.execute(statement.order_by(col(Unit.path).desc(), col(Watch.key)).limit(2)).scalars())
