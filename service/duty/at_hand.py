"""What a person who opens the pages of duty has at hand: swaps with their watches, members, what a swap would break."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import Roster, Swap, Watch
from models.kinds import SwapState
from service.access import Actor, in_scope
from service.duty.allowed import PLAN, FoundWatch
from service.duty.breaches import fault_of, people_in
from service.duty.civil import UnitDays
from service.duty.gaps import LOOKS_AHEAD
from service.duty.lists import SWAP_COLUMNS, watch_rows
from service.duty.people import cards_of
from service.duty.weighing import Scales, roster_row
from service.errors import Fault
from service.listings import columns
from service.lists import PAGE
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


class Answers(NamedTuple):
    """What the rules say at once: who could serve a watch for one of theirs, and who with nothing in return."""

    exchanges: list[Offer]
    substitutes: list[Offer]


def answers(session: Session, actor: Actor, found: FoundWatch, *, now: datetime) -> Answers:
    """Who could serve a watch ahead, or fill the gap, weighed by the rules; those who break none first.

    Nobody for a watch that has begun, or that the actor may not give away; nobody exchanges one that is vacant.
    """
    mine = found.row
    if mine.starts_at <= now or mine.roster is None or not may_give(actor, found):
        return Answers([], [])
    theirs = exchanges(session, mine, now) if mine.state in AHEAD else []
    days = [mine.on, *(one.on for one in theirs)]
    scales = Scales(session, roster_row(session, mine.roster), min(days), max(days), UnitDays(session, found.path))
    swapped = [scales.breaks({mine.key: one.served_by, one.key: mine.served_by}) for one in theirs]
    told = scales.candidates(mine)
    people = [one.served_by for one in theirs] + [one.person for one in told]
    cards = cards_of(session, people + people_in(chain(*swapped, *(one.breaks for one in told))))
    names = {code: card.name for code, card in cards.items()}
    given = [
        Offer(one.served_by, cards[one.served_by].name, one, None, None, [fault_of(breach, names) for breach in breaks])
        for one, breaks in zip(theirs, swapped, strict=True)
    ]
    alone = [
        Offer(
            one.person, cards[one.person].name, None, one.level, one.kind_level,
            [fault_of(breach, names) for breach in one.breaks],
        )
        for one in told
        if one.person in cards
    ]  # fmt: skip
    return Answers(sorted(given, key=lambda one: len(one.breaks)), alone)


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


def rosters_planned(session: Session, actor: Actor) -> list[Any]:
    """The rosters that the actor plans, by name: for a choice."""
    statement = select(col(Roster.key), col(Roster.name)).where(in_scope(Roster.owner, actor.paths(PLAN)))
    return list(session.execute(statement.where(col(Roster.retired).is_(False)).order_by(col(Roster.name)).limit(PAGE)))
