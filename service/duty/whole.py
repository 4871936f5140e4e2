"""One roster, version or watch whole: what stands in it, its proof, its differences, its log and who did what to it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import DutyLog, Person, PresenceCheck, RosterVersion, Swap, Watch
from models.duty import RosterMember
from models.kinds import VersionState
from service import journal
from service.access import Actor
from service.duty.allowed import PLAN, FoundRoster, FoundWatch, find_roster, find_version, find_watch, turns_of
from service.duty.civil import UnitDays
from service.duty.drafting import broken
from service.duty.lists import ROSTER_COLUMNS, SWAP_COLUMNS, watch_rows
from service.duty.presence import CHECK_COLUMNS, CHECKS
from service.duty.problem import World, gather
from service.duty.publishing import FACTS, differing, seats_in
from service.duty.serving import matters_before
from service.listings import columns
from service.lists import PAGE
from service.roster.judge import judge
from service.roster.plan import Assignment
from service.rules.watches import WatchFacts

VERSION_COLUMNS = (
    "key", "version", "roster", "number", "from_on", "to_on", "state", "objective", "bound", "bound_source",
    "drafted_at", "published_at", "published_by", "reason",
)  # fmt: skip
TURN_COLUMNS = ("key", "slot", "on", "watch", "role", "place", "person", "by_hand", "reason")
LOG_COLUMNS = ("key", "version", "watch", "at", "by", "text", "matter", "settled_at", "settled_by")
PROVEN = ("status", "gap", "spread", "violations", "contradictions")


class RosterWhole(NamedTuple):
    """A roster with its file, its members by role, and its newest versions."""

    roster: Any
    text: str
    members: Sequence[Any]
    versions: Sequence[Any]


class Weighed(NamedTuple):
    """A draft as it stands now, hand edits included: what it is worth, and the rules it breaks."""

    objective: int
    spread: Any
    broken: Sequence[Any]


class VersionWhole(NamedTuple):
    """A version with its seats, the engine's proof, what it is worth as edited, and what publishing it would change."""

    version: Any
    proof: Any
    seats: Sequence[Any]
    weighed: Weighed | None
    moved: Sequence[Any]
    dropped: Sequence[str]


class WatchWhole(NamedTuple):
    """A watch with its log, the open matters it has to see to, its swaps and checks, and who did what to it."""

    watch: Any
    log: Sequence[Any]
    matters: Sequence[Any]
    swaps: Sequence[Any]
    checks: Sequence[Any]
    journal: Sequence[Any]


def roster(session: Session, actor: Actor, key: str) -> RosterWhole:
    """One roster, for those who see its unit or serve on it."""
    row, _ = find_roster(session, actor, key, members=True)
    names = select(col(RosterMember.role), col(RosterMember.person), col(RosterMember.joined_on), col(Person.name))
    names = names.join(Person, col(RosterMember.person) == col(Person.key)).where(col(RosterMember.roster) == key)
    shown = {name: getattr(row, name) for name in ROSTER_COLUMNS}
    members = session.execute(names.order_by(col(RosterMember.key))).all()
    return RosterWhole(shown, row.text, members, heads(session, key, PAGE))


def heads(session: Session, key: str, most: int, before: int | None = None) -> Sequence[Any]:
    """The newest versions of a roster without their seats."""
    statement = select(*columns(RosterVersion, VERSION_COLUMNS)).where(col(RosterVersion.roster) == key)
    if before is not None:
        statement = statement.where(col(RosterVersion.number) < before)
    return session.execute(statement.order_by(col(RosterVersion.number).desc()).limit(most)).all()


def version(
    session: Session, actor: Actor, key: str, *, now: datetime, found: tuple[Any, FoundRoster] | None = None
) -> VersionWhole:
    """One version of a roster, for those who see its unit; `found` where it was already."""
    row, roster = find_version(session, actor, key) if found is None else found
    turns = turns_of(session, key)
    seats = [{name: getattr(one, name) for name in TURN_COLUMNS} for one in turns]
    head = {name: getattr(row, name) for name in VERSION_COLUMNS}
    if row.state != VersionState.draft:
        return VersionWhole(head, proof_of(row.proof), seats, None, [], [])
    civil = UnitDays(session, roster.path)
    world = gather(session, roster.row, row.from_on, row.to_on, civil=civil)
    standing = {key: WatchFacts(*(getattr(one, name) for name in FACTS)) for key, one in world.standing.items()}
    difference = differing(seats_in(civil.calendar.zone, roster.row, turns), standing, now)
    moved = [
        {"slot": one.seat.key, "on": one.seat.on, "watch": one.seat.watch, "role": one.seat.role,
         "place": one.seat.place, "starts_at": one.seat.starts_at, "was": one.was, "now_by": one.now_by}
        for one in difference.moved
    ]  # fmt: skip
    dropped = [one.key for one in difference.dropped]
    return VersionWhole(head, proof_of(row.proof), seats, weighed(world, turns), moved, dropped)


def proof_of(text: str) -> dict[str, Any]:
    """What the engine proved of a version."""
    known = json.loads(text or "{}")
    return {name: known.get(name) for name in PROVEN}


def weighed(world: World, turns: Sequence[Any]) -> Weighed:
    """A draft judged as it stands, apart from the engine that made it."""
    verdict = judge(world.problem, seats_as_planned(world, turns))
    free = world._replace(problem=replace(world.problem, fixed=()))
    return Weighed(verdict.objective, verdict.spread, broken(free, still_known(world, turns)))


def still_known(world: World, turns: Sequence[Any]) -> list[Any]:
    """The seats of a version in roles and watches that the roster still has."""
    roles = {role.code for role in world.problem.roles}
    codes = {watch.code for watch in world.problem.watches}
    return [one for one in turns if one.role in roles and one.watch in codes]


def seats_as_planned(world: World, turns: Sequence[Any]) -> list[Assignment]:
    """The seats as the engine counts them: whoever serves another's turn stands in it."""
    found = []
    for one in still_known(world, turns):
        stands = world.standing.get(one.slot)
        person = stands.served_by if stands is not None and stands.turn_of == one.person else one.person
        if person in world.problem.people:
            found.append(Assignment(one.on, one.watch, one.role, one.place, person))
    return found


def watch(session: Session, actor: Actor, key: str, found: FoundWatch | None = None) -> WatchWhole:
    """One watch, for its people, those on its roster, and those who see its unit; `found` where it was already.

    Checks that are still to be made are shown to those who make them, but not to whoever is to be checked on.
    """
    found = find_watch(session, actor, key) if found is None else found
    row = session.execute(watch_rows().where(col(Watch.key) == key)).one()
    lines = select(*columns(DutyLog, LOG_COLUMNS)).where(col(DutyLog.watch) == key)
    asked = select(*columns(Swap, SWAP_COLUMNS)).where(or_(col(Swap.watch) == key, col(Swap.in_return) == key))
    looks = select(*columns(PresenceCheck, CHECK_COLUMNS)).where(col(PresenceCheck.watch) == key)
    if not actor.may(CHECKS, found.path) or actor.person == found.row.served_by:
        looks = looks.where(col(PresenceCheck.made_at).is_not(None))
    told = [key] if actor.may(journal.ACT, found.path) or actor.may(PLAN, found.path) else []
    return WatchWhole(
        dict(row._mapping),
        session.execute(lines.order_by(col(DutyLog.at), col(DutyLog.key))).all(),
        [{name: getattr(one, name) for name in LOG_COLUMNS} for one in matters_before(session, found.row)],
        session.execute(asked.order_by(col(Swap.asked_at), col(Swap.key))).all(),
        session.execute(looks.order_by(col(PresenceCheck.due_at), col(PresenceCheck.key))).all(),
        journal.lines(session, told, limit=PAGE) if told else [],
    )
