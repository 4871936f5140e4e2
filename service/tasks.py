"""Tasks: what people do to them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from models import Activity, ChecklistItem, Event, Person, Task, TaskAnswer, TaskFigure, Unit
from models.base import table_of
from models.kinds import AnswerMark, TaskState
from service import store
from service.access import Actor
from service.days import gather_calendar
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.plans import plan_of
from service.rules.plan import ActivityPlan, Span
from service.rules.steps import Step, Telling, change, make, remove
from service.rules.tasks import REJECTED_WORKING_DAYS, TaskFacts, advance
from service.settings import settings
from service.task_sweep import FACTS, gather_holders

NOTE_MOST = 20_000

# every act reads these: built once, they need not be put together and keyed anew each time
TASK_AT = (
    select(table_of(Task), col(Unit.path))
    .join(Unit, col(Task.unit) == col(Unit.key))
    .where(col(Task.key) == bindparam("key"))
)
ITEMS_OF = select(col(ChecklistItem.key)).where(col(ChecklistItem.checklist) == bindparam("checklist"))
ROWS_OF = {
    table: select(col(table.key), col(table.version)).where(col(table.task) == bindparam("task"))
    for table in (TaskFigure, TaskAnswer)
}


def find(session: Session, actor: Actor, key: str) -> tuple[Any, str]:
    """The task and its unit's path; NotFound also for one that the actor may not see."""
    columns = select(table_of(Task), col(Unit.path), col(Activity.name).label("activity_name"))
    statement = columns.join(Unit, col(Task.unit) == col(Unit.key)).join(
        Activity, col(Task.activity) == col(Activity.key)
    )
    row = session.execute(statement.where(col(Task.key) == key)).one_or_none()
    if row is None or not (actor.may("see", row.path) or actor.person in (row.assignee, row.co_assignee)):
        raise NotFound("There is no task {key}", key=key)
    return row, row.path


def in_state(task: Any, version: int | None, *states: str) -> None:
    """Refuse an act on a task that has moved on, or whose state does not admit it."""
    if version is not None and version != task.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if task.state not in states:
        raise Conflict("The task is {state}; this can't be done to it now", state=str(task.state))


def open_task(session: Session, actor: Actor, key: str, *, now: datetime, version: int | None = None) -> None:
    """Open a planned task before its time, for the people its plan names."""
    task, path = find(session, actor, key)
    actor.must("open tasks", path)
    in_state(task, version, TaskState.planned)
    facts = TaskFacts(**{field: getattr(task, field) for field in FACTS}, name=task.activity_name)
    early = facts._replace(opens_at=min(now, task.opens_at), attend_at=min(now, task.opens_at))
    step = advance(early, now, gather_holders(session, [facts])[key])
    if step is None:
        raise Conflict("The task can't be opened now")
    values = step.values | {"opens_at": early.opens_at}
    store.require(session, [step._replace(act="opened", values=values)], now=now, by=actor.person)


def submit(
    session: Session,
    actor: Actor,
    key: str,
    *,
    now: datetime,
    figures: Mapping[str, float] | None = None,
    answers: Mapping[str, tuple[str, str]] | None = None,
    note: str = "",
    version: int | None = None,
) -> None:
    """Hand in an open task with the figures its activity asks for and the checklist's answers (mark, note).

    Anyone it is assigned to may, and whoever does such work on the unit. Late is not refused: it shows. Once the
    window has ended it is (Conflict). Refused names each figure or answer that is missing, unknown or out of range.
    """
    task, path = find(session, actor, key)
    if actor.person not in (task.assignee, task.co_assignee):
        actor.must("submit tasks", path)
    in_state(task, version, TaskState.open)
    if now >= task.closes_at:
        raise Conflict("The window of this task has ended; it is missed")
    _, activities = plan_of(session, task.campaign)
    steps = asked(session, activities.get(task.activity), key, figures or {}, answers or {}, note)
    steps = [*replaced(session, key), *steps]
    values = {
        "state": TaskState.submitted, "submitted_at": now, "submitted_by": actor.person, "note": note,
        "attend_at": None,
    }  # fmt: skip
    steps.append(change(Task, key, task.version, "submitted", values))
    store.require(session, steps, now=now, by=actor.person)


def asked(
    session: Session,
    activity: ActivityPlan | None,
    key: str,
    figures: Mapping[str, float],
    answers: Mapping[str, tuple[str, str]],
    note: str,
) -> list[Step]:
    """The rows of a submission's figures and answers, or Refused with every fault in them."""
    wanted = activity.figures if activity else ()
    items: set[str] = set()
    if activity and activity.checklist:
        items = set(session.execute(ITEMS_OF, {"checklist": activity.checklist}).scalars())
    faults = [Fault(f"figures.{name}", "this figure is asked for") for name in wanted if name not in figures]
    faults += [Fault(f"figures.{name}", "nobody asked for this figure") for name in figures if name not in wanted]
    faults += [
        Fault(f"figures.{name}", "must be a number from 0 to 1,000,000,000")
        for name, value in figures.items()
        if not 0 <= value <= 1e9
    ]
    faults += [Fault(f"answers.{item}", "this item must be answered") for item in sorted(items - set(answers))]
    faults += [Fault(f"answers.{item}", "there is no such item") for item in answers if item not in items]
    marks = {mark.value for mark in AnswerMark}
    faults += [
        Fault(f"answers.{item}", "must be pass, fail or na") for item, (mark, _) in answers.items() if mark not in marks
    ]
    if len(note) > NOTE_MOST:
        faults.append(Fault("note", "must be no longer than {most} characters", {"most": NOTE_MOST}))
    if faults:
        raise Refused("The submission is not complete", faults=faults)
    steps = [
        make(TaskFigure, f"{key}:{name}", "figure", {"task": key, "name": name, "value": float(value)})
        for name, value in figures.items()
    ]
    return steps + [
        make(
            TaskAnswer, f"{key}:{item}", "answer", {"task": key, "item": item, "mark": mark, "note": words[:NOTE_MOST]}
        )
        for item, (mark, words) in answers.items()
    ]


def replaced(session: Session, key: str) -> list[Step]:
    """A submission made again after a rejection takes the place of the first one's figures and answers."""
    gone: list[Step] = []
    for table, rows_of in ROWS_OF.items():
        rows = session.execute(rows_of, {"task": key})
        gone += [remove(table, row, version, "replaced") for row, version in rows]
    return gone


def accept(session: Session, actor: Actor, key: str, *, now: datetime, version: int | None = None) -> None:
    """Accept what somebody else submitted. What waits for this approval is triggered by it."""
    task, path = find(session, actor, key)
    actor.must("accept tasks", path)
    in_state(task, version, TaskState.submitted)
    if task.submitted_by == actor.person:
        raise Forbidden("Whoever submitted a task can't accept it")
    values = {"state": TaskState.accepted, "accepted_at": now, "accepted_by": actor.person}
    steps = [change(Task, key, task.version, "accepted", values)]
    steps += approval(session, task, now)
    store.require(session, steps, now=now, by=actor.person)


def approval(session: Session, task: Any, now: datetime) -> list[Step]:
    """The event that activities wait for with `when: {on_approval: …}`, if any of this campaign does."""
    _, activities = plan_of(session, task.campaign)
    name = f"approved:{task.activity}"
    waiting = {key for key, plan in activities.items() if getattr(plan.when, "name", None) == name}
    if not waiting:
        return []
    values = {"name": name, "unit": task.unit, "happened_at": now, "note": task.key}
    steps = [make(Event, f"{name}:{task.key}", "approved", values)]
    rows = session.execute(select(col(Activity.key), col(Activity.version)).where(col(Activity.key).in_(waiting)))
    why = {"stale": True, "attend_at": now}
    return steps + [change(Activity, row, version, "stale", why, name) for row, version in rows]


def reject(session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Send a submission back with a reason. The due date stays; the window stays open three working days at least."""
    task, path = find(session, actor, key)
    actor.must("accept tasks", path)
    in_state(task, version, TaskState.submitted)
    if task.submitted_by == actor.person:
        raise Forbidden("Whoever submitted a task can't reject it")
    calendar = gather_calendar(session, zone=settings().zone_info())
    closes_at = max(task.closes_at, calendar.after(now, Span(working_days=REJECTED_WORKING_DAYS)))
    values = {
        "state": TaskState.open, "submitted_at": None, "submitted_by": None, "reason": needed(reason),
        "closes_at": closes_at, "attend_at": task.due_at if task.due_at > now else closes_at,
    }  # fmt: skip
    facts = told_facts(task) | {"reason": reason}
    told = tuple(
        Telling("task_rejected", person, now, facts, nth=str(task.version))
        for person in {task.submitted_by, task.assignee}
        if person
    )
    store.require(
        session, [change(Task, key, task.version, "rejected", values, reason, told)], now=now, by=actor.person
    )


def reassign(
    session: Session, actor: Actor, key: str, *, now: datetime, person: str, reason: str, version: int | None = None
) -> None:
    """Give an open task to somebody else, who is told."""
    task, path = find(session, actor, key)
    actor.must("reassign tasks", path)
    in_state(task, version, TaskState.open)
    there = select(col(Unit.path)).join(Person, col(Person.unit) == col(Unit.key))
    at = session.execute(there.where(col(Person.key) == person, col(Person.left_on).is_(None))).scalar_one_or_none()
    if at is None or not actor.may("see units", at):
        raise Refused("The task can't be given to this person", faults=[Fault("person", "there is no such person")])
    told = (Telling("task_assigned", person, now, told_facts(task), nth=str(task.version)),)
    step = change(
        Task, key, task.version, "reassigned", {"assignee": person, "co_assignee": None}, needed(reason), told
    )
    store.require(session, [step], now=now, by=actor.person)


def cancel(session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Call a task off, with a reason; whoever had it is told."""
    task, path = find(session, actor, key)
    actor.must("cancel tasks", path)
    in_state(task, version, TaskState.planned, TaskState.open)
    values = {"state": TaskState.cancelled, "reason": needed(reason), "attend_at": None}
    people = [person for person in (task.assignee, task.co_assignee) if person]
    told = tuple(Telling("task_cancelled", person, now, told_facts(task) | {"reason": reason}) for person in people)
    store.require(
        session, [change(Task, key, task.version, "cancelled", values, reason, told)], now=now, by=actor.person
    )


def told_facts(task: Any) -> dict[str, Any]:
    """What a notice about a task is made of."""
    return {"name": task.activity_name, "unit": task.unit, "due_at": task.due_at.isoformat()}


def needed(reason: str) -> str:
    """A reason that says something."""
    if not reason.strip():
        raise Refused("A reason is needed", faults=[Fault("reason", "must not be empty")])
    if len(reason) > NOTE_MOST:
        raise Refused(
            "The reason is too long",
            faults=[Fault("reason", "must be no longer than {most} characters", {"most": NOTE_MOST})],
        )
    return reason
