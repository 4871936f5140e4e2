"""Drafting a roster: the engine's plan laid down as a version with its proof, and edited by hand under the judge."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models import Person, RosterVersion, Turn
from models.kinds import VersionState
from service import store
from service.access import Actor
from service.duty.allowed import PLAN, find_roster, find_version, must, needed, turns_of, unchanged
from service.duty.breaches import faults_of
from service.duty.problem import World, gather
from service.duty.wording import kept, kept_breach, kept_lack
from service.errors import Conflict, Fault, NotFound, Refused
from service.roster import Plan, solve
from service.roster.facts import Day
from service.roster.judge import broken_rules
from service.roster.plan import Assignment, Breach
from service.rules.steps import Step, Telling, change, make

MOST_DAYS = 400
USUAL_SECONDS = 30.0


def draft(
    engine: Engine,
    actor: Actor,
    roster: str,
    from_on: date,
    to_on: date,
    *,
    now: datetime,
    seconds: float = USUAL_SECONDS,
    workers: int = 2,
    seed: int | None = None,
    afresh: bool = False,
    reason: str = "",
    tell: tuple[str, Sequence[str]] = ("", ()),
) -> str:
    """The fairest plan for a stretch of days, as a new draft; answers its key.

    What is published stands and gaps are filled; with `afresh` only what people confirmed or changed stands. Where no
    whole plan exists, the seats that stay vacant are in it with the reason. The engine runs outside any transaction.
    `tell` is the kind of a notice and who hears of the draft.
    """
    with store.reading(engine) as session:
        world = to_be_planned(session, actor, roster, from_on, to_on, afresh=afresh)
    plan = solve(world.problem, seconds=seconds, workers=workers, seed=seed)
    with store.transaction(engine) as session:
        return lay(session, actor, world, plan, now=now, reason=reason, tell=tell)


def to_be_planned(
    session: Session, actor: Actor, roster: str, from_on: date, to_on: date, *, afresh: bool = False
) -> World:
    """What the engine is to plan, for a planner of the roster."""
    stretch(from_on, to_on)
    found = find_roster(session, actor, roster)
    must(actor, PLAN, found.path)
    if found.row.retired:
        raise Conflict("The roster {key} is retired", key=roster)
    return gather(session, found.row, from_on, to_on, afresh=afresh)


def stretch(from_on: date, to_on: date) -> None:
    """Refuse a stretch of days that ends before it begins, or is longer than a year and a bit."""
    if to_on < from_on:
        raise Refused("Some fields are wrong", faults=[Fault("to", "ends before it begins")])
    if (to_on - from_on).days >= MOST_DAYS:
        raise Refused("Some fields are wrong", faults=[Fault("to", "more than {most} days", {"most": MOST_DAYS})])


def lay(
    session: Session,
    actor: Actor,
    world: World,
    plan: Plan,
    *,
    now: datetime,
    reason: str = "",
    tell: tuple[str, Sequence[str]] = ("", ()),
) -> str:
    """Write a plan down as the roster's next version; earlier drafts stay until they are published or discarded."""
    roster, days = world.file.key, world.problem.days
    number = next_number(session, roster)
    key = f"{roster}:{number}"
    values = {
        "roster": roster, "number": number, "from_on": days[0].on, "to_on": days[-1].on, "drafted_at": now,
        "objective": float(plan.objective), "bound": float(plan.bound), "bound_source": plan.bound_source,
        "proof": proof_of(plan, days), "reason": reason,
    }  # fmt: skip
    facts = {
        "name": world.file.name, "unit": world.file.owner, "from_on": days[0].on.isoformat(),
        "to_on": days[-1].on.isoformat(), "n": len(plan.vacancies),
    }  # fmt: skip
    told = tuple(Telling(tell[0], person, now, facts) for person in tell[1])
    store.require(session, [make(RosterVersion, key, "drafted", values, reason, told)], now=now, by=actor.person)
    store.apply(session, seat_steps(key, world, plan), now=now, by=actor.person, journal=False)
    return key


def next_number(session: Session, roster: str) -> int:
    statement = select(func.max(col(RosterVersion.number))).where(col(RosterVersion.roster) == roster)
    return int(session.execute(statement).scalar_one() or 0) + 1


def proof_of(plan: Plan, days: Sequence[Day]) -> str:
    """What the engine proved, as JSON: status, spread, forced breaches, contradictions and their rules.

    With it the classes of the days it was asked about, by which a late holiday notice is noticed.
    """
    proof = {
        "days": classes_of(days),
        "status": plan.status,
        "gap": plan.gap,
        "spread": plan.spread,
        "violations": [kept_breach(breach) for breach in plan.violations],
        "contradictions": [kept(one) for one in plan.contradictions],
    }
    return json.dumps(proof, ensure_ascii=False)


def classes_of(days: Sequence[Day]) -> dict[str, str]:
    """The days that aren't plain workdays, with their classes."""
    return {day.on.isoformat(): " ".join(sorted(day.classes)) for day in days if day.classes != {"workday"}}


def seat_steps(version: str, world: World, plan: Plan) -> list[Step]:
    """The seats of a plan; one that stands already and is served by another keeps whose turn it was."""
    steps = []
    for seat in plan.assignments:
        slot = slot_of(world.problem.key, seat)
        watch = world.standing.get(slot)
        stands = watch is not None and watch.served_by == seat.person
        steps.append(turn(version, slot, seat, watch.turn_of if watch is not None and stands else seat.person))
    for empty in plan.vacancies:
        seat = Assignment(empty.date, empty.watch, empty.role, empty.place, "")
        steps.append(turn(version, slot_of(world.problem.key, seat), seat, None, kept_lack(empty.lack)))
    return steps


def slot_of(roster: str, seat: Assignment) -> str:
    """The key of the watch that a seat becomes."""
    return f"{roster}:{seat.date}:{seat.watch}:{seat.role}:{seat.place}"


def turn(version: str, slot: str, seat: Assignment, person: str | None, reason: str = "") -> Step:
    values = {
        "version_key": version, "slot": slot, "on": seat.date, "watch": seat.watch, "role": seat.role,
        "place": seat.place, "person": person, "reason": reason,
    }  # fmt: skip
    return make(Turn, f"{version}:{slot.partition(':')[2]}", "seated", values)


def edit(
    session: Session,
    actor: Actor,
    version: str,
    turn_key: str,
    person: str | None,
    *,
    now: datetime,
    reason: str = "",
    expects: int | None = None,
) -> list[Breach]:
    """Put somebody else, or nobody, into a seat of a draft; answers the rules this breaks that held before.

    A broken rule is allowed with a reason and Refused without one, each named.
    """
    row, roster = find_version(session, actor, version)
    must(actor, PLAN, roster.path)
    unchanged(row, expects)
    if row.state != VersionState.draft:
        raise Conflict("This version is {state}; only a draft can be edited", state=str(row.state))
    turns = turns_of(session, version)
    seat = next((one for one in turns if one.key == turn_key), None)
    if seat is None:
        raise NotFound("There is no seat {key} in this version", key=turn_key)
    world = gather(session, roster.row, row.from_on, row.to_on, fixed=False)
    if person is not None and person not in world.problem.people:
        stranger(session, person)
    new = newly_broken(world, turns, turn_key, person)
    if new and not reason.strip():
        faults = faults_of(session, new)
        raise Refused(
            "This breaks rules of the roster ({n}); give a reason to do it all the same", faults=faults, n=len(new)
        )
    values = {"person": person, "by_hand": True, "reason": needed(reason) if reason.strip() else ""}
    steps = [
        change(Turn, seat.key, seat.version, "edited", values, reason.strip()),
        change(RosterVersion, version, row.version, "edited", {"state": row.state}, reason.strip()),
    ]
    store.require(session, steps, now=now, by=actor.person)
    return new


def stranger(session: Session, person: str) -> None:
    """Refuse a person nobody knows, and one who is not on the roster, which only its file can change."""
    known = session.execute(select(col(Person.key)).where(col(Person.key) == person)).scalar_one_or_none()
    reason = "there is no person {code}" if known is None else "{code} is not on this roster; add them to its file"
    raise Refused("Some fields are wrong", faults=[Fault("person", reason, {"code": person})])


def newly_broken(world: World, turns: Sequence[Any], turn_key: str, person: str | None) -> list[Breach]:
    """The hard rules that one seat's change breaks."""
    before = {breach.text for breach in broken(world, turns)}
    after = broken(world, turns, {turn_key: person})
    return [breach for breach in after if breach.text not in before]


def broken(world: World, turns: Sequence[Any], instead: Mapping[str, str | None] | None = None) -> list[Breach]:
    """The hard rules that the seats of a version break, by the judge; `instead` puts others into some of them.

    Where somebody already serves another's turn, it is they who need rest.
    """
    people = {one.key: serving(world, one) for one in turns} | dict(instead or {})
    seats = [
        Assignment(one.on, one.watch, one.role, one.place, person)
        for one in turns
        if (person := people[one.key]) is not None and person in world.problem.people
    ]
    return list(broken_rules(world.problem, seats))


def serving(world: World, turn: Any) -> str | None:
    """Who would really stand in a seat: whoever has taken over the watch of the one whose turn it stays."""
    watch = world.standing.get(turn.slot)
    if watch is not None and watch.served_by and watch.turn_of == turn.person:
        return str(watch.served_by)
    return turn.person and str(turn.person)


def discard(
    session: Session, actor: Actor, version: str, *, now: datetime, reason: str = "", expects: int | None = None
) -> None:
    """Put a draft away."""
    row, roster = find_version(session, actor, version)
    must(actor, PLAN, roster.path)
    unchanged(row, expects)
    if row.state != VersionState.draft:
        raise Conflict("This version is {state}; only a draft can be discarded", state=str(row.state))
    step = change(RosterVersion, version, row.version, "discarded", {"state": VersionState.discarded}, reason)
    store.require(session, [step], now=now, by=actor.person)
