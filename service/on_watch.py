"""Who answers for a unit right now: the officers on its own watch, else who stands nearest the ground in its chain.

A watch that only a unit above keeps does not answer for those beneath: whoever sits in the town's duty room is not in
the village.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Watch
from models.kinds import ReachedVia, Role, WatchState
from service import units
from service.rules.chain import NOBODY, Chain

OFFICER = "officer"
NOT_THERE = (WatchState.vacant, WatchState.absent, WatchState.cancelled, WatchState.handed_over)
AT_ONCE = 2  # people who are told at the same time: more, and each thinks that another does it


class Answering(NamedTuple):
    """Who answers for a unit, two at most, and as what; `level` is the chain's that they hold, 0 for none."""

    people: tuple[str, ...]
    via: ReachedVia
    level: int
    chain: Chain


def officers(session: Session, codes: Iterable[str], now: datetime) -> dict[str, tuple[str, ...]]:
    """Unit → who is on watch there at `now`; those who were found absent, or have handed over, are not."""
    found: dict[str, list[str]] = {}
    for batch in units.in_batches(set(codes)):
        statement = select(col(Watch.unit), col(Watch.served_by)).where(col(Watch.unit).in_(batch))
        statement = statement.where(col(Watch.role) == OFFICER, col(Watch.starts_at) <= now, col(Watch.ends_at) > now)
        statement = statement.where(col(Watch.served_by).is_not(None), col(Watch.state).not_in(NOT_THERE))
        for unit, person in session.execute(statement.order_by(col(Watch.key))):
            found.setdefault(unit, []).append(person)
    return {unit: tuple(dict.fromkeys(people)) for unit, people in found.items()}


def answering(session: Session, codes: Iterable[str], now: datetime) -> dict[str, Answering]:
    """Unit → who answers for it at `now`; where there is neither watch nor chain, who coordinates there or above."""
    asked = sorted(set(codes))
    there = officers(session, asked, now)
    chains = units.gather_chains(session, asked)
    found: dict[str, Answering] = {}
    for code in asked:
        chain = chains.get(code, NOBODY)
        holders = chain.at(1)
        if code in there:
            found[code] = Answering(there[code][:AT_ONCE], ReachedVia.duty, 0, chain)
        elif holders.people:
            found[code] = Answering(holders.people[:AT_ONCE], ReachedVia.chain, holders.level, chain)
    lonely = [code for code in asked if code not in found]
    coordinating = units.gather_holders(session, Role.coordinator, lonely) if lonely else {}
    for code in lonely:
        people = coordinating.get(code, ())[:AT_ONCE]
        via = ReachedVia.coordinator if people else ReachedVia.nobody
        found[code] = Answering(people, via, 0, chains.get(code, NOBODY))
    return found
