"""The sweep of hazards: warns before the deadline, and opens the case of what was not closed by then."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Hazard
from service import store, units
from service.access import in_scope
from service.calendar.days import gather_calendar
from service.hazards.found import held
from service.ladders import ladder_for, policy_for
from service.rules.cases import Ladder, Missed, begin
from service.rules.chain import NOBODY
from service.rules.days import Calendar
from service.rules.hazards import NAME_LENGTH, HazardFacts, advance, hazard_subject
from service.rules.steps import Step
from service.settings import settings
from service.store import Applied

BATCH = 2_000


class Due(NamedTuple):
    """What a sweep must know: the hazards to look at, who answers for each, and by campaign and unit their ladders."""

    hazards: list[HazardFacts]
    people: dict[str, tuple[str, ...]]
    policies: dict[str | None, str]
    ladders: dict[tuple[str | None, str], Ladder]
    calendar: Calendar


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Give every hazard whose time has come what time brings it; batch by batch, each a transaction of its own."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            due = gather(session, now, within)
            steps = [step for hazard in due.hazards if (step := owed(hazard, due, now))]
            done = store.apply(session, steps, now=now, by="sweep")
        total += done
        if len(due.hazards) < BATCH or not done.applied:
            return total


def owed(hazard: HazardFacts, due: Due, now: datetime) -> Step | None:
    """The step a hazard owes; with one that is overdue its case begins, at the instant when it was due."""
    people = due.people[hazard.key]
    step = advance(hazard, now, people)
    if step is None or hazard.due_at > now:
        return step
    subject, name = hazard_subject(hazard.key, hazard.cycle), hazard.description[:NAME_LENGTH]
    policy = due.policies[hazard.campaign]
    missed = Missed(subject, "hazard", name, hazard.unit, policy, hazard.due_at, people)
    return step._replace(then=(begin(missed, due.ladders[hazard.campaign, hazard.unit], due.calendar),))


def gather(session: Session, now: datetime, within: Sequence[str] = ()) -> Due:
    """The hazards whose `attend_at` has come, the longest waiting first, with what decides about them."""
    statement = select(*(col(getattr(Hazard, name)) for name in HazardFacts._fields))
    statement = store.attending(statement, Hazard, now)
    if within:
        statement = statement.where(in_scope(Hazard.unit, tuple(units.paths_of(session, within).values())))
    statement = statement.order_by(col(Hazard.attend_at), col(Hazard.key)).limit(BATCH)
    rows = session.execute(held(session, statement, Hazard, others_wait=False))
    hazards = [HazardFacts(*row) for row in rows]
    overdue = [hazard for hazard in hazards if hazard.due_at <= now]
    return Due(
        hazards,
        gather_answerable(session, hazards),
        {campaign: policy_for(session, campaign)[0] for campaign in {one.campaign for one in overdue}},
        gather_ladders(session, [(one.campaign, one.unit) for one in overdue]),
        gather_calendar(session, zone=settings().zone_info()),
    )


def gather_answerable(session: Session, hazards: Sequence[HazardFacts]) -> dict[str, tuple[str, ...]]:
    """Hazard → who must see to it: the responsible person, else those nearest the ground in its unit's chain."""
    asked = {one.responsible_unit or one.unit for one in hazards if not one.responsible}
    chains = units.gather_chains(session, asked) if asked else {}
    return {
        one.key: (one.responsible,)
        if one.responsible
        else chains.get(one.responsible_unit or one.unit, NOBODY).at(1).people[:2]
        for one in hazards
    }


def gather_ladders(session: Session, places: Sequence[tuple[str | None, str]]) -> dict[tuple[str | None, str], Ladder]:
    """The ladder for each campaign and unit."""
    by_campaign: dict[str | None, set[str]] = {}
    for campaign, unit in places:
        by_campaign.setdefault(campaign, set()).add(unit)
    return {
        (campaign, unit): ladder
        for campaign, asked in by_campaign.items()
        for unit, ladder in ladder_for(session, campaign, asked).items()
    }
