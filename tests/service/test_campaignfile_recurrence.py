"""Rules by the day: the same days as dateutil's, and never a day looked for beyond the period."""

import time
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from service.campaignfile.recurrence import FREQUENCIES, WEEKDAYS, BadRule, dates, parse


def numbers(least: int, most: int) -> st.SearchStrategy[str]:
    one = st.integers(least, most).filter(bool)
    return st.lists(one, min_size=1, max_size=4).map(lambda found: ",".join(map(str, found)))


def weekdays(ordinals: list[str]) -> st.SearchStrategy[str]:
    one = st.tuples(st.sampled_from(ordinals), st.sampled_from(WEEKDAYS)).map("".join)
    return st.lists(one, min_size=1, max_size=3).map(",".join)


PARTS = {
    "INTERVAL": st.integers(1, 9).map(str),
    "BYMONTH": numbers(1, 12),
    "BYMONTHDAY": numbers(-31, 31),
    "BYYEARDAY": numbers(-366, 366),
    "BYDAY": st.one_of(weekdays([""]), weekdays(["1", "2", "-1", "5", "-5", "20", "53", "-53"])),
    "BYSETPOS": numbers(-8, 8),
    "WKST": st.sampled_from(WEEKDAYS),
    "COUNT": st.integers(1, 30).map(str),
    "UNTIL": st.dates(date(2019, 1, 1), date(2031, 1, 1)).map(lambda on: on.strftime("%Y%m%d")),
}


@st.composite
def rules(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(sorted(PARTS)), unique=True, max_size=4))
    parts = [f"FREQ={draw(st.sampled_from(FREQUENCIES))}", *(f"{name}={draw(PARTS[name])}" for name in names)]
    return ";".join(draw(st.permutations(parts)))


@settings(max_examples=400, deadline=timedelta(seconds=5))
@given(rules(), st.dates(date(2019, 1, 1), date(2028, 12, 31)), st.integers(0, 1500))
def test_the_days_are_dateutils(text: str, from_on: date, days: int) -> None:
    to_on = from_on + timedelta(days=days)
    try:
        found = list(dates(parse(text), from_on, to_on))
    except BadRule:
        return
    if not found:
        return  # dateutil might look for its first day until the year 9999
    theirs = rrulestr(text, dtstart=datetime.combine(from_on, datetime.min.time()))
    assert found == list(takewhile(lambda on: on <= to_on, (at.date() for at in islice(theirs, len(found) + 1))))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("rrule:freq=monthly; bymonthday=31 ;until=20260601", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=16", ["2026-06-16"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["2026-01-30", "2026-02-27"]),
        ("FREQ=WEEKLY;INTERVAL=26", ["2026-01-01", "2026-07-02", "2026-12-31"]),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29", []),
        ("FREQ=DAILY;UNTIL=20251231", []),
    ],
)
def test_days_of_2026(text: str, found: list[str]) -> None:
    assert [str(on) for on in dates(parse(text), date(2026, 1, 1), date(2026, 12, 31))] == found


def test_a_rule_without_a_day_ends_with_its_period() -> None:
    began = time.process_time()
    never = parse("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO")
    assert list(dates(never, date(2026, 1, 1), date(2035, 12, 31))) == []
    assert time.process_time() - began < 0.5


def test_a_bad_rule_says_why_in_words() -> None:
    with pytest.raises(BadRule, match="INTERVAL=0 is not a number from 1 to 1000") as bad:
        parse("FREQ=DAILY;INTERVAL=0")
    assert bad.value.reason == "{part}={value} is not a number from 1 to {most}"
    assert bad.value.facts == {"part": "INTERVAL", "value": "0", "most": 1000}
