"""Campaigns: which occurrences an activity has, for which units, and what planning it owes at an instant."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from dateutil.rrule import rrulestr

from models import Task
from models.kinds import RISK_ORDER, RestDayRule, Risk, TaskState
from service.rules.days import Calendar, SeasonFacts
from service.rules.plan import ActivityPlan, OnDate, OnEvent, OnHoliday, OnRule, OnSeason, Plan, Targets
from service.rules.steps import Step, change, make

NOT_ASKED = "the plan no longer asks for it"


class TagSpan(NamedTuple):
    """A tag that a unit carried from a day up to and including another, or still carries."""

    tag: str
    from_on: date
    until_on: date | None = None

    def holds_on(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


class UnitFacts(NamedTuple):
    """What planning must know of a unit."""

    key: str
    path: str
    kind: str
    sector: str
    risk: str
    tags: tuple[TagSpan, ...]
    closed_on: date | None

    def carries(self, tags: Collection[str], on: date) -> bool:
        """Whether it stands on one of these lists on a day; where none is asked for, every unit does."""
        return not tags or any(span.tag in tags and span.holds_on(on) for span in self.tags)


class EventFacts(NamedTuple):
    """Something registered at a unit; what was registered first counts first, whatever the instant it happened at."""

    name: str
    unit: str
    happened_at: datetime
    registered_at: datetime | None = None

    def place(self) -> tuple[datetime, datetime, str]:
        return self.registered_at or self.happened_at, self.happened_at, self.unit


class Occurrence(NamedTuple):
    """One turn of an activity: `mark` is its own date (never moves), the instants are as the calendar has them.

    It concerns the units beneath `under` but not those beneath one of `except_under`; `unit` narrows it to one.
    """

    mark: str
    planned_on: date
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    under: str = "/"
    except_under: tuple[str, ...] = ()
    unit: str | None = None

    def concerns(self, unit: UnitFacts) -> bool:
        """Whether this turn comes to the unit at all."""
        if self.unit is not None:
            return unit.key == self.unit
        return unit.path.startswith(self.under) and not unit.path.startswith(self.except_under)


@dataclass(frozen=True, slots=True)
class Setting:
    """The facts around a plan: calendar, seasons (and the path of each one's unit), and what has been registered."""

    calendar: Calendar
    seasons: Sequence[SeasonFacts] = ()
    season_paths: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[EventFacts] = ()

    def path_of(self, season: SeasonFacts) -> str:
        """Where a season holds; everywhere when it names no unit."""
        return "/" if season.unit is None else self.season_paths[season.unit]


def occurrences(plan: Plan, activity: ActivityPlan, setting: Setting) -> list[Occurrence]:
    """Every turn of an activity within its campaign's period, the earliest opening first."""
    when, calendar = activity.when, setting.calendar
    found: Iterable[Occurrence]
    if isinstance(when, OnHoliday):
        found = on_holidays(plan, when, calendar, activity)
    elif isinstance(when, OnRule):
        found = on_rule(plan, when, calendar, activity)
    elif isinstance(when, OnSeason):
        found = on_season(plan, when, setting, activity)
    elif isinstance(when, OnDate):
        found = [on_day(when.on, when.on, calendar, activity)]
    else:
        found = on_events(plan, when, setting, activity)
    return sorted(found, key=lambda turn: (turn.opens_at, turn.mark))


def on_day(planned_on: date, opens_on: date, calendar: Calendar, activity: ActivityPlan) -> Occurrence:
    opens_at = calendar.start_of(opens_on)
    due_at = calendar.after(opens_at, activity.due)
    return Occurrence(planned_on.isoformat(), planned_on, opens_at, due_at, closing(due_at, calendar, activity))


def closing(due_at: datetime, calendar: Calendar, activity: ActivityPlan) -> datetime:
    """When the window ends. A due day ends at midnight, which belongs to the next day: the count starts before."""
    if activity.window.hours is not None:
        return calendar.after(due_at, activity.window)
    return max(due_at, calendar.after(due_at - timedelta(microseconds=1), activity.window))


def on_holidays(plan: Plan, when: OnHoliday, calendar: Calendar, activity: ActivityPlan) -> Iterator[Occurrence]:
    for rest in calendar.breaks(plan.from_on, plan.to_on, when.festivals):
        opens_on = max(rest.first_off_on - timedelta(days=when.opens_days_before), plan.from_on)
        due_on = max(rest.first_off_on - timedelta(days=when.due_days_before), opens_on)
        due_at = calendar.end_of(due_on)
        closes_at = closing(due_at, calendar, activity)
        yield Occurrence(rest.day_on.isoformat(), rest.day_on, calendar.start_of(opens_on), due_at, closes_at)


def on_rule(plan: Plan, when: OnRule, calendar: Calendar, activity: ActivityPlan) -> Iterator[Occurrence]:
    start = datetime(plan.from_on.year, plan.from_on.month, plan.from_on.day)  # noqa: DTZ001 - the rule counts civil days
    seen: set[date] = set()
    for moment in takewhile(lambda m: m.date() <= plan.to_on, rrulestr(when.rrule, dtstart=start)):
        opens_on = within_period(plan, moment.date(), when.on_rest_day, calendar)
        if opens_on is not None and opens_on not in seen:
            seen.add(opens_on)
            yield on_day(moment.date(), opens_on, calendar, activity)


def within_period(plan: Plan, on: date, rule: RestDayRule, calendar: Calendar) -> date | None:
    """Where an occurrence on a day off opens; a move out of the campaign's period goes the other way instead.

    None where the rule leaves it out, or the period has no workday on either side.
    """
    opens_on = calendar.move(on, rule)
    if opens_on is None or plan.from_on <= opens_on <= plan.to_on:
        return opens_on
    other = RestDayRule.previous_workday if opens_on > plan.to_on else RestDayRule.next_workday
    opens_on = calendar.move(on, other)
    return opens_on if opens_on and plan.from_on <= opens_on <= plan.to_on else None


def on_season(plan: Plan, when: OnSeason, setting: Setting, activity: ActivityPlan) -> Iterator[Occurrence]:
    """A season given nearer to a unit takes the place of a wider one that overlaps it.

    Two of one place that overlap (sensitive periods do) have one turn on a day they share, not two.
    """
    found: dict[tuple[date, str], tuple[str, ...]] = {}
    alike = [season for season in setting.seasons if season.kind == when.season]
    for season in alike:
        path = setting.path_of(season)
        nearer = tuple(
            there
            for other in alike
            if (there := setting.path_of(other)) != path
            and there.startswith(path)
            and other.from_on <= season.to_on
            and season.from_on <= other.to_on
        )
        on = season.from_on
        while on <= min(season.to_on, plan.to_on):
            if on >= plan.from_on:
                found[on, path] = both(found[on, path], nearer) if (on, path) in found else nearer
            on += timedelta(days=when.every_days)
    for (on, path), nearer in found.items():
        yield on_day(on, on, setting.calendar, activity)._replace(under=path, except_under=nearer)


def both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The tops of what lies beneath one of the first and also beneath one of the second."""
    return tuple(max(a, b, key=len) for a in one for b in other if a.startswith(b) or b.startswith(a))


def on_events(plan: Plan, when: OnEvent, setting: Setting, activity: ActivityPlan) -> Iterator[Occurrence]:
    """Two events of one name at one unit on one day are two turns: the mark of the one registered later says so."""
    calendar, counts = setting.calendar, dict[tuple[str, date], int]()
    for event in sorted(setting.events, key=EventFacts.place):
        on = calendar.civil(event.happened_at)
        if event.name != when.name or not plan.from_on <= on <= plan.to_on:
            continue
        nth = counts[event.unit, on] = counts.get((event.unit, on), 0) + 1
        mark = on.isoformat() if nth == 1 else f"{on.isoformat()}.{nth}"
        due_at = calendar.after(event.happened_at, activity.due)
        closes_at = closing(due_at, calendar, activity)
        yield Occurrence(mark, on, event.happened_at, due_at, closes_at, unit=event.unit)


def fits(targets: Targets, within: str, unit: UnitFacts) -> bool:
    """Whether a unit is among the targets; `within` is the path of the targets' unit. No grade counts as blue.

    A unit that ever carried one of the tags is: on which of the turns it did is for `meets` to say.
    """
    return (
        unit.path.startswith(within)
        and (not targets.kinds or unit.kind in targets.kinds)
        and (not targets.sectors or unit.sector in targets.sectors)
        and (not targets.tags or any(span.tag in targets.tags for span in unit.tags))
        and (
            targets.min_risk is None or RISK_ORDER.get(unit.risk, RISK_ORDER[Risk.blue]) >= RISK_ORDER[targets.min_risk]
        )
    )


def meets(turn: Occurrence, units: Iterable[UnitFacts], tags: Collection[str] = ()) -> Iterator[UnitFacts]:
    """The units, already known to fit, that a turn comes to.

    One that has closed by then is left out, and so is one that carries none of the `tags` on the turn's own day.
    """
    everywhere = turn.unit is None and turn.under == "/" and not turn.except_under
    for unit in units:
        there = unit.closed_on is None or unit.closed_on > turn.planned_on
        if (everywhere or turn.concerns(unit)) and there and unit.carries(tags, turn.planned_on):
            yield unit


def task_values(plan: Plan, activity: ActivityPlan, turn: Occurrence, calendar: Calendar) -> dict[str, object]:
    """The columns that every unit's task of one turn shares."""
    return {
        "campaign": plan.key,
        "activity": f"{plan.key}:{activity.key}",
        "kind": activity.kind,
        "phase": plan.phase_on(calendar.civil(turn.opens_at)),
        "planned_on": turn.planned_on,
        "opens_at": turn.opens_at,
        "due_at": turn.due_at,
        "closes_at": turn.closes_at,
    }


class Standing(NamedTuple):
    """A task that has not opened, as the planner finds it."""

    key: str
    version: int
    state: str
    phase: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    planned_on: date


def planned(
    plan: Plan, activity: ActivityPlan, turn: Occurrence, units: Iterable[UnitFacts], setting: Setting
) -> Iterator[Step]:
    """The steps that make one turn's tasks, still to open."""
    shared = task_values(plan, activity, turn, setting.calendar)
    shared |= {"state": TaskState.planned, "attend_at": turn.opens_at}
    head = f"campaign:{plan.key}:{activity.key}:{turn.mark}:"
    for unit in meets(turn, units, activity.targets.tags):
        yield make(Task, head + unit.key, "planned", {**shared, "unit": unit.key})


def replanned(wanted: Iterable[Step], standing: Iterable[Standing]) -> Iterator[Step]:
    """What has not opened, brought in line with the plan: made, moved, taken up again, or cancelled."""
    left = {task.key: task for task in standing}
    for step in wanted:
        task = left.pop(step.key, None)
        if task is None:
            yield step
            continue
        names = ("state", "phase", "opens_at", "due_at", "closes_at")
        if any(getattr(task, name) != step.values[name] for name in names):
            values = {name: step.values[name] for name in (*names, "attend_at")} | {"reason": "", "unplanned": False}
            yield change(Task, task.key, task.version, "replanned", values)
    for task in left.values():
        if task.state == TaskState.planned:
            values = {"state": TaskState.cancelled, "reason": NOT_ASKED, "unplanned": True, "attend_at": None}
            yield change(Task, task.key, task.version, "cancelled", values, NOT_ASKED)


def owed_turns(
    turns: Iterable[Occurrence], *, since: datetime | None, until: datetime, as_of: datetime, stale: bool
) -> list[Occurrence]:
    """The turns whose tasks must stand when the plan reaches to `until`.

    `since` is how far it reached before. What opened after that is owed even if its window has passed meanwhile (it
    becomes missed); when the plan is new, or went stale at `as_of`, everything is compared whose window had not passed
    then: whoever looks late ends as if they had looked at once.
    """
    return [
        turn
        for turn in turns
        if turn.opens_at <= until
        and ((since is not None and turn.opens_at > since) or ((stale or since is None) and turn.closes_at > as_of))
    ]


def held_beyond(turns: Iterable[Occurrence], standing: Iterable[Standing], *, until: datetime) -> list[Occurrence]:
    """The turns out of reach that have tasks all the same: the calendar moved them there after they were planned."""
    held = {task.planned_on for task in standing}
    return [turn for turn in turns if turn.opens_at > until and turn.planned_on in held]


def roused(
    now: datetime, *, stale: bool, attend_at: datetime | None, planned_until_at: datetime | None
) -> dict[str, Any]:
    """The columns of an activity whose plan, or the facts around it, have just changed.

    What has not opened is compared as of `now`, or of an earlier change that nobody has looked at yet. All that opened
    before was planned by what held then: the change makes no past.
    """
    waiting = stale and attend_at is not None and attend_at <= now
    if planned_until_at is not None:
        planned_until_at = max(planned_until_at, min(now, attend_at or now))
    return {"stale": True, "attend_at": attend_at if waiting else now, "planned_until_at": planned_until_at}


def next_look(turns: Iterable[Occurrence], *, until: datetime, ahead: timedelta) -> datetime | None:
    """When the plan must reach further: as the first turn beyond it comes within the horizon."""
    beyond = min((turn.opens_at for turn in turns if turn.opens_at > until), default=None)
    return None if beyond is None else beyond - ahead


def reached(turns: Iterable[Occurrence], *, until: datetime, since: datetime) -> datetime:
    """How far planning up to `until` really reaches: the opening of the last turn it made.

    Never `until` itself, which depends on the minute at which somebody looked: a sleeper and a ticker end alike.
    """
    return max([since, *(turn.opens_at for turn in turns if turn.opens_at <= until)])
