"""Publishing a version: the watches brought into line with it, and only those told whose watch moved."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from models import Roster, RosterVersion, Watch
from models.base import table_of
from models.kinds import VersionState
from service import store, units
from service.access import Actor
from service.duty.allowed import PUBLISH, find_version, held, must, needed, turns_of, unchanged
from service.duty.breaches import faults_of
from service.duty.drafting import broken
from service.duty.file import read
from service.duty.problem import World, gather
from service.errors import Conflict, Fault, Refused
from service.roster import Problem
from service.rules import duty as rules
from service.rules.duty import Moved, Seat
from service.rules.steps import change
from service.rules.watches import WatchFacts

FACTS = WatchFacts._fields


class Difference(NamedTuple):
    """What a version would change: seats with who stood and who would stand, and watches that would be called off."""

    moved: list[Moved]
    dropped: list[WatchFacts]


def difference(session: Session, actor: Actor, version: str, *, now: datetime) -> Difference:
    """What publishing a version now would change."""
    row, roster = find_version(session, actor, version)
    seats = seats_of(session, roster.row, row)
    return differing(seats, facts_between(session, row.roster, row.from_on, row.to_on), now)


def differing(seats: list[Seat], standing: Mapping[str, WatchFacts], now: datetime) -> Difference:
    """What bringing the watches into line with these seats would change."""
    return Difference(rules.differing(seats, standing, now), rules.dropped(seats, standing.values(), now))


def publish(
    session: Session, actor: Actor, version: str, *, now: datetime, reason: str = "", expects: int | None = None
) -> Difference:
    """Make a draft the plan in force; answers what changed.

    1. refuse what breaks a rule as things stand now, unless a reason is given or the seat was edited by hand with one
    2. bring the watches that have not begun into line with it, and tell those whose watch moved
    3. versions that lie wholly inside its stretch are superseded
    """
    row, roster = find_version(session, actor, version)
    must(actor, PUBLISH, roster.path)
    unchanged(row, expects)
    if row.state != VersionState.draft:
        raise Conflict("This version is {state}; only a draft can be published", state=str(row.state))
    turns = turns_of(session, version)
    if not reason.strip():
        refuse_broken(session, roster.row, row, turns, now)
    seats = seats_of(session, roster.row, row, turns)
    standing = facts_between(session, row.roster, row.from_on, row.to_on, hold=True)
    found = differing(seats, standing, now)
    why = needed(reason) if reason.strip() else row.reason
    told = rules.Version(row.roster, roster.row.name, roster.row.owner, row.number, why)
    published = {"state": VersionState.published, "published_at": now, "published_by": actor.person}
    steps = [change(RosterVersion, version, row.version, "published", published, why)]
    steps += [
        change(RosterVersion, old.key, old.version, "superseded", {"state": VersionState.superseded}, version)
        for old in superseded(session, row)
    ]
    steps += rules.publishing(seats, standing, told, now=now)
    looked_at = {"attend_at": min(now, roster.row.attend_at or now)}  # a look that is due stays due
    steps.append(change(Roster, row.roster, roster.row.version, "planned", looked_at))
    store.require(session, steps, now=now, by=actor.person)
    return found


def superseded(session: Session, row: Any) -> list[Any]:
    """Published versions whose days all lie in the new one's stretch."""
    statement = select(table_of(RosterVersion)).where(
        col(RosterVersion.roster) == row.roster, col(RosterVersion.state) == VersionState.published,
        col(RosterVersion.from_on) >= row.from_on, col(RosterVersion.to_on) <= row.to_on,
    )  # fmt: skip
    return list(session.execute(statement))


def refuse_broken(session: Session, roster: Any, row: Any, turns: list[Any], now: datetime) -> None:
    """Refuse a plan that breaks a rule by now: somebody is away, has left, was taken off the roster."""
    world = gather(session, roster, row.from_on, row.to_on, fixed=False)
    # a rule that only holds no more because of seats edited with a reason was weighed when they were
    vetted: dict[str, str | None] = {one.key: None for one in turns if one.by_hand and one.reason}
    anyway = {breach.text for breach in broken(world, turns, vetted)}
    stood = standing_people(world)
    found = [
        breach
        for breach in broken(world, turns)
        if breach.text in anyway and not any((breach.date, breach.role, who) in stood for who in breach.people)
    ]
    faults = faults_of(session, found)
    members = {role.code: set(role.members) for role in world.problem.roles}
    today = now.astimezone(units.zone_of(session, roster.owner)).date()
    for one in turns:
        known = members.get(one.role, set())
        if one.person and one.on >= today and one.person not in known and not one.by_hand:
            why = {"code": one.person, "role": one.role, "on": one.on}
            faults.append(Fault("person", "{code} is not a member of {role} any more ({on})", why))
    if faults:
        raise Refused(
            "This breaks rules of the roster ({n}); give a reason to do it all the same", faults=faults, n=len(faults)
        )


def standing_people(world: World) -> set[tuple[date, str, str]]:
    """Who serves or has the turn in the watches that stand: a rule they break there was broken before."""
    return {
        (row.on, row.role, person)
        for row in world.standing.values()
        for person in (row.turn_of, row.served_by)
        if person and row.served_by
    }


def seats_of(session: Session, roster: Any, row: Any, turns: Iterable[Any] | None = None) -> list[Seat]:
    """The seats of a version with the instants they begin and end at, by the roster's watches as they are now."""
    zone = units.zone_of(session, roster.owner)
    return seats_in(zone, roster, turns_of(session, row.key) if turns is None else turns)


def seats_in(zone: ZoneInfo, roster: Any, turns: Iterable[Any]) -> list[Seat]:
    """The same of seats that were read already, in a zone that is known."""
    problem = read(roster.text).problem
    known = {watch.code for watch in problem.watches}
    return [
        Seat(
            one.slot,
            one.on,
            one.watch,
            one.role,
            one.place,
            *times(problem, zone, one.on, one.watch),
            one.person,
            one.by_hand,
        )
        for one in turns
        if one.watch in known
    ]


def times(problem: Problem, zone: ZoneInfo, on: date, code: str) -> tuple[datetime, datetime]:
    """When a watch of a day begins and ends, in UTC."""
    watch = problem.watch(code)
    midnight = datetime.combine(on, time(), tzinfo=zone)
    starts_at = (midnight + timedelta(minutes=watch.starts)).astimezone(UTC)
    return starts_at, starts_at + timedelta(minutes=watch.minutes)


def facts_between(
    session: Session, roster: str, from_on: date, to_on: date, *, hold: bool = False
) -> dict[str, WatchFacts]:
    """The watches between two days, called off or not, by their key."""
    statement = select(*(col(getattr(Watch, name)) for name in FACTS))
    statement = statement.where(col(Watch.roster) == roster, col(Watch.on) >= from_on, col(Watch.on) <= to_on)
    statement = statement.order_by(col(Watch.key))
    rows = session.execute(held(session, statement, Watch) if hold else statement)
    return {row.key: WatchFacts(*row) for row in rows}
