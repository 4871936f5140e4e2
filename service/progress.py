"""Progress: how much of what a campaign asks for is done, by phase, unit, kind or activity; and what is due this year.

Done is what was accepted. Owed is all that was not called off. Due this year is what falls due in the civil year of
`now`, and of that, done.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import and_, case, func, select
from sqlmodel import Session, col

from models import Activity, Campaign, Task, Unit
from models.kinds import TaskState
from service import campaigns, units
from service.access import Actor, beneath, in_scope, units_beneath
from service.days import gather_calendar
from service.errors import NotFound
from service.settings import settings

By = Literal["phase", "unit", "kind", "activity"]
COUNTED = tuple(TaskState)


class Counts(NamedTuple):
    """Tasks by state, and what they add up to; `rate` is done of owed in percent, None where nothing is owed."""

    owed: int
    done: int
    rate: float | None
    due_this_year: int
    done_this_year: int
    late: int
    overdue: int
    states: dict[str, int]


class Group(NamedTuple):
    key: str
    name: str
    counts: Counts


class Progress(NamedTuple):
    """The whole, and its parts in their order."""

    total: Counts
    groups: list[Group]


class Tally:
    """Counts in the making."""

    def __init__(self) -> None:
        self.states = dict.fromkeys(map(str, COUNTED), 0)
        self.late = self.overdue = self.due_this_year = self.done_this_year = 0

    def add(self, row: Any) -> None:
        self.states[str(row.state)] += row.many
        self.late += row.late
        self.overdue += row.overdue
        if row.state != TaskState.cancelled:
            self.due_this_year += row.this_year
        if row.state == TaskState.accepted:
            self.done_this_year += row.this_year

    def counts(self) -> Counts:
        done = self.states[TaskState.accepted]
        owed = sum(self.states.values()) - self.states[TaskState.cancelled]
        rate = percent(done, owed)
        return Counts(
            owed, done, rate, self.due_this_year, self.done_this_year, self.late, self.overdue, dict(self.states)
        )


def percent(part: int, whole: int) -> float | None:
    """A share as the ledgers print it: one decimal, half up (461 of 464 is 99.4)."""
    if not whole:
        return None
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))


def of_campaign(
    session: Session, actor: Actor, key: str, *, by: By = "phase", unit: str | None = None, now: datetime
) -> Progress:
    """How far a campaign is on the units the actor sees, `unit` with everything beneath it where one is named.

    By unit, the groups are the units right beneath the top one, each with its whole subtree. NotFound for a campaign or
    unit out of sight.
    """
    campaign = campaigns.find(session, actor, key)
    top = campaign.path
    scope = in_scope(Task.unit, actor.paths("see"))
    if unit is not None:
        top = units.path_of(session, unit)
        if not actor.may("see", top):
            raise NotFound("There is no unit {code}", code=unit)
        scope = and_(scope, in_scope(Task.unit, (top,)))
    return counted_by(session, key, by, top, scope, now, year_of(session, now))


class Counted(NamedTuple):
    """Tasks of one group in one state."""

    group: str
    state: str
    many: int
    late: int
    overdue: int
    this_year: int


PARTS: tuple[By, ...] = ("unit", "phase", "kind")


def parts_of_campaign(session: Session, actor: Actor, campaign: Any, *, now: datetime) -> dict[By, Progress]:
    """How far a campaign (a row of `campaigns.find`) is on the units in sight, by unit, phase and kind at once."""
    scope = and_(of(campaign.key), in_scope(Task.unit, actor.paths("see")))
    groups = tuple(col(getattr(Task, by)) for by in PARTS)
    sums = counting(now, year_of(session, now))
    statement = select(*groups, *sums).where(scope).group_by(*groups, col(Task.state))
    rows = session.execute(statement).all()
    found: dict[By, Progress] = {}
    for place, by in enumerate(PARTS):
        counted = folded(rows, place)
        if by == "unit":
            found[by] = with_names(counted, *children(session, campaign.path, {row.group for row in counted}))
        else:
            named = {row.group: row.group for row in counted}
            found[by] = with_names(counted, named, named)
    return found


def folded(rows: Iterable[Any], place: int) -> list[Counted]:
    """Rows of several groups added up by the one at a place, in its order."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        state, *numbers = row[len(PARTS) :]
        known = sums.get((row[place], state))
        if known is None:
            sums[str(row[place]), str(state)] = numbers
        else:
            for nth, number in enumerate(numbers):
                known[nth] += number
    return [Counted(*key, *numbers) for key, numbers in sorted(sums.items())]


def counted_by(
    session: Session, key: str, by: By, top: str, scope: Any, now: datetime, year: tuple[datetime, datetime]
) -> Progress:
    whose = {"phase": Task.phase, "unit": Task.unit, "kind": Task.kind, "activity": Task.activity}[by]
    rows = tallied(session, col(whose), and_(of(key), scope), now, year)
    if by == "unit":
        return with_names(rows, *children(session, top, {row.group for row in rows}))
    groups = [str(row.group) for row in rows]
    names = activity_names(session, key) if by == "activity" else {}
    return with_names(rows, {group: group for group in groups}, {group: names.get(group, group) for group in groups})


def of_campaigns(session: Session, actor: Actor, *, now: datetime) -> dict[str, Counts]:
    """How far every campaign is on the units the actor sees, by its key."""
    tallies: dict[str, Tally] = {}
    scope = in_scope(Task.unit, actor.paths("see"))
    for row in tallied(session, col(Task.campaign), scope, now, year_of(session, now)):
        tallies.setdefault(row.group, Tally()).add(row)
    return {key: tally.counts() for key, tally in tallies.items()}


def of(campaign: str) -> Any:
    """The tasks of a campaign; their activity's key begins with its key, which is a range of an index."""
    own = col(Task.campaign) == campaign
    return and_(own, col(Task.activity) > f"{campaign}:", col(Task.activity) < f"{campaign};")


def year_of(session: Session, now: datetime) -> tuple[datetime, datetime]:
    """When the civil year of an instant begins, and the next one."""
    calendar = gather_calendar(session, zone=settings().zone_info())
    year = calendar.civil(now).year
    return calendar.start_of(date(year, 1, 1)), calendar.start_of(date(year + 1, 1, 1))


def tallied(session: Session, group: Any, condition: Any, now: datetime, year: tuple[datetime, datetime]) -> list[Any]:
    """Rows of group, state, many, late, overdue, this_year."""
    sums = counting(now, year)
    statement = select(group.label("group"), *sums).where(condition)
    return list(session.execute(statement.group_by(group, col(Task.state)).order_by(group)))


def counting(now: datetime, year: tuple[datetime, datetime]) -> tuple[Any, ...]:
    """The columns state, many, late, overdue, this_year of a statement that groups tasks."""
    start, end = year
    overdue = and_(col(Task.state) == TaskState.open, col(Task.due_at) <= now)
    this_year = and_(col(Task.due_at) > start, col(Task.due_at) <= end)  # due at midnight is due on the day before
    return (
        col(Task.state).label("state"),
        func.count().label("many"),
        summed(col(Task.submitted_at) > col(Task.due_at)).label("late"),
        summed(overdue).label("overdue"),
        summed(this_year).label("this_year"),
    )


def summed(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def with_names(rows: Iterable[Any], into: Mapping[str, str], names: Mapping[str, str]) -> Progress:
    """The tallies, each row's group gathered `into` the one it is shown under; the rest counts in the total only."""
    total = Tally()
    tallies: dict[str, Tally] = {shown: Tally() for shown in names}
    for row in rows:
        total.add(row)
        if row.group in into:
            tallies[into[row.group]].add(row)
    groups = [Group(key, names[key], tally.counts()) for key, tally in tallies.items()]
    return Progress(total.counts(), groups)


def children(session: Session, top: str, codes: set[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Unit → the one right beneath `top` that it belongs to (`top`'s own tasks are its own), and their names."""
    columns = select(col(Unit.key), col(Unit.path), col(Unit.name)).where(beneath(top)).order_by(col(Unit.path))
    into: dict[str, str] = {}
    named: dict[str, str] = {}
    for key, path, name in session.execute(columns):
        rest = path[len(top) :].split("/")
        named[key] = name
        if key in codes:
            into[key] = rest[0] or key
    shown = {key: named[key] for key in dict.fromkeys(into.values())}
    return into, shown


def activity_names(session: Session, campaign: str) -> dict[str, str]:
    statement = select(col(Activity.key), col(Activity.name)).where(col(Activity.campaign) == campaign)
    return {row.key: row.name for row in session.execute(statement)}


class StateCount(NamedTuple):
    state: str
    many: int


def by_state(session: Session, actor: Actor) -> list[StateCount]:
    """How many tasks the actor sees in each state, in the order of the states."""
    statement = select(col(Task.state), func.count()).where(in_scope(Task.unit, actor.paths("see")))
    found = {str(state): int(many) for state, many in session.execute(statement.group_by(col(Task.state)))}
    return [StateCount(str(state), found.get(state, 0)) for state in TaskState]


def running(session: Session, actor: Actor) -> list[Any]:
    """The campaigns in sight, the youngest first."""
    shown = (Campaign.key, Campaign.version, Campaign.name, Campaign.owner, Campaign.basis, Campaign.parent)
    shown += (Campaign.from_on, Campaign.to_on, Campaign.state, Campaign.plan)  # type: ignore[assignment]
    statement = select(*(col(column) for column in shown)).join(Unit, col(Campaign.owner) == col(Unit.key))
    statement = statement.where(units_beneath(actor.paths("see")))
    return list(session.execute(statement.order_by(col(Campaign.from_on).desc(), col(Campaign.key))))
