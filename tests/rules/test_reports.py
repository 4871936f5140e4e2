"""Reports: the days they cover, what their states admit, who signs, and what has changed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import ReportPeriod, ReportState
from service.rules import readiness
from service.rules.reports import (
    ADMITS,
    Changed,
    Stretch,
    admits,
    after_freezing,
    after_sending,
    changes,
    kind_of_stretch,
    recurring,
    signer_fits,
    stretch_before,
    stretch_dated,
    stretch_holding,
    stretch_owed,
    times_in_year,
    year_before,
)

P = ReportPeriod
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
WHOLE = st.sampled_from((P.week, P.month, P.quarter, P.half_year, P.year))


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("period", "on", "first", "last"),
    [
        (P.week, "2026-11-26", "2026-11-23", "2026-11-29"),
        (P.month, "2024-02-10", "2024-02-01", "2024-02-29"),
        (P.quarter, "2026-11-26", "2026-10-01", "2026-12-31"),
        (P.half_year, "2026-06-30", "2026-01-01", "2026-06-30"),
        (P.year, "2026-07-01", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_day_lies_in_its_stretch(period: P, on: str, first: str, last: str) -> None:
    assert stretch_holding(period, d(on)) == Stretch(period, d(first), d(last))


@given(WHOLE, DAYS)
def test_stretches_tile_the_days(period: P, on: date) -> None:
    this = stretch_holding(period, on)
    assert this.from_on <= on <= this.to_on
    assert stretch_before(this).to_on == this.from_on - timedelta(days=1)
    assert stretch_holding(period, this.to_on + timedelta(days=1)).from_on == this.to_on + timedelta(days=1)
    assert kind_of_stretch(this.from_on, this.to_on) == period


@pytest.mark.parametrize(
    ("period", "planned", "first", "last"),
    [
        (P.month, "2023-03-29", "2023-03-01", "2023-03-31"),  # the month's own end
        (P.month, "2023-04-03", "2023-03-01", "2023-03-31"),  # what is written in the first days is of the month before
        (P.quarter, "2023-03-22", "2023-01-01", "2023-03-31"),
        (P.year, "2023-12-18", "2023-01-01", "2023-12-31"),
        (P.year, "2024-01-10", "2023-01-01", "2023-12-31"),
        (P.week, "2023-03-31", "2023-03-27", "2023-04-02"),
    ],
)
def test_a_report_is_of_the_stretch_that_ends_nearest(period: P, planned: str, first: str, last: str) -> None:
    assert stretch_owed(period, d(planned)) == Stretch(period, d(first), d(last))


def test_what_is_written_once_covers_the_year_so_far() -> None:
    year = d("2023-01-01"), d("2023-12-31")
    assert stretch_dated(d("2023-07-25"), *year) == Stretch(P.other, d("2023-01-01"), d("2023-07-31"))
    assert stretch_dated(d("2023-06-25"), *year) == Stretch(P.half_year, d("2023-01-01"), d("2023-06-30"))
    later = d("2023-04-01"), d("2023-12-20")
    assert stretch_dated(d("2023-12-18"), *later) == Stretch(P.other, d("2023-04-01"), d("2023-12-20"))
    # a day outside the campaign is of its own month
    assert stretch_dated(d("2024-03-05"), *later) == Stretch(P.month, d("2024-03-01"), d("2024-03-31"))


@pytest.mark.parametrize(
    ("rule", "many", "period"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", 52, P.week),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", 12, P.month),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=25", 4, P.quarter),
        ("FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=22", 4, P.quarter),
        ("FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=20", 2, P.half_year),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=10", 1, P.year),
        ("FREQ=YEARLY;COUNT=1;BYMONTH=1;BYMONTHDAY=31", 1, P.year),
    ],
)
def test_how_often_says_how_long(rule: str, many: int, period: P) -> None:
    assert times_in_year(rule, 2023) == many
    assert recurring(many) == period


def test_less_than_yearly_is_a_year() -> None:
    assert recurring(0) == P.year


def test_free_days_are_preceded_by_as_many() -> None:
    free = Stretch(P.other, d("2023-01-01"), d("2023-07-31"))
    assert stretch_before(free) == Stretch(P.other, d("2022-06-01"), d("2022-12-31"))  # whole months by as many
    some = Stretch(P.other, d("2023-01-02"), d("2023-01-11"))
    assert stretch_before(some) == Stretch(P.other, d("2022-12-23"), d("2023-01-01"))
    assert kind_of_stretch(d("2023-01-02"), d("2023-01-03")) == P.other


def test_the_same_days_a_year_before() -> None:
    assert year_before(Stretch(P.month, d("2024-02-01"), d("2024-02-29"))) == Stretch(
        P.month, d("2023-02-01"), d("2023-02-28")
    )
    assert year_before(Stretch(P.month, d("2025-02-01"), d("2025-02-28"))).to_on == d("2024-02-29")
    assert year_before(Stretch(P.other, d("2024-02-28"), d("2024-03-15"))) == Stretch(
        P.other, d("2023-02-28"), d("2023-03-15")
    )


def test_states() -> None:
    assert admits("freeze", ReportState.owed)
    assert not admits("freeze", ReportState.frozen)
    assert admits("correct", ReportState.sent)
    assert not admits("send", ReportState.drafting)
    assert after_freezing(ReportState.drafting) == ReportState.frozen
    assert after_freezing(ReportState.frozen) == ReportState.frozen
    assert after_freezing(ReportState.sent) == after_freezing(ReportState.corrected) == ReportState.corrected
    assert after_sending(ReportState.frozen) == ReportState.sent
    assert after_sending(ReportState.corrected) == ReportState.corrected
    assert all(states <= set(ReportState) for states in ADMITS.values())


def test_who_froze_signs_only_where_nobody_else_can() -> None:
    assert signer_fits("a", "b", ("a",))
    assert signer_fits("a", "a", ("a",))
    assert signer_fits("a", "a", ())
    assert not signer_fits("a", "a", ("a", "b"))


def test_changes_keep_the_order_and_name_what_came_and_went() -> None:
    frozen, now = {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4}
    assert changes(frozen, now) == [Changed("b", 2, 5), Changed("c", 3, None), Changed("d", None, 4)]


def test_points_of_readiness() -> None:
    assert (readiness.had(3), readiness.had(0), readiness.had(None), readiness.had([])) == (10, 0, 0, 0)
    assert readiness.covered(461, 464) == 9
    assert readiness.covered(464, 464) == readiness.covered(500, 464) == 10
    assert readiness.covered(1, 0) == 0
