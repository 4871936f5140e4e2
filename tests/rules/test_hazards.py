"""Hazards: what each state admits, deadlines, the five assurances, what time brings, closing and coming back."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import HazardState
from service.rules import hazards as rules
from service.rules.hazards import HazardFacts, advance
from service.rules.plan import Span
from service.rules.steps import Op
from tests.rules.plans import at, china

DUE = at("2026-03-17")


def a_hazard(**facts: Any) -> SimpleNamespace:
    known = {
        "key": "H-1", "version": 4, "campaign": None, "unit": "e1", "description": "配电箱无防护盖", "level": "general",
        "mode": "by_deadline", "state": "rectifying", "cycle": 1, "responsible": "boss", "measures": "加盖",
        "funds_yuan": 500, "contingency": "断电", "due_at": DUE,
    }  # fmt: skip
    return SimpleNamespace(**(known | facts))


def facts(**more: Any) -> HazardFacts:
    hazard = a_hazard(responsible_unit=None, attend_at=DUE - timedelta(days=1), **more)
    return HazardFacts(**{name: getattr(hazard, name) for name in HazardFacts._fields})


def a_cycle(**facts: Any) -> SimpleNamespace:
    known = {"key": "H-1:cycle:1", "version": 2, "due_at": DUE, "accepted_at": None, "accepted_by": None}
    return SimpleNamespace(**(known | facts))


@pytest.mark.parametrize("state", list(HazardState))
@pytest.mark.parametrize("mode", ["by_deadline", "on_spot"])
@pytest.mark.parametrize("act", sorted(set(rules.ADMITS) - {"submit on the spot"}))
def test_every_state_admits_what_the_field_says(state: str, mode: str, act: str) -> None:
    """registered → assigned → rectifying → submitted → closed; on the spot registered → submitted; or void."""
    admitted = {
        "registered": {"assign", "extend", "supervise", "delist", "rank", "void"},
        "assigned": {"assign", "begin", "submit", "extend", "supervise", "delist", "rank", "void"},
        "rectifying": {"assign", "submit", "extend", "supervise", "delist", "rank", "void"},
        "submitted": {"reject", "accept", "approve", "extend", "supervise", "delist", "rank", "void"},
        "closed": {"delist"},
        "void": set(),
    }[state]
    if mode == "on_spot" and state == "registered":
        admitted = admitted | {"submit"}
    assert rules.admits(a_hazard(state=state, mode=mode), act) is (act in admitted)


@pytest.mark.parametrize(
    ("found", "level", "mode", "spans", "due"),
    [
        ("2026-03-02", "general", "by_deadline", rules.USUAL_DEADLINES, "2026-03-17"),  # ten working days after Monday
        ("2026-02-13", "general", "by_deadline", rules.USUAL_DEADLINES, "2026-03-06"),  # the Spring Festival in between
        ("2026-03-02", "major", "by_deadline", rules.USUAL_DEADLINES, "2026-04-02"),  # thirty days
        ("2026-03-02", "major", "by_deadline", {"general": Span(days=1)}, "2026-04-02"),  # a file that names one level
        ("2026-03-02", "general", "by_deadline", {"general": Span(hours=36)}, "2026-03-03 12:00"),
        ("2026-03-02", "general", "on_spot", {"general": Span(days=9)}, "2026-03-03"),  # with the day it was found
    ],
)
def test_a_hazard_is_due_by_its_level_and_way(found: str, level: str, mode: str, spans: Any, due: str) -> None:
    assert rules.due_of(date.fromisoformat(found), level, mode, spans, china()) == at(due)


@pytest.mark.parametrize("name", rules.ASSURANCES)
def test_a_major_hazard_lacks_each_assurance_that_is_empty(name: str) -> None:
    empty = "" if name in ("measures", "contingency") else None
    assert rules.missing_assurances(a_hazard(level="major", **{name: empty})) == (name,)
    assert rules.missing_assurances(a_hazard(level="general", **{name: empty})) == ()


def test_no_money_needed_is_an_answer_too() -> None:
    assert rules.missing_assurances(a_hazard(level="major", funds_yuan=0)) == ()


@pytest.mark.parametrize(
    ("now", "act", "attend_at", "told"),
    [
        ("2026-03-15 23:59", None, None, 0),
        ("2026-03-16", "due_soon", DUE, 2),
        ("2026-03-16 23:59", "due_soon", DUE, 2),
        ("2026-03-17", "overdue", None, 0),  # its case tells
        ("2026-06-01", "overdue", None, 0),
    ],
)
def test_time_brings_a_reminder_and_then_a_case(now: str, act: str | None, attend_at: Any, told: int) -> None:
    step = advance(facts(), at(now), ("boss", "grid"))
    if act is None:
        assert step is None
        return
    assert step is not None
    assert (step.act, step.op, step.expects, step.values) == (act, Op.change, 4, {"attend_at": attend_at})
    assert [one.kind for one in step.tell] == ["hazard_due_soon"] * told
    assert {one.owed_at for one in step.tell} <= {at("2026-03-16")}  # the true instant, whenever the sweep came


def test_a_moved_deadline_is_told_of_anew() -> None:
    first, later = advance(facts(), DUE - timedelta(hours=1), ("boss",)), facts(due_at=at("2026-03-20"))
    second = advance(later._replace(attend_at=at("2026-03-19")), at("2026-03-19"), ("boss",))
    assert first is not None
    assert second is not None
    assert first.tell[0].nth != second.tell[0].nth


@given(st.integers(0, 72), st.integers(0, 72))
def test_a_look_is_never_behind_unless_overdue(hours_due: int, hours_now: int) -> None:
    now, due_at = DUE + timedelta(hours=hours_now), DUE + timedelta(hours=hours_due)
    look = rules.first_look(due_at, now)
    assert look in (due_at, due_at - timedelta(days=1))
    assert look > now or look == due_at


def test_each_person_is_told_once() -> None:
    told = rules.telling("k", ["a", "b", "a"], DUE, {}, "1")
    assert [one.recipient for one in told] == ["a", "b"]


@pytest.mark.parametrize(("closed", "in_time"), [("2026-03-16 23:59", True), ("2026-03-17", False)])
def test_closing_freezes_whether_it_was_in_time(closed: str, in_time: bool) -> None:
    hazard, cycle = rules.closing(a_hazard(state="submitted"), a_cycle(), at(closed), "inspector", (), "ok")
    assert hazard.values == {"state": "closed", "closed_at": at(closed), "attend_at": None}
    assert (hazard.expects, hazard.reason, cycle.expects) == (4, "ok", 2)
    assert cycle.values == {
        "accepted_at": at(closed), "accepted_by": "inspector", "closed_at": at(closed), "closed_in_time": in_time,
    }  # fmt: skip


def test_approval_keeps_who_accepted_and_adds_who_approved() -> None:
    accepted = a_cycle(accepted_at=at("2026-03-10"), accepted_by="inspector")
    hazard, cycle = rules.closing(a_hazard(level="major"), accepted, at("2026-03-11"), "above")
    assert hazard.values["approved_by"] == "above"
    assert (cycle.values["accepted_at"], cycle.values["accepted_by"]) == (at("2026-03-10"), "inspector")


def test_a_rebound_is_the_same_hazard_in_its_next_cycle_told_at_once() -> None:
    now, due_at = at("2026-05-06 10:00"), at("2026-05-21")
    hazard, cycle = rules.rebounding(a_hazard(state="closed"), now, date(2026, 5, 6), due_at, "又拆了", ["a", "b", "a"])
    assert (hazard.key, hazard.values["state"], hazard.values["cycle"]) == ("H-1", "assigned", 2)
    assert hazard.values["attend_at"] == at("2026-05-20")
    assert (hazard.values["closed_at"], hazard.values["approved_by"]) == (None, None)
    assert [(one.recipient, one.urgent, one.facts["due_at"]) for one in hazard.tell] == [
        ("a", True, due_at.isoformat()),
        ("b", True, due_at.isoformat()),
    ]
    assert (cycle.key, cycle.op, cycle.values["first_due_at"], cycle.values["due_at"]) == (
        "H-1:cycle:2",
        Op.make,
        due_at,
        due_at,
    )


def test_subjects_and_keys_name_the_cycle() -> None:
    assert rules.hazard_subject("H-1", 2) == "hazard:H-1:2"
    assert rules.first_cycle("H-1", date(2026, 3, 2), DUE).key == "H-1:cycle:1"
