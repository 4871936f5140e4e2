"""The sweep of duty: reminders, empty posts, hand-overs, checks that are due, and rosters kept drafted ahead."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import PresenceCheck, Roster, Watch
from models.base import table_of
from models.kinds import Role
from service import store, units
from service.access import in_scope
from service.duty import ahead, tables
from service.duty.publishing import FACTS
from service.errors import Conflict
from service.rules.steps import Step, Telling, change
from service.rules.watches import AHEAD, CHECK_IN_WITHIN, WatchFacts, advance, watch_facts
from service.store import Applied
from service.tasks.sweep import gather_duties

Batch = Callable[[Session, datetime, Sequence[str]], tuple[int, list[Step]]]
BATCH = 2_000
LEADER = "leader"


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Give watches what time brings, see to each roster whose day has come, then to checks and tables that are due.

    In this order a sleeper's checks and tables are made first and then found to be past, as they would have been.
    """
    total = batches(engine, watch_batch, now, within)
    with store.reading(engine) as session:
        rosters = due_rosters(session, now, within)
    for roster in rosters:
        with suppress(Conflict):  # another sweep or a person was at it just now: the next round sees to it
            total += ahead.attend(engine, roster, now)
    for batch in (check_batch, tables.miss_batch):
        total += batches(engine, batch, now, within)
    return total


def batches(engine: Engine, batch: Batch, now: datetime, within: Sequence[str]) -> Applied:
    """One kind of row, a batch and a transaction at a time, until none is due."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            count, steps = batch(session, now, within)
            done = store.apply(session, steps, now=now, by="sweep")
        total += done
        if count < BATCH or not done.applied:
            return total


def watch_batch(session: Session, now: datetime, within: Sequence[str]) -> tuple[int, list[Step]]:
    """How many watches were due, and what they owe."""
    statement = select(*(col(getattr(Watch, name)) for name in FACTS), col(Roster.name))
    statement = statement.join(Roster, col(Watch.roster) == col(Roster.key))
    statement = store.attending(statement, Watch, now)
    if within:
        paths = tuple(units.paths_of(session, within).values())
        statement = statement.where(in_scope(Watch.unit, paths))
    statement = statement.order_by(col(Watch.attend_at), col(Watch.key)).limit(BATCH)
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update(of=Watch, skip_locked=True)
    rows = [(WatchFacts(*row[:-1]), str(row[-1])) for row in session.execute(statement)]
    heard = leaders(session, [watch for watch, _ in rows if missed(watch, now)])
    steps = [step for watch, name in rows if (step := advance(watch, now, name, heard.get(watch.key, ())))]
    return len(rows), steps


def missed(watch: WatchFacts, now: datetime) -> bool:
    """Whether nobody has checked in by the time somebody should have."""
    return watch.state in AHEAD and watch.starts_at + CHECK_IN_WITHIN <= now


def leaders(session: Session, watches: Sequence[WatchFacts]) -> dict[str, tuple[str, ...]]:
    """Watch → who leads the duty when it is found empty, the missing one left out; nobody there: the coordinators."""
    if not watches:
        return {}
    asked = {watch.key: (watch.unit, LEADER, watch.starts_at + CHECK_IN_WITHIN) for watch in watches}
    there = gather_duties(session, set(asked.values()))
    found = {
        watch.key: tuple(person for person in there.get(asked[watch.key], ()) if person != watch.served_by)
        for watch in watches
    }
    lonely = {watch.unit for watch in watches if not found[watch.key]}
    else_told = units.gather_holders(session, Role.coordinator, lonely) if lonely else {}
    return {watch.key: found[watch.key] or else_told.get(watch.unit, ()) for watch in watches}


def check_batch(session: Session, now: datetime, within: Sequence[str]) -> tuple[int, list[Step]]:
    """How many presence checks have come due, and the steps that have the coordinators make them while they can."""
    table = table_of(PresenceCheck)
    statement = select(
        table, col(Watch.unit), col(Watch.role), col(Watch.ends_at), col(Watch.served_by), col(Roster.name)
    )
    statement = statement.join(Watch, col(PresenceCheck.watch) == col(Watch.key))
    statement = statement.join(Roster, col(Watch.roster) == col(Roster.key))
    statement = store.attending(statement, PresenceCheck, now)
    if within:
        paths = tuple(units.paths_of(session, within).values())
        statement = statement.where(in_scope(Watch.unit, paths))
    rows = list(session.execute(statement.order_by(col(PresenceCheck.attend_at), col(PresenceCheck.key)).limit(BATCH)))
    heard = units.gather_holders(session, Role.coordinator, {row.unit for row in rows})
    steps = []
    for row in rows:
        facts = watch_facts(row.name, row.unit, row.role, row.due_at) | {"person": row.served_by}
        told = tuple(Telling("presence_check_due", who, row.due_at, facts, urgent=True) for who in heard[row.unit])
        told = told if row.ends_at > now else ()  # of a watch that is over nobody is told any more
        steps.append(change(PresenceCheck, row.key, row.version, "check due", {"attend_at": None}, tell=told))
    return len(rows), steps


def due_rosters(session: Session, now: datetime, within: Sequence[str]) -> list[str]:
    """The rosters to look at, the longest waiting first."""
    statement = store.attending(select(col(Roster.key)), Roster, now).where(col(Roster.retired).is_(False))
    if within:
        paths = tuple(units.paths_of(session, within).values())
        statement = statement.where(in_scope(Roster.owner, paths))
    return list(session.execute(statement.order_by(col(Roster.attend_at), col(Roster.key))).scalars())
