"""The chain of responsibility: who answers for a unit at each level, its own or inherited, and how that is set."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zlib import crc32

from sqlalchemy import select
from sqlmodel import Session, col

from models import ChainLink, Person
from service.access import Actor, in_scope
from service.errors import Fault, Refused
from service.people import fields
from service.people.fields import fit_one
from service.people.person_acts import visible_person
from service.people.unit_acts import at_version, visible_unit
from service.rules.chain import ancestors
from service.rules.steps import Step, change, make, remove
from service.store import require

ACT = "change chain"
AT_MOST = 2  # 双主任制: both heads


class Link(NamedTuple):
    """One row of the chain as it stands."""

    key: str
    version: int
    person: str


class Holder(NamedTuple):
    person: str
    name: str
    post: str
    mobile: str


class LevelRecord(NamedTuple):
    """Who holds a level for a unit; `inherited_from` is the unit above that sets it, None for the unit itself.

    `version` tells a stale writer; it is an opaque number, 0 while the unit sets nothing of its own here.
    """

    level: int
    people: tuple[Holder, ...]
    inherited_from: str | None
    version: int


def set_level(
    session: Session,
    actor: Actor,
    unit: str,
    level: int,
    people: Sequence[str],
    *,
    now: datetime,
    version: int | None = None,
) -> None:
    """The people who answer for a unit at a level from now on, in the order they are named: two at most.

    Nobody: the level is inherited from above again. Raises Refused for a bad level, three people or one who left;
    NotFound for whom the actor can't see; Conflict for a stale `version`.
    """
    number: int = fit_one("level", fields.level, level)
    found = visible_unit(session, actor, unit)
    actor.must(ACT, found.path, see="see units")
    wanted = [fit_one("people", fields.code, person) for person in people]
    if len(wanted) > AT_MOST or len(set(wanted)) < len(wanted):
        raise Refused("Some fields are wrong", faults=[Fault("people", "at most two different people share a level")])
    for person in wanted:
        if visible_person(session, actor, person).left_on is not None:
            raise Refused("Some fields are wrong", faults=[Fault("people", "{code} has left", {"code": person})])
    links = own_links(session, unit, number)
    at_version(level_version(links), version)
    require(session, place(unit, number, links, wanted), now=now, by=actor.person)


def chain_of(session: Session, actor: Actor, unit: str) -> list[LevelRecord]:
    """Every level somebody holds for a unit, the lowest first, each from the nearest unit that sets it."""
    found = visible_unit(session, actor, unit)
    line = ancestors(found.path)
    statement = (
        select(col(ChainLink.unit), col(ChainLink.level), col(ChainLink.key), col(ChainLink.version))
        .add_columns(col(ChainLink.person), col(Person.name), col(Person.post), col(Person.mobile), col(Person.left_on))
        .join(Person, col(ChainLink.person) == col(Person.key))
        .where(col(ChainLink.unit).in_(line))
        .order_by(col(ChainLink.key))
    )
    rows: dict[tuple[int, str], list[Any]] = {}
    for row in session.execute(statement):
        rows.setdefault((row.level, row.unit), []).append(row)
    records = []
    for number in sorted({number for number, _ in rows}):
        own = [Link(row.key, row.version, row.person) for row in rows.get((number, unit), ())]
        for code in line:
            here = [row for row in rows.get((number, code), ()) if row.left_on is None]
            if here:
                holders = tuple(Holder(row.person, row.name, row.post, row.mobile) for row in here)
                above = None if code == unit else code
                records.append(LevelRecord(number, holders, above, level_version(own)))
                break
    return records


class LinkRecord(NamedTuple):
    """A place that somebody holds: they answer for `unit` at `level`."""

    unit: str
    level: int


def links_of(session: Session, actor: Actor, person: str) -> list[LinkRecord]:
    """Where a person answers, on the units that the actor sees."""
    statement = select(col(ChainLink.unit), col(ChainLink.level)).where(col(ChainLink.person) == person)
    statement = statement.where(in_scope(ChainLink.unit, actor.paths("see units"))).order_by(col(ChainLink.key))
    return [LinkRecord(*row) for row in session.execute(statement)]


def own_links(session: Session, unit: str, level: int) -> list[Link]:
    """The unit's own links at a level, in the order in which they are named."""
    statement = select(col(ChainLink.key), col(ChainLink.version), col(ChainLink.person))
    statement = statement.where(col(ChainLink.unit) == unit, col(ChainLink.level) == level)
    return [Link(*row) for row in session.execute(statement.order_by(col(ChainLink.key)))]


def level_version(links: Iterable[Link]) -> int:
    """A number that changes whenever the links do."""
    said = " ".join(f"{link.key}={link.version}" for link in links)
    return crc32(said.encode()) if said else 0


def place(unit: str, level: int, links: Sequence[Link], wanted: Sequence[str]) -> list[Step]:
    """The steps from the links that stand to the people wanted, place by place.

    A place has its own key, so that two writers at once can't put three people on a level.
    """
    steps: list[Step] = []
    said = f"{unit} {level}"
    for link, person in zip(links, wanted, strict=False):
        if link.person != person:
            steps.append(change(ChainLink, link.key, link.version, "named", {"person": person}, said))
    steps += [remove(ChainLink, link.key, link.version, "taken off", said) for link in links[len(wanted) :]]
    return steps + newly_placed(unit, level, links, wanted[len(links) :])


def newly_placed(unit: str, level: int, links: Sequence[Link], people: Sequence[str]) -> list[Step]:
    """The steps that give people the places of a level whose keys no link has."""
    taken = {link.key for link in links}
    free = [key for key in (f"{unit}:{level}:{number}" for number in range(1, 2 * AT_MOST + 1)) if key not in taken]
    return [
        make(ChainLink, key, "named", {"unit": unit, "level": level, "person": person}, f"{unit} {level}")
        for key, person in zip(free, people, strict=False)
    ]
