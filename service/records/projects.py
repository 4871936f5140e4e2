"""Registered projects (四方约谈, 复工报备): works begin, or resume, only after the meeting that their event calls."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Activity, Campaign, Event, Project, Task
from models.base import table_of
from models.kinds import CampaignState, ProjectKind
from service import journal, store
from service.access import Actor
from service.campaigns import acts as campaigns
from service.campaigns.planning import gather_setting, targets_of
from service.campaigns.plans import plan_of, recall
from service.errors import Conflict
from service.hazards.fields import long_text, word
from service.hazards.found import known_unit
from service.lists import PAGE, Page
from service.people import fields
from service.people.fields import fit
from service.records import kept
from service.rules import projects as rules
from service.rules.campaigns import meets, occurrences
from service.rules.plan import ActivityPlan, OnEvent, Plan
from service.rules.steps import change, make

ACT = "register events"
NAMES = ("key", "version", "unit", "name", "kind", "event", "registered_at", "began_at", "began_by", "note")
KIND_WORDS = {"新建": ProjectKind.project, "开工": ProjectKind.project, "复工": ProjectKind.resumption}


def project_kind(value: Any) -> ProjectKind:
    known: ProjectKind = word(ProjectKind, KIND_WORDS, "is no kind of project: {word}", value)
    return known


CHECKS: fields.Fields = {
    "code": fields.code, "unit": fields.code, "name": fields.name, "kind": project_kind, "note": long_text
}  # fmt: skip


class ProjectWhole(NamedTuple):
    """A project with its gate, the meetings it waits for, and who did what to it."""

    project: Any
    gate: rules.Gate
    meetings: Sequence[Any]
    journal: Sequence[Any]


def register(session: Session, actor: Actor, *, now: datetime, **what: Any) -> str:
    """Register works at a unit: code, unit, name, kind (project, resumption), note. Answers the project's key.

    The event of its kind is registered with it, so that every campaign that waits for it calls its meeting.
    """
    values = fit(CHECKS, {"note": ""} | what, needed=("code", "unit", "name", "kind"))
    code = values.pop("code")
    path = known_unit(session, actor, values["unit"], "unit")
    actor.must(ACT, path, see="see units")
    key = f"project:{code}"
    if session.execute(select(col(Project.key)).where(col(Project.key) == key)).first() is not None:
        raise Conflict("This already exists")
    event = campaigns.register_event(
        session, actor, name=values["kind"], unit=values["unit"], now=now, happened_at=now, note=values["name"]
    )
    step = make(Project, key, "registered", {**values, "event": event, "registered_at": now})
    store.require(session, [step], now=now, by=actor.person)
    return key


def wanted(session: Session, project: Any) -> list[str]:
    """The tasks that a project's event triggers by the plans as they stand: planned already, or still to be."""
    event = session.execute(select(table_of(Event)).where(col(Event.key) == project.event)).one()
    statement = select(col(Activity.key), col(Activity.campaign)).join(Campaign)
    statement = statement.where(col(Activity.retired).is_(False), col(Campaign.state) != CampaignState.draft)
    found: list[str] = []
    rows = session.execute(statement.order_by(col(Activity.key))).all()
    recall(session, (campaign for _, campaign in rows))
    for key, campaign in rows:
        plan, activities = plan_of(session, campaign)
        activity = activities.get(key)
        if activity is not None and activity.when == OnEvent(event.name):
            found += triggered(session, plan, activity, event)
    return found


def triggered(session: Session, plan: Plan, activity: ActivityPlan, event: Any) -> list[str]:
    """The keys of the tasks that one event makes of one activity: none where its unit is no target."""
    turns = occurrences(plan, activity, gather_setting(session, activity))
    targets = [unit for unit in targets_of(session, activity) if unit.key == event.unit]
    return [
        f"campaign:{plan.key}:{activity.key}:{turn.mark}:{unit.key}"
        for turn in turns
        if turn.unit == event.unit and turn.opens_at == event.happened_at
        for unit in meets(turn, targets, activity.targets.tags)
    ]


def gate_of(session: Session, project: Any) -> tuple[rules.Gate, Sequence[Any]]:
    """Whether works may begin, and the meetings that decide it."""
    keys = wanted(session, project)
    columns = (Task.key, Task.state, Task.opens_at, Task.due_at, Task.submitted_at, Activity.name)
    statement = select(*(col(column) for column in columns)).join(Activity, col(Task.activity) == col(Activity.key))
    tasks = session.execute(statement.where(col(Task.key).in_(keys)).order_by(col(Task.key))).all()
    return rules.gate(keys, {task.key: task.state for task in tasks}), tasks


def may_begin(session: Session, actor: Actor, code: str) -> rules.Gate:
    """The gate of a project: whether works may begin, and if not, what they wait for."""
    return gate_of(session, find(session, actor, code, to_read=True))[0]


def find(session: Session, actor: Actor, code: str, *, to_read: bool = False) -> Any:
    return kept.find(session, actor, Project, f"project:{code}", to_read=to_read, act=ACT)


def begin(
    session: Session, actor: Actor, code: str, *, now: datetime, note: str = "", version: int | None = None
) -> None:
    """Record that works begin; Conflict while a meeting they wait for has not been held, or none is planned."""
    row = find(session, actor, code)
    kept.may_keep(actor, row, act=ACT)
    kept.at_version(row, version)
    if row.began_at is not None:
        raise Conflict("Works have begun already")
    gate, meetings = gate_of(session, row)
    if not gate.planned:
        raise Conflict("No meeting is planned for this project: works may not begin")
    if not gate.may_begin:
        names = {meeting.key: meeting.name for meeting in meetings}
        waits = "、".join(dict.fromkeys(names.get(key, key) for key in gate.waiting))
        raise Conflict("Works may not begin before the meeting is held and handed in: {names}", names=waits)
    values = {"began_at": now, "began_by": actor.person}
    step = change(Project, row.key, row.version, "works begin", values, note)
    store.require(session, [step], now=now, by=actor.person)


def whole(session: Session, actor: Actor, code: str) -> ProjectWhole:
    """One project as it stands."""
    row = find(session, actor, code, to_read=True)
    gate, meetings = gate_of(session, row)
    shown = {name: getattr(row, name) for name in (*NAMES, "unit_name")}
    return ProjectWhole(shown, gate, meetings, journal.lines(session, [row.key, row.event], limit=PAGE))


def listed(
    session: Session,
    actor: Actor,
    *,
    unit: str | None = None,
    begun: bool | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of the projects of units in sight, by code."""
    began = col(Project.began_at)
    where = [] if begun is None else [began.is_not(None) if begun else began.is_(None)]
    return kept.listed(session, actor, Project, NAMES, *where, unit=unit, limit=limit, after=after)
