"""A roster that is kept no longer, and a wish that is taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Roster, RosterVersion, Watch, Wish
from models.base import table_of
from models.kinds import VersionState
from service import store
from service.access import Actor
from service.duty.allowed import PLAN, PUBLISH, find_roster, held, must, needed, unchanged
from service.duty.publishing import FACTS
from service.duty.rosters import person_path
from service.errors import Conflict, NotFound
from service.rules import duty as rules
from service.rules.steps import change, remove
from service.rules.watches import WatchFacts


def retire(
    session: Session, actor: Actor, roster: str, *, now: datetime, reason: str, version: int | None = None
) -> None:
    """Keep a roster no longer: its watches ahead are called off and their people told, its drafts are put away.

    What was served stays. Its file applied again brings it back.
    """
    row, path = find_roster(session, actor, roster)
    must(actor, PUBLISH, path)
    unchanged(row, version)
    if row.retired:
        raise Conflict("The roster {key} is retired", key=roster)
    why = needed(reason)
    steps = [change(Roster, roster, row.version, "roster.retired", {"retired": True, "attend_at": None}, why)]
    steps += [
        change(RosterVersion, one.key, one.version, "discarded", {"state": VersionState.discarded}, why)
        for one in drafts(session, roster)
    ]
    told = rules.Version(roster, row.name, row.owner, 0, why)
    steps += rules.publishing([], ahead_of(session, roster, now), told, now=now)
    store.require(session, steps, now=now, by=actor.person)


def drafts(session: Session, roster: str) -> list[Any]:
    statement = select(table_of(RosterVersion)).where(
        col(RosterVersion.roster) == roster, col(RosterVersion.state) == VersionState.draft
    )
    return list(session.execute(statement.order_by(col(RosterVersion.key))))


def ahead_of(session: Session, roster: str, now: datetime) -> dict[str, WatchFacts]:
    """The watches of a roster that have not begun, by their key."""
    statement = select(*(col(getattr(Watch, name)) for name in FACTS))
    statement = statement.where(col(Watch.roster) == roster, col(Watch.starts_at) > now).order_by(col(Watch.key))
    return {row.key: WatchFacts(*row) for row in session.execute(held(session, statement, Watch))}


def unwish(session: Session, actor: Actor, key: str, *, now: datetime, expects: int | None = None) -> None:
    """Take a wish back: one's own, or a planner somebody else's."""
    row = session.execute(select(table_of(Wish)).where(col(Wish.key) == key)).one_or_none()
    if row is None:
        raise NotFound("There is no wish {key}", key=key)
    path = person_path(session, actor, row.person)
    if actor.person != row.person:
        must(actor, PLAN, path)
    unchanged(row, expects)
    store.require(session, [remove(Wish, key, row.version, "unwished")], now=now, by=actor.person)
