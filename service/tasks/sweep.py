"""The sweep of tasks: opens them, warns, calls them overdue with a case, and declares them missed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Activity, Task, Watch
from models.kinds import Role, TaskState
from service import store, units
from service.access import in_scope
from service.calendar.days import gather_calendar
from service.campaigns.plans import plan_of
from service.ladders import ladder_for, policy_for
from service.reports.owing import reports_owed
from service.rules.cases import Ladder, Missed, begin, told_at_once
from service.rules.chain import NOBODY, Holders, ancestors
from service.rules.days import Calendar
from service.rules.plan import Assignee
from service.rules.steps import Step
from service.rules.tasks import LATE, TaskFacts, advance, held_by
from service.settings import settings
from service.store import Applied

BATCH = 2_000
FACTS = tuple(name for name in TaskFacts._fields if name != "name")
NO_HOLDERS = Holders((), 0, False)
Asked = tuple[str, str, datetime]


class Climb(NamedTuple):
    """What the case of an overdue task is made of: the policy's name, and the unit's ladder."""

    policy: str
    ladder: Ladder
    calendar: Calendar


class Due(NamedTuple):
    """What a sweep must know: the tasks to look at, the people each one's plan names, and who hears of an orphan.

    `climbs` has a ladder for each task that is overdue, `reports` the report that one opening now owes.
    """

    tasks: list[TaskFacts]
    holders: dict[str, Holders]
    fallback: dict[str, tuple[str, ...]]
    climbs: dict[str, Climb]
    reports: dict[str, Step]


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Give every task whose time has come what time brings it; batch by batch, each a transaction of its own."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            due = gather(session, now, within)
            steps = [step for task in due.tasks if (step := owed(task, due, now))]
            done = store.apply(session, steps, now=now, by="sweep")
        total += done
        if len(due.tasks) < BATCH or not done.applied:
            return total


def owed(task: TaskFacts, due: Due, now: datetime) -> Step | None:
    """What time brings to a task; the report it owes begins with its opening, and when it is late its case does."""
    fallback = due.fallback.get(task.unit, ())
    step = advance(task, now, due.holders.get(task.key, NO_HOLDERS), fallback)
    report = (due.reports[task.key],) if task.key in due.reports else ()
    if step is None or step.act not in LATE:
        return step and step._replace(then=report)
    people = held_by(step.values if task.state == TaskState.planned else task._asdict()) or fallback
    case = case_of(task, due.climbs[task.key], people, began_at=task.due_at)
    if step.act == "overdue":
        # the ladder's first rung tells them so at this very instant
        told = told_at_once(case, task.due_at)
        step = step._replace(tell=tuple(one for one in step.tell if one.recipient not in told))
    return step._replace(then=(*report, case))


def case_of(task: TaskFacts, climb: Climb, people: tuple[str, ...], *, began_at: datetime, nth: str = "") -> Step:
    """The step that opens a task's case; it ends by itself some time after the window."""
    missed = Missed(
        task.key, "task", task.name, task.unit, climb.policy, began_at, people, until_at=task.closes_at, nth=nth
    )
    return begin(missed, climb.ladder, climb.calendar)


def gather_climbs(session: Session, tasks: Sequence[TaskFacts]) -> dict[str, Climb]:
    """Task → the policy and the ladder that its case would have, as things stand now."""
    if not tasks:
        return {}
    calendar = gather_calendar(session, zone=settings().zone_info())
    units_of: dict[str, set[str]] = {}
    for task in tasks:
        units_of.setdefault(task.campaign, set()).add(task.unit)
    ladders = {campaign: ladder_for(session, campaign, codes) for campaign, codes in units_of.items()}
    policies = {campaign: policy_for(session, campaign)[0] for campaign in units_of}
    return {task.key: Climb(policies[task.campaign], ladders[task.campaign][task.unit], calendar) for task in tasks}


def gather(session: Session, now: datetime, within: Sequence[str] = ()) -> Due:
    """The tasks whose `attend_at` has come, the longest waiting first, with what decides about them."""
    statement = select(*(col(getattr(Task, name)) for name in FACTS), col(Activity.name))
    statement = statement.join(Activity, col(Task.activity) == col(Activity.key))
    statement = store.attending(statement, Task, now)
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
    climbs = gather_climbs(session, [task for task in tasks if task.due_at <= now])
    return Due(tasks, holders, fallback, climbs, reports_owed(session, opening))


def gather_holders(session: Session, tasks: Sequence[TaskFacts]) -> dict[str, Holders]:
    """Task → the people its activity names, as things stand now."""
    plans = {task.activity: plan_of(session, task.campaign)[1].get(task.activity) for task in tasks}
    named = {activity: plan.assignee if plan else Assignee(level=1) for activity, plan in plans.items()}
    codes = {task.unit for task in tasks}
    chains = units.gather_chains(session, codes)
    roles = {who.role for who in named.values() if who.role}
    by_role = {role: units.gather_holders(session, role, codes) for role in roles}
    here = units.still_here(session, {who.person for who in named.values() if who.person})
    asked = {(task.unit, duty, task.opens_at) for task in tasks if (duty := named[task.activity].duty)}
    on_duty = gather_duties(session, asked) if asked else {}
    found: dict[str, Holders] = {}
    for task in tasks:
        who, chain = named[task.activity], chains.get(task.unit, NOBODY)
        if who.level is not None:
            found[task.key] = chain.at(who.level)
        elif who.person is not None:
            found[task.key] = Holders((who.person,) if who.person in here else (), 0, False)
        elif who.role is not None:
            found[task.key] = Holders(by_role[who.role].get(task.unit, ()), 0, False)
        else:
            on_watch = on_duty.get((task.unit, who.duty or "", task.opens_at), ())
            found[task.key] = Holders(on_watch, 0, False) if on_watch else chain.at(1)
    return found


def gather_duties(session: Session, asked: set[Asked]) -> dict[Asked, tuple[str, ...]]:
    """Who is on watch, for each unit, duty role and instant: there, or at the nearest unit above that keeps a watch."""
    paths = units.paths_of(session, {unit for unit, _, _ in asked})
    first, last = min(at for _, _, at in asked), max(at for _, _, at in asked)
    watches: dict[tuple[str, str], list[tuple[datetime, datetime, str]]] = {}
    for batch in units.in_batches({code for path in paths.values() for code in ancestors(path)}):
        columns = (Watch.unit, Watch.role, Watch.starts_at, Watch.ends_at, Watch.served_by)
        statement = select(*(col(column) for column in columns)).where(col(Watch.unit).in_(batch))
        statement = statement.where(col(Watch.role).in_({role for _, role, _ in asked}), col(Watch.starts_at) <= last)
        statement = statement.where(col(Watch.ends_at) > first, col(Watch.served_by).is_not(None))
        statement = statement.where(col(Watch.cancelled_at).is_(None))
        for unit, role, starts_at, ends_at, served_by in session.execute(statement.order_by(col(Watch.key))):
            watches.setdefault((unit, role), []).append((starts_at, ends_at, served_by))
    found: dict[Asked, tuple[str, ...]] = {}
    for unit, role, at in asked:
        for code in ancestors(paths[unit]):
            people = [person for starts, ends, person in watches.get((code, role), ()) if starts <= at < ends]
            if people:
                found[unit, role, at] = tuple(people[:2])
                break
    return found
