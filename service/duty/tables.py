"""The duty tables that holidays ask for: made when they are owed, missed in time, said to be up by a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import DutyTable, Roster
from models.kinds import DutyTableState, Role
from service import cases, store, units
from service.access import Actor, in_scope
from service.calendar.days import gather_calendar
from service.duty.allowed import PLAN, find_roster, held, must, unchanged
from service.errors import Conflict, NotFound
from service.ladders import USUAL_POLICY, ladder_for
from service.listings import columns
from service.rules.cases import Missed, begin
from service.rules.duty_tables import UP_BEFORE, RosterFacts, TableFacts, done, is_owed, missed, no_holiday, owed
from service.rules.steps import Step
from service.settings import settings

BATCH = 2_000
# a festival's own day may come so long after the first day off around it
LOOKS_AHEAD = 4 * UP_BEFORE
MOVED = "the days off were moved"
SHOWN = ("key", "version", "roster", "from_on", "to_on", "due_at", "state", "how", "done_at", "done_by", "note")
FACTS = columns(DutyTable, TableFacts._fields)


def owing(session: Session, scene: Any, now: datetime) -> list[Step]:
    """The tables that a roster owes by today and has not made, and those whose holiday is one no longer.

    Of the days since the roster should have been looked at none is left out; of a day that is over nobody is told.
    """
    since = scene.calendar.civil(scene.due_at)
    roster = RosterFacts(scene.row.key, scene.row.name, scene.row.owner, scene.heard)
    last = scene.today + LOOKS_AHEAD
    offs = scene.calendar.breaks(since, last)
    near = [off for off in offs if is_owed(off, since, scene.today)]
    statement = select(*FACTS).where(col(DutyTable.roster) == roster.key)
    # of what lies beyond, nothing is known here
    statement = statement.where(col(DutyTable.from_on) > since, col(DutyTable.from_on) <= last)
    standing = [TableFacts(*row) for row in session.execute(statement)]
    firsts = {off.first_off_on for off in offs}
    ahead = [one for one in standing if one.state == DutyTableState.owed and one.from_on > scene.today]
    gone = [one for one in ahead if one.from_on not in firsts]
    known = {one.from_on for one in standing}
    made = [owed(roster, off, scene.calendar) for off in near if off.first_off_on not in known]
    return [
        *(no_holiday(one, MOVED) for one in gone),
        *(step if step.values["due_at"] > now else step._replace(tell=()) for step in made),
    ]


def miss_batch(session: Session, now: datetime, within: Sequence[str]) -> tuple[int, list[Step]]:
    """How many tables were due, and the steps that say they are missed, each the beginning of a case."""
    statement = select(*FACTS, col(Roster.name)).join(Roster, col(DutyTable.roster) == col(Roster.key))
    statement = store.attending(statement, DutyTable, now)
    if within:
        statement = statement.where(in_scope(DutyTable.unit, tuple(units.paths_of(session, within).values())))
    statement = statement.order_by(col(DutyTable.attend_at), col(DutyTable.key)).limit(BATCH)
    rows = [(TableFacts(*row[:-1]), str(row[-1])) for row in session.execute(held(session, statement, DutyTable))]
    if not rows:
        return 0, []
    asked = {table.unit for table, _ in rows}
    ladders = ladder_for(session, None, asked)
    heard = units.gather_holders(session, Role.coordinator, asked)
    calendar = gather_calendar(session, zone=settings().zone_info())
    steps = []
    for table, name in rows:
        step = missed(table, now)
        if step is not None:
            people = heard.get(table.unit, ())
            about = Missed(table.key, "duty_table", name, table.unit, USUAL_POLICY, table.due_at, people)
            steps.append(step._replace(then=(begin(about, ladders[table.unit], calendar),)))
    return len(rows), steps


def put_up(
    session: Session, actor: Actor, key: str, how: str, *, now: datetime, note: str = "", version: int | None = None
) -> None:
    """Say that a holiday's table is up: printed, posted or sent. A case about it ends."""
    table, roster = find(session, actor, key)
    must(actor, PLAN, roster.path)
    unchanged(table, version)
    if table.state == DutyTableState.done:
        raise Conflict("This table is up already")
    steps = [done(table, how, note.strip(), now=now, by=actor.person)]
    steps += cases.ending(session, [key], now, "table up")
    store.require(session, steps, now=now, by=actor.person)


def seen(session: Session, actor: Actor, key: str) -> TableFacts:
    """A table, for those who see its roster or serve on it."""
    return find(session, actor, key, members=True)[0]


def find(session: Session, actor: Actor, key: str, *, members: bool = False) -> tuple[TableFacts, Any]:
    """A table and its roster; NotFound also where the roster is out of sight."""
    row = session.execute(held(session, select(*FACTS).where(col(DutyTable.key) == key), DutyTable)).one_or_none()
    if row is None:
        raise NotFound("There is no duty table {key}", key=key)
    table = TableFacts(*row)
    return table, find_roster(session, actor, table.roster, members=members)


def one(session: Session, key: str) -> Any:
    """One table, for whoever has just done something to it."""
    return session.execute(select(*columns(DutyTable, SHOWN)).where(col(DutyTable.key) == key)).one()


def of_roster(session: Session, actor: Actor, roster: str, *, most: int = 100) -> Sequence[Any]:
    """The tables of a roster in sight, the newest first."""
    return newest(session, find_roster(session, actor, roster, members=True).row.key, most=most)


def newest(session: Session, roster: str, *, most: int) -> Sequence[Any]:
    """The newest tables of a roster."""
    statement = select(*columns(DutyTable, SHOWN)).where(col(DutyTable.roster) == roster)
    return session.execute(statement.order_by(col(DutyTable.from_on).desc()).limit(most)).all()
