"""Serving a watch: confirmed, checked in, its log kept, handed over with the matters that are still open."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import DutyLog, Watch
from models.base import table_of
from models.kinds import WatchState
from service import store
from service.access import Actor
from service.duty.allowed import FoundWatch, find_watch, name_of, on_behalf, unchanged
from service.duty.swaps import TAKEN_BEFORE, there
from service.errors import Conflict, Fault, NotFound, Refused
from service.rules.steps import Step, Telling, change, make
from service.rules.watches import AHEAD, watch_facts

LONGEST_LINE = 2_000
MOST_LINES = 500


def confirm(session: Session, actor: Actor, watch: str, *, now: datetime, version: int | None = None) -> None:
    """Say that one will be there: by whoever serves the watch, or a planner for them; a second time changes nothing."""
    found = served(session, actor, watch, version)
    if found.row.state == WatchState.confirmed:
        return
    in_state(found.row, WatchState.published)
    if found.row.starts_at <= now:
        raise Conflict("This watch has begun; check in")
    values = {"state": WatchState.confirmed, "confirmed_at": now}
    step = change(Watch, watch, found.row.version, "confirmed", values)
    store.require(session, [step], now=now, by=actor.person)


def check_in(session: Session, actor: Actor, watch: str, *, now: datetime, version: int | None = None) -> None:
    """Be there: from two hours before the watch until it ends, late also; a second time changes nothing."""
    found = served(session, actor, watch, version)
    if found.row.state == WatchState.on_duty:
        return
    in_state(found.row, *AHEAD, WatchState.absent)
    if not found.row.starts_at - TAKEN_BEFORE <= now < found.row.ends_at:
        raise Conflict("One checks in from two hours before a watch begins until it ends")
    step = change(Watch, watch, found.row.version, "checked in", there(found.row, now))
    store.require(session, [step], now=now, by=actor.person)


def hand_over(
    session: Session, actor: Actor, watch: str, *, now: datetime, note: str = "", version: int | None = None
) -> list[Any]:
    """Hand a watch over: a last line in its log, and what is still open goes to the next; answers those matters.

    Whoever serves next in that role is told how many there are. From two hours before its end, when the next may have
    come: nobody leaves a post to nobody.
    """
    found = served(session, actor, watch, version)
    in_state(found.row, WatchState.on_duty)
    if now < found.row.ends_at - TAKEN_BEFORE:
        raise Conflict("A watch is handed over from two hours before it ends; until then somebody may take it over")
    matters = open_matters(session, actor, watch)
    values = {"state": WatchState.handed_over, "handed_over_at": now, "attend_at": None}
    tell = next_told(session, found.row, len(matters), note.strip(), now)
    steps = [change(Watch, watch, found.row.version, "handed over", values, note.strip(), tell)]
    if note.strip():
        steps.append(line(session, actor, watch, note, now, matter=False))
    store.require(session, steps, now=now, by=actor.person)
    return matters


def next_told(session: Session, row: Any, matters: int, note: str, now: datetime) -> tuple[Telling, ...]:
    """Who serves next in the role, told what they are handed."""
    statement = select(table_of(Watch)).where(
        col(Watch.roster) == row.roster, col(Watch.role) == row.role, col(Watch.starts_at) > row.starts_at,
        col(Watch.served_by).is_not(None), col(Watch.state) != WatchState.cancelled,
    )  # fmt: skip
    following = session.execute(statement.order_by(col(Watch.starts_at), col(Watch.key)).limit(1)).one_or_none()
    if following is None or following.served_by == row.served_by:
        return ()
    facts = watch_facts(name_of(session, row), row.unit, row.role, following.starts_at)
    facts |= {"person": row.served_by, "n": matters, "note": note}
    return (Telling("duty_handed_over", following.served_by, now, facts),)


def log(session: Session, actor: Actor, watch: str, text: str, *, now: datetime, matter: bool = False) -> str:
    """Write a line in the duty log; a `matter` stays open, from watch to watch, until it is settled."""
    found = served(session, actor, watch, None)
    in_state(found.row, WatchState.on_duty)
    step = line(session, actor, watch, text, now, matter=matter)
    store.require(session, [step], now=now, by=actor.person)
    return step.key


def line(session: Session, actor: Actor, watch: str, text: str, now: datetime, *, matter: bool) -> Step:
    if not text.strip() or len(text) > LONGEST_LINE:
        why = "must say something, in {most} characters at most"
        raise Refused("Some fields are wrong", faults=[Fault("text", why, {"most": LONGEST_LINE})])
    count = session.execute(select(func.count()).select_from(DutyLog).where(col(DutyLog.watch) == watch)).scalar_one()
    if count >= MOST_LINES:
        raise Conflict("The log of this watch is full")
    values = {"watch": watch, "at": now, "by": actor.person, "text": text.strip(), "matter": matter}
    return make(DutyLog, f"{watch}:{count + 1}", "logged", values)


def settle(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """An open matter is done: by whoever is on duty on that roster, or a planner."""
    row = session.execute(select(table_of(DutyLog)).where(col(DutyLog.key) == key, col(DutyLog.matter))).one_or_none()
    if row is None:
        raise NotFound("There is no open matter {key}", key=key)
    found = find_watch(session, actor, row.watch)
    if row.settled_at is not None:
        raise Conflict("This matter is settled already")
    serving = select(col(Watch.key)).where(
        col(Watch.roster) == found.row.roster, col(Watch.served_by) == actor.person,
        col(Watch.state) == WatchState.on_duty,
    )  # fmt: skip
    if session.execute(serving.limit(1)).one_or_none() is None:
        on_behalf(actor, "", found.path)
    values = {"settled_at": now, "settled_by": actor.person}
    store.require(session, [change(DutyLog, key, row.version, "settled", values)], now=now, by=actor.person)


def open_matters(session: Session, actor: Actor, watch: str) -> list[Any]:
    """What a watch has to see to: the matters of its own log and of earlier ones that nobody has settled."""
    return matters_before(session, find_watch(session, actor, watch).row)


def matters_before(session: Session, watch: Any) -> list[Any]:
    """The same of a watch that was found already."""
    statement = select(table_of(DutyLog)).join(Watch, col(DutyLog.watch) == col(Watch.key))
    statement = statement.where(
        col(Watch.roster) == watch.roster, col(Watch.starts_at) <= watch.starts_at, col(DutyLog.matter),
        col(DutyLog.settled_at).is_(None),
    )  # fmt: skip
    return list(session.execute(statement.order_by(col(DutyLog.at), col(DutyLog.key))))


def log_of(session: Session, actor: Actor, watch: str) -> list[Any]:
    """The lines of a watch's log, in order."""
    find_watch(session, actor, watch)
    statement = select(table_of(DutyLog)).where(col(DutyLog.watch) == watch)
    return list(session.execute(statement.order_by(col(DutyLog.at), col(DutyLog.key))))


def served(session: Session, actor: Actor, watch: str, version: int | None) -> FoundWatch:
    """The watch, for whoever serves it or a planner on their behalf."""
    found = find_watch(session, actor, watch)
    unchanged(found.row, version)
    on_behalf(actor, found.row.served_by or "", found.path)
    return found


def in_state(row: Any, *states: str) -> None:
    """Refuse an act that the state of a watch does not admit."""
    if row.state not in states:
        raise Conflict("The watch is {state}; this can't be done to it now", state=str(row.state))
