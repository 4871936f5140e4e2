"""Rosters as data: created and changed from their file; absences and wishes entered."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Absence, Person, Roster, Unit, Watch, Wish
from models.base import table_of
from models.duty import RosterMember
from service import store, units
from service.access import Actor
from service.duty.allowed import PLAN, find_roster, must, must_plan, unchanged
from service.duty.breaches import N_
from service.duty.file import RosterFile, read
from service.errors import Conflict, Fault, NotFound, Refused
from service.rules.steps import Step, change, make, remove
from service.rules.watches import AHEAD

MOST_WEIGHT = 1_000
TAKEN = N_("there is a roster of that key already")


def apply_file(
    session: Session, actor: Actor, text: str, *, now: datetime, version: int | None = None, new: bool = False
) -> RosterFile:
    """Make a roster from its file, or change the one of that key; what is published stays until it is planned anew.

    One that was retired comes back with it. With `new` one that is in use is not changed but refused. Raises Refused
    naming the line of every fault, unknown owners and members among them; NotFound, Forbidden, Conflict.
    """
    must_plan(actor)
    file = read(text)
    path = owner_path(session, actor, file)
    unknown_members(session, file)
    row = session.execute(select(table_of(Roster)).where(col(Roster.key) == file.key)).one_or_none()
    values = {
        "name": file.name, "owner": file.owner, "text": text, "phone": file.phone, "note": file.note,
        "drafted_ahead_days": file.drafted_ahead_days, "checks_a_week": file.checks_a_week, "retired": False,
        "attend_at": now,
    }  # fmt: skip
    if row is None:
        must(actor, PLAN, path)
        step = make(Roster, file.key, "roster.made", values)
    elif new and not row.retired:
        raise Refused("Some fields are wrong", faults=[Fault("key", TAKEN)])
    else:
        must(actor, PLAN, find_roster(session, actor, file.key).path)
        unchanged(row, version)
        step = change(Roster, file.key, row.version, "roster.changed", values)
    today = now.astimezone(units.zone_of(session, file.owner)).date()
    store.require(session, [step], now=now, by=actor.person)
    members = member_steps(session, file, None if row is None else today)
    store.require(session, members, now=now, by=actor.person)
    return file


def look_again(session: Session, *, now: datetime, path: str | None = None, why: str) -> list[Step]:
    """The steps that have rosters looked at anew, because days or seasons changed.

    Drafts then follow, and what is published gets a proposal. With `path`, only rosters of units above, at or beneath.
    """
    statement = select(col(Roster.key), col(Roster.version), col(Roster.attend_at), col(Unit.path))
    statement = statement.join(Unit, col(Roster.owner) == col(Unit.key)).where(col(Roster.retired).is_(False))
    return [
        change(Roster, row.key, row.version, "stale", {"attend_at": min(now, row.attend_at or now)}, why)
        for row in session.execute(statement.order_by(col(Roster.key)))
        if path is None or row.path.startswith(path) or path.startswith(row.path)
    ]


def left_by(session: Session, people: Iterable[str], now: datetime) -> list[Step]:
    """The steps that have rosters looked at anew on which people who leave were still to serve: gaps open at once."""
    found: dict[str, Any] = {}
    for batch in units.in_batches(people):
        statement = select(col(Roster.key), col(Roster.version), col(Roster.attend_at))
        statement = statement.join(Watch, col(Watch.roster) == col(Roster.key)).where(
            col(Watch.served_by).in_(batch), col(Watch.starts_at) > now, col(Watch.state).in_(AHEAD),
            col(Roster.retired).is_(False),
        )  # fmt: skip
        found |= {row.key: row for row in session.execute(statement.distinct())}
    return [
        change(Roster, row.key, row.version, "stale", {"attend_at": min(now, row.attend_at or now)}, "left")
        for _, row in sorted(found.items())
    ]


def owner_path(session: Session, actor: Actor, file: RosterFile) -> str:
    """The path of the unit that owns the roster, or Refused by its line."""
    path = session.execute(select(col(Unit.path)).where(col(Unit.key) == file.owner)).scalar_one_or_none()
    if path is None or not actor.may("see", path):
        fault = file.fault("owner", "there is no unit {code}", code=file.owner)
        raise Refused("The roster file has faults: {n}", faults=[fault], n=1)
    must(actor, PLAN, path)
    return str(path)


def unknown_members(session: Session, file: RosterFile) -> None:
    """Refuse members who aren't anybody, by their line."""
    known: set[str] = set()
    for batch in units.in_batches(file.problem.people):
        known.update(session.execute(select(col(Person.key)).where(col(Person.key).in_(batch))).scalars())
    faults = [
        file.fault(f"roles[{i}].members[{j}]", "there is no person {code}", code=code)
        for i, role in enumerate(file.problem.roles)
        for j, code in enumerate(role.members)
        if code not in known
    ]
    if faults:
        raise Refused("The roster file has faults: {n}", faults=faults, n=len(faults))


def member_steps(session: Session, file: RosterFile, joined_on: date | None) -> list[Step]:
    """Who has come to the roster, and who is on it no longer."""
    wanted = {
        f"{file.key}:{role.code}:{code}": (role.code, code) for role in file.problem.roles for code in role.members
    }
    rows = session.execute(select(table_of(RosterMember)).where(col(RosterMember.roster) == file.key)).all()
    standing = {row.key for row in rows}
    gone = [remove(RosterMember, row.key, row.version, "member.gone") for row in rows if row.key not in wanted]
    come = [
        make(
            RosterMember, key, "member.joined",
            {"roster": file.key, "role": role, "person": person, "joined_on": joined_on},
        )
        for key, (role, person) in wanted.items()
        if key not in standing
    ]  # fmt: skip
    return [*gone, *come]


def person_path(session: Session, actor: Actor, person: str) -> str:
    """The path of a person's unit; NotFound for one the actor may neither see nor is."""
    statement = select(col(Unit.path)).join(Person, col(Person.unit) == col(Unit.key))
    path = session.execute(statement.where(col(Person.key) == person)).scalar_one_or_none()
    if path is None or not (actor.person == person or actor.may("see", path)):
        raise NotFound("There is no person {key}", key=person)
    return str(path)


def wish(
    session: Session, actor: Actor, person: str, on: date, *, now: datetime, want: bool = False, weight: int = 1
) -> str:
    """A person would rather be off on a day, or (`want`) rather serve: one's own, or entered by a planner."""
    path = person_path(session, actor, person)
    if actor.person != person:
        must(actor, PLAN, path)
    if not 1 <= weight <= MOST_WEIGHT:
        fault = Fault("weight", "must be between 1 and {most}", {"most": MOST_WEIGHT})
        raise Refused("Some fields are wrong", faults=[fault])
    key = f"{person}:{on}"
    row = session.get(Wish, key)
    values = {"want": want, "weight": weight}
    if row is None:
        step = make(Wish, key, "wished", {"person": person, "on": on, **values})
    else:
        step = change(Wish, key, row.version, "wished", values)
    store.require(session, [step], now=now, by=actor.person)
    return key


def overlapping(session: Session, person: str, from_on: date, to_on: date) -> None:
    """Refuse a stretch away that ends before it begins or overlaps another of the same person."""
    if to_on < from_on:
        raise Refused("Some fields are wrong", faults=[Fault("to", "ends before it begins")])
    statement = select(col(Absence.from_on)).where(col(Absence.person) == person)
    statement = statement.where(col(Absence.from_on) <= to_on, col(Absence.to_on) >= from_on)
    other = session.execute(statement.limit(1)).scalar_one_or_none()
    if other is not None:
        raise Conflict("This overlaps the absence that begins on {from_on}", from_on=other)
