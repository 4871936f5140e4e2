"""The chain sheet: 单位编码 层级 工号, a row for everybody who answers for a unit at a level."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import ChainLink, Person, Unit
from service.access import Actor, in_scope
from service.imports.rows import Entry, Reading, Removals, Report, allowed, sheet_code
from service.people import fields
from service.people.chain import ACT, AT_MOST, Link, newly_placed
from service.rules.steps import Op, Step, change, remove
from service.sheets.reading import Column, Sheet
from service.store import require
from service.units import in_batches

COLUMNS = (
    Column("unit", ("单位编码",), needed=True),
    Column("level", ("层级",), needed=True),
    Column("person", ("工号",), needed=True),
)
CHECKS = {"unit": sheet_code, "level": fields.level, "person": sheet_code}
EXAMPLE = ("yanjing-cun01", "1", "yj001")

Place = tuple[str, int]  # a unit and a level


class Known(NamedTuple):
    """A unit's or person's path, and whether it has closed or they have left."""

    path: str
    over_on: date | None


def import_chain(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    *,
    now: datetime,
    removals: Removals = "keep",
    allow_mass: bool = False,
    dry_run: bool = False,
) -> Report:
    """The chain of the units that the sheet names, whole: what it doesn't say of them no longer holds.

    `removals="close"` takes away the links of the units in the actor's reach that the sheet doesn't name, too. All
    rows or none, and the same sheet again changes nothing; who stays on a level keeps their place. Raises Refused
    naming every place that is wrong, Forbidden who may set no chain at all.
    """
    allowed(actor, ACT)
    reading = Reading(sheet, COLUMNS, CHECKS)
    reading.by_key("unit", "level", "person")
    check_units(session, actor, reading)
    units = values_of(reading.entries, "unit")
    standing = standing_links(session, actor, None if removals == "close" else units)
    check_persons(session, actor, reading, standing)
    wanted = wanted_links(reading)
    steps = [step for place in sorted(wanted.keys() | standing.keys()) for step in settle(place, wanted, standing)]
    made, changed, removed = (sum(step.op is op for step in steps) for op in (Op.make, Op.change, Op.remove))
    if not reading.faults:
        reading.check_mass(removed, sum(len(links) for links in standing.values()), allow_mass)
    refused = reading.refuse_faults(dry_run)
    if refused:
        return refused
    if not dry_run:
        require(session, steps, now=now, by=actor.person)
    read = len(reading.entries)
    return Report(read, made, changed, read - made - changed, removed)


def check_units(session: Session, actor: Actor, reading: Reading, *, act: str = ACT) -> None:
    """Fault units that don't exist, are closed, or lie outside the actor's reach (which reads as unknown)."""
    known: dict[str, Known] = {}
    for batch in in_batches(values_of(reading.entries, "unit")):
        statement = select(col(Unit.key), col(Unit.path), col(Unit.closed_on)).where(col(Unit.key).in_(batch))
        known.update((row[0], Known(*row[1:])) for row in session.execute(statement))
    for entry in reading.entries:
        unit = entry.values.get("unit")
        if unit is None:
            continue
        if unit not in known or not actor.may(act, known[unit].path):
            reading.fault(entry, "unit", "there is no unit {code}", code=unit)
        elif known[unit].over_on is not None:
            reading.fault(entry, "unit", "is closed")


def check_persons(session: Session, actor: Actor, reading: Reading, standing: Mapping[Place, Sequence[Link]]) -> None:
    """Fault people who don't exist, left, or can't be seen by the actor (which reads as unknown).

    Whoever stands at that place already may stay.
    """
    there = {(*place, link.person) for place, links in standing.items() for link in links}
    known: dict[str, Known] = {}
    for batch in in_batches(values_of(reading.entries, "person")):
        statement = select(col(Person.key), col(Unit.path), col(Person.left_on))
        statement = statement.join(Unit, col(Person.unit) == col(Unit.key)).where(col(Person.key).in_(batch))
        known.update((row[0], Known(*row[1:])) for row in session.execute(statement))
    for entry in reading.entries:
        person = entry.values.get("person")
        if person is None or (entry.values.get("unit"), entry.values.get("level"), person) in there:
            continue
        if person not in known or not (actor.may("see", known[person].path) or person == actor.person):
            reading.fault(entry, "person", "there is nobody with the staff number {code}", code=person)
        elif known[person].over_on is not None:
            reading.fault(entry, "person", "has left")


def values_of(entries: Iterable[Entry], column: str) -> set[str]:
    return {entry.values[column] for entry in entries if column in entry.values}


def wanted_links(reading: Reading) -> dict[Place, list[str]]:
    """The people the sheet puts on each level of each unit, in its order; a third one is a fault."""
    wanted: dict[Place, list[str]] = {}
    for entry in reading.entries:
        if len(entry.values) < len(COLUMNS):
            continue
        people = wanted.setdefault((entry.values["unit"], entry.values["level"]), [])
        if entry.values["person"] in people:
            continue
        if len(people) == AT_MOST:
            reading.fault(entry, "level", "two people are on this level already")
        else:
            people.append(entry.values["person"])
    return wanted


def standing_links(session: Session, actor: Actor, units: Iterable[str] | None) -> dict[Place, list[Link]]:
    """The links of these units, or of all in the actor's reach, in the order in which they are named."""
    columns = (ChainLink.unit, ChainLink.level, ChainLink.key, ChainLink.version, ChainLink.person)
    statement = select(*(col(column) for column in columns)).order_by(col(ChainLink.key))
    links: dict[Place, list[Link]] = {}
    inside = [in_scope(ChainLink.unit, actor.paths(ACT))]
    for condition in inside if units is None else (col(ChainLink.unit).in_(batch) for batch in in_batches(units)):
        for unit, level, *link in session.execute(statement.where(condition)):
            links.setdefault((unit, level), []).append(Link(*link))
    return links


def settle(place: Place, wanted: Mapping[Place, Sequence[str]], standing: Mapping[Place, Sequence[Link]]) -> list[Step]:
    """The steps for one level of one unit: newcomers take the places of those who go."""
    people, links = wanted.get(place, ()), standing.get(place, ())
    free = [link for link in links if link.person not in people]
    new = [person for person in people if all(person != link.person for link in links)]
    said = f"{place[0]} {place[1]}"
    steps = [
        change(ChainLink, link.key, link.version, "named", {"person": person}, said)
        for link, person in zip(free, new, strict=False)
    ]
    steps += [remove(ChainLink, link.key, link.version, "taken off", said) for link in free[len(new) :]]
    return steps + newly_placed(*place, links, new[len(free) :])
