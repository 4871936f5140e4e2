"""Swaps: asked, accepted, declined; substitutes; taking over now. Whose turn it was stays beside who serves."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import Person, Swap, Watch
from models.base import table_of
from models.kinds import SwapState, WatchState
from service import store
from service.access import Actor
from service.duty.allowed import PLAN, FoundWatch, find_watch, is_member, must, name_of, needed, on_behalf
from service.duty.publishing import FACTS
from service.duty.weighing import Scales, refuse_unless, roster_row
from service.errors import Conflict, Fault, NotFound, Refused
from service.roster.plan import Breach
from service.rules.steps import Step, Telling, change, make
from service.rules.watches import AHEAD, HAND_OVER_WITHIN, WatchFacts, handed, upon_us, watch_facts

TAKEN_BEFORE = timedelta(hours=2)


class FoundSwap(NamedTuple):
    """A swap, the watch it is about, and the one given in return, if one is."""

    row: Any
    watch: FoundWatch
    in_return: FoundWatch | None


def facts_of(row: Any) -> WatchFacts:
    """A watch as the rules know it."""
    return WatchFacts(*(getattr(row, name) for name in FACTS))


def ask(
    session: Session,
    actor: Actor,
    watch: str,
    asked_of: str,
    *,
    now: datetime,
    in_return: str | None = None,
    reason: str = "",
) -> str:
    """Ask somebody to serve a watch, perhaps for one of theirs: by whoever serves it, or a planner for them."""
    mine = ahead(find_watch(session, actor, watch), now)
    on_behalf(actor, mine.row.served_by, mine.path)
    known_person(session, asked_of)
    if asked_of == mine.row.served_by:
        raise Refused("Some fields are wrong", faults=[Fault("asked_of", "serves this watch already")])
    theirs = given_for_it(session, in_return, asked_of, now) if in_return is not None else None
    count = session.execute(select(func.count()).select_from(Swap).where(col(Swap.watch) == watch)).scalar_one()
    key = f"{watch}:{count + 1}"
    values = {
        "watch": watch, "in_return": in_return, "asked_by": mine.row.served_by, "asked_of": asked_of,
        "asked_at": now, "reason": reason.strip(),
    }  # fmt: skip
    facts = watch_facts(name_of(session, mine.row), mine.row.unit, mine.row.role, mine.row.starts_at)
    facts |= {"person": mine.row.served_by, "reason": reason.strip()}
    if theirs is not None:
        facts["return_at"] = theirs.starts_at.isoformat()
    told = Telling("swap_asked", asked_of, now, facts, urgent=upon_us(mine.row.starts_at, now))
    store.require(session, [make(Swap, key, "asked", values, reason.strip(), (told,))], now=now, by=actor.person)
    return key


def given_for_it(session: Session, watch: str, person: str, now: datetime) -> Any:
    """The watch that would be served in return; refused where it is not one of theirs ahead."""
    row = watch_row(session, watch)
    if row is None or row.served_by != person or row.starts_at <= now or row.state not in AHEAD:
        raise Refused("Some fields are wrong", faults=[Fault("in_return", "is not a watch of theirs ahead")])
    return row


def accept(session: Session, actor: Actor, key: str, *, now: datetime, reason: str = "") -> list[Breach]:
    """Take the watch that was asked of one, and give the one in return; answers the rules a planner broke knowingly.

    By the person asked, or a planner for them. Refused when it breaks a rule and no planner gives a reason.
    """
    found = find_swap(session, actor, key)
    planner = on_behalf(actor, found.row.asked_of, found.watch.path)
    open_still(found.row)
    mine, theirs = ahead(found.watch, now), found.in_return and ahead(found.in_return, now)
    if mine.row.served_by != found.row.asked_by or (theirs and theirs.row.served_by != found.row.asked_of):
        raise Conflict("Somebody else serves the watch by now; ask again")
    instead = {mine.row.key: found.row.asked_of} | ({theirs.row.key: found.row.asked_by} if theirs else {})
    breaches = weigh(session, [mine, *([theirs] if theirs else [])], instead)
    refuse_unless(session, breaches, reason, planner=planner)
    name = name_of(session, mine.row)
    steps = [answered(found.row, SwapState.accepted, actor, now, reason)]
    for watch in (mine, theirs):
        if watch:
            steps.append(
                handed(
                    facts_of(watch.row),
                    instead[watch.row.key],
                    name,
                    now=now,
                    by=actor.person,
                    act="swapped",
                    reason=key,
                )
            )
    store.require(session, steps, now=now, by=actor.person)
    return breaches


def decline(session: Session, actor: Actor, key: str, *, now: datetime, reason: str = "") -> None:
    """Say no to what was asked; whoever asked is told."""
    found = find_swap(session, actor, key)
    on_behalf(actor, found.row.asked_of, found.watch.path)
    open_still(found.row)
    row = found.watch.row
    facts = watch_facts(name_of(session, row), row.unit, row.role, row.starts_at)
    facts |= {"person": found.row.asked_of, "reason": reason.strip()}
    told = Telling("swap_declined", found.row.asked_by, now, facts, urgent=upon_us(row.starts_at, now))
    step = answered(found.row, SwapState.declined, actor, now, reason)
    store.require(session, [step._replace(tell=(told,))], now=now, by=actor.person)


def withdraw(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """Take back what one asked."""
    found = find_swap(session, actor, key)
    on_behalf(actor, found.row.asked_by, found.watch.path)
    open_still(found.row)
    store.require(session, [answered(found.row, SwapState.withdrawn, actor, now, "")], now=now, by=actor.person)


def substitute(
    session: Session, actor: Actor, watch: str, person: str, *, now: datetime, reason: str = ""
) -> list[Breach]:
    """A planner puts somebody else into a watch ahead, or fills a gap; answers the rules broken with a reason."""
    found = find_watch(session, actor, watch)
    must(actor, PLAN, found.path)
    known_person(session, person)
    if found.row.state != WatchState.vacant:
        ahead(found, now)
    elif found.row.starts_at <= now:
        raise Conflict("This watch has begun; somebody must take it over now")
    if person == found.row.served_by:
        return []
    breaches = weigh(session, [found], {watch: person})
    refuse_unless(session, breaches, reason, planner=True)
    name, act = name_of(session, found.row), "filled" if found.row.state == WatchState.vacant else "substituted"
    why = needed(reason) if reason.strip() else ""
    step = handed(facts_of(found.row), person, name, now=now, by=actor.person, act=act, reason=why)
    store.require(session, [placed(step, person)], now=now, by=actor.person)
    return breaches


def take(
    session: Session, actor: Actor, watch: str, *, now: datetime, person: str | None = None, reason: str = ""
) -> None:
    """Take over a watch now, from two hours before it begins until it ends: oneself, or a planner for `person`.

    Whoever stands in has checked in with it. Rules are not asked: somebody must be there.
    """
    who = person or actor.person
    found = find_watch(session, actor, watch)
    if who != actor.person:
        must(actor, PLAN, found.path)
        known_person(session, who)
    elif not is_member(session, found.row.roster, who):
        must(actor, PLAN, found.path)
    if found.row.state in (WatchState.handed_over, WatchState.cancelled):
        raise Conflict("The watch is {state}; this can't be done to it now", state=str(found.row.state))
    if not found.row.starts_at - TAKEN_BEFORE <= now < found.row.ends_at:
        raise Conflict("A watch can be taken over from two hours before it begins until it ends")
    facts, name = facts_of(found.row), name_of(session, found.row)
    step = placed(handed(facts, who, name, now=now, by=actor.person, act="taken", reason=reason.strip()), who)
    store.require(session, [step._replace(values=step.values | there(found.row, now))], now=now, by=actor.person)


def placed(step: Step, person: str) -> Step:
    """The step, its line in the journal naming who was put there."""
    return step._replace(reason=f"{person}: {step.reason}" if step.reason else person)


def there(row: Any, now: datetime) -> dict[str, Any]:
    """The columns of a watch whose person has come."""
    return {"state": WatchState.on_duty, "checked_in_at": now, "attend_at": row.ends_at + HAND_OVER_WITHIN}


def ahead(found: FoundWatch, now: datetime) -> FoundWatch:
    """Refuse a watch that has begun, or that nobody serves."""
    if found.row.starts_at <= now or found.row.state not in AHEAD:
        raise Conflict("The watch is {state}; this can't be done to it now", state=str(found.row.state))
    return found


def known_person(session: Session, person: str) -> None:
    """Refuse a person nobody knows, or who has left."""
    statement = select(col(Person.key)).where(col(Person.key) == person, col(Person.left_on).is_(None))
    if session.execute(statement).one_or_none() is None:
        raise Refused("Some fields are wrong", faults=[Fault("person", "there is no such person")])


def weigh(session: Session, watches: Sequence[FoundWatch], instead: Mapping[str, str | None]) -> list[Breach]:
    """The rules that a change of who serves would break."""
    days = [watch.row.on for watch in watches]
    return Scales(session, roster_row(session, watches[0].row.roster), min(days), max(days)).breaks(instead)


def watch_row(session: Session, key: str) -> Any:
    return session.execute(select(table_of(Watch)).where(col(Watch.key) == key)).one_or_none()


def find_swap(session: Session, actor: Actor, key: str) -> FoundSwap:
    """A swap with its watches; NotFound for one that neither concerns the actor nor lies in their sight."""
    row = session.execute(select(table_of(Swap)).where(col(Swap.key) == key)).one_or_none()
    watch = watch_row(session, row.watch) if row is not None else None
    if row is None or watch is None:
        raise NotFound("There is no swap {key}", key=key)
    concerned = actor.person in (row.asked_of, row.asked_by)
    # whoever is asked need not be on the roster: they see the watch through the eyes of whose it is
    eyes = Actor(row.asked_by) if concerned else actor
    found = find_watch(session, eyes, row.watch)
    return FoundSwap(row, found, find_watch(session, Actor(row.asked_of), row.in_return) if row.in_return else None)


def open_still(row: Any) -> None:
    """Refuse what has been answered."""
    if row.state != SwapState.asked:
        raise Conflict("This swap is {state} already", state=str(row.state))


def answered(row: Any, state: SwapState, actor: Actor, now: datetime, reason: str) -> Step:
    values = {"state": state, "answered_at": now, "answered_by": actor.person}
    return change(Swap, row.key, row.version, str(state), values, reason.strip())
