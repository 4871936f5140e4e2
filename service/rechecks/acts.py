"""Rechecks (回头看): the result of one, one that is waived, and a sample drawn by hand."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import Campaign, Hazard, HazardCycle, Recheck, RecheckDraw, Unit
from models.base import table_of
from models.kinds import RecheckResult, RecheckState
from service import cases, store, units
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import Fault, NotFound, Refused
from service.hazards import fields as known
from service.hazards.found import answerable, coordinators, held, needed, others
from service.ladders import deadlines_for, lookback_for
from service.people.fields import fit_one, today
from service.rechecks.guards import may_look, may_waive
from service.rechecks.sweep import FACTS, closed_between
from service.rules import hazards as hazard_rules
from service.rules import rechecks as rules
from service.rules.chain import NOBODY
from service.rules.hazards import NAME_LENGTH, telling
from service.rules.rechecks import RecheckFacts
from service.rules.steps import Step, change, make
from service.settings import settings

REBOUND_LEVELS = (1, 2, 3)


def find(session: Session, actor: Actor, key: str) -> tuple[Any, Any, str]:
    """The recheck, its hazard and the path of the unit, hazard and recheck held; NotFound also for one out of sight."""
    code = session.execute(select(col(Recheck.hazard)).where(col(Recheck.key) == key)).scalar_one_or_none()
    statement = select(table_of(Hazard), col(Unit.path)).join(Unit, col(Hazard.unit) == col(Unit.key))
    hazard = session.execute(held(session, statement.where(col(Hazard.key) == code), Hazard)).one_or_none()
    # the hazard first, then its rechecks: every act holds them in this order, so that no two wait for each other
    one = select(table_of(Recheck)).where(col(Recheck.key) == key)
    row = session.execute(held(session, one, Recheck)).one_or_none()
    if hazard is None or row is None:
        raise NotFound("There is no recheck {key}", key=key)
    if not (actor.may("see", hazard.path) or actor.person in (row.assignee, row.co_assignee)):
        raise NotFound("There is no recheck {key}", key=key)
    return row, hazard, hazard.path


def result(
    session: Session, actor: Actor, key: str, outcome: str, *, now: datetime, note: str = "", version: int | None = None
) -> None:
    """Say what the look-back found: `held`, `rebounded` (the hazard opens again) or `blocked` (another is planned).

    For those it was opened for and whoever inspects there, but never for who rectified the hazard. A missed one may
    still be answered. Blocked and rebounded need a note of what was seen.
    """
    found = fit_one("result", known.result, outcome)
    note = fit_one("note", known.long_text, note)
    row, hazard, path = find(session, actor, key)
    may_look(actor, row, hazard, path, rectifier_of(session, row), version)
    if found != RecheckResult.held and not note:
        raise Refused("Some fields are wrong", faults=[Fault("note", "say what was found")])
    values = {
        "state": RecheckState.done, "result": found, "done_at": now, "done_by": actor.person, "note": note,
        "attend_at": None,
    }  # fmt: skip
    steps = [change(Recheck, key, row.version, str(found), values, note)]
    steps += cases.ending(session, [key], now, f"the recheck is done: {found}")
    if found == RecheckResult.blocked:
        next_one = again(session, row, now)
        facts = told_of(row, hazard) | {"due_at": next_one.values["due_at"].isoformat()}
        heard = (row.assignee, row.co_assignee, *coordinators(session, row.unit))
        steps[0] = steps[0]._replace(tell=telling("recheck_blocked", others(actor, heard), now, facts, ""))
        steps.append(next_one)
    elif found == RecheckResult.rebounded:
        steps += rebound(session, row, hazard, now, note)
    store.require(session, steps, now=now, by=actor.person)


def told_of(row: Any, hazard: Any) -> dict[str, Any]:
    """What a notice about an answered recheck is made of."""
    return rules.recheck_told(
        RecheckFacts(**{name: getattr(row, name) for name in FACTS}, name=hazard.description[:NAME_LENGTH])
    )


def rectifier_of(session: Session, row: Any) -> str | None:
    """Who handed in what the look-back is about."""
    key = hazard_rules.cycle_key(row.hazard, row.cycle)
    found: str | None = session.execute(
        select(col(HazardCycle.submitted_by)).where(col(HazardCycle.key) == key)
    ).scalar_one()
    return found


def again(session: Session, row: Any, now: datetime) -> Step:
    """Another look-back at the same closure."""
    calendar = gather_calendar(session, zone=settings().zone_info())
    window = lookback_for(session, row.campaign).window
    return rules.recheck_again(row, following(session, row.hazard, row.cycle), now, window, calendar)


def following(session: Session, hazard: str, cycle: int) -> int:
    """The number of the next recheck of a time round; none is ever taken away, so counting them is enough."""
    counted = select(func.count()).select_from(Recheck)
    counted = counted.where(col(Recheck.hazard) == hazard, col(Recheck.cycle) == cycle)
    return int(session.execute(counted).scalar_one()) + 1


def rebound(session: Session, row: Any, hazard: Any, now: datetime, note: str) -> list[Step]:
    """The steps that open the hazard again, call off the look-backs still ahead, and end the cases of missed ones."""
    calendar = gather_calendar(session, zone=settings().zone_info())
    spans = deadlines_for(session, hazard.campaign)
    found_on = calendar.civil(now)
    due_at = hazard_rules.deadline(found_on, spans[hazard.level], calendar)
    chain = units.gather_chains(session, [hazard.unit]).get(hazard.unit, NOBODY)
    heard = [person for level in REBOUND_LEVELS for person in chain.levels.get(level, ())]
    steps: list[Step] = list(
        hazard_rules.rebounding(hazard, now, found_on, due_at, note, (*answerable(session, hazard), *heard))
    )
    siblings = select(table_of(Recheck)).where(
        col(Recheck.hazard) == row.hazard, col(Recheck.cycle) == row.cycle, col(Recheck.key) != row.key
    )
    siblings_of_it = session.execute(held(session, siblings.order_by(col(Recheck.key)), Recheck)).all()
    called_off = {"state": RecheckState.cancelled, "reason": "the hazard rebounded", "attend_at": None}
    steps += [
        change(Recheck, other.key, other.version, "cancelled", called_off, "the hazard rebounded")
        for other in siblings_of_it
        if other.state in rules.WAITING
    ]
    return steps + cases.ending(session, [other.key for other in siblings_of_it], now, "the hazard is open again")


def waive(session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Do without a look-back that is open or was missed: a leader may, with a reason."""
    reason = needed(reason)
    row, hazard, path = find(session, actor, key)
    may_waive(actor, row, hazard, path, version)
    values = {
        "state": RecheckState.waived, "done_at": now, "done_by": actor.person, "reason": reason, "attend_at": None,
    }  # fmt: skip
    facts = told_of(row, hazard) | {"reason": reason}
    tell = telling("recheck_waived", others(actor, (row.assignee, row.co_assignee)), now, facts, "")
    steps = [change(Recheck, key, row.version, "waived", values, reason, tell)]
    steps += cases.ending(session, [key], now, "the recheck is waived")
    store.require(session, steps, now=now, by=actor.person)


def draw(
    session: Session,
    actor: Actor,
    campaign: str,
    *,
    now: datetime,
    from_on: date | str,
    to_on: date | str,
    share: float,
    seed: int | None = None,
) -> Sequence[str]:
    """Draw a sample of what a campaign closed between two days, both included, for a look-back; answers its codes.

    Seed, share, population and size are kept, so that anybody can draw it again; without a seed the draw's own key
    gives one. Each drawn hazard is looked at as long after its closing as the campaign says, today at the earliest.
    Conflict where these days were drawn from already.
    """
    owner = select(col(Unit.path)).join(Campaign, col(Campaign.owner) == col(Unit.key))
    path = session.execute(owner.where(col(Campaign.key) == campaign)).scalar_one_or_none()
    if path is None:
        raise NotFound("There is no campaign {key}", key=campaign)
    actor.must("decide hazards", path)
    first, last = fit_one("from_on", known.past_day, from_on), fit_one("to_on", known.past_day, to_on)
    faults = [] if first <= last <= today(now) else [Fault("to_on", "must lie between from_on and today")]
    if last - first > timedelta(days=known.FURTHEST_DAYS):
        faults.append(Fault("from_on", "is more than ten years before to_on"))
    if not 0 < share <= 1:
        faults.append(Fault("share", "must be over 0 and at most 1"))
    if seed is not None and not 0 <= seed < 2**rules.SEED_BITS:
        faults.append(Fault("seed", "must be from 0 to {most}", {"most": 2**rules.SEED_BITS - 1}))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    key = f"{campaign}:{first}:{last}"
    made = {
        "campaign": campaign, "from_on": first, "to_on": last, "share": share,
        "seed": rules.seed_of(key) if seed is None else seed, "attend_at": now,
    }  # fmt: skip
    store.require(session, [make(RecheckDraw, key, "draw owed", made)], now=now, by=actor.person)
    row = session.execute(select(table_of(RecheckDraw)).where(col(RecheckDraw.key) == key)).one()
    calendar = gather_calendar(session, zone=settings().zone_info())
    population = closed_between(session, row, calendar)
    step = rules.draw(row, population, lookback_for(session, campaign), calendar, now)
    store.require(session, [step], now=now, by=actor.person)
    return rules.drawn(list(population), row.seed, share) if population else []
