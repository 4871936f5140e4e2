"""How sources are fitted together: the library's facts, an entered year, single overrides, swapped days."""

from datetime import date
from zoneinfo import ZoneInfo

from models.kinds import DayClass, Festival
from service.rules.days_known import DayFact, YearFacts, assemble

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFF, SWAPPED, MADE_UP = DayClass.statutory_holiday, DayClass.adjusted_rest_day, DayClass.makeup_workday


def fact(text: str, day_class: DayClass, *festivals: Festival) -> DayFact:
    return DayFact(date.fromisoformat(text), day_class, festivals)


LIBRARY = (
    YearFacts(
        2031,
        False,
        (
            fact("2031-10-03", OFF, Festival.national_day),
            fact("2031-10-01", OFF, Festival.mid_autumn, Festival.national_day),
            fact("2031-10-02", OFF, Festival.national_day),
            fact("2031-05-01", OFF, Festival.labour_day),
        ),
    ),
)


def test_two_festivals_on_one_day_make_one_break() -> None:
    calendar = assemble(SHANGHAI, LIBRARY)
    first = date(2031, 10, 1)
    assert calendar.day(first).festival == Festival.national_day
    assert calendar.day(first).provisional
    [found] = calendar.breaks(first, first, {Festival.mid_autumn})
    assert set(found.festivals) == {Festival.mid_autumn, Festival.national_day}
    assert (found.first_off_on, found.last_off_on) == (first, date(2031, 10, 5))


def test_an_entered_year_takes_nothing_but_the_festivals_own_dates() -> None:
    overrides = [
        fact("2031-10-01", OFF, Festival.national_day),
        fact("2031-10-02", OFF, Festival.national_day),
        fact("2031-10-03", OFF, Festival.national_day),
        fact("2031-10-06", SWAPPED),
        fact("2031-10-12", MADE_UP),
    ]
    calendar = assemble(SHANGHAI, LIBRARY, overrides, {2031})
    assert calendar.is_working(date(2031, 5, 1))  # not in the notice
    assert calendar.is_working(date(2031, 10, 12))
    assert not calendar.day(date(2031, 5, 1)).provisional
    [found] = calendar.breaks(date(2031, 1, 1), date(2031, 12, 31))
    assert found.day_on == date(2031, 10, 1)
    assert found.festivals == (Festival.mid_autumn, Festival.national_day)
    assert found.last_off_on == date(2031, 10, 6)
    assert not found.provisional


def test_a_single_override_leaves_the_rest_of_the_year() -> None:
    calendar = assemble(SHANGHAI, LIBRARY, [fact("2031-05-02", SWAPPED)])
    assert not calendar.is_working(date(2031, 5, 1))
    assert calendar.day(date(2031, 5, 2)).festival == Festival.labour_day
    assert calendar.day(date(2031, 5, 2)).provisional


def test_a_swapped_day_takes_the_nearest_festival_of_its_run() -> None:
    days = (
        fact("2023-09-29", OFF, Festival.mid_autumn),
        fact("2023-10-02", OFF, Festival.national_day),
        fact("2023-10-03", SWAPPED),
        fact("2023-09-28", SWAPPED),
        fact("2023-11-13", SWAPPED),
    )
    calendar = assemble(SHANGHAI, [YearFacts(2023, True, days)])
    assert calendar.day(date(2023, 10, 3)).festival == Festival.national_day
    assert calendar.day(date(2023, 9, 28)).festival == Festival.mid_autumn
    assert calendar.day(date(2023, 11, 13)).festival is None
    assert calendar.announced == {2023}
