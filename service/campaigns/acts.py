"""Campaigns: checking, applying and running them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import Activity, Campaign, CampaignPlan, Checklist, Event, Person, Task, Unit
from models.base import table_of
from models.kinds import CampaignState, TaskState
from service import store, units
from service.access import Actor
from service.calendar.days import gather_calendar
from service.campaignfile import fault, read
from service.campaigns import plans
from service.campaigns.planning import gather_settings, targets_for, turns_between
from service.errors import Conflict, Fault, NotFound, Refused
from service.notices.words import N_
from service.rules.campaigns import fits, meets, task_values
from service.rules.days import zoned
from service.rules.plan import OnEvent, Plan
from service.rules.steps import Step, change, make
from service.settings import settings

ACTS = {
    "activate": ((CampaignState.draft,), CampaignState.active),
    "pause": ((CampaignState.active,), CampaignState.paused),
    "resume": ((CampaignState.paused,), CampaignState.active),
    "close": ((CampaignState.draft, CampaignState.active, CampaignState.paused), CampaignState.closed),
}
NO_CHECKLIST = N_(
    "there is no checklist {key}: make it on the page Checklists, or send it with PUT /api/v1/checklists/{key}"
)


def check(session: Session, actor: Actor, text: str | bytes, *, now: datetime) -> Plan:
    """The plan of a file that is good in itself and fits what is on record; Refused with line numbers if not."""
    plan = read(text)
    faults = unknown_names(session, plan)
    owner = units.paths_of(session, [plan.owner]).get(plan.owner)
    if owner is None or not actor.may("see units", owner):
        faults.insert(0, fault(plan, "owner", "there is no unit {code}", code=plan.owner))
    if not faults:
        faults = empty_targets(session, plan)
    if faults:
        raise Refused("The campaign file has {n} faults", n=len(faults), faults=faults)
    actor.must("plan campaigns", str(owner), see="see units")
    for within in {plan.targets.within, *(a.targets.within for a in plan.activities)}:
        actor.must("plan campaigns", units.path_of(session, within), see="see units")
    return plan


def unknown_names(session: Session, plan: Plan) -> list[Fault]:
    """What the file names and the records don't have: units, parents, checklists, people; and a circle of parents."""
    faults: list[Fault] = []
    places = {"targets.within": plan.targets.within}
    places |= {f"activities[{n}].targets.within": a.targets.within for n, a in enumerate(plan.activities)}
    paths = units.paths_of(session, places.values())
    missing = {where: code for where, code in places.items() if code not in paths and code != plan.owner}
    if "targets.within" in missing:
        missing = {
            where: code for where, code in missing.items() if where == "targets.within" or code != plan.targets.within
        }
    faults += [fault(plan, where, "there is no unit {code}", code=code) for where, code in missing.items()]
    faults += wrong_parent(session, plan)
    lists = {a.checklist for a in plan.activities if a.checklist}
    known = set(session.execute(select(col(Checklist.key)).where(col(Checklist.key).in_(lists))).scalars())
    people = {a.assignee.person for a in plan.activities if a.assignee.person}
    there = set(session.execute(select(col(Person.key)).where(col(Person.key).in_(people))).scalars())
    for n, activity in enumerate(plan.activities):
        if activity.checklist and activity.checklist not in known:
            where = f"activities[{n}].checklist"
            faults.append(fault(plan, where, NO_CHECKLIST, key=activity.checklist))
        if activity.assignee.person and activity.assignee.person not in there:
            where = f"activities[{n}].assignee"
            faults.append(fault(plan, where, "there is no person {code}", code=activity.assignee.person))
    return faults


def wrong_parent(session: Session, plan: Plan) -> list[Fault]:
    above = plan.parent
    seen = {plan.key}
    while above is not None:
        if above in seen:
            return [fault(plan, "parent", "the campaign would be its own ancestor through {key}", key=above)]
        seen.add(above)
        row = session.execute(select(col(Campaign.key), col(Campaign.parent)).where(col(Campaign.key) == above)).first()
        if row is None:
            return [fault(plan, "parent", "there is no campaign {key}", key=above)]
        above = row.parent
    return []


def empty_targets(session: Session, plan: Plan) -> list[Fault]:
    """Activities whose targets match no unit at all."""
    faults: list[Fault] = []
    for n, activity in enumerate(plan.activities):
        path = units.path_of(session, activity.targets.within)
        found = units.gather_units(session, path, tags=activity.targets.tags)
        if not any(fits(activity.targets, path, unit) for unit in found):
            where = f"activities[{n}].targets" if f"activities[{n}].targets" in plan.lines else "targets"
            faults.append(fault(plan, where, "no unit matches the targets of {activity}", activity=activity.key))
    return faults


class Foreseen(NamedTuple):
    """One task that would be made."""

    key: str
    unit: str
    activity: str
    name: str
    phase: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


def preview(session: Session, plan: Plan, *, from_on: date, to_on: date) -> list[Foreseen]:
    """The tasks whose window opens from `from_on` to `to_on`, both included; nothing is written."""
    found: list[Foreseen] = []
    settings_of = gather_settings(session, plan.activities)
    known = targets_for(session, (activity.targets for activity in plan.activities))
    for activity, setting in zip(plan.activities, settings_of, strict=True):
        targets = known[activity.targets]
        for turn in turns_between(plan, activity, setting, from_on, to_on):
            shared = task_values(plan, activity, turn, setting.calendar)
            for unit in meets(turn, targets, activity.targets.tags):
                key = f"campaign:{plan.key}:{activity.key}:{turn.mark}:{unit.key}"
                phase = str(shared["phase"])
                times = (turn.opens_at, turn.due_at, turn.closes_at)
                found.append(Foreseen(key, unit.key, activity.key, activity.name, phase, *times))
    return sorted(found, key=lambda task: (task.opens_at, task.key))


def apply_file(session: Session, actor: Actor, text: str, *, now: datetime, version: int | None = None) -> Plan:
    """Make the file's campaign so: a new one as a draft, a changed one with what has not opened to be planned again.

    The same file again changes nothing. A closed campaign is not changed (Conflict), nor is one that is no longer at
    `version` (0: there was none).
    """
    plan = check(session, actor, text, now=now)
    row = session.execute(select(table_of(Campaign)).where(col(Campaign.key) == plan.key)).one_or_none()
    if version is not None and version != (row.version if row else 0):
        raise Conflict("Somebody else changed this in the meantime; read it again")
    facts = {
        "name": plan.name, "owner": plan.owner, "basis": plan.basis, "parent": plan.parent,
        "from_on": plan.from_on, "to_on": plan.to_on,
    }  # fmt: skip
    if row is None:
        steps = [make(Campaign, plan.key, "drafted", {**facts, "state": CampaignState.draft, "plan": 1})]
        number = 1
    else:
        actor.must("plan campaigns", units.path_of(session, row.owner), see="see units")
        if row.state == CampaignState.closed:
            raise Conflict("The campaign is closed; it can't be changed any more")
        if plans.plan_of(session, plan.key)[0] == plan:
            return plan
        number = row.plan + 1
        steps = [change(Campaign, plan.key, row.version, "changed", {**facts, "plan": number})]
    file = {"campaign": plan.key, "number": number, "text": text, "applied_at": now, "applied_by": actor.person}
    steps.append(make(CampaignPlan, f"{plan.key}:{number}", "applied", file))
    running = row is not None and row.state == CampaignState.active
    steps += activity_steps(session, plan, now=now, running=running)
    store.require(session, steps, now=now, by=actor.person)
    plans.forget(session, plan.key)
    return plan


def activity_steps(session: Session, plan: Plan, *, now: datetime, running: bool) -> list[Step]:
    """The activity rows of a plan: new ones made, known ones made stale, dropped ones retired."""
    rows = {
        row.key: row for row in session.execute(select(table_of(Activity)).where(col(Activity.campaign) == plan.key))
    }
    steps: list[Step] = []
    for activity in plan.activities:
        key = f"{plan.key}:{activity.key}"
        facts: dict[str, Any] = {
            "name": activity.name, "kind": activity.kind, "within": activity.targets.within, "retired": False,
        }  # fmt: skip
        row = rows.pop(key, None)
        if row is None:
            facts |= {"campaign": plan.key, "stale": True, "attend_at": now if running else None}
            steps.append(make(Activity, key, "drafted", facts))
        else:
            facts |= units.rousing(row, now) | ({} if running else {"attend_at": None})
            steps.append(change(Activity, key, row.version, "changed", facts))
    for key, row in rows.items():
        if not row.retired:
            facts = {**units.rousing(row, now), "retired": True} | ({} if running else {"attend_at": None})
            steps.append(change(Activity, key, row.version, "retired", facts))
    return steps


def find(session: Session, actor: Actor, key: str) -> Any:
    """The campaign's row with its owner's path; NotFound also for one out of the actor's sight."""
    statement = select(table_of(Campaign), col(Unit.path)).join(Unit, col(Campaign.owner) == col(Unit.key))
    row = session.execute(statement.where(col(Campaign.key) == key)).one_or_none()
    if row is None or not actor.may("see", row.path):
        raise NotFound("There is no campaign {key}", key=key)
    return row


def text_of(session: Session, key: str, number: int) -> str:
    """The file of a campaign in one of its versions, as it came."""
    text = select(col(CampaignPlan.text)).where(col(CampaignPlan.key) == f"{key}:{number}")
    return str(session.execute(text).scalar_one())


def run(session: Session, actor: Actor, key: str, act: str, *, now: datetime, version: int | None = None) -> None:
    """`activate`, `pause`, `resume` or `close` a campaign.

    Paused, nothing of it opens, and what fell wholly into the pause is cancelled when it resumes. Closed, what has not
    opened is cancelled; what is open remains to be done.
    """
    row = find(session, actor, key)
    actor.must("run campaigns", row.path)
    if version is not None and version != row.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    before, after = ACTS[act]
    if row.state not in before:
        raise Conflict("The campaign is {state}; this can't be done to it now", state=str(row.state))
    steps = [change(Campaign, key, row.version, act, {"state": after})]
    calendar = gather_calendar(session, zone=units.zone_of(session, row.owner))
    begins_at = calendar.start_of(row.from_on) - timedelta(days=settings().ahead_days)
    # locked, so that planning either has made its tasks before they are looked at below, or sees that it may not
    activities = select(col(Activity.key), col(Activity.version), col(Activity.planned_until_at)).with_for_update()
    for name, number, until_at in session.execute(activities.where(col(Activity.campaign) == key)):
        values: dict[str, Any] = {"attend_at": None}
        if act == "activate":
            values = {"attend_at": max(begins_at, now)}
        elif act == "resume":
            values = {"attend_at": now, "stale": True, "planned_until_at": max(until_at, now) if until_at else None}
        steps.append(change(Activity, name, number, act, values))
    steps += standing_steps(session, key, act, now)
    store.require(session, steps, now=now, by=actor.person)


def standing_steps(session: Session, key: str, act: str, now: datetime) -> list[Step]:
    """What becomes of the tasks that have not opened; one whose time has come already is left to the next sweep."""
    if act == "activate":
        return []
    columns = (Task.key, Task.version, Task.opens_at, Task.closes_at)
    statement = select(*(col(column) for column in columns)).where(col(Task.campaign) == key)
    held = col(Task.attend_at).is_(None)
    waiting = {"pause": col(Task.opens_at) > now, "resume": held, "close": or_(held, col(Task.opens_at) > now)}
    statement = statement.where(col(Task.state) == TaskState.planned, waiting[act])
    steps: list[Step] = []
    for name, version, opens_at, closes_at in session.execute(statement):
        if act == "pause":
            steps.append(change(Task, name, version, "paused", {"attend_at": None}))
        elif act == "resume" and closes_at > now:
            steps.append(change(Task, name, version, "resumed", {"attend_at": opens_at}))
        else:
            values = {
                "state": TaskState.cancelled,
                "reason": "paused" if act == "resume" else "closed",
                "attend_at": None,
            }
            steps.append(change(Task, name, version, "cancelled", values))
    return steps


def register_event(
    session: Session, actor: Actor, *, name: str, unit: str, now: datetime, happened_at: datetime, note: str = ""
) -> str:
    """Register something that triggers activities (`when: {event: NAME}`) at a unit; answers the event's key."""
    path = units.path_of(session, unit)
    actor.must("register events", path, see="see units")
    if name.startswith("approved:"):
        raise Refused("This name is kept for approvals", faults=[Fault("name", "must not begin with approved:")])
    key = f"{name}:{unit}:{zoned(happened_at).astimezone(UTC).isoformat()}"
    facts = {"name": name, "unit": unit, "happened_at": happened_at, "registered_at": now, "note": note}
    steps = [make(Event, key, "registered", facts)]
    roused = units.restless(session, now=now, path=path, why=f"event {name}")
    steps += [step for step in roused if waits_for(session, step.key, name)]
    store.require(session, steps, now=now, by=actor.person)
    return key


def waits_for(session: Session, activity: str, event: str) -> bool:
    """Whether an activity, as its plan stands now, is triggered by events of this name."""
    plan = plans.plan_of(session, activity.rpartition(":")[0])[1].get(activity)
    return plan is not None and plan.when == OnEvent(event)
