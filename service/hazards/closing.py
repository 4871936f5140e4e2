"""Closing a hazard (销号): its time round frozen, its look-backs born, its case ended; all of it or nothing."""

from datetime import datetime

from sqlmodel import Session

from service import store
from service.access import Actor
from service.calendar.days import gather_calendar
from service.hazards.found import Found, answerable, hazard_case_ends, others
from service.ladders import lookback_for
from service.rules import hazards as rules
from service.rules.rechecks import draw_owed, rechecks
from service.settings import settings

ALL = 1.0


def close(session: Session, actor: Actor, found: Found, *, now: datetime) -> None:
    """Close a hazard that was accepted, and approved where that is asked for.

    Where only a sample is looked back at, the draw of the month is owed instead of this hazard's own rechecks. Who
    answered for it and who found it are told.
    """
    hazard, campaign = found.hazard, found.hazard.campaign
    calendar = gather_calendar(session, zone=settings().zone_info())
    lookback = lookback_for(session, campaign)
    heard = others(actor, (*answerable(session, hazard), hazard.found_by))
    tell = rules.telling("hazard_closed", heard, now, rules.hazard_told(hazard), str(hazard.cycle))
    closed, cycle = rules.closing(hazard, found.cycle, now, actor.person, tell)
    steps = [cycle, *hazard_case_ends(session, hazard, now, "the hazard is closed")]
    if lookback.sample >= ALL:
        steps += rechecks(hazard, now, lookback, calendar)
    elif lookback.after_days:
        # the first closure of a month makes the draw owed, all others find it owed already
        draw = draw_owed(campaign, calendar.civil(now), lookback.sample, calendar)
        closed = closed._replace(then=(draw,))
    store.require(session, [closed, *steps], now=now, by=actor.person)
