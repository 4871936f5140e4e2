"""The sweep of what is owed by a date: minutes of meetings, revisions of documents, stores that expire or run short."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, select
from sqlmodel import Session, col

from models import Activity, Meeting, PlanDocument, Row, StoreItem, Task
from models.base import table_of
from models.kinds import Role
from service import store, units
from service.access import in_scope
from service.calendar.days import gather_calendar
from service.hazards.found import held
from service.hazards.sweep import gather_ladders
from service.ladders import policy_for
from service.rules import documents, meetings, stores
from service.rules.cases import Missed, begin
from service.rules.chain import NOBODY
from service.rules.owed import Attended, Owed, OwedFacts, attend
from service.rules.steps import Step
from service.settings import settings
from service.store import Applied

BATCH = 2_000
KEEPS_AT = 1  # who keeps what nobody was named for stands on level 1 of the unit's chain


class Source(NamedTuple):
    """One table of which things are owed: how its rows are read, and what is owed of one."""

    table: type[Row]
    statement: Select[Any]
    owed: Callable[[Any], Sequence[Owed]]


def rows_of(table: Any, name: str, keeper: str) -> Select[Any]:
    """A table's rows with the names by which all of them are known here; none of them belongs to a campaign."""
    called: Any = col(getattr(table, name)).label("called")
    return select(table_of(table), called, col(getattr(table, keeper)).label("first"))


SOURCES = (
    Source(
        Meeting,
        select(
            table_of(Meeting), col(Activity.name).label("called"), col(Task.assignee).label("first"),
            col(Task.co_assignee).label("second"), col(Task.campaign),
        )
        .join(Task, col(Meeting.key) == col(Task.key))
        .join(Activity, col(Task.activity) == col(Activity.key)),
        lambda row: meetings.owed_of(row.key, row.held_at, row.minutes_due_at, row.minutes_at),
    ),
    Source(PlanDocument, rows_of(PlanDocument, "title", "keeper"), lambda row: documents.owed_of(row.key, row.due_at)),
    Source(StoreItem, rows_of(StoreItem, "name", "keeper"), stores.owed_of),
)  # fmt: skip


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Tell ahead what will be owed, and begin the case of what was missed; table by table, batch by batch."""
    total = Applied()
    for source in SOURCES:
        while True:
            with store.transaction(engine) as session:
                count, steps = batch(session, source, now, within)
                done = store.apply(session, steps, now=now, by="sweep")
            total += done
            if count < BATCH or not done.applied:
                break
    return total


def batch(session: Session, source: Source, now: datetime, within: Sequence[str]) -> tuple[int, list[Step]]:
    """How many rows were to be looked at, and the steps they owe."""
    table: Any = source.table
    statement = store.attending(source.statement, source.table, now)
    if within:
        statement = statement.where(in_scope(table.unit, tuple(units.paths_of(session, within).values())))
    statement = statement.order_by(col(table.attend_at), col(table.key)).limit(BATCH)
    rows = session.execute(held(session, statement, table, others_wait=False)).all()
    people = gather_keepers(session, rows)
    facts = [
        OwedFacts(
            source.table, row.key, row.version, row.unit, row.called, row._mapping.get("campaign"), people[row.key],
            source.owed(row), row.attend_at,
        )
        for row in rows
    ]  # fmt: skip
    attended = [(one, found) for one in facts if (found := attend(one, now))]
    return len(rows), with_cases(session, attended)


def gather_keepers(session: Session, rows: Sequence[Any]) -> dict[str, tuple[str, ...]]:
    """Row → who must see to it: those it names who are still here, else level 1 of the chain, else the coordinators."""
    named = {row.key: tuple(who for who in (row.first, row._mapping.get("second")) if who) for row in rows}
    here = units.still_here(session, {who for people in named.values() for who in people})
    found = {key: tuple(who for who in people if who in here) for key, people in named.items()}
    lonely = {row.unit for row in rows if not found[row.key]}
    if not lonely:
        return found
    chains = units.gather_chains(session, lonely)
    coordinators = units.gather_holders(session, Role.coordinator, lonely)
    for row in rows:
        if not found[row.key]:
            people = chains.get(row.unit, NOBODY).at(KEEPS_AT).people or coordinators.get(row.unit, ())
            found[row.key] = people[:2]
    return found


def with_cases(session: Session, attended: Iterable[tuple[OwedFacts, Attended]]) -> list[Step]:
    """The steps, each with the cases that begin with it: one for each thing that was missed, at its true instant."""
    found = list(attended)
    late = [row for row, one in found if one.missed]
    if not late:
        return [one.step for _, one in found]
    ladders = gather_ladders(session, [(row.campaign, row.unit) for row in late])
    policies = {campaign: policy_for(session, campaign)[0] for campaign in {row.campaign for row in late}}
    calendar = gather_calendar(session, zone=settings().zone_info())
    steps: list[Step] = []
    for row, one in found:
        about = [
            Missed(owed.subject, owed.about, row.name, row.unit, policies[row.campaign], owed.due_at, row.people)
            for owed in one.missed
        ]
        cases = tuple(begin(missed, ladders[row.campaign, row.unit], calendar) for missed in about)
        steps.append(one.step._replace(then=cases))
    return steps
