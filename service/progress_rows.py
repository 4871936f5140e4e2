"""What progress is added up from: tasks counted group by group, each question by an index that answers it alone.

Rows are read in three: all by their state, those handed in late, those overdue; a town's tasks are many, and what is
late or overdue among them is little.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select, true
from sqlmodel import Session, col

from models import Task
from models.kinds import TaskState
from service import store
from service.by_name import UNDER_WAY

LATE = col(Task.submitted_at) > col(Task.due_at)
BY_UNIT, BY_PHASE_AND_KIND = ("unit",), ("phase", "kind")
INDEXES = {
    BY_UNIT: "ix_task_campaign_unit_state_due_at",
    BY_PHASE_AND_KIND: "ix_task_campaign_phase_kind",
}


class Counted(NamedTuple):
    """Tasks of one group in one state."""

    group: str
    state: str
    many: int
    late: int
    overdue: int
    this_year: int


Rows = list[tuple[Any, ...]]  # the groups, then what Counted has after its own


def counted(
    session: Session, campaign: str, groups: Sequence[str], here: Any, *, now: datetime, year: tuple[datetime, datetime]
) -> Rows:
    """The tasks of a campaign by these columns and their state; `here` narrows them, None for all."""
    columns = [col(getattr(Task, name)) for name in groups]
    of: Any = col(Task.campaign) == campaign
    state, due_at = col(Task.state), col(Task.due_at)
    this_year = and_(due_at > year[0], due_at <= year[1])  # due at midnight is due on the day before
    every = select(*columns, state, func.count(), func.sum(case((this_year, 1), else_=0))).where(
        of, true() if here is None else here
    )
    every = every.group_by(*columns, state)
    index = INDEXES.get(tuple(groups))
    if index is not None:
        every = store.by_index(every, Task, index)
    late = select(*columns, func.count()).where(LATE, of).group_by(*columns)
    overdue = select(*columns, func.count()).where(state == UNDER_WAY, due_at <= now, of).group_by(*columns)
    if here is not None:
        late, overdue = (one.where(here.is_(true())) for one in (late, overdue))
    connection, wide = session.connection(), len(groups)
    rows: Rows = [
        (*row[:wide], row[wide], row[wide + 1], 0, 0, row[wide + 2]) for row in connection.execute(every).all()
    ]
    late_ones = connection.execute(store.by_index(late, Task, "ix_task_late"))
    rows += [(*row[:wide], TaskState.accepted, 0, row[wide], 0, 0) for row in late_ones]
    overdue_ones = connection.execute(store.by_index(overdue, Task, "ix_task_under_way"))
    return rows + [(*row[:wide], TaskState.open, 0, 0, row[wide], 0) for row in overdue_ones]


def folded(rows: Iterable[tuple[Any, ...]], groups: int, place: int) -> list[Counted]:
    """Rows of several groups added up by the one at a place, in its order."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        key = (row[place], row[groups])
        known = sums.get(key)
        if known is None:
            sums[key] = list(row[groups + 1 :])
        else:
            for nth, number in enumerate(row[groups + 1 :]):
                known[nth] += number
    return [Counted(str(group), str(state), *map(int, sums[group, state])) for group, state in sorted(sums)]


def states_of(session: Session, campaigns: Sequence[str], here: Any) -> Iterator[tuple[str, str, int]]:
    """Campaign, state, how many: counted unit by unit first, as the index has them in that order."""
    columns = (col(Task.campaign), col(Task.state))
    inner = select(*columns, func.count().label("many")).where(col(Task.campaign).in_(campaigns), here)
    inner = store.by_index(inner, Task, INDEXES[BY_UNIT]).group_by(col(Task.campaign), col(Task.unit), col(Task.state))
    units = inner.subquery()
    groups = (units.c.campaign, units.c.state)
    for campaign, state, many in session.execute(select(*groups, func.sum(units.c.many)).group_by(*groups)):
        yield str(campaign), str(state), int(many)


def overdue_of(session: Session, campaigns: Sequence[str], here: Any, now: datetime) -> dict[str, int]:
    """Campaign → how many of its tasks are overdue."""
    statement = select(col(Task.campaign), func.count()).where(
        col(Task.state) == UNDER_WAY, col(Task.due_at) <= now, col(Task.campaign).in_(campaigns), here.is_(true())
    )
    statement = store.by_index(statement, Task, "ix_task_under_way").group_by(col(Task.campaign))
    return {str(campaign): int(many) for campaign, many in session.execute(statement)}
