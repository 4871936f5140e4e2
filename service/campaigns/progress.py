"""Progress: how much of what a campaign asks for is done, by phase, unit, kind or activity; and what is due this year.

Done is what was accepted. Owed is all that was not called off. Due this year is what falls due in the civil year of
`now`, and of that, done.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from models import Activity, Campaign, Task, Unit
from models.kinds import TaskState
from service import units
from service.access import Actor, in_scope, units_beneath
from service.calendar.days import gather_calendar
from service.campaigns import acts as campaigns
from service.campaigns.progress_rows import (
    BY_ACTIVITY,
    BY_UNIT,
    Counted,
    Rows,
    counted,
    folded,
    overdue_of,
    states_of,
)
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
    groups = BY_UNIT if by == "unit" else BY_ACTIVITY
    beneath = code_of(top) if by == "unit" else None
    rows = counted(session, key, groups, scope, now=now, year=year_of(session, now), top=beneath)
    if beneath is not None:
        return by_child(session, beneath, rows)
    found = folded(rows, len(groups), groups.index(by))
    return plainly_named(found, activity_names(session, key) if by == "activity" else {})


PARTS: tuple[By, ...] = ("unit", "phase", "kind")


def parts_of_campaign(session: Session, actor: Actor, campaign: Any, *, now: datetime) -> dict[By, Progress]:
    """How far a campaign (a row of `campaigns.find`) is on the units in sight, by unit, phase and kind at once.

    Who sees a campaign's owner nearly always sees all its tasks: the second count is narrowed only where the first,
    which must be, found fewer.
    """
    here, year = in_scope(Task.unit, actor.paths("see")), year_of(session, now)
    mine = counted(session, campaign.key, BY_UNIT, here, now=now, year=year, top=campaign.owner)
    rest = counted(session, campaign.key, BY_ACTIVITY, None, now=now, year=year)
    if total_of(rest, BY_ACTIVITY) != total_of(mine, BY_UNIT):
        rest = counted(session, campaign.key, BY_ACTIVITY, here, now=now, year=year)
    found: dict[By, Progress] = {"unit": by_child(session, campaign.owner, mine)}
    for by in ("phase", "kind"):
        found[by] = plainly_named(folded(rest, len(BY_ACTIVITY), BY_ACTIVITY.index(by)))
    return found


def by_child(session: Session, top: str, rows: Rows) -> Progress:
    """Rows of the units right beneath `top` and of itself, in their order; what lies elsewhere counts in the total."""
    columns = select(col(Unit.key), col(Unit.name)).where(or_(col(Unit.parent) == top, col(Unit.key) == top))
    names = dict(session.execute(columns.order_by(col(Unit.path))).tuples().all())
    there = {row[0] for row in rows}
    shown = {key: name for key, name in names.items() if key in there}
    return with_names(folded(rows, len(BY_UNIT), 0), {key: key for key in shown}, shown)


def code_of(path: str) -> str:
    """The code of the unit at a path."""
    return path.strip("/").rpartition("/")[2]


def total_of(rows: Rows, groups: Sequence[str]) -> int:
    return sum(row[len(groups) + 1] for row in rows)


def plainly_named(rows: Iterable[Counted], names: Mapping[str, str] = MappingProxyType({})) -> Progress:
    """Each group by itself, under its own key."""
    rows = list(rows)
    groups = [row.group for row in rows]
    return with_names(rows, {group: group for group in groups}, {group: names.get(group, group) for group in groups})


class Standing(NamedTuple):
    """How a campaign stands at a glance."""

    owed: int
    done: int
    rate: float | None
    overdue: int
    states: dict[str, int]


def of_campaigns(session: Session, actor: Actor, keys: Collection[str], *, now: datetime) -> dict[str, Standing]:
    """How these campaigns stand on the units the actor sees, by their keys; without those of which no task is there."""
    if not keys:
        return {}
    wanted, here = sorted(keys), in_scope(Task.unit, actor.paths("see"))
    states: dict[str, dict[str, int]] = {}
    for campaign, state, many in states_of(session, wanted, here):
        states.setdefault(campaign, dict.fromkeys(map(str, COUNTED), 0))[state] = many
    overdue = overdue_of(session, wanted, here, now)
    return {key: standing(counts, overdue.get(key, 0)) for key, counts in states.items()}


def standing(states: dict[str, int], overdue: int) -> Standing:
    done, owed = states[TaskState.accepted], sum(states.values()) - states[TaskState.cancelled]
    return Standing(owed, done, percent(done, owed), overdue, states)


def year_of(session: Session, now: datetime) -> tuple[datetime, datetime]:
    """When the civil year of an instant begins, and the next one."""
    return bounds_of(session, civil_year(now))


def civil_year(now: datetime) -> int:
    """The year of an instant on the clock of the office."""
    return now.astimezone(settings().zone_info()).year


def bounds_of(session: Session, year: int) -> tuple[datetime, datetime]:
    """When a civil year begins, and the next one. What is due at midnight is due on the day before."""
    calendar = gather_calendar(session, zone=settings().zone_info())
    return calendar.start_of(date(year, 1, 1)), calendar.start_of(date(year + 1, 1, 1))


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
