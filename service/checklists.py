"""Checklists: the questions that a task's answers answer, item by item."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Checklist, ChecklistItem, Unit
from service.access import EVERYWHERE, Actor
from service.errors import Conflict, Fault, NotFound, Refused
from service.people import fields
from service.people.fields import Unfit, fit_one
from service.people.unit_acts import visible_unit
from service.rules.steps import Step, change, make, remove
from service.store import require

ACT = "plan campaigns"


class ItemRecord(NamedTuple):
    """One question; `key` is what an answer names."""

    key: str
    text: str


class ChecklistRecord(NamedTuple):
    """A checklist; `owner` is the unit that keeps it, None for one of everybody."""

    key: str
    version: int
    name: str
    owner: str | None
    items: tuple[ItemRecord, ...]


def concerns(actor: Actor, path: str) -> bool:
    """Whether the actor works beneath the unit at `path`, whose checklists they answer, or above it."""
    return any(path.startswith(held) or held.startswith(path) for _, held in actor.holds)


def checklists(session: Session, actor: Actor) -> list[ChecklistRecord]:
    """The checklists that concern the actor, by key, each with its items."""
    columns = select(col(Checklist.key), col(Checklist.version), col(Checklist.name), col(Checklist.owner))
    statement = columns.add_columns(col(Unit.path)).outerjoin(Unit, col(Checklist.owner) == col(Unit.key))
    rows = session.execute(statement.order_by(col(Checklist.key))).all()
    seen = [row for row in rows if concerns(actor, row.path or EVERYWHERE)]
    items: dict[str, list[ItemRecord]] = {row.key: [] for row in seen}
    listed = select(col(ChecklistItem.checklist), col(ChecklistItem.key), col(ChecklistItem.text))
    listed = listed.order_by(col(ChecklistItem.checklist), col(ChecklistItem.place))
    if len(seen) < len(rows):
        listed = listed.where(col(ChecklistItem.checklist).in_(items))
    for checklist, key, text in session.execute(listed):
        items[checklist].append(ItemRecord(key, text))
    return [ChecklistRecord(row.key, row.version, row.name, row.owner, tuple(items[row.key])) for row in seen]


def checklist(session: Session, actor: Actor, key: str) -> ChecklistRecord:
    """One checklist; NotFound where there is none that concerns the actor."""
    for found in checklists(session, actor):
        if found.key == key:
            return found
    raise NotFound("There is no checklist {key}", key=key)


def put(
    session: Session,
    actor: Actor,
    key: str,
    *,
    name: str,
    owner: str,
    items: Sequence[str],
    now: datetime,
    version: int | None = None,
) -> None:
    """Make a checklist so, whole: a new one, or a known one with other items, whose places keep their keys.

    Raises Refused naming each item that is unfit, NotFound for an owner out of sight, Conflict for a stale `version`
    or a key that another unit's checklist has.
    """
    key = fit_one("key", fields.code, key)
    values = {"name": fit_one("name", fields.name, name), "owner": owner}
    texts = fit_items(items)
    actor.must(ACT, visible_unit(session, actor, owner).path, see="see units")
    known = select(col(Checklist.version), col(Checklist.name), col(Checklist.owner), col(Unit.path))
    known = known.outerjoin(Unit, col(Checklist.owner) == col(Unit.key))
    row = session.execute(known.where(col(Checklist.key) == key)).one_or_none()
    if row is None:
        if version is not None:
            raise NotFound("There is no checklist {key}", key=key)
        steps = [make(Checklist, key, "added", values)]
    else:
        if not concerns(actor, row.path or EVERYWHERE):
            raise Conflict("This already exists")
        actor.must(ACT, row.path or EVERYWHERE, see="see units")
        if version is not None and version != row.version:
            raise Conflict("Somebody else changed this in the meantime; read it again")
        steps = item_steps(session, key, texts)
        if not steps and (row.name, row.owner) == (values["name"], owner):
            return
        steps.insert(0, change(Checklist, key, row.version, "changed", values))
    if row is None:
        steps += [new_item(key, place, text) for place, text in enumerate(texts, 1)]
    require(session, steps, now=now, by=actor.person)


def fit_items(items: Sequence[str]) -> list[str]:
    faults: list[Fault] = []
    texts: list[str] = []
    for place, item in enumerate(items):
        try:
            texts.append(fields.text(item) or fields.missing())
        except Unfit as wrong:
            faults.append(wrong.fault(f"items.{place}"))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    return texts


def new_item(checklist: str, place: int, text: str) -> Step:
    return make(ChecklistItem, f"{checklist}:{place}", "added", {"checklist": checklist, "place": place, "text": text})


def item_steps(session: Session, key: str, texts: Sequence[str]) -> list[Step]:
    """The steps from the items that stand to those wanted, place by place."""
    statement = select(col(ChecklistItem.place), col(ChecklistItem.key), col(ChecklistItem.version))
    statement = statement.add_columns(col(ChecklistItem.text)).where(col(ChecklistItem.checklist) == key)
    standing = {row.place: row for row in session.execute(statement)}
    steps: list[Step] = []
    for place, text in enumerate(texts, 1):
        row = standing.pop(place, None)
        if row is None:
            steps.append(new_item(key, place, text))
        elif row.text != text:
            steps.append(change(ChecklistItem, row.key, row.version, "changed", {"text": text}))
    return steps + [remove(ChecklistItem, row.key, row.version, "taken off") for row in standing.values()]
