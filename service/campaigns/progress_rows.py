"""What progress is added up from: tasks counted group by group, each question by an index that answers it alone.

Rows are read in three: all by their state, those handed in late, those overdue; a town's tasks are many, and what is
late or overdue among them is little.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import True_, and_, case, func, literal_column, select, true, union_all
from sqlmodel import Session, col

from models import Task, Unit
from models.base import table_of
from models.kinds import TaskState
from service import store
from service.access import end_of
from service.by_name import UNDER_WAY, word

LATE = col(Task.submitted_at) > col(Task.due_at)
BY_UNIT, BY_ACTIVITY = ("unit",), ("activity", "phase", "kind")
ELSEWHERE = ""  # no unit has this code
NUMBERS = ("many", "late", "overdue", "this_year")
NOUGHT: Any = literal_column("0")
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
    top: str | None = None,
) -> Rows:
    """The tasks of a campaign by these columns and their state; `here` narrows them, None for all.

    By unit they are gathered under the units right beneath `top`: its own are its own, what lies elsewhere nowhere's.
    """
    columns = [col(getattr(Task, name)) for name in groups]
    of: Any = col(Task.campaign) == campaign
    state, due_at = col(Task.state), col(Task.due_at)
    this_year = func.count().filter(due_at > year[0], due_at <= year[1])  # due at midnight is due on the day before
    every = select(*columns, *numbers(state, many=func.count(), this_year=this_year)).where(of)
    late = select(*columns, *numbers(word(TaskState.accepted), late=func.count())).where(LATE, of)
    overdue = select(*columns, *numbers(UNDER_WAY, overdue=func.count())).where(state == UNDER_WAY, due_at <= now, of)
    if here is not None:
        every, late, overdue = every.where(here), late.where(here.is_(true())), overdue.where(here.is_(true()))
    asked = union_all(
        store.by_index(every.group_by(*columns, state), Task, INDEXES[groups]),
        store.by_index(late.group_by(*columns), Task, "ix_task_late"),
        store.by_index(overdue.group_by(*columns), Task, "ix_task_under_way"),
    )
    return list(session.connection().execute(asked if top is None else gathered(asked, top)))


def numbers(state: Any, **counted: Any) -> list[Any]:
    """The state of a row and its numbers, each by its name; what is not counted is nought."""
    return [state.label("state"), *(counted.get(name, NOUGHT).label(name) for name in NUMBERS)]


def gathered(statement: Any, top: str) -> Any:
    """Rows by unit, those of the whole subtree of each unit right beneath `top` added up."""
    rows = statement.subquery("of_units")
    one, child = table_of(Unit).alias("one"), table_of(Unit).alias("child")
    inside = and_(one.c.path >= child.c.path, one.c.path < end_of(child.c.path))
    places = select(one.c.key, child.c.key.label("child")).join(child, inside).where(child.c.parent == top).subquery()
    place = case((rows.c.unit == top, top), else_=func.coalesce(places.c.child, ELSEWHERE)).label("place")
    summed = select(place, rows.c.state, *(func.sum(rows.c[name]) for name in NUMBERS))
    return summed.select_from(rows.outerjoin(places, places.c.key == rows.c.unit)).group_by("place", rows.c.state)


def folded(rows: Rows, groups: int, place: int) -> list[Counted]:
    """Rows of several groups added up by the one at a place, in its order."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        known = sums.setdefault((row[place], row[groups]), [0] * len(NUMBERS))
        for nth, number in enumerate(row[groups + 1 :]):
            known[nth] += number
    return [Counted(str(group), str(state), *map(int, sums[group, state])) for group, state in sorted(sums)]


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
