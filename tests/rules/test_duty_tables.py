"""When a holiday's duty table is owed, missed and done."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.kinds import DayClass, DutyTableState, Festival
from service.rules.days import Break, Calendar
from service.rules.duty_tables import RosterFacts, TableFacts, done, is_owed, missed, no_holiday, owed, table_key

CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"), {}, frozenset())
OFF = Break((Festival.national_day,), date(2026, 10, 1), date(2026, 10, 1), date(2026, 10, 7), provisional=False)
ROSTER = RosterFacts("night", "镇24小时值班", "town", ("coord", "admin"))
DUE = datetime(2026, 9, 26, 16, tzinfo=UTC)


def table(**facts: object) -> TableFacts:
    known = {"key": "night:table:2026-10-01", "version": 3, "roster": "night", "unit": "town",
             "from_on": OFF.first_off_on, "to_on": OFF.last_off_on, "due_at": DUE, "state": DutyTableState.owed,
             "attend_at": DUE}  # fmt: skip
    return TableFacts(**known | facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2026-09-22", False), ("2026-09-23", True), ("2026-09-30", True), ("2026-10-01", False), ("2026-10-05", False)],
)
def test_a_table_is_owed_from_eight_days_before_until_the_holiday_begins(today: str, expected: bool) -> None:
    on = date.fromisoformat(today)
    assert is_owed(OFF, on, on) is expected
    assert is_owed(OFF, date(2026, 9, 30), on) is (today >= "2026-09-23")  # asleep since the day before it


def test_it_must_be_up_when_the_fifth_day_before_is_over_and_is_told_three_days_earlier() -> None:
    step = owed(ROSTER, OFF, CALENDAR)
    assert step.key == table_key("night", OFF.first_off_on) == "night:table:2026-10-01"
    assert step.values["due_at"] == step.values["attend_at"] == DUE
    assert [told.recipient for told in step.tell] == ["coord", "admin"]
    assert {told.owed_at for told in step.tell} == {datetime(2026, 9, 22, 16, tzinfo=UTC)}
    assert step.tell[0].facts["to_on"] == "2026-10-07"


def test_it_is_missed_only_when_its_day_is_over_and_nobody_put_it_up() -> None:
    assert missed(table(), DUE - timedelta(seconds=1)) is None
    assert missed(table(attend_at=None), DUE) is None
    assert missed(table(state=DutyTableState.done), DUE) is None
    step = missed(table(), DUE)
    assert step is not None
    assert (step.values, step.expects) == ({"state": DutyTableState.missed, "attend_at": None}, 3)


def test_it_is_done_in_time_or_late_and_gone_with_its_holiday() -> None:
    step = done(table(), "posted", "公示栏", now=DUE, by="coord")
    assert step.values["state"] == DutyTableState.done
    assert (step.values["how"], step.values["done_by"], step.reason) == ("posted", "coord", "公示栏")
    assert no_holiday(table(), "moved")[:3] == ("remove", step.table, step.key)


def test_a_workday_is_no_holiday() -> None:
    assert CALENDAR.day(date(2026, 9, 23)).day_class == DayClass.workday
