"""Laws of planning, on drawn plans, towns, calendars, seasons and events, against a walk over every day."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from models.kinds import Festival, RestDayRule
from service.rules.campaigns import Occurrence, Setting, UnitFacts, fits, meets, occurrences, planned
from service.rules.plan import OnDate, OnEvent, OnHoliday, OnRule, OnSeason, Plan
from tests.rules.plans import ONE_DAY, plans, settings_around, towns

lawful = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Plan, list[UnitFacts], Setting]:
    units = draw(towns())
    return draw(plans()), units, draw(settings_around(units))


def days_of(plan: Plan) -> list[date]:
    return [plan.from_on + n * ONE_DAY for n in range((plan.to_on - plan.from_on).days + 1)]


def walked(plan: Plan, unit: UnitFacts, setting: Setting) -> Counter[date]:
    """The days on which one unit has a turn, found by asking each day of the period."""
    when, calendar = plan.activities[0].when, setting.calendar
    if isinstance(when, OnHoliday):
        return Counter(on for on in days_of(plan) if begins_a_break(on, when.festivals, setting))
    if isinstance(when, OnDate):
        return Counter([when.on])
    if isinstance(when, OnEvent):
        mine = [event for event in setting.events if (event.unit, event.name) == (unit.key, when.name)]
        return Counter(on for event in mine if (on := calendar.civil(event.happened_at)) in days_of(plan))
    if isinstance(when, OnSeason):
        return Counter(on for on in days_of(plan) if season_turns(on, when, unit, setting))
    start = datetime(plan.from_on.year, plan.from_on.month, plan.from_on.day)  # noqa: DTZ001 - a rule counts civil days
    moments = rrulestr(when.rrule, dtstart=start).xafter(start, inc=True)
    return Counter(first_to_open(moments, when, plan, setting))


def begins_a_break(on: date, festivals: tuple[Festival, ...], setting: Setting) -> bool:
    """Whether the day is the own day of a festival asked for, and none of them comes before it in the same days off."""
    own = [day for (festival, _), day in setting.calendar.festival_days.items() if festival in festivals]
    if on not in own or setting.calendar.is_working(on):
        return False
    before = on - ONE_DAY
    while not setting.calendar.is_working(before):
        if before in own:
            return False
        before -= ONE_DAY
    return True


def season_turns(on: date, when: OnSeason, unit: UnitFacts, setting: Setting) -> bool:
    above = [one for one in setting.seasons if unit.path.startswith(setting.path_of(one))]
    for one in above:
        nearer = [other for other in above if len(setting.path_of(other)) > len(setting.path_of(one))]
        replaced = any(other.from_on <= one.to_on and one.from_on <= other.to_on for other in nearer)
        if one.holds_on(on) and (on - one.from_on).days % when.every_days == 0 and not replaced:
            return True
    return False


def other_way(on: date, step: int, plan: Plan, setting: Setting) -> date | None:
    """The workday on the other side of a day off, if it lies within the campaign."""
    while not setting.calendar.is_working(on):
        on += step * ONE_DAY
    return on if plan.from_on <= on <= plan.to_on else None


def first_to_open(moments: Iterator[datetime], when: OnRule, plan: Plan, setting: Setting) -> Iterator[date]:
    opened = set()
    for on in (moment.date() for moment in moments):
        if on > plan.to_on:
            return
        to: date | None = on
        while to is not None and not setting.calendar.is_working(to) and when.on_rest_day is not RestDayRule.keep:
            step = {RestDayRule.next_workday: 1, RestDayRule.previous_workday: -1, RestDayRule.skip: 0}[
                when.on_rest_day
            ]
            to = to + step * ONE_DAY if step else None
        if to is not None and not plan.from_on <= to <= plan.to_on:
            to = other_way(on, 1 if to < plan.from_on else -1, plan, setting)
        if to is not None and to not in opened:
            opened.add(to)
            yield on


@lawful
@given(worlds())
def test_each_target_has_exactly_its_occurrences(world: tuple[Plan, list[UnitFacts], Setting]) -> None:
    plan, units, setting = world
    one = plan.activities[0]
    targets = [unit for unit in units if fits(one.targets, "/town/", unit)]
    assert targets == units, "the drawn town lies beneath /town/, and nothing narrows the targets"
    made: Counter[tuple[str, date]] = Counter()
    for turn in occurrences(plan, one, setting):
        made.update((unit.key, turn.planned_on) for unit in meets(turn, targets))
    owed: Counter[tuple[str, date]] = Counter()
    for unit in units:
        open_on = {on: n for on, n in walked(plan, unit, setting).items() if not unit.closed_on or unit.closed_on > on}
        owed.update({(unit.key, on): n for on, n in open_on.items()})
    assert made == owed


@lawful
@given(worlds())
def test_no_key_comes_twice(world: tuple[Plan, list[UnitFacts], Setting]) -> None:
    plan, units, setting = world
    one = plan.activities[0]
    keys = [s.key for turn in occurrences(plan, one, setting) for s in planned(plan, one, turn, units, setting)]
    assert len(keys) == len(set(keys))


@lawful
@given(worlds())
def test_a_turn_opens_then_is_due_then_closes(world: tuple[Plan, list[UnitFacts], Setting]) -> None:
    plan, _, setting = world
    turns = occurrences(plan, plan.activities[0], setting)
    for turn in turns:
        assert turn.opens_at <= turn.due_at <= turn.closes_at
        assert plan.from_on <= turn.planned_on or isinstance(plan.activities[0].when, OnDate)
    assert [turn.opens_at for turn in turns] == sorted(turn.opens_at for turn in turns)


@lawful
@given(worlds(), st.integers(1, 90))
def test_windows_end_in_the_order_in_which_they_open(world: tuple[Plan, list[UnitFacts], Setting], later: int) -> None:
    """What makes a late start simple: the turns still to be done are the last ones."""
    plan, _, setting = world
    turns: list[Occurrence] = occurrences(plan, plan.activities[0], setting)
    assume(len(turns) > 1)
    now = turns[0].closes_at + timedelta(days=later)
    over = [turn.closes_at <= now for turn in turns]
    assert over == sorted(over, reverse=True)
