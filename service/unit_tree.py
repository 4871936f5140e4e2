"""The tree of units level by level: each unit with what is open beneath it, in three statements however large it is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, false, func, literal, or_, select, true, union_all
from sqlmodel import Session, col

from models import Activity, Hazard, Task, Unit
from models.kinds import HazardState
from service import store
from service.access import EVERYWHERE, Actor, beneath, units_beneath
from service.by_name import UNDER_WAY, one_of
from service.people.unit_acts import visible_unit
from service.rules.chain import ancestors
from service.units import in_batches

OPEN_HAZARDS = tuple(state for state in HazardState if state not in (HazardState.closed, HazardState.void))
SHOWN_AT_MOST = 300
COLUMNS = tuple(
    col(column) for column in (Unit.key, Unit.name, Unit.parent, Unit.path, Unit.kind, Unit.risk, Unit.closed_on)
)


class Way(NamedTuple):
    """A unit on the way from the top down to where one stands."""

    key: str
    name: str


class Twig(NamedTuple):
    """A unit as the tree shows it: `beneath` are all the units under it, the counts are of its whole subtree."""

    key: str
    name: str
    kind: str
    risk: str
    closed: bool
    beneath: int
    open_hazards: int
    overdue_tasks: int


class Counts(NamedTuple):
    """At and beneath one unit: how many units are open under it, open hazards, overdue tasks."""

    beneath: int
    open_hazards: int
    overdue_tasks: int


class Branch(NamedTuple):
    """One level of the tree: the way down to it, `at` included, and what hangs there; `more` where not all is shown.

    `whole` counts all that lies at and beneath `at`.
    """

    at: str | None
    way: tuple[Way, ...]
    twigs: tuple[Twig, ...]
    more: bool
    whole: Counts


def branch(session: Session, actor: Actor, at: str | None, *, now: datetime, closed: bool = False) -> Branch:
    """The units right beneath `at`, or the tops of what the reader sees, in order of their codes, each with its counts.

    The way holds only units within the reader's sight; hazards and tasks are counted where the reader may see them.
    NotFound for a unit out of sight. `closed` shows the closed ones too.
    """
    here = None if at is None else visible_unit(session, actor, at).path
    tops = actor.paths("see units")
    rows = near(session, at, here, tops)
    way = [row for row in rows if here is not None and here.startswith(row.path) and row.path.startswith(tops)]
    level = [row for row in rows if here is None or row.parent == at]
    level = [row for row in level if closed or row.closed_on is None]
    shown = level[:SHOWN_AT_MOST]
    units, hazards, tasks = counted(session, actor, here, [row.path for row in shown], now)
    itself = sum(row.key == at and row.closed_on is None for row in rows)
    whole = Counts(units.total() - itself, hazards.total(), tasks.total())
    twigs = (
        Twig(
            row.key, row.name, row.kind, row.risk, row.closed_on is not None,
            units[row.path] - 1, hazards[row.path], tasks[row.path],
        )
        for row in shown
    )  # fmt: skip
    return Branch(at, tuple(Way(row.key, row.name) for row in way), tuple(twigs), len(level) > len(shown), whole)


class OpenTask(NamedTuple):
    """A task that is under way, as the page of its unit shows it."""

    key: str
    name: str
    unit_name: str
    due_at: datetime


def open_tasks(session: Session, actor: Actor, path: str, *, limit: int) -> list[OpenTask]:
    """The tasks under way at the unit at `path` and beneath that the actor sees, the first to be due first."""
    columns = (col(Task.key), col(Activity.name), col(Unit.name), col(Task.due_at))
    statement: Any = select(*columns).select_from(Task).join(Unit, col(Task.unit) == col(Unit.key))
    statement = store.by_index(statement, Task, "ix_task_under_way")
    statement = statement.join(Activity, col(Task.activity) == col(Activity.key)).where(col(Task.state) == UNDER_WAY)
    # by what is under way, not unit by unit: an expression is in no index of paths
    at: Any = col(Unit.path) + ""
    for paths in ([path], actor.paths("see")):
        inside = (true() if one == EVERYWHERE else and_(at >= one, at < one[:-1] + "0") for one in paths)
        statement = statement.where(or_(false(), *inside))
    return [OpenTask(*row) for row in session.execute(statement.order_by(col(Task.due_at), col(Task.key)).limit(limit))]


def near(session: Session, at: str | None, here: str | None, tops: Sequence[str]) -> Sequence[Any]:
    """`at` with those above it and right beneath it, or the tops; in the order of the tree."""
    if here is not None:
        wanted = or_(col(Unit.parent) == at, col(Unit.key).in_(ancestors(here)))
    else:
        wanted = col(Unit.parent).is_(None) if EVERYWHERE in tops else col(Unit.path).in_(tops)
    return session.execute(select(*COLUMNS).where(wanted).order_by(col(Unit.path))).all()


def counted(
    session: Session, actor: Actor, here: str | None, paths: Sequence[str], now: datetime
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Beneath each path, itself included: the units that are open, the open hazards, the tasks that are overdue.

    With `here`, the unit they all lie beneath, what lies beneath none of them is counted there.
    """
    tops = tops_of(paths) if here is None else {here}
    if not tops:
        return Counter(), Counter(), Counter()
    within = or_(*(beneath(path) for path in tops))
    seen = and_(within, units_beneath(actor.paths("see")))
    path: Any = col(Unit.path).label("path")
    many: Any = func.count().label("many")
    units: Any = select(literal("unit").label("what"), path, many).where(within, col(Unit.closed_on).is_(None))
    # counted before they are joined, or the planner walks through every hazard and task of every unit
    hazards: Any = select(col(Hazard.unit).label("unit"), func.count().label("many")).group_by(col(Hazard.unit))
    hazards = store.by_index(hazards.where(one_of(Hazard.state, OPEN_HAZARDS)), Hazard, "ix_hazard_open")
    tasks: Any = select(col(Task.unit).label("unit"), func.count().label("many")).group_by(col(Task.unit))
    tasks = tasks.where(col(Task.state) == UNDER_WAY, col(Task.due_at) <= now)
    tasks = store.by_index(tasks, Task, "ix_task_under_way")
    parts = [units.group_by(col(Unit.path))]
    for what, counts in (("hazard", hazards.subquery()), ("task", tasks.subquery())):
        joined: Any = select(literal(what), col(Unit.path), counts.c.many)
        parts.append(joined.join(counts, col(Unit.key) == counts.c.unit).where(seen))
    rows = session.execute(union_all(*parts)).all()
    known = frozenset([*paths, here] if here else paths)
    return (
        gathered((row for row in rows if row.what == "unit"), known),
        gathered((row for row in rows if row.what == "hazard"), known),
        gathered((row for row in rows if row.what == "task"), known),
    )


def tops_of(paths: Sequence[str]) -> set[str]:
    """The paths above all of these, so that a statement names one range and not hundreds."""
    return {path.removesuffix(f"{path.strip('/').rpartition('/')[2]}/") for path in paths}


def gathered(rows: Iterable[Any], known: frozenset[str]) -> Counter[str]:
    """The numbers of units, added up at the known path that each lies beneath."""
    total: Counter[str] = Counter()
    for _, path, number in rows:
        end = len(path)
        while end > 1 and path[:end] not in known:
            end = path.rfind("/", 0, end - 1) + 1
        if end > 1:
            total[path[:end]] += number
    return total


def names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """Code → the name of the unit, for those that exist."""
    wanted = {code for code in codes if code}
    found: dict[str, str] = {}
    for batch in in_batches(wanted):
        rows = session.execute(select(col(Unit.key), col(Unit.name)).where(col(Unit.key).in_(batch)))
        found.update((str(code), str(name)) for code, name in rows)
    return found
