"""Reports upward: what is owed and when, what making one begins, what time brings, how each stands, two periods."""

from datetime import timedelta

import pytest

from models import IncidentReport
from models.kinds import IncidentState, ReportForm, ReportSeries
from service.rules import incidents as rules
from service.rules.incident_clocks import Level
from service.rules.incidents import ReportFacts, advance, asking, begun, change_of, compared, making, standing
from tests.rules.incidents import ABOUT, KNEW, LEVELS, MINUTE, Life, after, born, look, made
from tests.rules.incidents import begun as life_of
from tests.rules.plans import at

FIRST, SECOND, THIRD = (f"incident:I-1:first:{place}" for place in (1, 2, 3))
CALL = Level(1, "e1", "v1", 0, 30, ReportForm.phone)


def facts(life: Life, key: str) -> ReportFacts:
    return next(one for one in life.facts if one.key == key)


def stands(life: Life, key: str, now: object, state: str = "open") -> str:
    return standing(facts(life, key), life.facts, state, KNEW + timedelta(days=1), now)  # type: ignore[arg-type]


def test_every_level_owes_one_report_at_the_latest_that_the_clocks_allow() -> None:
    steps = rules.owed_up("I-1", ReportSeries.first, LEVELS, KNEW)
    assert {step.table for step in steps} == {IncidentReport}
    assert [step.key for step in steps] == [FIRST, SECOND, THIRD]
    due = [(step.values["owed_at"], step.values["due_at"], step.values["limit_at"]) for step in steps]
    hour = KNEW + 60 * MINUTE
    assert due == [(KNEW, hour, hour), (KNEW, hour, hour), (hour, hour + 120 * MINUTE, hour + 120 * MINUTE)]
    assert [step.values["attend_at"] for step in steps] == [hour, hour, None], "what waits is looked at by nobody"
    later = rules.owed_up("I-1", ReportSeries.closing, LEVELS, KNEW, asked=False)
    assert [step.values["attend_at"] for step in later] == [KNEW, KNEW, None], "the sweep asks for it when it is owed"
    assert {step.act for step in steps} == {"report owed"}
    assert {step.act for step in later} == {"report to come"}, "it is owed once, when the sweep asks for it"
    change = rules.owed_up("I-1", ReportSeries.change, (CALL, *LEVELS), KNEW, nth=2)
    assert [step.key for step in change][:2] == ["incident:I-1:change2:1:phone", "incident:I-1:change2:1"]


def test_whoever_is_told_first_starts_the_clock_of_the_next_level() -> None:
    life = made(life_of(), SECOND, KNEW + 20 * MINUTE)
    third = facts(life, THIRD)
    assert (third.owed_at, third.due_at, third.attend_at) == (
        KNEW + 20 * MINUTE, KNEW + 140 * MINUTE, KNEW + 140 * MINUTE,
    )  # fmt: skip
    assert begun(third, life.facts)
    assert not begun(facts(life_of(), THIRD), life_of().facts)
    assert facts(made(life_of(), FIRST, KNEW), THIRD).attend_at is None, "another's making begins nothing"


def test_the_paper_stands_for_the_call_and_the_call_starts_the_clock() -> None:
    levels = (CALL, Level(1, "e1", "v1", 0, 60), Level(2, "v1", "town", 1, 120))
    phone, paper, above = "incident:I-1:first:1:phone", FIRST, SECOND
    life = born(rules.owed_up("I-1", ReportSeries.first, levels, KNEW))
    written = made(life, paper, KNEW + 40 * MINUTE)
    assert stands(written, phone, KNEW + 41 * MINUTE) == "late"
    assert stands(written, paper, KNEW + 41 * MINUTE) == "made"
    called = made(life, phone, KNEW + 10 * MINUTE)
    assert facts(called, paper).made_at is None
    assert facts(called, above).due_at == KNEW + 130 * MINUTE
    both = made(called, paper, KNEW + 50 * MINUTE)
    assert facts(both, above).due_at == KNEW + 130 * MINUTE, "the paper that follows begins nothing anew"
    assert facts(both, phone).made_at == KNEW + 10 * MINUTE


def test_making_says_who_is_to_be_asked_next() -> None:
    life = life_of()
    steps, begins = making(facts(life, SECOND), life.facts, made_at=KNEW, by="grid", text="已报")
    assert [(step.key, step.act) for step in steps] == [(SECOND, "reported upward"), (THIRD, "clock begins")]
    assert steps[0].values == {"made_at": KNEW, "made_by": "grid", "attend_at": None, "text": "已报"}
    assert [one.key for one in begins] == [THIRD]
    after_it = made(life, THIRD, KNEW)
    steps, begins = making(facts(after_it, SECOND), after_it.facts, made_at=KNEW, by="grid", text="")
    assert begins == [], "what is made already has no clock to begin"


def test_a_report_is_asked_for_when_it_is_owed_and_late_when_it_was_due() -> None:
    closing = facts(life_of(), "incident:I-1:closing:1")
    opens = KNEW + timedelta(days=1)
    assert advance(closing, ABOUT, ("boss",), opens - MINUTE) is None
    asked = advance(closing, ABOUT, ("boss", "deputy", "boss"), opens)
    assert asked is not None
    assert (asked.act, asked.values) == ("report owed", {"attend_at": closing.due_at})
    assert [(one.kind, one.recipient, one.owed_at, one.urgent) for one in asked.tell] == [
        ("incident_report_due", "boss", opens, True), ("incident_report_due", "deputy", opens, True),
    ]  # fmt: skip
    late = advance(closing, ABOUT, ("boss",), closing.due_at)
    assert late is not None
    assert (late.act, late.values, late.tell) == ("report late", {"attend_at": None}, ())
    assert advance(closing._replace(made_at=opens), ABOUT, ("boss",), closing.due_at) is None
    assert advance(closing._replace(attend_at=None), ABOUT, ("boss",), closing.due_at) is None


def test_what_is_said_of_an_incident() -> None:
    (told,) = asking(facts(life_of(), FIRST), ABOUT, ("boss",), KNEW)
    assert told.facts == {
        "name": "除尘管道爆燃", "unit": "e1", "code": "I-1", "incident": "accident", "place": "一号车间", "deaths": 0,
        "injured": 2, "missing": 0, "happened_at": at("2026-03-02 02:00").isoformat(), "to_unit": "v1",
        "form": "written", "series": "first", "due_at": (KNEW + 60 * MINUTE).isoformat(), "report": FIRST,
    }  # fmt: skip
    long = ABOUT._replace(description="字" * 100).name
    assert (len(long), long[-1]) == (80, "…")
    heard = rules.telling("incident_closed", ("a", "b", "a"), ABOUT, KNEW, urgent=False, nth="2", reason="处置完毕")
    assert [(one.recipient, one.urgent, one.nth, one.facts["reason"]) for one in heard] == [
        ("a", False, "2", "处置完毕"), ("b", False, "2", "处置完毕"),
    ]  # fmt: skip


def test_how_each_report_stands() -> None:
    life, hour = life_of(), KNEW + 60 * MINUTE
    assert [stands(life, key, KNEW) for key in (FIRST, SECOND, THIRD)] == ["owed", "owed", "waiting"]
    assert stands(life, FIRST, hour) == "overdue"
    assert stands(life, "incident:I-1:closing:1", hour) == "waiting"
    in_time, late = made(life, SECOND, hour), made(life, SECOND, hour + MINUTE)
    assert (stands(in_time, SECOND, hour), stands(late, SECOND, hour + MINUTE)) == ("made", "late")
    assert stands(in_time, THIRD, hour) == "owed"
    assert stands(in_time, FIRST, hour) == "omitted", "the office above was told and this one was not"
    for state in (IncidentState.closed, IncidentState.void):
        assert stands(life, FIRST, KNEW, state) == "omitted"
    at_once = facts(life, FIRST)._replace(within_minutes=0, due_at=KNEW, made_at=KNEW + 30 * MINUTE)
    assert standing(at_once, life.facts, "open", hour, hour) == "made", "at once names no minutes to be late by"


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (3, 2, "50.00"), (2, 3, "-33.33"), (0, 4, "-100.00"), (1, 8, "-87.50"), (4, 0, None), (0, 0, None),
        (5, 5, "0.00"), (801, 800, "0.13"), (799, 800, "-0.13"), (1001, 800, "25.13"),  # halves go away from 0
    ],
)  # fmt: skip
def test_changes_are_half_up_to_two_decimals(now: int, before: int, change: str | None) -> None:
    found = change_of(now, before)
    assert (None if found is None else str(found)) == change


def test_two_periods_are_compared_figure_by_figure() -> None:
    now = {"count": 3, "deaths": 0, "injured": 2, "missing": 0, "loss_yuan": 50}
    before = {"count": 2, "deaths": 1, "injured": 0, "missing": 0, "loss_yuan": 100}
    assert compared(now, before) == {
        "count": {"now": 3, "before": 2, "change": 50.0}, "deaths": {"now": 0, "before": 1, "change": -100.0},
        "injured": {"now": 2, "before": 0, "change": None}, "missing": {"now": 0, "before": 0, "change": None},
        "loss_yuan": {"now": 50, "before": 100, "change": -50.0},
    }  # fmt: skip


def test_a_sweep_leaves_a_made_report_alone() -> None:
    life = made(made(life_of(), FIRST, KNEW), SECOND, KNEW)
    swept = look(life, KNEW + 60 * MINUTE)
    assert swept.late == frozenset()
    assert after(swept, None) == swept
