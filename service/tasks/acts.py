"""Tasks: what people do to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from models import Activity, Event, Person, Task, Unit
from models.base import table_of
from models.kinds import Role, TaskState
from service import cases, store, units
from service.access import Actor
from service.calendar.days import gather_calendar
from service.campaigns.plans import plan_of
from service.errors import Conflict, Fault, NotFound, Refused
from service.records import attendance
from service.reports.owing import reports_owed
from service.rules.plan import Span
from service.rules.steps import Step, Telling, change, make
from service.rules.tasks import REJECTED_WORKING_DAYS, TaskFacts, advance, held_by, next_look
from service.settings import settings
from service.tasks.answers import NOTE_MOST, asked, replaced
from service.tasks.findings import enter_findings
from service.tasks.guards import guard
from service.tasks.sweep import FACTS, case_of, gather_climbs, gather_holders

# every act reads this: built once, it need not be put together and keyed anew each time
TASK_AT = (
    select(table_of(Task), col(Unit.path), col(Activity.name).label("activity_name"))
    .join(Unit, col(Task.unit) == col(Unit.key))
    .join(Activity, col(Task.activity) == col(Activity.key))
    .where(col(Task.key) == bindparam("key"))
)


def find(session: Session, actor: Actor, key: str) -> tuple[Any, str]:
    """The task and its unit's path; NotFound also for one that the actor may not see."""
    row = session.execute(TASK_AT, {"key": key}).one_or_none()
    if row is None or not (actor.may("see", row.path) or actor.person in (row.assignee, row.co_assignee)):
        raise NotFound("There is no task {key}", key=key)
    return row, row.path


def facts_of(task: Any) -> TaskFacts:
    """The task as the rules know it."""
    return TaskFacts(**{field: getattr(task, field) for field in FACTS}, name=task.activity_name)


def open_task(session: Session, actor: Actor, key: str, *, now: datetime, version: int | None = None) -> None:
    """Open a planned task before its time, for the people its plan names."""
    task, path = find(session, actor, key)
    guard("open", actor, task, path, now=now, version=version)
    facts = facts_of(task)
    early = facts._replace(opens_at=min(now, task.opens_at), attend_at=min(now, task.opens_at))
    step = advance(early, now, gather_holders(session, [facts])[key])
    if step is None:
        raise Conflict("The task can't be opened now")
    values = step.values | {"opens_at": early.opens_at}
    following = tuple(reports_owed(session, [early]).values())
    store.require(session, [step._replace(act="opened", values=values, then=following)], now=now, by=actor.person)


def submit(
    session: Session,
    actor: Actor,
    key: str,
    *,
    now: datetime,
    figures: Mapping[str, float] | None = None,
    answers: Mapping[str, tuple[str, str]] | None = None,
    note: str = "",
    findings: Sequence[Mapping[str, Any]] = (),
    version: int | None = None,
) -> list[str]:
    """Hand in an open task with the figures its activity asks for and the checklist's answers (mark, note).

    Anyone it is assigned to may, and whoever does such work on the unit. Late is not refused: it shows. Once the
    window has ended it is (Conflict). What was found goes into the ledger with it (`enter_findings`), all or nothing;
    answers the codes of those hazards. Refused names each figure, answer or finding that is missing, unknown or out of
    range.
    """
    task, path = find(session, actor, key)
    guard("submit", actor, task, path, now=now, version=version)
    _, activities = plan_of(session, task.campaign)
    activity = activities.get(task.activity)
    steps = asked(session, activity, key, figures or {}, answers or {}, note)
    steps = [*replaced(session, key), *steps, *attendance.handed_in(session, task, activity, now)]
    values = {
        "state": TaskState.submitted, "submitted_at": now, "submitted_by": actor.person, "note": note,
        "attend_at": None,
    }  # fmt: skip
    steps.append(change(Task, key, task.version, "submitted", values))
    steps += cases.ending(session, [key], now, "submitted")
    store.require(session, steps, now=now, by=actor.person)
    return enter_findings(session, actor, task, findings, now=now)


def accept(session: Session, actor: Actor, key: str, *, now: datetime, version: int | None = None) -> None:
    """Accept what somebody else submitted. What waits for this approval is triggered by it."""
    task, path = find(session, actor, key)
    guard("accept", actor, task, path, now=now, version=version)
    values = {"state": TaskState.accepted, "accepted_at": now, "accepted_by": actor.person}
    steps = [change(Task, key, task.version, "accepted", values), *cases.ending(session, [key], now, "accepted")]
    steps += approval(session, task, now)
    store.require(session, steps, now=now, by=actor.person)


def approval(session: Session, task: Any, now: datetime) -> list[Step]:
    """The event that activities wait for with `when: {on_approval: …}`, if any of this campaign does."""
    _, activities = plan_of(session, task.campaign)
    name = f"approved:{task.activity}"
    waiting = {key for key, plan in activities.items() if getattr(plan.when, "name", None) == name}
    if not waiting:
        return []
    values = {"name": name, "unit": task.unit, "happened_at": now, "registered_at": now, "note": task.key}
    steps = [make(Event, f"{name}:{task.key}", "approved", values)]
    rows = session.execute(select(table_of(Activity)).where(col(Activity.key).in_(waiting)))
    return steps + [change(Activity, row.key, row.version, "stale", units.rousing(row, now), name) for row in rows]


def reject(session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Send a submission back with a reason. The due date stays; the window stays open three working days at least.

    What is due already is overdue again, and the chain of responsibility hears of it along a ladder of its own.
    """
    task, path = find(session, actor, key)
    guard("reject", actor, task, path, now=now, version=version)
    calendar = gather_calendar(session, zone=settings().zone_info())
    closes_at = max(task.closes_at, calendar.after(now, Span(working_days=REJECTED_WORKING_DAYS)))
    again = facts_of(task)._replace(state=TaskState.open, closes_at=closes_at)
    values = {
        "state": TaskState.open, "submitted_at": None, "submitted_by": None, "reason": needed(reason),
        "closes_at": closes_at, "attend_at": next_look(again, now),
    }  # fmt: skip
    facts = told_facts(task) | {"reason": reason}
    following: tuple[Step, ...] = ()
    if task.due_at <= now:
        climb = gather_climbs(session, [again])[key]
        people = held_by(again._asdict()) or units.gather_holders(session, Role.coordinator, [task.unit])[task.unit]
        following = (case_of(again, climb, people, began_at=now, nth=cases.next_nth(session, key)),)
    told = tuple(
        Telling("task_rejected", person, now, facts, nth=str(task.version))
        for person in {task.submitted_by, task.assignee}
        if person
    )
    step = change(Task, key, task.version, "rejected", values, reason, told)._replace(then=following)
    store.require(session, [step], now=now, by=actor.person)


def reassign(
    session: Session, actor: Actor, key: str, *, now: datetime, person: str, reason: str, version: int | None = None
) -> None:
    """Give an open task to somebody else, who is told."""
    task, path = find(session, actor, key)
    guard("reassign", actor, task, path, now=now, version=version)
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
    guard("cancel", actor, task, path, now=now, version=version)
    values = {"state": TaskState.cancelled, "reason": needed(reason), "attend_at": None}
    people = [person for person in (task.assignee, task.co_assignee) if person]
    told = tuple(Telling("task_cancelled", person, now, told_facts(task) | {"reason": reason}) for person in people)
    step = change(Task, key, task.version, "cancelled", values, reason, told)
    store.require(session, [step, *cases.ending(session, [key], now, "cancelled")], now=now, by=actor.person)


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
