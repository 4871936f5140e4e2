"""Working-day arithmetic on made-up calendars, each answer compared with walking day by day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import WORKING, DayClass, Festival, RestDayRule, SeasonKind
from service.rules.days import Calendar, Day, SeasonFacts, seasons_at
from service.rules.plan import Span

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "UTC")]

dates = st.dates(FIRST, LAST)
NAIVE = datetime.fromisoformat("2026-03-02 09:00")
instants = st.datetimes(
    datetime.fromisoformat("2015-01-01"), datetime.fromisoformat("2027-12-31"), timezones=st.sampled_from(ZONES)
)


def calendar_of(classes: dict[date, DayClass], zone: ZoneInfo = SHANGHAI) -> Calendar:
    days = {on: Day(on, day_class, None, False) for on, day_class in classes.items()}
    return Calendar(zone, days, frozenset({2026}))


calendars = st.dictionaries(dates, st.sampled_from(DayClass), max_size=60).map(calendar_of)
CALM = calendar_of({})
NEW_YEAR = calendar_of(
    {
        date(2026, 1, 1): DayClass.statutory_holiday,
        date(2026, 1, 2): DayClass.adjusted_rest_day,
        date(2026, 1, 4): DayClass.makeup_workday,
    }
)


def walked(calendar: Calendar, on: date, n: int) -> date:
    """The n-th working day found by stepping, as the docstring of `add_working_days` says it."""
    step = ONE_DAY if n >= 0 else -ONE_DAY
    if n == 0:
        while calendar.day(on).day_class not in WORKING:
            on += step
    while n:
        on += step
        if calendar.day(on).day_class in WORKING:
            n -= 1 if n > 0 else -1
    return on


@given(calendars, dates, st.integers(-40, 40))
def test_adding_working_days_is_walking(calendar: Calendar, on: date, n: int) -> None:
    assert calendar.add_working_days(on, n) == walked(calendar, on, n)


@given(calendars, dates, dates)
def test_counting_working_days_is_walking(calendar: Calendar, a: date, b: date) -> None:
    low, high = min(a, b), max(a, b)
    count = sum(calendar.is_working(day.on) for day in calendar.days_between(low + ONE_DAY, high))
    assert calendar.working_days_between(low, high) == count
    assert calendar.working_days_between(high, low) == -count


@given(calendars, dates, st.integers(0, 300))
def test_added_days_are_counted_and_taken_back(calendar: Calendar, on: date, n: int) -> None:
    start = calendar.add_working_days(on, 0)
    end = calendar.add_working_days(start, n)
    assert calendar.working_days_between(start, end) == n
    assert calendar.add_working_days(end, -n) == start


@given(calendars, dates, dates, st.integers(-50, 50), st.integers(-50, 50))
def test_adding_is_monotone(calendar: Calendar, a: date, b: date, n: int, m: int) -> None:
    earlier, later = min(a, b), max(a, b)
    assert calendar.add_working_days(earlier, n) <= calendar.add_working_days(later, n)
    assert calendar.add_working_days(a, min(n, m)) <= calendar.add_working_days(a, max(n, m))


@given(calendars, dates)
def test_a_moved_day_lands_on_a_workday(calendar: Calendar, on: date) -> None:
    later = calendar.move(on, RestDayRule.next_workday)
    earlier = calendar.move(on, RestDayRule.previous_workday)
    assert later is not None
    assert calendar.is_working(later)
    assert later >= on
    assert earlier is not None
    assert calendar.is_working(earlier)
    assert earlier <= on
    assert calendar.move(on, RestDayRule.keep) == on
    assert calendar.move(on, RestDayRule.skip) == (on if calendar.is_working(on) else None)
    assert not any(calendar.is_working(day.on) for day in calendar.days_between(earlier + ONE_DAY, later - ONE_DAY))


def test_a_recurrence_around_new_year() -> None:
    thursday = date(2026, 1, 1)
    assert NEW_YEAR.move(thursday, RestDayRule.next_workday) == date(2026, 1, 4)
    assert NEW_YEAR.move(thursday, RestDayRule.previous_workday) == date(2025, 12, 31)
    assert NEW_YEAR.move(date(2026, 1, 4), RestDayRule.skip) == date(2026, 1, 4)
    assert NEW_YEAR.move(date(2026, 1, 3), RestDayRule.skip) is None


def test_a_plain_day_follows_its_weekday() -> None:
    assert CALM.day(date(2026, 3, 2)) == Day(date(2026, 3, 2), DayClass.workday, None, False)
    assert CALM.day(date(2027, 3, 7)) == Day(date(2027, 3, 7), DayClass.rest_day, None, True)


def test_far_counts_need_no_walk() -> None:
    end = CALM.add_working_days(date(2026, 1, 1), 1_000_000)
    assert CALM.working_days_between(date(2026, 1, 1), end) == 1_000_000
    assert CALM.add_working_days(date(1, 1, 3), -1) == date(1, 1, 2)
    with pytest.raises(ValueError):
        CALM.add_working_days(date(9999, 12, 31), 1)


# instants


@given(instants, st.sampled_from(ZONES))
def test_a_civil_day_holds_its_instants(instant: datetime, zone: ZoneInfo) -> None:
    calendar = calendar_of({}, zone)
    on = calendar.civil(instant)
    assert calendar.start_of(on) <= instant < calendar.end_of(on)
    assert calendar.start_of(on).tzinfo is UTC
    assert calendar.end_of(on) == calendar.start_of(on + ONE_DAY)


def test_days_without_a_midnight_begin_when_the_clock_jumps() -> None:
    sao_paulo = calendar_of({}, ZoneInfo("America/Sao_Paulo"))
    jump = date(2018, 11, 4)
    assert sao_paulo.start_of(jump) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert sao_paulo.civil(sao_paulo.start_of(jump)) == jump
    assert sao_paulo.end_of(jump) - sao_paulo.start_of(jump) == timedelta(hours=23)


def test_a_day_in_shanghai_begins_at_sixteen_hours_utc() -> None:
    assert CALM.start_of(date(2026, 2, 14)) == datetime(2026, 2, 13, 16, tzinfo=UTC)
    assert CALM.civil(datetime(2026, 2, 13, 15, 59, 59, tzinfo=UTC)) == date(2026, 2, 13)


def test_naive_instants_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        CALM.civil(NAIVE)
    with pytest.raises(ValueError, match="no time zone"):
        CALM.add_working_hours(NAIVE, 1)
    with pytest.raises(ValueError, match="no time zone"):
        CALM.after(NAIVE, Span(hours=1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-03-02 09:00", Span(hours=30), "2026-03-03 15:00"),
        ("2026-03-02 09:00", Span(days=0), "2026-03-03 00:00"),
        ("2026-03-02 23:59", Span(days=2), "2026-03-05 00:00"),
        ("2026-03-06 09:00", Span(working_days=1), "2026-03-10 00:00"),
        ("2026-03-07 09:00", Span(working_days=0), "2026-03-10 00:00"),
        ("2025-12-31 09:00", Span(working_days=1), "2026-01-05 00:00"),
    ],
)
def test_a_span_ends_with_its_last_day(start: str, span: Span, end: str) -> None:
    found = NEW_YEAR.after(at(start), span)
    assert found == at(end)
    assert found.tzinfo is UTC


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ValueError, match="days, working days, hours or minutes"):
        CALM.after(at("2026-03-02 09:00"), Span())


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02 08:30", 3.5, "2026-03-02 12:00"),
        ("2026-03-02 11:00", 2, "2026-03-02 15:00"),
        ("2026-03-02 12:30", 0, "2026-03-02 14:00"),
        ("2026-03-02 12:00", 0, "2026-03-02 12:00"),
        ("2026-03-06 17:00", 1, "2026-03-09 09:00"),
        ("2026-03-06 23:00", 7, "2026-03-09 17:30"),
        ("2026-03-06 05:00", 14, "2026-03-09 17:30"),
        ("2026-01-03 10:00", 1, "2026-01-04 09:30"),
        ("2025-12-31 17:00", 1, "2026-01-04 09:00"),
    ],
)
def test_working_hours_run_in_office_hours_only(start: str, hours: float, end: str) -> None:
    assert NEW_YEAR.add_working_hours(at(start), hours) == at(end)


@given(instants, st.integers(0, 40), st.integers(0, 40), st.sampled_from(ZONES))
def test_working_hours_add_up(instant: datetime, first: int, second: int, zone: ZoneInfo) -> None:
    calendar = calendar_of({}, zone)
    by_steps = calendar.add_working_hours(calendar.add_working_hours(instant, first), second)
    assert by_steps == calendar.add_working_hours(instant, first + second) >= instant
    assert calendar.is_working(calendar.civil(by_steps))


def test_working_hours_need_a_direction_and_an_office() -> None:
    with pytest.raises(ValueError, match="forward only"):
        CALM.add_working_hours(at("2026-03-02 09:00"), -1)
    for hours in ((), ((time(9), time(9)),), ((time(14), time(17)), (time(8), time(12)))):
        with pytest.raises(ValueError, match="stretches of one day"):
            Calendar(SHANGHAI, {}, frozenset(), hours_of_work=hours)
    night = Calendar(SHANGHAI, {}, frozenset(), hours_of_work=((time(0), time(6)),))
    assert night.add_working_hours(at("2026-03-06 05:00"), 2) == at("2026-03-09 01:00")


# breaks


def holiday(on: date, festival: Festival, day_class: DayClass = DayClass.statutory_holiday) -> tuple[date, Day]:
    return on, Day(on, day_class, festival, False)


def test_a_break_by_named_days_alone() -> None:
    swapped = holiday(date(2026, 2, 16), Festival.spring_festival, DayClass.adjusted_rest_day)
    named = holiday(date(2026, 2, 17), Festival.spring_festival)
    misnamed = holiday(date(2026, 2, 28), Festival.spring_festival, DayClass.makeup_workday)
    calendar = Calendar(SHANGHAI, dict([swapped, named, misnamed]), frozenset({2026}))
    [found] = calendar.breaks(date(2026, 1, 1), date(2026, 12, 31))
    assert (found.day_on, found.first_off_on, found.last_off_on) == (named[0], date(2026, 2, 14), named[0])
    assert not found.provisional


def test_a_festival_moved_off_its_own_date_is_found_by_name() -> None:
    own, named = date(2026, 6, 19), date(2026, 6, 22)
    calendar = Calendar(
        SHANGHAI,
        dict([holiday(named, Festival.dragon_boat)]),
        frozenset({2026}),
        festival_days={(Festival.dragon_boat, 2026): own},
    )
    [found] = calendar.breaks(date(2026, 1, 1), date(2026, 12, 31))
    assert (found.day_on, found.first_off_on) == (named, date(2026, 6, 20))


def test_breaks_are_chosen_by_festival_and_by_their_own_day() -> None:
    days = dict([holiday(date(2026, 9, 30), Festival.mid_autumn), holiday(date(2026, 10, 1), Festival.national_day)])
    calendar = Calendar(SHANGHAI, days, frozenset())
    [both] = calendar.breaks(date(2026, 9, 1), date(2026, 10, 31))
    assert both.festivals == (Festival.mid_autumn, Festival.national_day)
    assert both.day_on == both.first_off_on == date(2026, 9, 30)
    assert both.provisional
    [national] = calendar.breaks(date(2026, 9, 1), date(2026, 10, 31), {Festival.national_day})
    assert national.day_on == date(2026, 10, 1)
    assert national.festivals == both.festivals
    assert calendar.breaks(date(2026, 10, 1), date(2026, 10, 31)) == []
    assert calendar.breaks(date(2026, 9, 1), date(2026, 10, 31), {Festival.qingming}) == []


def test_the_break_around_a_day() -> None:
    calendar = Calendar(SHANGHAI, dict([holiday(date(2026, 5, 1), Festival.labour_day)]), frozenset({2026}))
    sunday = calendar.break_around(date(2026, 5, 3))
    assert sunday is not None
    assert sunday.day_on == date(2026, 5, 1)
    assert calendar.break_around(date(2026, 5, 4)) is None
    assert calendar.break_around(date(2026, 5, 10)) is None


# version and seasons


def test_the_version_is_the_facts_whatever_their_order() -> None:
    facts = [holiday(date(2026, 5, 1), Festival.labour_day), holiday(date(2026, 10, 1), Festival.national_day)]
    one = Calendar(SHANGHAI, dict(facts), frozenset({2025, 2026}))
    assert one.version == Calendar(SHANGHAI, dict(reversed(facts)), frozenset({2026, 2025})).version
    assert one.version != Calendar(SHANGHAI, dict(facts[:1]), frozenset({2025, 2026})).version
    assert one.version != Calendar(SHANGHAI, dict(facts), frozenset({2026})).version
    own = {(Festival.labour_day, 2026): date(2026, 5, 1)}
    assert one.version != Calendar(SHANGHAI, dict(facts), frozenset({2025, 2026}), festival_days=own).version
    assert Calendar(SHANGHAI, {}, frozenset(), "v1").version == "v1"
    assert hash(one) != hash(CALM)
    assert one != CALM


def test_a_season_holds_for_the_subtree_or_everywhere() -> None:
    def season(key: str, unit: str | None, kind: SeasonKind = SeasonKind.flood) -> SeasonFacts:
        return SeasonFacts(key, kind, "", unit, date(2026, 4, 1 if unit else 15), date(2026, 10, 15))

    everywhere, town, village, heating = (
        season("a", None),
        season("b", "town"),
        season("c", "village"),
        season("d", None, SeasonKind.heating),
    )
    given_seasons = [everywhere, village, town, heating]
    assert seasons_at(given_seasons, ["county", "town", "village"], SeasonKind.flood) == [town, village, everywhere]
    assert seasons_at(given_seasons, ["county", "town"], SeasonKind.flood) == [town, everywhere]
    assert seasons_at(given_seasons, [], SeasonKind.heating) == [heating]
    assert town.holds_on(date(2026, 4, 1))
    assert town.holds_on(date(2026, 10, 15))
    assert not town.holds_on(date(2026, 3, 31))
    assert not town.holds_on(date(2026, 10, 16))
