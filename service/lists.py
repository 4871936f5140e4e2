"""Lists that are read page by page: tasks by their due dates; events, notices and campaigns.

A page begins right after the last row of the one before (`after`), so that nothing is left out or comes twice while
rows are being added. Only the columns that are shown are read.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Row, Select, and_, bindparam, func, or_, select, tuple_, union, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import Activity, Task, Unit
from service.access import EVERYWHERE, Actor
from service.by_name import word
from service.errors import Fault, NotFound, Refused
from service.store import by_index

PAGE = 50
PAGE_AT_MOST = 200
TASK_COLUMNS = (
    "key", "version", "campaign", "activity", "unit", "kind", "phase", "planned_on", "opens_at", "due_at", "closes_at",
    "state", "assignee", "co_assignee", "submitted_at", "submitted_by", "accepted_at", "accepted_by",
)  # fmt: skip
SHOWN = (*TASK_COLUMNS, "name", "unit_name")
ABOVE_SLASH = "0"  # follows "/" in byte order, so that a subtree is one range of paths
TOP = aliased(Unit)
WALKED = {"open": "ix_task_under_way", "submitted": "ix_task_handed_in"}


class Page(NamedTuple):
    """Some rows of a list, and the cursor that the rest begins at; None at the end."""

    items: Sequence[Any]
    next: str | None


def cursor(*values: Any) -> str:
    """Where a page ended, in letters that an address may hold."""
    return urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def place_of(text: str) -> tuple[datetime, str]:
    """The instant and the key that a cursor stands for; Refused for one that is none of ours."""
    try:
        at, key = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        read = datetime.fromisoformat(at)
    except (ValueError, TypeError, binascii.Error):
        raise not_a_cursor() from None
    if not isinstance(key, str) or read.tzinfo is None:
        raise not_a_cursor()
    return read, key


def not_a_cursor() -> Refused:
    return Refused("Some fields are wrong", faults=[Fault("after", "is no cursor of this list")])


def tasks(
    session: Session | Connection,
    actor: Actor,
    *,
    campaign: str | None = None,
    unit: str | None = None,
    person: str | None = None,
    kind: str | None = None,
    phase: str | None = None,
    states: Sequence[str] = (),
    late: bool = False,
    due_before: datetime | None = None,
    due_after: datetime | None = None,
    alone: bool = False,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of tasks in the order of their due instants: those on the units the actor sees, and their own.

    `unit` asks for everything at and beneath it, at it `alone` where that is said (NotFound when out of sight),
    `person` for what is theirs to do, `late` for what was handed in after its time. A bare connection will do where a
    session costs too much.
    """
    values: dict[str, Any] = {"me": actor.person, "limit": limit + 1}
    paths = actor.paths("see")
    asked = []
    wishes = (
        ("campaign", campaign), ("alone" if alone else "unit", unit), ("person", person), ("kind", kind),
        ("phase", phase), ("due_before", due_before), ("due_after", due_after), ("late", late or None),
    )  # fmt: skip
    for name, wanted in wishes:
        if wanted is not None:
            values[name] = wanted
            asked.append(name)
    waiting = walked(states) if person is None and paths else ()
    if states and not waiting:
        values["states"] = list(states)
        asked.append("states")
    if after is not None:
        values["at"], values["after"] = place_of(after)
        asked.append("after")
    if person == actor.person:
        paths = (EVERYWHERE,)  # one's own are always in sight
    elif EVERYWHERE not in paths:
        for number, path in enumerate(paths):
            values[f"path{number}"], values[f"end{number}"] = span_of(path)
    statement = task_statement(tuple(asked), -1 if EVERYWHERE in paths else len(paths), waiting)
    rows = session.execute(statement, values).all()
    if not rows and unit is not None:
        in_sight(session, actor, unit)
    items = [dict(zip(SHOWN, row, strict=False)) for row in rows[:limit]]
    return Page(items, cursor(items[-1]["due_at"], items[-1]["key"]) if len(rows) > limit else None)


def in_sight(session: Session | Connection, actor: Actor, unit: str) -> str:
    """The path of a unit; NotFound for one that is not there or that the actor may not see."""
    path: str | None = session.execute(select(col(Unit.path)).where(col(Unit.key) == unit)).scalar_one_or_none()
    if path is None or not actor.may("see units", path):
        raise NotFound("There is no unit {code}", code=unit)
    return path


def span_of(path: str) -> tuple[str, str]:
    """The range of paths that a subtree is."""
    return path, path[:-1] + ABOVE_SLASH


def walked(states: Sequence[str]) -> tuple[str, ...]:
    """The states, where each has an index of its own by which it is walked; else none."""
    wanted = tuple(sorted(set(map(str, states))))
    return wanted if WALKED.keys() >= set(wanted) else ()


@lru_cache(maxsize=512)
def task_statement(asked: tuple[str, ...], paths: int, waiting: tuple[str, ...] = ()) -> Any:
    """The select for one combination of questions, made once: `paths` subtrees are in sight, -1 for all there are.

    Of the states `waiting` each is walked by itself, past the many that are done.
    """
    shown: list[Any] = [col(getattr(Task, name)) for name in TASK_COLUMNS]
    shown += [col(Activity.name).label("name"), col(Unit.name).label("unit_name")]
    top: Any = select(col(TOP.path)).where(col(TOP.key) == bindparam("unit")).scalar_subquery()
    top_end = func.substr(top, 1, func.length(top) - 1) + ABOVE_SLASH
    statement = select(*shown).join(Unit, col(Task.unit) == col(Unit.key))
    statement = statement.join(Activity, col(Task.activity) == col(Activity.key))
    if paths >= 0:
        mine = [col(Task.assignee) == bindparam("me"), col(Task.co_assignee) == bindparam("me")]
        seen = [subtree(f"path{number}", f"end{number}") for number in range(paths)]
        statement = statement.where(or_(*seen, *mine) if seen else held_by("me"))
    conditions: dict[str, Any] = {
        "campaign": col(Task.campaign) == bindparam("campaign"),
        "unit": and_(col(Unit.path) >= top, col(Unit.path) < top_end),
        "alone": col(Task.unit) == bindparam("alone"),
        "person": held_by("person"),
        "kind": col(Task.kind) == bindparam("kind"),
        "phase": col(Task.phase) == bindparam("phase"),
        "late": col(Task.submitted_at) > col(Task.due_at),
        "states": col(Task.state).in_(bindparam("states", expanding=True)),
        "due_before": col(Task.due_at) < bindparam("due_before"),
        "due_after": col(Task.due_at) >= bindparam("due_after"),
    }
    for name in asked:
        if name == "after":
            due_at: Any = col(Task.due_at)
            place = tuple_(bindparam("at", type_=due_at.type), bindparam("after"))
            statement = statement.where(tuple_(col(Task.due_at), col(Task.key)) > place)
        else:
            statement = statement.where(conditions[name])
    if not waiting:
        in_order = not set(asked) - {"after", "due_before", "due_after"}  # nothing to seek by: they are walked
        return pressing(by_index(statement, Task, "ix_task_due_at_key") if in_order else statement)
    parts = [
        pressing(by_index(statement.where(col(Task.state) == word(state)), Task, WALKED[state])) for state in waiting
    ]
    if len(parts) == 1:
        return parts[0]
    merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(merged).order_by(merged.c.due_at, merged.c.key).limit(bindparam("limit"))


def pressing(statement: Select[Any]) -> Select[Any]:
    """The first to be due first, as many as fill a page."""
    return statement.order_by(col(Task.due_at), col(Task.key)).limit(bindparam("limit"))


def held_by(name: str) -> Any:
    """The task is somebody's to do. Told as few keys: with OR, SQLite walks all tasks in the list's order."""
    columns = (col(Task.assignee), col(Task.co_assignee))
    return col(Task.key).in_(union(*(select(col(Task.key)).where(column == bindparam(name)) for column in columns)))


def subtree(first: str, last: str) -> Any:
    return and_(col(Unit.path) >= bindparam(first), col(Unit.path) < bindparam(last))


def newest(session: Session, statement: Select[Any], at: Any, key: Any, *, limit: int, after: str | None) -> Page:
    """A page of a list whose newest rows come first, by an instant and a key that tells equal ones apart."""
    if after is not None:
        instant, name = place_of(after)
        place = tuple_(bindparam("at", instant, type_=at.type), bindparam("after", name))
        statement = statement.where(tuple_(at, key) < place)
    rows: Sequence[Row[Any]] = session.execute(statement.order_by(at.desc(), key.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(rows[:limit], cursor(getattr(rows[limit - 1], at.key), rows[limit - 1].key) if more else None)
