"""Lists of campaigns, events and notices, page by page; and one task or campaign whole."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from models import Activity, Campaign, CampaignPlan, Event, Hazard, Notice, Person, TaskAnswer, TaskFigure, Unit
from service import journal
from service.access import Actor, in_scope, units_beneath
from service.campaigns import acts as campaign_acts
from service.lists import PAGE, TASK_COLUMNS, Page, newest
from service.people.unit_acts import visible_unit
from service.store import by_index
from service.tasks import acts as tasks

CAMPAIGN_COLUMNS = ("key", "version", "name", "owner", "basis", "parent", "from_on", "to_on", "state", "plan")
ACTIVITY_COLUMNS = ("key", "name", "kind", "within", "planned_until_at", "stale", "retired")
EVENT_COLUMNS = ("key", "version", "name", "unit", "happened_at", "note")
NOTICE_COLUMNS = (
    "key", "version", "kind", "subject", "recipient", "urgent", "facts", "state", "owed_at", "attempts", "channel",
    "answer", "delivered_at", "acknowledged_at",
)  # fmt: skip


class CampaignWhole(NamedTuple):
    """A campaign with its file and how far each activity has been planned."""

    campaign: Any
    text: str
    activities: Sequence[Any]


class TaskWhole(NamedTuple):
    """A task with what was handed in, the hazards that were found at it, and who did what to it."""

    task: Any
    figures: Sequence[Any]
    answers: Sequence[Any]
    hazards: Sequence[str]
    journal: Sequence[Any]


def columns(table: Any, names: Sequence[str]) -> list[Any]:
    return [col(getattr(table, name)) for name in names]


def campaigns(
    session: Session, actor: Actor, *, state: str | None = None, limit: int = PAGE, after: str | None = None
) -> Page:
    """A page of the campaigns whose owner the actor sees, those that end last first; `after` is the key of the last."""
    statement = select(*columns(Campaign, CAMPAIGN_COLUMNS)).join(Unit, col(Campaign.owner) == col(Unit.key))
    statement = statement.where(units_beneath(actor.paths("see")))
    if state is not None:
        statement = statement.where(col(Campaign.state) == state)
    if after is not None:
        ends_on = select(col(Campaign.to_on)).where(col(Campaign.key) == after).scalar_subquery()
        beside = and_(col(Campaign.to_on) == ends_on, col(Campaign.key) > after)
        statement = statement.where(or_(col(Campaign.to_on) < ends_on, beside))
    rows = session.execute(statement.order_by(col(Campaign.to_on).desc(), col(Campaign.key)).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)


def campaign(session: Session, actor: Actor, key: str) -> CampaignWhole:
    """One campaign; NotFound for one out of sight."""
    found = campaign_acts.find(session, actor, key)
    text = select(col(CampaignPlan.text)).where(col(CampaignPlan.key) == f"{key}:{found.plan}")
    rows = select(*columns(Activity, ACTIVITY_COLUMNS)).where(col(Activity.campaign) == key).order_by(col(Activity.key))
    shown = {name: getattr(found, name) for name in CAMPAIGN_COLUMNS}
    return CampaignWhole(shown, session.execute(text).scalar_one(), session.execute(rows).all())


def task(session: Session, actor: Actor, key: str) -> TaskWhole:
    """One task; NotFound for one out of sight."""
    found, _ = tasks.find(session, actor, key)
    names: Any = select(col(Activity.name), col(Unit.name).label("unit_name")).join(Unit, col(Unit.key) == found.unit)
    named = session.execute(names.where(col(Activity.key) == found.activity)).one()
    shown = {name: getattr(found, name) for name in (*TASK_COLUMNS, "note", "reason")} | dict(named._mapping)
    figures = select(col(TaskFigure.name), col(TaskFigure.value)).where(col(TaskFigure.task) == key)
    answers = select(*columns(TaskAnswer, ("item", "mark", "note"))).where(col(TaskAnswer.task) == key)
    found_there = select(col(Hazard.key)).where(col(Hazard.task) == key)
    return TaskWhole(
        shown,
        session.execute(figures.order_by(col(TaskFigure.key))).all(),
        session.execute(answers.order_by(col(TaskAnswer.key))).all(),
        session.execute(found_there.order_by(col(Hazard.key))).scalars().all(),
        journal.lines(session, [key], limit=PAGE),
    )


def events(
    session: Session,
    actor: Actor,
    *,
    name: str | None = None,
    unit: str | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of the events registered on the units the actor sees, the newest first."""
    statement = select(*columns(Event, EVENT_COLUMNS)).where(in_scope(Event.unit, actor.paths("see")))
    if name is not None:
        statement = statement.where(col(Event.name) == name)
    if unit is not None:
        statement = statement.where(in_scope(Event.unit, (visible_unit(session, actor, unit).path,)))
    return newest(session, statement, col(Event.happened_at), col(Event.key), limit=limit, after=after)


def notices(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    recipient: str | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of notices, the newest first: the actor's own, and those to people of units where they may see notices."""
    people = select(col(Person.key)).where(in_scope(Person.unit, actor.paths("see notices")))
    statement = select(*columns(Notice, NOTICE_COLUMNS))
    if recipient != actor.person:
        own = col(Notice.recipient) == actor.person
        statement = statement.where(or_(own, col(Notice.recipient).in_(people)))
    if recipient is not None:
        statement = statement.where(col(Notice.recipient) == recipient)
    else:
        statement = by_index(statement, Notice, "ix_notice_owed_at_key")  # walked until a page is full
    if state is not None:
        statement = statement.where(col(Notice.state) == state)
    return newest(session, statement, col(Notice.owed_at), col(Notice.key), limit=limit, after=after)


__all__ = ["CampaignWhole", "TaskWhole", "campaign", "campaigns", "events", "notices", "task"]
