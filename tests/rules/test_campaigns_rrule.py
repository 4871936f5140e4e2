"""Recurrences: RFC 5545 rules counted from the campaign's first day, and what becomes of one on a day off."""

import pytest

from models.kinds import RestDayRule
from service.rules.campaigns import Setting, occurrences
from service.rules.plan import OnRule, Span
from tests.rules.plans import SHANGHAI, activity, china, plan

KEEP, SKIP = RestDayRule.keep, RestDayRule.skip
NEXT, PREVIOUS = RestDayRule.next_workday, RestDayRule.previous_workday


def turns(rrule: str, rest: RestDayRule, first: str, last: str) -> list[str]:
    """`mark` where it opens on its own day, `mark>day` where it has moved."""
    found = occurrences(plan(first, last), activity(OnRule(rrule, rest)), Setting(china()))
    opened = [(turn.mark[5:], turn.opens_at.astimezone(SHANGHAI).date().isoformat()[5:]) for turn in found]
    return [mark if mark == on else f"{mark}>{on}" for mark, on in opened]


TENTHS = "FREQ=MONTHLY;BYMONTHDAY=10"


@pytest.mark.parametrize(
    ("rrule", "rest", "first", "last", "expected"),
    [
        # 2026: 10 January is a Saturday, 10 May a Sunday; 10 October a Saturday that is worked
        (TENTHS, KEEP, "2026-01-01", "2026-05-31", ["01-10", "02-10", "03-10", "04-10", "05-10"]),
        (TENTHS, SKIP, "2026-01-01", "2026-05-31", ["02-10", "03-10", "04-10"]),
        (TENTHS, NEXT, "2026-01-01", "2026-05-31", ["01-10>01-12", "02-10", "03-10", "04-10", "05-10>05-11"]),
        (TENTHS, PREVIOUS, "2026-01-01", "2026-05-31", ["01-10>01-09", "02-10", "03-10", "04-10", "05-10>05-09"]),
        (TENTHS, SKIP, "2026-10-01", "2026-10-31", ["10-10"]),
        # within the break of 国庆 (1 to 7 October)
        ("FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=3", NEXT, "2026-01-01", "2026-12-31", ["10-03>10-08"]),
        ("FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=3", PREVIOUS, "2026-01-01", "2026-12-31", ["10-03>09-30"]),
        # a move out of the campaign's days goes the other way; with no workday on that side either, it is left
        (TENTHS, NEXT, "2026-05-01", "2026-05-10", ["05-10>05-09"]),
        (TENTHS, PREVIOUS, "2026-01-10", "2026-01-31", ["01-10>01-12"]),
        (TENTHS, NEXT, "2026-01-10", "2026-01-11", []),
        # daily: what has moved onto a day that is taken falls away, and the one that came first keeps its mark
        ("FREQ=DAILY", NEXT, "2026-03-06", "2026-03-11", ["03-06", "03-07>03-09", "03-10", "03-11"]),
        ("FREQ=DAILY", PREVIOUS, "2026-03-05", "2026-03-10", ["03-05", "03-06", "03-09", "03-10"]),
        ("FREQ=DAILY", SKIP, "2026-03-05", "2026-03-10", ["03-05", "03-06", "03-09", "03-10"]),
        ("FREQ=DAILY", KEEP, "2026-03-06", "2026-03-09", ["03-06", "03-07", "03-08", "03-09"]),
        # a rule counts from the campaign's first day
        ("FREQ=DAILY;INTERVAL=10", KEEP, "2026-03-05", "2026-03-31", ["03-05", "03-15", "03-25"]),
        ("FREQ=MONTHLY", KEEP, "2026-01-31", "2026-05-31", ["01-31", "03-31", "05-31"]),
        ("FREQ=WEEKLY;COUNT=3", KEEP, "2026-03-05", "2026-12-31", ["03-05", "03-12", "03-19"]),
        ("FREQ=WEEKLY;UNTIL=20260312", KEEP, "2026-03-05", "2026-12-31", ["03-05", "03-12"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", KEEP, "2026-01-01", "2026-03-31", ["01-30", "02-27", "03-27"]),
        # the last day is the period's own, whole
        ("FREQ=DAILY", KEEP, "2026-03-05", "2026-03-05", ["03-05"]),
    ],
)
def test_a_rule_and_its_days_off(rrule: str, rest: RestDayRule, first: str, last: str, expected: list[str]) -> None:
    assert turns(rrule, rest, first, last) == expected


def test_the_due_day_is_counted_from_the_day_it_has_moved_to() -> None:
    one = activity(OnRule(TENTHS, NEXT), due=Span(working_days=1), window=Span(days=1))
    (turn,) = occurrences(plan("2026-01-01", "2026-01-31"), one, Setting(china()))
    assert turn.planned_on.isoformat() == "2026-01-10"
    assert [at.astimezone(SHANGHAI).isoformat()[:10] for at in turn[2:5]] == ["2026-01-12", "2026-01-14", "2026-01-15"]
