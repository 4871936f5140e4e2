"""Hazards: a deadline moved, listed supervision and its end, what to do first, and what was no hazard."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import Extension, Hazard, HazardCycle
from service import store
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import Fault, Refused
from service.hazards import fields as known
from service.hazards.found import (
    answerable,
    find,
    hazard_case_ends,
    known_person,
    needed,
    others,
)
from service.hazards.guards import guard
from service.people.fields import fit_one, today
from service.rules import hazards as rules
from service.rules.steps import change, make
from service.settings import settings


def extend(
    session: Session,
    actor: Actor,
    code: str,
    *,
    now: datetime,
    due_on: date | str,
    reason: str,
    version: int | None = None,
) -> None:
    """Approve a later deadline, before the one in force passes. The first one stands for ever in its time round.

    Nobody extends what they answer for themselves. Raises Conflict when the deadline has passed, Refused for a day
    that isn't later or is ten years off.
    """
    reason, later_on = needed(reason), fit_one("due_on", known.past_day, due_on)
    found = find(session, actor, code)
    guard("extend", session, actor, found, now=now, version=version)
    hazard = found.hazard
    due_at = gather_calendar(session, zone=settings().zone_info()).end_of(later_on)
    if due_at <= hazard.due_at:
        raise Refused("Some fields are wrong", faults=[Fault("due_on", "must be later than the deadline in force")])
    if later_on > hazard.found_on + timedelta(days=known.FURTHEST_DAYS):
        raise Refused("Some fields are wrong", faults=[Fault("due_on", "is more than ten years off")])
    counted = select(func.count()).select_from(Extension)
    before = session.execute(
        counted.where(col(Extension.hazard) == code, col(Extension.cycle) == hazard.cycle)
    ).scalar_one()
    facts = rules.hazard_told(hazard) | {"due_at": due_at.isoformat(), "from_at": hazard.due_at.isoformat()}
    heard = others(actor, answerable(session, hazard))
    tell = rules.telling("hazard_extended", heard, now, facts | {"reason": reason}, str(hazard.version))
    history = {
        "hazard": code, "cycle": hazard.cycle, "from_at": hazard.due_at, "to_at": due_at, "reason": reason,
        "approved_by": actor.person, "approved_at": now,
    }  # fmt: skip
    moved = {"due_at": due_at, "attend_at": rules.first_look(due_at, now)}
    steps = [
        change(Hazard, code, hazard.version, "extended", moved, reason, tell),
        change(HazardCycle, found.cycle.key, found.cycle.version, "cycle extended", {"due_at": due_at}, reason),
        make(Extension, f"{found.cycle.key}:extension:{before + 1}", "extension", history, reason),
    ]
    store.require(session, steps, now=now, by=actor.person)


def supervise(
    session: Session, actor: Actor, code: str, *, now: datetime, supervisor: str, version: int | None = None
) -> None:
    """List a hazard for supervision (挂牌督办) by a person; they and who answers for it are told."""
    found = find(session, actor, code)
    guard("supervise", session, actor, found, now=now, version=version)
    known_person(session, actor, supervisor, "supervisor", found.hazard.unit)
    values = {"supervisor": supervisor, "supervised_on": today(now), "delisted_on": None}
    heard = others(actor, (supervisor, *answerable(session, found.hazard)))
    facts = rules.hazard_told(found.hazard)
    tell = rules.telling("hazard_supervised", heard, now, facts, str(found.hazard.version))
    step = change(Hazard, code, found.hazard.version, "supervised", values, tell=tell)
    store.require(session, [step], now=now, by=actor.person)


def delist(
    session: Session, actor: Actor, code: str, *, now: datetime, reason: str = "", version: int | None = None
) -> None:
    """End the listed supervision (摘牌), of a closed hazard too; Conflict where there is none."""
    reason = fit_one("reason", known.long_text, reason)
    found = find(session, actor, code)
    guard("delist", session, actor, found, now=now, version=version)
    heard = others(actor, (found.hazard.supervisor, *answerable(session, found.hazard)))
    facts = rules.hazard_told(found.hazard) | {"reason": reason}
    tell = rules.telling("hazard_delisted", heard, now, facts, str(found.hazard.version))
    step = change(Hazard, code, found.hazard.version, "delisted", {"delisted_on": today(now)}, reason, tell)
    store.require(session, [step], now=now, by=actor.person)


def rank(
    session: Session, actor: Actor, code: str, *, now: datetime, rank: int | None, version: int | None = None
) -> None:
    """Say what to do first (排): 1 before 2; None takes the rank away."""
    place = fit_one("rank", known.rank, rank)
    found = find(session, actor, code)
    guard("rank", session, actor, found, now=now, version=version)
    step = change(Hazard, code, found.hazard.version, "ranked", {"rank": place})
    store.require(session, [step], now=now, by=actor.person)


def void(session: Session, actor: Actor, code: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Strike what was no hazard, or was entered twice, with a reason; it stays in the ledger as void."""
    reason = needed(reason)
    found = find(session, actor, code)
    guard("void", session, actor, found, now=now, version=version)
    values = {"state": rules.VOID, "reason": reason, "attend_at": None}
    heard = others(actor, (*answerable(session, found.hazard), found.hazard.found_by))
    facts = rules.hazard_told(found.hazard) | {"reason": reason}
    tell = rules.telling("hazard_void", heard, now, facts, str(found.hazard.version))
    steps = [
        change(Hazard, code, found.hazard.version, "void", values, reason, tell),
        *hazard_case_ends(session, found.hazard, now, "the hazard is void"),
    ]
    store.require(session, steps, now=now, by=actor.person)
