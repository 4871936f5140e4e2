"""The sweep of rechecks: draws the samples owed, opens look-backs, reminds, and opens the case of a missed one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models import Campaign, Hazard, HazardCycle, Recheck, RecheckDraw
from models.base import table_of
from models.kinds import HazardState, RecheckState, Role
from service import store, units
from service.access import in_scope
from service.calendar.days import gather_calendar
from service.hazards.found import held
from service.hazards.sweep import gather_ladders
from service.ladders import lookback_for, policy_for
from service.rules.cases import Missed, begin, told_at_once
from service.rules.chain import NOBODY, Holders
from service.rules.days import Calendar
from service.rules.hazards import NAME_LENGTH
from service.rules.rechecks import ClosedFacts, RecheckFacts, draw, look_back
from service.rules.steps import Step
from service.settings import settings
from service.store import Applied

BATCH = 2_000
DRAWS = 10  # each may plan thousands of rechecks
LOOKS_BACK_AT = 2  # who rectified stands on level 1
FACTS = tuple(name for name in RecheckFacts._fields if name != "name")


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Draw what is owed, then give every recheck whose time has come what time brings it; batch by batch."""
    total = Applied()
    for batch, size in ((draw_batch, DRAWS), (look_batch, BATCH)):
        while True:
            with store.transaction(engine) as session:
                count, steps = batch(session, now, within)
                done = store.apply(session, steps, now=now, by="sweep")
            total += done
            if count < size or not done.applied:
                break
    return total


def draw_batch(session: Session, now: datetime, within: Sequence[str]) -> tuple[int, list[Step]]:
    """How many draws were owed, and the steps that draw them."""
    table = table_of(RecheckDraw)
    statement = store.attending(select(table), RecheckDraw, now)
    if within:
        paths = tuple(units.paths_of(session, within).values())
        owners = select(col(Campaign.key)).where(in_scope(Campaign.owner, paths))
        statement = statement.where(col(RecheckDraw.campaign).in_(owners))
    statement = statement.order_by(col(RecheckDraw.attend_at), col(RecheckDraw.key)).limit(DRAWS)
    rows = session.execute(held(session, statement, RecheckDraw, others_wait=False)).all()
    calendar = gather_calendar(session, zone=settings().zone_info())
    return len(rows), [
        draw(row, closed_between(session, row, calendar), lookback_for(session, row.campaign), calendar, now)
        for row in rows
    ]


def closed_between(session: Session, row: Any, calendar: Calendar) -> dict[str, ClosedFacts]:
    """What a campaign closed in the days a draw is about and has stayed closed, by code."""
    standing = select(func.count()).select_from(Recheck)
    standing = standing.where(col(Recheck.hazard) == col(Hazard.key), col(Recheck.cycle) == col(HazardCycle.cycle))
    statement = select(
        col(Hazard.key), col(Hazard.campaign), col(Hazard.unit), col(HazardCycle.cycle), col(HazardCycle.closed_at),
        standing.correlate(Hazard, HazardCycle).scalar_subquery(),
    ).join(HazardCycle, col(HazardCycle.hazard) == col(Hazard.key))  # fmt: skip
    statement = statement.where(
        col(Hazard.campaign) == row.campaign,
        col(Hazard.state) == HazardState.closed,
        col(Hazard.cycle) == col(HazardCycle.cycle),
        col(HazardCycle.closed_at) >= calendar.start_of(row.from_on),
        col(HazardCycle.closed_at) < calendar.end_of(row.to_on),
    )
    return {key: ClosedFacts(key, *facts) for key, *facts in session.execute(statement.order_by(col(Hazard.key)))}


def look_batch(session: Session, now: datetime, within: Sequence[str]) -> tuple[int, list[Step]]:
    """How many rechecks were to be looked at, and the steps they owe."""
    statement = select(*(col(getattr(Recheck, name)) for name in FACTS), col(Hazard.description).label("name"))
    statement = statement.join(Hazard, col(Recheck.hazard) == col(Hazard.key))
    statement = store.attending(statement, Recheck, now)
    if within:
        statement = statement.where(in_scope(Recheck.unit, tuple(units.paths_of(session, within).values())))
    statement = statement.order_by(col(Recheck.attend_at), col(Recheck.key)).limit(BATCH)
    found = session.execute(held(session, statement, Recheck, others_wait=False))
    rows = [RecheckFacts(**{**facts._mapping, "name": facts.name[:NAME_LENGTH]}) for facts in found]
    opening = {row.unit for row in rows if row.state == RecheckState.planned}
    holders = gather_lookers(session, opening) if opening else {}
    steps = [step for row in rows if (step := look_back(row, now, holders.get(row.unit, Holders((), 0, False))))]
    return len(rows), with_cases(session, rows, steps)


def gather_lookers(session: Session, codes: set[str]) -> dict[str, Holders]:
    """Unit → who looks back there: its inspectors, else who stands second in the chain, else its coordinators."""
    inspectors = units.gather_holders(session, Role.inspector, codes)
    chains = units.gather_chains(session, codes)
    coordinators = units.gather_holders(session, Role.coordinator, codes)
    found: dict[str, Holders] = {}
    for code in codes:
        people = inspectors.get(code) or chains.get(code, NOBODY).at(LOOKS_BACK_AT).people or coordinators.get(code, ())
        found[code] = Holders(people, 0, False)
    return found


def with_cases(session: Session, rows: Sequence[RecheckFacts], steps: list[Step]) -> list[Step]:
    """The steps, with each missed recheck the beginning of its case at the instant when it was due."""
    missed = {step.key for step in steps if step.values["state"] == RecheckState.missed}
    if not missed:
        return steps
    by_key = {row.key: row for row in rows if row.key in missed}
    ladders = gather_ladders(session, [(row.campaign, row.unit) for row in by_key.values()])
    policies = {campaign: policy_for(session, campaign)[0] for campaign in {row.campaign for row in by_key.values()}}
    calendar = gather_calendar(session, zone=settings().zone_info())
    found: list[Step] = []
    for step in steps:
        if step.key in missed:
            row = by_key[step.key]
            people = tuple(one for one in (step.values["assignee"], step.values["co_assignee"]) if one)
            about = Missed(row.key, "recheck", row.name, row.unit, policies[row.campaign], row.due_at, people)
            case = begin(about, ladders[row.campaign, row.unit], calendar)
            heard = told_at_once(case, row.due_at)  # of a missed recheck its case tells, and only once
            tell = tuple(one for one in step.tell if one.recipient not in heard)
            step = step._replace(tell=tell, then=(case,))
        found.append(step)
    return found
