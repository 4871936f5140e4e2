"""What a person who opens the pages of duty has at hand: swaps with their watches, members, what a swap would break."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import Roster, Swap, Watch
from models.kinds import SwapState
from service.access import Actor, in_scope
from service.duty.allowed import PLAN, FoundWatch, find_watch
from service.duty.breaches import fault_of
from service.duty.gaps import LOOKS_AHEAD
from service.duty.lists import SWAP_COLUMNS, watch_rows
from service.duty.people import Card, cards_of
from service.duty.weighing import Scales
from service.errors import Fault
from service.listings import columns
from service.lists import PAGE
from service.roster.plan import Breach
from service.rules.watches import AHEAD

MOST_EXCHANGES = 40


class Asked(NamedTuple):
    """A swap with the watch it is about, and the one given in return."""

    swap: Any
    watch: Any
    in_return: Any


class Offer(NamedTuple):
    """Somebody who could serve a watch, for one of theirs where `in_return` is one; and the rules that would break.

    `level` counts their watches so far, `kind_level` those on such days.
    """

    person: str
    name: str
    in_return: Any
    level: int | None
    kind_level: int | None
    breaks: Sequence[Fault]


def swaps_of(session: Session, actor: Actor, *, state: SwapState | None = None) -> list[Asked]:
    """The swaps that were asked of the actor or by them, the newest first."""
    mine = or_(col(Swap.asked_of) == actor.person, col(Swap.asked_by) == actor.person)
    statement = select(*columns(Swap, SWAP_COLUMNS)).where(mine)
    if state is not None:
        statement = statement.where(col(Swap.state) == state)
    rows = session.execute(statement.order_by(col(Swap.asked_at).desc(), col(Swap.key)).limit(PAGE)).all()
    return with_watches(session, rows)


def with_watches(session: Session, rows: Sequence[Any]) -> list[Asked]:
    """Swaps with the watches they are about."""
    found = watches_by_key(session, {key for row in rows for key in (row.watch, row.in_return) if key})
    return [Asked(row, found.get(row.watch), found.get(row.in_return)) for row in rows]


def watches_by_key(session: Session, keys: Iterable[str]) -> dict[str, Any]:
    """Key → watch with the names that belong to it."""
    asked = sorted(keys)
    if not asked:
        return {}
    return {row.key: row for row in session.execute(watch_rows().where(col(Watch.key).in_(asked)))}


def offers(session: Session, actor: Actor, key: str, *, now: datetime) -> list[Offer]:
    """Who could serve a watch ahead, alone or for a watch of theirs in the days ahead; those who break no rule first.

    Nobody for a watch that has begun, that nobody serves, or that the actor may not give away.
    """
    found = find_watch(session, actor, key)
    if not may_give(actor, found) or found.row.roster is None:
        return []
    if found.row.starts_at <= now or found.row.state not in AHEAD:
        return []
    mine, theirs = found.row, exchanges(session, found.row, now)
    days = [mine.on, *(one.on for one in theirs)]
    scales = Scales(session, mine.roster, min(days), max(days))
    broken = [scales.breaks({mine.key: one.served_by, one.key: mine.served_by}) for one in theirs]
    cards = cards_of(session, [one.served_by for one in theirs] + people_in(broken))
    swapped = [
        Offer(one.served_by, cards[one.served_by].name, one, None, None, [said_of(breach, cards) for breach in breaks])
        for one, breaks in zip(theirs, broken, strict=True)
    ]
    return sorted(swapped, key=lambda one: len(one.breaks))


def people_in(broken: Sequence[Sequence[Breach]]) -> list[str]:
    """Everybody whom broken rules are about."""
    return [person for breaches in broken for breach in breaches for person in breach.people]


def said_of(breach: Breach, cards: Mapping[str, Card]) -> Fault:
    """A broken rule in words, its people by their names."""
    fault = fault_of(breach)
    who = ", ".join(cards[one].name if one in cards else one for one in breach.people)
    return Fault(fault.field, fault.reason, {**(fault.facts or {}), "who": who}) if breach.people else fault


def may_give(actor: Actor, found: FoundWatch) -> bool:
    """Whether the actor serves a watch, or plans there."""
    return actor.person == found.row.served_by or actor.may(PLAN, found.path)


def exchanges(session: Session, row: Any, now: datetime) -> list[Any]:
    """The watches of others in the same role that could be given in return, in the order in which they begin."""
    statement = select(col(Watch.key), col(Watch.on), col(Watch.starts_at), col(Watch.served_by)).where(
        col(Watch.roster) == row.roster, col(Watch.role) == row.role, col(Watch.state).in_(AHEAD),
        col(Watch.served_by) != row.served_by, col(Watch.starts_at) > now,
        col(Watch.starts_at) > row.starts_at - LOOKS_AHEAD, col(Watch.starts_at) <= row.starts_at + LOOKS_AHEAD,
    )  # fmt: skip
    return list(session.execute(statement.order_by(col(Watch.starts_at), col(Watch.key)).limit(MOST_EXCHANGES)))


def substitutes(session: Session, actor: Actor, key: str) -> list[Offer]:
    """Who could serve a watch or fill a gap with nothing in return, the fairest first."""
    found = find_watch(session, actor, key)
    if not may_give(actor, found) or found.row.roster is None:
        return []
    scales = Scales(session, found.row.roster, found.row.on, found.row.on)
    told = scales.candidates(found.row)
    broken = [scales.breaks({key: one.person}) if one.breaks else [] for one in told]
    cards = cards_of(session, [one.person for one in told] + people_in(broken))
    return [
        Offer(
            one.person, cards[one.person].name, None, one.level, one.kind_level,
            [said_of(breach, cards) for breach in breaks],
        )
        for one, breaks in zip(told, broken, strict=True)
        if one.person in cards
    ]  # fmt: skip


def rosters_planned(session: Session, actor: Actor) -> list[Any]:
    """The rosters that the actor plans, by name: for a choice."""
    statement = select(col(Roster.key), col(Roster.name)).where(in_scope(Roster.owner, actor.paths(PLAN)))
    return list(session.execute(statement.where(col(Roster.retired).is_(False)).order_by(col(Roster.name)).limit(PAGE)))
