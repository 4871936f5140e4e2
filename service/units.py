"""Reading the tree of units: paths, what planning must know of each, and chains of responsibility with inheritance."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, select
from sqlmodel import Session, col

from models import Activity, ChainLink, Grant, Person, Unit, UnitTag
from models.kinds import Role
from service.access import beneath
from service.errors import NotFound
from service.rules.campaigns import TagSpan, UnitFacts, roused
from service.rules.chain import Chain, ancestors, inherit
from service.rules.steps import Step, change
from service.settings import settings

IN_ONE_QUERY = 5_000


def in_batches(values: Iterable[Any], size: int = IN_ONE_QUERY) -> Iterator[list[Any]]:
    """The values in lists that one statement can name."""
    source = iter(values)
    while batch := list(islice(source, size)):
        yield batch


def among(session: Session, column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a column is one of these words.

    PostgreSQL gets them as one array: thousands of marks in a statement keep its driver and its parser busier than the
    rows themselves do.
    """
    if session.get_bind().dialect.name == "postgresql":
        return cast(ColumnElement[bool], column == any_(bindparam(None, values, ARRAY(Text))))
    return cast(ColumnElement[bool], column.in_(values))


def path_of(session: Session, code: str) -> str:
    """The path of a unit; NotFound if there is none of that code."""
    path = session.execute(select(col(Unit.path)).where(col(Unit.key) == code)).scalar_one_or_none()
    if path is None:
        raise NotFound("There is no unit {code}", code=code)
    return str(path)


def zone_of(session: Session, code: str) -> ZoneInfo:
    """The zone of a unit's days: its own, that of the nearest unit above that has one, or the settings'."""
    return zone_at(session, path_of(session, code))


def zone_at(session: Session, path: str) -> ZoneInfo:
    """The zone of the days of the unit at a path."""
    statement = select(col(Unit.zone)).where(col(Unit.key).in_(ancestors(path)), col(Unit.zone) != "")
    zone = session.execute(statement.order_by(col(Unit.path).desc()).limit(1)).scalar_one_or_none()
    return ZoneInfo(zone) if zone else settings().zone_info()


def paths_of(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Code → path, for those that exist."""
    found: dict[str, str] = {}
    for batch in in_batches(set(codes)):
        found.update(
            (code, path)
            for code, path in session.execute(select(col(Unit.key), col(Unit.path)).where(col(Unit.key).in_(batch)))
        )
    return found


def gather_units(
    session: Session, path: str, *, kinds: Sequence[str] = (), tags: Sequence[str] = ()
) -> list[UnitFacts]:
    """What planning must know of the units at `path` and beneath, in the order of their paths.

    Of their tags only those asked for, each with the days from and until which it was carried.
    """
    carried = carried_tags(session, path, tags) if tags else {}
    statement = select(
        *(col(c) for c in (Unit.key, Unit.path, Unit.kind, Unit.sector, Unit.risk, Unit.closed_on))
    ).where(beneath(path))
    if kinds:
        statement = statement.where(col(Unit.kind).in_(kinds))
    return [
        UnitFacts(key, at, kind, sector, risk, tuple(carried.get(key, ())), closed_on)
        for key, at, kind, sector, risk, closed_on in session.execute(statement.order_by(col(Unit.path)))
    ]


def carried_tags(session: Session, path: str, tags: Sequence[str]) -> dict[str, list[TagSpan]]:
    """Unit → the days of these tags that it carried, carries or will carry."""
    columns = (UnitTag.unit, UnitTag.tag, UnitTag.from_on, UnitTag.until_on)
    statement = select(*(col(column) for column in columns)).join(Unit, col(UnitTag.unit) == col(Unit.key))
    found: dict[str, list[TagSpan]] = {}
    for unit, *span in session.execute(statement.where(beneath(path), col(UnitTag.tag).in_(tags))):
        found.setdefault(unit, []).append(TagSpan(*span))
    return found


def gather_chains(session: Session, codes: Iterable[str]) -> dict[str, Chain]:
    """The chain of responsibility of each unit, inherited from the units above where a level is empty."""
    paths = paths_of(session, codes)
    named = {code for path in paths.values() for code in ancestors(path)}
    links: dict[str, list[tuple[int, str]]] = {}
    for batch in in_batches(named):
        statement = select(col(ChainLink.unit), col(ChainLink.level), col(ChainLink.person))
        statement = statement.join(Person, col(ChainLink.person) == col(Person.key))
        statement = statement.where(col(ChainLink.unit).in_(batch), col(Person.left_on).is_(None))
        for unit, level, person in session.execute(statement.order_by(col(ChainLink.key))):
            links.setdefault(unit, []).append((level, person))
    known: dict[str, Chain] = {}
    by_parent: dict[tuple[str, ...], Chain] = {}
    for code, path in paths.items():
        # units without links of their own, most of them, share the chain of the nearest unit that has some
        linked = tuple(above for above in ancestors(path) if above in links)
        if linked not in by_parent:
            by_parent[linked] = inherit(path, links)
        known[code] = by_parent[linked]
    return known


def gather_holders(session: Session, role: str, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Who holds a role for each unit: the people to whom it is granted there, or at the nearest unit above."""
    paths = paths_of(session, codes)
    named = {code for path in paths.values() for code in ancestors(path)}
    holders: dict[str, list[str]] = {}
    for batch in in_batches(named):
        statement = select(col(Grant.unit), col(Grant.person)).join(Person, col(Grant.person) == col(Person.key))
        statement = statement.where(
            col(Grant.unit).in_(batch), col(Grant.role) == Role(role), col(Person.left_on).is_(None)
        )
        for unit, person in session.execute(statement.order_by(col(Grant.key))):
            holders.setdefault(unit, []).append(person)
    return {
        code: next((tuple(holders[above]) for above in ancestors(path) if above in holders), ())
        for code, path in paths.items()
    }


def still_here(session: Session, people: Iterable[str]) -> set[str]:
    """Those of the people who have not left."""
    found: set[str] = set()
    for batch in in_batches(people):
        statement = select(col(Person.key)).where(col(Person.key).in_(batch), col(Person.left_on).is_(None))
        found.update(session.execute(statement).scalars())
    return found


def rousing(row: Any, now: datetime) -> dict[str, Any]:
    """The columns of an activity's row that make a sweep compare what has not opened with the plan again."""
    return roused(now, stale=row.stale, attend_at=row.attend_at, planned_until_at=row.planned_until_at)


def restless(session: Session, *, now: datetime, path: str | None = None, why: str) -> list[Step]:
    """The steps that make campaigns compare what has not opened with the plan again, because facts around it changed.

    With `path`, only the activities whose targets lie above, at or beneath that unit.
    """
    columns = (Activity.key, Activity.version, Activity.stale, Activity.attend_at, Activity.planned_until_at, Unit.path)
    statement = select(*(col(column) for column in columns))
    statement = statement.join(Unit, col(Activity.within) == col(Unit.key)).where(col(Activity.retired).is_(False))
    return [
        change(Activity, row.key, row.version, "stale", rousing(row, now), why)
        for row in session.execute(statement)
        if path is None or row.path.startswith(path) or path.startswith(row.path)
    ]
