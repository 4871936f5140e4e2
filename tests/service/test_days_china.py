"""The library's years against another package's, day by day, and every festival's days off against the notices."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from models.kinds import WORKING, DayClass, Festival
from service.calendar.holidays_cn import YEARS, day_off, library_years
from service.rules.days import Calendar, Day
from service.rules.days_known import YearFacts, assemble

SHANGHAI = ZoneInfo("Asia/Shanghai")
F = Festival

# festival, own date, first and last day off, as 国务院办公厅 announced them (2020 with the spring's extension)
ANNOUNCED = """
new_year        2020-01-01 2020-01-01 2020-01-01
spring_festival 2020-01-25 2020-01-24 2020-02-02
qingming        2020-04-04 2020-04-04 2020-04-06
labour_day      2020-05-01 2020-05-01 2020-05-05
dragon_boat     2020-06-25 2020-06-25 2020-06-27
mid_autumn+national_day 2020-10-01 2020-10-01 2020-10-08
new_year        2021-01-01 2021-01-01 2021-01-03
spring_festival 2021-02-12 2021-02-11 2021-02-17
qingming        2021-04-04 2021-04-03 2021-04-05
labour_day      2021-05-01 2021-05-01 2021-05-05
dragon_boat     2021-06-14 2021-06-12 2021-06-14
mid_autumn      2021-09-21 2021-09-19 2021-09-21
national_day    2021-10-01 2021-10-01 2021-10-07
new_year        2022-01-01 2022-01-01 2022-01-03
spring_festival 2022-02-01 2022-01-31 2022-02-06
qingming        2022-04-05 2022-04-03 2022-04-05
labour_day      2022-05-01 2022-04-30 2022-05-04
dragon_boat     2022-06-03 2022-06-03 2022-06-05
mid_autumn      2022-09-10 2022-09-10 2022-09-12
national_day    2022-10-01 2022-10-01 2022-10-07
new_year        2023-01-01 2022-12-31 2023-01-02
spring_festival 2023-01-22 2023-01-21 2023-01-27
qingming        2023-04-05 2023-04-05 2023-04-05
labour_day      2023-05-01 2023-04-29 2023-05-03
dragon_boat     2023-06-22 2023-06-22 2023-06-24
mid_autumn+national_day 2023-09-29 2023-09-29 2023-10-06
new_year        2024-01-01 2023-12-30 2024-01-01
spring_festival 2024-02-10 2024-02-10 2024-02-17
qingming        2024-04-04 2024-04-04 2024-04-06
labour_day      2024-05-01 2024-05-01 2024-05-05
dragon_boat     2024-06-10 2024-06-08 2024-06-10
mid_autumn      2024-09-17 2024-09-15 2024-09-17
national_day    2024-10-01 2024-10-01 2024-10-07
new_year        2025-01-01 2025-01-01 2025-01-01
spring_festival 2025-01-28 2025-01-28 2025-02-04
qingming        2025-04-04 2025-04-04 2025-04-06
labour_day      2025-05-01 2025-05-01 2025-05-05
dragon_boat     2025-05-31 2025-05-31 2025-06-02
national_day+mid_autumn 2025-10-01 2025-10-01 2025-10-08
new_year        2026-01-01 2026-01-01 2026-01-03
spring_festival 2026-02-16 2026-02-15 2026-02-23
qingming        2026-04-05 2026-04-04 2026-04-06
labour_day      2026-05-01 2026-05-01 2026-05-05
dragon_boat     2026-06-19 2026-06-19 2026-06-21
mid_autumn      2026-09-25 2026-09-25 2026-09-27
national_day    2026-10-01 2026-10-01 2026-10-07
"""


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return assemble(SHANGHAI, library_years())


def days_from(first: int, last: int) -> list[date]:
    start = date(first, 1, 1)
    return [start + timedelta(days=n) for n in range((date(last + 1, 1, 1) - start).days)]


def by_the_law_alone(year: YearFacts) -> YearFacts:
    """The year as one would know it before its notice: the festivals and nothing else."""
    days = tuple(fact for fact in year.days if fact.day_class == DayClass.statutory_holiday)
    return YearFacts(year.year, False, days)


def test_every_day_agrees_with_another_package(calendar: Calendar) -> None:
    differing = [on for on in days_from(2006, 2026) if calendar.is_working(on) != chinese_calendar.is_workday(on)]
    assert differing == []


def test_makeup_workdays_are_counted(calendar: Calendar) -> None:
    days = [calendar.day(on) for on in days_from(2020, 2026) if calendar.day(on).day_class == DayClass.makeup_workday]
    assert [sum(day.on.year == year for day in days) for year in range(2020, 2027)] == [6, 7, 7, 7, 8, 5, 6]
    assert all(day.on.weekday() >= 5 and day.festival is None for day in days)


def test_classes_are_one_of_five_and_make_sense(calendar: Calendar) -> None:
    for on in days_from(2020, 2027):
        day = calendar.day(on)
        assert (day.day_class in WORKING) == calendar.is_working(on)
        assert (day.festival is not None) == (day.day_class in (DayClass.statutory_holiday, DayClass.adjusted_rest_day))
        assert day.provisional == (on.year == 2027)
        if day.day_class in (DayClass.workday, DayClass.rest_day):
            assert (day.day_class == DayClass.workday) == (on.weekday() < 5)


def test_days_a_person_would_check(calendar: Calendar) -> None:
    assert calendar.day(date(2026, 1, 4)) == Day(date(2026, 1, 4), DayClass.makeup_workday, None, False)
    assert calendar.is_working(date(2026, 2, 14))
    assert calendar.add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert calendar.day(date(2025, 1, 28)).day_class == DayClass.statutory_holiday
    assert calendar.day(date(2024, 2, 9)).day_class == DayClass.workday  # 除夕, before the law of 2025
    assert calendar.day(date(2023, 1, 2)) == Day(date(2023, 1, 2), DayClass.adjusted_rest_day, F.new_year, False)
    assert calendar.day(date(2020, 1, 31)).festival == F.spring_festival
    assert calendar.day(date(2015, 9, 3)) == Day(date(2015, 9, 3), DayClass.adjusted_rest_day, None, False)


@pytest.mark.parametrize("line", ANNOUNCED.strip().splitlines())
def test_the_days_off_around_each_festival(calendar: Calendar, line: str) -> None:
    names, day_on, first, last = line.split()
    on = date.fromisoformat(day_on)
    [found] = calendar.breaks(on, on)
    assert set(found.festivals) == {Festival(name) for name in names.split("+")}
    assert (found.first_off_on.isoformat(), found.last_off_on.isoformat()) == (first, last)
    assert not found.provisional


def test_there_are_no_other_breaks(calendar: Calendar) -> None:
    found = calendar.breaks(date(2020, 1, 1), date(2026, 12, 31))
    assert len(found) == len(ANNOUNCED.strip().splitlines())
    assert [one.day_on for one in found] == sorted(one.day_on for one in found)


def test_a_festivals_own_day_is_the_same_before_its_notice_comes(calendar: Calendar) -> None:
    before = assemble(SHANGHAI, [by_the_law_alone(year) for year in library_years()])
    stretch = date(2008, 1, 1), date(2026, 12, 31)
    for festival in Festival:
        known = [one.day_on for one in calendar.breaks(*stretch, {festival})]
        assert known == [one.day_on for one in before.breaks(*stretch, {festival})]
        assert len(known) == 19
    assert all(one.provisional for one in before.breaks(*stretch))


def test_a_year_without_a_notice_goes_by_the_law_and_says_so(calendar: Calendar) -> None:
    assert 2027 not in calendar.announced
    spring, labour = (
        calendar.breaks(date(2027, 1, 1), date(2027, 12, 31), {f})[0] for f in (F.spring_festival, F.labour_day)
    )
    assert spring.provisional
    assert labour.provisional
    assert (spring.day_on, spring.last_off_on) == (date(2027, 2, 5), date(2027, 2, 10))
    # 1 and 2 May fall on a weekend: the law owes two working days instead
    assert (labour.first_off_on, labour.last_off_on) == (date(2027, 5, 1), date(2027, 5, 4))
    assert calendar.day(date(2027, 5, 3)) == Day(date(2027, 5, 3), DayClass.adjusted_rest_day, F.labour_day, True)
    assert calendar.working_days_between(date(2026, 12, 31), date(2027, 12, 31)) == 248
    assert not any(calendar.day(on).day_class == DayClass.makeup_workday for on in days_from(2027, 2027))


def test_announced_years_have_no_gap(calendar: Calendar) -> None:
    assert calendar.announced == set(range(2001, max(calendar.announced) + 1))
    assert {2001, 2002, 2003, 2026} <= calendar.announced
    assert 2000 in YEARS
    assert 2000 not in calendar.announced


def test_the_calendar_of_another_zone_has_the_same_days(calendar: Calendar) -> None:
    other = assemble(ZoneInfo("Asia/Urumqi"), library_years())
    assert other.version == calendar.version
    assert other.start_of(date(2026, 1, 1)) - calendar.start_of(date(2026, 1, 1)) == timedelta(hours=2)


def test_names_the_library_may_give() -> None:
    on = date(2020, 10, 6)
    assert day_off(on, ["中秋节", "国庆节"]).festivals == (F.mid_autumn, F.national_day)
    assert day_off(on, ["中秋节（补假）"]) == (on, DayClass.adjusted_rest_day, (F.mid_autumn,))
    assert day_off(on, ["休息日（由 2020-09-27 调休）"]) == (on, DayClass.adjusted_rest_day, ())
    assert day_off(on, ["春节延长假期"]).festivals == (F.spring_festival,)
