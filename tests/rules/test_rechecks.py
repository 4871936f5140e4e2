"""Rechecks: born with their windows, opened, reminded of and missed; samples that anybody can draw again."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import RecheckState
from service.rules import rechecks as rules
from service.rules.chain import Holders
from service.rules.plan import Lookback, Span
from service.rules.rechecks import ClosedFacts, RecheckFacts, look_back
from tests.rules.plans import at, china, days

HAZARD = SimpleNamespace(key="H-1", campaign="drive", unit="e1", cycle=2)
TWO = Holders(("a", "b", "c"), 2, False)
OPENS, SOON, DUE = at("2026-04-01"), at("2026-04-09"), at("2026-04-10")


def a_recheck(**facts: Any) -> RecheckFacts:
    known = {
        "key": "hazard:H-1:recheck:1.1", "version": 3, "hazard": "H-1", "campaign": None, "unit": "e1", "cycle": 1,
        "state": RecheckState.planned, "opens_at": OPENS, "due_at": DUE, "assignee": None, "co_assignee": None,
        "attend_at": OPENS, "name": "配电箱无防护盖",
    }  # fmt: skip
    return RecheckFacts(**(known | facts))


def test_rechecks_are_born_thirty_and_ninety_days_after_with_five_working_days() -> None:
    born = rules.rechecks(HAZARD, at("2026-03-02 17:00"), rules.USUAL_LOOKBACK, china())
    assert [step.key for step in born] == ["hazard:H-1:recheck:2.1", "hazard:H-1:recheck:2.2"]
    windows = [(step.values["opens_at"], step.values["due_at"]) for step in born]
    assert windows == [(at("2026-04-01"), at("2026-04-10")), (at("2026-05-31"), at("2026-06-06"))]
    assert all(step.values["attend_at"] == step.values["opens_at"] for step in born)


def test_a_late_birth_opens_no_earlier_than_it_may() -> None:
    since = at("2026-05-01")
    born = rules.rechecks(HAZARD, at("2026-03-02"), Lookback((30, 90)), china(), start=3, not_before=since)
    assert [step.values["opens_at"] for step in born] == [since, at("2026-05-31")]
    assert [step.key[-3:] for step in born] == ["2.3", "2.4"]


def test_a_blocked_one_is_planned_again() -> None:
    step = rules.recheck_again(HAZARD_RECHECK, 3, at("2026-04-02 10:00"), Span(days=2), china())
    assert (step.key, step.act) == ("hazard:H-1:recheck:1.3", "recheck planned again")
    assert (step.values["opens_at"], step.values["due_at"]) == (at("2026-04-11"), at("2026-04-14"))


HAZARD_RECHECK = SimpleNamespace(hazard="H-1", campaign=None, unit="e1", cycle=1)


@pytest.mark.parametrize(
    ("now", "event", "state", "attend_at"),
    [
        ("2026-03-31 23:59", None, None, None),
        ("2026-04-01", "recheck_due", "open", SOON),
        ("2026-04-09", "recheck_due_soon", "open", DUE),
        ("2026-04-10", "recheck_missed", "missed", None),
        ("2027-01-01", "recheck_missed", "missed", None),
    ],
)
def test_what_time_brings_to_a_planned_recheck(now: str, event: Any, state: Any, attend_at: Any) -> None:
    step = look_back(a_recheck(), at(now), TWO)
    if event is None:
        assert step is None
        return
    assert step is not None
    values = {"state": state, "attend_at": attend_at, "assignee": "a", "co_assignee": "b"}
    assert (step.act, step.expects, step.values) == (event, 3, values)
    assert [(one.kind, one.recipient) for one in step.tell] == [(event, "a"), (event, "b")]


def test_who_it_opened_for_stays_whoever_holds_it_later() -> None:
    open_one = a_recheck(state=RecheckState.open, assignee="x", attend_at=SOON)
    step = look_back(open_one, DUE, TWO)
    assert step is not None
    assert (step.values["assignee"], step.values["co_assignee"]) == ("x", None)
    assert [one.recipient for one in step.tell] == ["x"]


def test_a_recheck_nobody_holds_still_opens_and_is_missed() -> None:
    nobody = Holders((), 0, False)
    step = look_back(a_recheck(), OPENS, nobody)
    assert step is not None
    assert (step.values["state"], step.values["assignee"], step.tell) == ("open", None, ())


def test_a_window_of_a_day_has_no_reminder() -> None:
    short = a_recheck(due_at=OPENS + timedelta(days=1))
    step = look_back(short, OPENS, TWO)
    assert step is not None
    assert step.values["attend_at"] == short.due_at


def advanced(row: RecheckFacts, now: Any) -> RecheckFacts:
    """The row after a sweep at `now`."""
    step = look_back(row, now, TWO)
    if step is None or row.attend_at is None:
        return row
    return row._replace(version=row.version + 1, **step.values)


@given(st.integers(0, 14), st.lists(st.integers(0, 14 * 24), max_size=12))
def test_sleeping_ends_where_ticking_does(width: int, hours: list[int]) -> None:
    """Sleep = ticks: whatever sweeps came in between, the state at the end is the same."""
    start = a_recheck(due_at=OPENS + timedelta(days=width))
    end = OPENS + timedelta(days=15)
    ticked = start
    for hour in sorted(hours):
        if ticked.attend_at is not None:
            ticked = advanced(ticked, OPENS + timedelta(hours=hour))
    ticked = advanced(ticked, end) if ticked.attend_at is not None else ticked
    slept = advanced(start, end)
    assert slept._replace(version=0) == ticked._replace(version=0)


codes = st.lists(st.text("abcdef", min_size=1, max_size=4), unique=True, min_size=1, max_size=200)


@given(codes, st.integers(0, 2**31 - 1), st.floats(0.01, 1.0), st.randoms(use_true_random=False))
def test_a_draw_can_be_repeated_and_takes_its_share(
    population: list[str], seed: int, share: float, shuffle: Any
) -> None:
    chosen = rules.drawn(population, seed, share)
    shuffle.shuffle(population)
    assert rules.drawn(population, seed, share) == chosen
    assert set(chosen) <= set(population)
    assert len(set(chosen)) == len(chosen) >= 1
    assert abs(len(chosen) - len(population) * share) < 1 + 1e-6


def test_seven_in_a_hundred_is_seven() -> None:
    assert len(rules.drawn([str(n) for n in range(100)], 1, 0.07)) == 7  # 0.07 * 100 = 7.000000000000001


@given(days)
def test_a_month_holds_its_day_and_no_other_months(on: date) -> None:
    first, last = rules.month_of(on)
    assert first <= on <= last
    assert (first.day, (last + timedelta(days=1)).day, first.month, last.month) == (1, 1, on.month, on.month)


def test_a_draw_is_owed_when_its_month_is_over_with_a_seed_of_its_own() -> None:
    october = rules.draw_owed("drive", date(2026, 10, 31), 0.1, china())
    assert october.key == "drive:2026-10-01:2026-10-31"
    assert october.values["attend_at"] == at("2026-11-01")
    assert october.key == rules.draw_owed("drive", date(2026, 10, 1), 0.1, china()).key
    assert october.values["seed"] == rules.seed_of(october.key) != rules.seed_of("drive:2026-11-01:2026-11-30")
    assert 0 <= october.values["seed"] < 2**31


def test_drawing_plans_the_look_backs_of_what_was_drawn() -> None:
    row = SimpleNamespace(key="d", version=1, seed=7, share=0.5, attend_at=at("2026-11-01"))
    population = {
        code: ClosedFacts(code, "drive", "e1", 1, at("2026-10-05"), standing=n) for n, code in enumerate("abcd")
    }
    step = rules.draw(row, population, Lookback((10, 60)), china(), at("2026-11-03"))
    assert (step.values["population"], step.values["size"], step.values["drawn_at"]) == (4, 2, at("2026-11-03"))
    assert len(step.then) == 4
    assert {birth.values["opens_at"] for birth in step.then} == {at("2026-11-01"), at("2026-12-04")}
    for birth in step.then:  # numbered after those that stand
        code = birth.values["hazard"]
        assert int(birth.key[-1]) > population[code].standing


def test_a_draw_from_nothing_is_kept_too() -> None:
    row = SimpleNamespace(key="d", version=1, seed=7, share=0.5, attend_at=at("2026-11-01"))
    step = rules.draw(row, {}, Lookback(), china(), at("2026-11-01"))
    assert (step.values["population"], step.values["size"], step.then) == (0, 0, ())
