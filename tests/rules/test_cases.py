"""The ladder of a case: frozen when it begins, climbed rung by rung, repeated, paused and ended."""

from datetime import timedelta
from typing import Any

import pytest

from models import Case, CaseRung
from models.kinds import CaseState, RungState
from service.rules.cases import NOBODY_HOLDS, USUAL, begin, case_key, climb, end, told_at_once
from service.rules.chain import NOBODY, Chain
from service.rules.plan import Rung, Span
from service.rules.steps import Op
from tests.rules.ladders import BEGAN, CALENDAR, CHAIN, HOURS, after, begun, born, ladder, live, look, missed, paused
from tests.rules.plans import at

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
TAKEN, WAITING, PASSED_OVER = RungState.taken, RungState.waiting, RungState.passed_over


def stands(step: Any) -> list[tuple[Any, ...]]:
    return [
        (one.values["due_at"], one.values["person"], one.values["co_person"], one.values["state"]) for one in step.then
    ]


# -- beginning ---------------------------------------------------------------------------------------------------------


def test_a_case_freezes_its_whole_ladder() -> None:
    step = begin(missed(until_at=BEGAN + DAY), ladder(), CALENDAR)
    assert (step.op, step.table, step.key, step.act) == (Op.make, Case, "case:t", "case begins")
    assert step.values == {
        "subject": "t", "kind": "task", "name": "节前检查", "unit": "village", "policy": "drive", "began_at": BEGAN,
        "until_at": BEGAN + DAY, "repeat_minutes": None, "attend_at": BEGAN,
    }  # fmt: skip
    assert [one.key for one in step.then] == ["case:t:1", "case:t:2", "case:t:3", "case:t:4"]
    assert {one.table for one in step.then} == {CaseRung}
    assert stands(step) == [
        (BEGAN, "x", "y", WAITING), (BEGAN + 4 * HOUR, "a", None, WAITING), (BEGAN + 8 * HOUR, "b", "bb", WAITING),
        (BEGAN + 12 * HOUR, "c", None, WAITING),
    ]  # fmt: skip


def test_a_second_case_of_one_subject_has_a_key_of_its_own() -> None:
    assert (case_key("t"), case_key("t", "2")) == ("case:t", "case:t:2")
    assert begin(missed(nth="2"), ladder(), CALENDAR).key == "case:t:2"


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        # the rung above takes over the instant of the one that is passed over
        ({3: ("c",)}, [(4, None, PASSED_OVER), (4, None, PASSED_OVER), (4, "c", WAITING)]),
        ({1: ("a",), 3: ("c",)}, [(4, "a", WAITING), (8, None, PASSED_OVER), (8, "c", WAITING)]),
        ({1: ("a",)}, [(4, "a", WAITING), (8, None, PASSED_OVER), (8, None, PASSED_OVER)]),
        ({2: ("b", "bb", "bbb")}, [(4, None, PASSED_OVER), (4, "b", WAITING), (12, None, PASSED_OVER)]),
    ],
)
def test_a_level_nobody_holds_is_passed_over_at_once_and_said_so(
    levels: dict[int, tuple[str, ...]], expected: list[tuple[Any, ...]]
) -> None:
    step = begin(missed(), ladder(HOURS, Chain(levels)), CALENDAR)
    found = [(one.values["due_at"], one.values["person"], one.values["state"]) for one in step.then[1:]]
    assert found == [(BEGAN + hours * HOUR, person, state) for hours, person, state in expected]
    for one in step.then:
        assert one.values["reason"] == (NOBODY_HOLDS if one.values["state"] == PASSED_OVER else "")


def test_where_nobody_holds_any_level_those_who_had_it_hear() -> None:
    policy = (Rung(Span(hours=3), 1), Rung(Span(hours=2), 2))
    step = begin(missed(), ladder(policy, NOBODY), CALENDAR)
    assert stands(step)[-1] == (BEGAN + 2 * HOUR, "x", "y", WAITING)
    assert step.values["attend_at"] == BEGAN + 2 * HOUR
    assert [one.values["place"] for one in step.then] == [1, 2, 3]


@pytest.mark.parametrize(
    ("until_at", "attend_at"), [(None, BEGAN + WEEK), (BEGAN + DAY, BEGAN + DAY), (BEGAN + 9 * DAY, BEGAN + WEEK)]
)
def test_a_ladder_with_nobody_on_it_is_looked_at_all_the_same(until_at: Any, attend_at: Any) -> None:
    nobody = begin(missed(people=(), until_at=until_at), ladder(HOURS, NOBODY), CALENDAR)
    silent = begin(missed(until_at=until_at), ladder(()), CALENDAR)
    assert nobody.values["attend_at"] == silent.values["attend_at"] == attend_at
    assert silent.then == (), "a policy that asks for nobody is kept"
    assert {one.values["state"] for one in nobody.then} == {PASSED_OVER}


def test_the_office_above_stands_on_its_own_chain() -> None:
    policy = (Rung(Span(hours=0), 3, of_parent=True),)
    assert stands(begin(missed(), ladder(policy, CHAIN, Chain({3: ("office",)})), CALENDAR))[0][1] == "office"
    without = begin(missed(), ladder(policy, CHAIN, None), CALENDAR)
    assert [person for _, person, _, _ in stands(without)] == [None, "x"]


def test_the_usual_policy_counts_working_days_from_the_day_that_was_missed() -> None:
    # Friday is over at Saturday's midnight: the first working day after it is Monday
    friday_over = at("2026-03-07")
    chain = Chain({2: ("b",), 3: ("c",), 4: ("d",)})
    step = begin(missed(began_at=friday_over), ladder(USUAL, chain, Chain({3: ("o",)})), CALENDAR)
    assert [due_at for due_at, *_ in stands(step)] == [
        friday_over, at("2026-03-10"), at("2026-03-11"), at("2026-03-12"), at("2026-03-14"),
    ]  # fmt: skip


def test_who_hears_at_once() -> None:
    step = begin(missed(), ladder(), CALENDAR)
    assert told_at_once(step, BEGAN - HOUR) == frozenset()
    assert told_at_once(step, BEGAN) == {"x", "y"}
    assert told_at_once(step, BEGAN + 9 * HOUR) == {"x", "y", "a", "b", "bb"}


# -- climbing ----------------------------------------------------------------------------------------------------------


def test_each_rung_is_told_once_with_its_true_instant() -> None:
    life = live(begun(), [BEGAN + HOUR])
    assert [(key, one.owed_at) for key, one in life.told.items()] == [
        ("case:t:escalated.1:x", BEGAN), ("case:t:escalated.1:y", BEGAN),
    ]  # fmt: skip
    assert life.rungs["case:t:1"]["state"] == TAKEN
    assert life.rungs["case:t:1"]["taken_at"] == BEGAN + HOUR
    assert (life.case["rung"], life.case["attend_at"]) == (1, BEGAN + 4 * HOUR)
    life = live(life, [BEGAN + 9 * HOUR])
    assert set(life.told) == {
        "case:t:escalated.1:x", "case:t:escalated.1:y", "case:t:escalated.2:a", "case:t:escalated.3:b",
        "case:t:escalated.3:bb",
    }  # fmt: skip
    assert (life.case["rung"], life.case["attend_at"]) == (3, BEGAN + 12 * HOUR)


def test_a_notice_names_its_case_rung_policy_and_who_was_passed_over() -> None:
    policy = (*HOURS, Rung(Span(hours=20), 2, of_parent=True))
    step = begin(missed(), ladder(policy, Chain({3: ("c",)}), Chain({2: ("o",)})), CALENDAR)
    life = live(born(step), [BEGAN + DAY])
    assert life.told["case:t:escalated.4:c"].facts == {
        "name": "节前检查", "unit": "village", "subject": "t", "about": "task", "rung": 4, "rungs": 5, "rung_level": 3,
        "of_parent": False, "passed_over": [1, 2], "policy": "drive", "due_at": BEGAN.isoformat(),
    }  # fmt: skip
    above = life.told["case:t:escalated.5:o"].facts
    assert (above["of_parent"], above["passed_over"]) == (True, [])


def test_one_person_twice_on_a_rung_hears_once() -> None:
    life = live(begun(people=("x", "x")), [BEGAN])
    assert set(life.told) == {"case:t:escalated.1:x"}


def test_nothing_is_owed_between_two_rungs() -> None:
    life = live(begun(), [BEGAN])
    assert climb(life.facts, life.rung_facts, BEGAN + HOUR) is None


def test_after_the_last_rung_it_repeats_weekly_and_what_was_slept_through_is_told_once() -> None:
    top = BEGAN + 12 * HOUR
    life = live(begun(), [top])
    assert life.case["attend_at"] == top + WEEK
    life = live(life, [top + WEEK - HOUR, top + WEEK, top + WEEK + HOUR])
    assert (life.case["repeats"], life.case["attend_at"]) == (1, top + 2 * WEEK)
    life = live(life, [top + 4 * WEEK + DAY])
    repeats = {key: one.owed_at for key, one in life.told.items() if "still_open" in key}
    assert repeats == {"case:t:still_open.again1:c": top + WEEK, "case:t:still_open.again4:c": top + 4 * WEEK}
    assert life.case["attend_at"] == top + 5 * WEEK


def test_while_it_is_acknowledged_it_is_quiet_and_then_goes_on_where_it_stood() -> None:
    until_at = BEGAN + 9 * HOUR
    life = paused(live(begun(), [BEGAN]), until_at)
    assert (life.case["acknowledged_by"], life.case["attend_at"]) == ("b", until_at)
    assert climb(life.facts, life.rung_facts, until_at - HOUR) is None
    life = live(life, [until_at])
    assert {"case:t:escalated.2:a", "case:t:escalated.3:b"} <= set(life.told)
    assert (life.case["paused_until_at"], life.case["attend_at"]) == (None, BEGAN + 12 * HOUR)


def test_what_can_not_be_made_good_any_more_still_climbs_to_the_top_and_then_ends() -> None:
    life = live(begun(until_at=BEGAN + HOUR), [BEGAN + 2 * HOUR])
    assert life.open
    life = live(life, [BEGAN + 30 * DAY])
    assert (life.case["state"], life.case["ended_at"], life.case["attend_at"]) == (
        CaseState.ended, BEGAN + 12 * HOUR, None,
    )  # fmt: skip
    assert "case:t:escalated.4:c" in life.told
    assert not any("still_open" in key for key in life.told)


def test_a_window_that_ends_after_the_ladder_ends_the_case() -> None:
    ends = BEGAN + 10 * DAY
    life = live(begun(until_at=ends), [BEGAN + DAY])
    assert life.case["attend_at"] == BEGAN + 12 * HOUR + WEEK
    life = live(life, [BEGAN + 9 * DAY])
    assert life.case["attend_at"] == ends
    life = live(life, [ends])
    assert (life.case["state"], life.case["ended_at"], life.case["repeats"]) == (CaseState.ended, ends, 1)


def test_a_pause_outlasts_the_window() -> None:
    life = paused(live(begun(until_at=BEGAN + HOUR), [BEGAN + 12 * HOUR - HOUR]), BEGAN + 2 * DAY)
    assert live(life, [BEGAN + DAY]).open
    assert live(life, [BEGAN + 3 * DAY]).case["ended_at"] == BEGAN + 2 * DAY


def test_a_case_with_nobody_goes_on_in_silence_and_ends_with_its_window() -> None:
    step = begin(missed(people=(), until_at=BEGAN + 8 * DAY), ladder(HOURS, NOBODY), CALENDAR)
    life = live(born(step), [BEGAN + WEEK, BEGAN + 8 * DAY])
    assert life.told == {}
    assert (life.case["repeats"], life.case["rung"], life.case["ended_at"]) == (1, 0, BEGAN + 8 * DAY)


def test_a_look_that_was_too_early_is_put_right() -> None:
    life = live(begun(), [BEGAN])
    life.case["attend_at"] = BEGAN + HOUR
    life = look(life, BEGAN + 2 * HOUR)
    assert life.case["attend_at"] == BEGAN + 4 * HOUR


def test_it_ends_with_its_subject() -> None:
    step = end("case:t", 4, BEGAN, "submitted")
    assert (step.op, step.expects, step.act, step.reason) == (Op.change, 4, "case ends", "submitted")
    life = after(begun(), step._replace(expects=1))
    assert (life.open, life.case["ended_at"], life.case["attend_at"]) == (False, BEGAN, None)
