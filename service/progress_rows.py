"""What progress is added up from: tasks counted group by group, each question by an index that answers it alone.

Rows are read in three: all by their state, those handed in late, those overdue; a town's tasks are many, and what is
late or overdue among them is little.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import True_, func, literal_column, select, true
from sqlmodel import Session, col

from models import Task
from models.kinds import TaskState
from service import store
from service.by_name import UNDER_WAY, word

LATE = col(Task.submitted_at) > col(Task.due_at)
BY_UNIT, BY_ACTIVITY = ("unit",), ("activity", "phase", "kind")
INDEXES = {
    BY_UNIT: "ix_task_campaign_unit_state_due_at",
    BY_ACTIVITY: "ix_task_campaign_activity",
}


class Counted(NamedTuple):
    """Tasks of one group in one state."""

    group: str
    state: str
    many: int
    late: int
    overdue: int
    this_year: int


Rows = list[Sequence[Any]]  # the groups, then what Counted has after its own


def counted(
    session: Session,
    campaign: str,
    groups: tuple[str, ...],
    here: Any,
    *,
    now: datetime,
    year: tuple[datetime, datetime],
) -> Rows:
    """The tasks of a campaign by these columns and their state; `here` narrows them, None for all."""
    columns = [col(getattr(Task, name)) for name in groups]
    of: Any = col(Task.campaign) == campaign
    state, due_at = col(Task.state), col(Task.due_at)
    none: Any = literal_column("0")
    this_year = func.count().filter(due_at > year[0], due_at <= year[1])  # due at midnight is due on the day before
    every = select(*columns, state, func.count(), none, none, this_year).where(of).group_by(*columns, state)
    late = select(*columns, word(TaskState.accepted), none, func.count(), none, none).where(LATE, of)
    overdue = select(*columns, UNDER_WAY, none, none, func.count(), none).where(state == UNDER_WAY, due_at <= now, of)
    if here is not None:
        every, late, overdue = every.where(here), late.where(here.is_(true())), overdue.where(here.is_(true()))
    asked = (
        store.by_index(every, Task, INDEXES[groups]),
        store.by_index(late.group_by(*columns), Task, "ix_task_late"),
        store.by_index(overdue.group_by(*columns), Task, "ix_task_under_way"),
    )
    connection = session.connection()
    return [row for statement in asked for row in connection.execute(statement)]


def folded(rows: Rows, groups: int, place: int, into: Callable[[str], str] = str) -> list[Counted]:
    """Rows of several groups added up by the one at a place, or by what that is gathered `into`; in its order."""
    sums: dict[tuple[str, str], list[int]] = {}
    gathered = {group: into(group) for group in {row[place] for row in rows}}
    for row in rows:
        key = gathered[row[place]], row[groups]
        known = sums.get(key)
        if known is None:
            sums[key] = list(row[groups + 1 :])
        else:
            many, late, overdue, this_year = row[groups + 1 :]
            known[0] += many
            known[1] += late
            known[2] += overdue
            known[3] += this_year
    return [Counted(group, str(state), *map(int, sums[group, state])) for group, state in sorted(sums)]


def states_of(session: Session, campaigns: Sequence[str], here: Any) -> Iterator[tuple[str, str, int]]:
    """Campaign, state, how many: all of a state at once, or unit by unit, where an index finds those of some units."""
    columns: tuple[Any, ...] = (col(Task.campaign), col(Task.state))
    many: Any = func.count()
    rows = select(*columns, many.label("many")).where(columns[0].in_(campaigns), here)
    if isinstance(here, True_):
        rows = store.by_index(rows.group_by(*columns), Task, "ix_task_campaign_state_due_at")
    else:
        counted = store.by_index(rows, Task, INDEXES[BY_UNIT]).group_by(columns[0], col(Task.unit), columns[1])
        units = counted.subquery()
        columns, many = (units.c.campaign, units.c.state), func.sum(units.c.many)
        rows = select(*columns, many).group_by(*columns)
    for campaign, state, number in session.execute(rows):
        yield str(campaign), str(state), int(number)


def overdue_of(session: Session, campaigns: Sequence[str], here: Any, now: datetime) -> dict[str, int]:
    """Campaign → how many of its tasks are overdue."""
    statement = select(col(Task.campaign), func.count()).where(
        col(Task.state) == UNDER_WAY, col(Task.due_at) <= now, col(Task.campaign).in_(campaigns), here.is_(true())
    )
    statement = store.by_index(statement, Task, "ix_task_under_way").group_by(col(Task.campaign))
    return {str(campaign): int(many) for campaign, many in session.execute(statement)}
