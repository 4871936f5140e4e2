"""Reading units and people: one, or a page of those the reader may see, in the order of the tree and of the numbers."""

from collections.abc import Iterable
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from models import Person, Unit, UnitTag
from service.access import Actor, beneath, in_scope, units_beneath
from service.people.fields import fit_one, text, unit_kind
from service.people.person_acts import visible_person
from service.people.unit_acts import PATH_BYTES_AT_MOST, visible_unit
from service.units import in_batches

PAGE = 50
PAGE_AT_MOST = 500

Record = TypeVar("Record")


class Page(NamedTuple, Generic[Record]):
    """Some of a list, and the cursor (`after`) that the rest begins at; None at the end."""

    items: list[Record]
    next: str | None


class UnitRecord(NamedTuple):
    key: str
    version: int
    name: str
    parent: str | None
    path: str
    kind: str
    sector: str
    risk: str
    address: str
    phone: str
    zone: str
    closed_on: date | None
    tags: tuple[str, ...]


class PersonRecord(NamedTuple):
    key: str
    version: int
    name: str
    unit: str
    post: str
    mobile: str
    email: str
    wecom: str
    language: str
    left_on: date | None


UNIT_COLUMNS = tuple(col(getattr(Unit, name)) for name in UnitRecord._fields[:-1])
PERSON_COLUMNS = tuple(col(getattr(Person, name)) for name in PersonRecord._fields)


def unit(session: Session, actor: Actor, code: str) -> UnitRecord:
    """One unit with the tags it carries now; NotFound where there is none that the actor may see."""
    visible_unit(session, actor, code)
    found = session.execute(select(*UNIT_COLUMNS).where(col(Unit.key) == code)).one()
    return UnitRecord._make((*found, tags_of(session, [code]).get(code, ())))


def units(
    session: Session,
    actor: Actor,
    *,
    limit: int = PAGE,
    after: str | None = None,
    parent: str | None = None,
    within: str | None = None,
    kind: str | None = None,
    query: str | None = None,
    closed: bool = False,
) -> Page[UnitRecord]:
    """A page of units in the order of the tree, children right after their parent.

    `parent` asks for the children of a unit, `within` for its whole subtree, `query` for a part of the name or code,
    `closed` for closed ones too. `after` is the cursor of the page before.
    """
    statement = select(*UNIT_COLUMNS).where(units_beneath(actor.paths("see units")))
    if parent is not None:
        statement = statement.where(col(Unit.parent) == visible_unit(session, actor, parent).key)
    if within is not None:
        statement = statement.where(beneath(visible_unit(session, actor, within).path))
    if kind is not None:
        statement = statement.where(col(Unit.kind) == fit_one("kind", unit_kind, kind))
    if query:
        statement = statement.where(named(Unit.name, Unit.key, query=fit_one("query", text, query)))
    if not closed:
        statement = statement.where(col(Unit.closed_on).is_(None))
    if after:
        statement = statement.where(col(Unit.path) > fit_one("after", cursor, after))
    limit = within_page(limit)
    rows = session.execute(statement.order_by(col(Unit.path)).limit(limit + 1)).all()
    tags = tags_of(session, [row.key for row in rows[:limit]])
    items = [UnitRecord._make((*row, tags.get(row.key, ()))) for row in rows[:limit]]
    return Page(items, items[-1].path if len(rows) > limit else None)


def person(session: Session, actor: Actor, code: str) -> PersonRecord:
    """One person; NotFound where there is nobody of that number that the actor may see."""
    found = visible_person(session, actor, code)
    return PersonRecord(*(getattr(found, name) for name in PersonRecord._fields))


def people(
    session: Session,
    actor: Actor,
    *,
    limit: int = PAGE,
    after: str | None = None,
    unit: str | None = None,
    within: str | None = None,
    query: str | None = None,
    left: bool = False,
) -> Page[PersonRecord]:
    """A page of people by staff number: of one unit, of its whole subtree (`within`), or all whom the actor may see.

    `query` is a part of the name or number; `left` asks for those who left too.
    """
    statement = select(*PERSON_COLUMNS).where(in_scope(Person.unit, actor.paths("see")))
    if unit is not None:
        statement = statement.where(col(Person.unit) == visible_unit(session, actor, unit).key)
    if within is not None:
        statement = statement.where(in_scope(Person.unit, (visible_unit(session, actor, within).path,)))
    if query:
        statement = statement.where(named(Person.name, Person.key, query=fit_one("query", text, query)))
    if not left:
        statement = statement.where(col(Person.left_on).is_(None))
    if after:
        statement = statement.where(col(Person.key) > fit_one("after", cursor, after))
    limit = within_page(limit)
    rows = session.execute(statement.order_by(col(Person.key)).limit(limit + 1)).all()
    items = [PersonRecord(*row) for row in rows[:limit]]
    return Page(items, items[-1].key if len(rows) > limit else None)


def names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """What people are called, by their staff number; whose they are is not asked: a name stands beside many a row."""
    found: dict[str, str] = {}
    for batch in in_batches(sorted({code for code in codes if code})):
        rows = session.execute(select(col(Person.key), col(Person.name)).where(col(Person.key).in_(batch)))
        found.update((code, name) for code, name in rows)
    return found


def tags_of(session: Session, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The tags that units carry now, by code."""
    tags: dict[str, tuple[str, ...]] = {}
    for batch in in_batches(codes):
        statement = select(col(UnitTag.unit), col(UnitTag.tag)).where(col(UnitTag.unit).in_(batch))
        for code, tag in session.execute(statement.where(col(UnitTag.until_on).is_(None)).order_by(col(UnitTag.tag))):
            tags[code] = (*tags.get(code, ()), tag)
    return tags


def named(*columns: str, query: str) -> ColumnElement[bool]:
    """One of the columns holds the text, whatever the case of its letters."""
    return or_(*(col(column).icontains(query, autoescape=True) for column in columns))


def cursor(value: str) -> str:
    """Where a page begins: a path or a number of the page before."""
    return text(value, PATH_BYTES_AT_MOST)


def within_page(limit: int) -> int:
    return max(1, min(limit, PAGE_AT_MOST))
