"""Meetings, letters, documents, stores, teams and the gate of projects: what follows from what is known."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.kinds import ActivityKind, AttendanceMark, TaskState
from service.rules import documents, letters, meetings, projects, stores, teams
from service.rules.plan import ActivityPlan, Assignee, OnEvent, Span, Targets
from service.rules.stores import ItemFacts, counted
from tests.rules.plans import at, china

NOW = at("2026-03-02 09:00")  # a Monday


def plan(kind: str = "meeting", **facts: Any) -> ActivityPlan:
    day = Span(days=1)
    return ActivityPlan(
        "a", ActivityKind(kind), "会", OnEvent("project"), Targets("town"), Assignee(level=1), day, day, **facts
    )


# -- meetings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activity", "kind", "expected"),
    [
        (None, "meeting", Span(working_days=3)),
        (plan(), "meeting", Span(working_days=3)),
        (plan("study"), "study", None),  # of study only where its file asks for them
        (plan("study", minutes=Span(working_days=1)), "study", Span(working_days=1)),
        (plan(minutes=Span(days=7)), "meeting", Span(days=7)),
    ],
)
def test_how_long_minutes_may_take(activity: ActivityPlan | None, kind: str, expected: Span | None) -> None:
    assert meetings.minutes_span(activity, kind) == expected


def test_minutes_are_owed_in_working_days() -> None:
    assert meetings.minutes_due(NOW, None, china()) is None
    friday = at("2026-03-06 16:00")
    assert meetings.minutes_due(friday, Span(working_days=3), china()) == china().after(friday, Span(working_days=3))
    assert meetings.minutes_due(friday, Span(working_days=1), china()) > at("2026-03-09")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("held_at", "due_at", "minutes_at", "owed"),
    [(None, None, None, 0), (NOW, None, None, 0), (NOW, NOW, NOW, 0), (NOW, NOW + timedelta(days=3), None, 1)],
)
def test_minutes_owed(held_at: Any, due_at: Any, minutes_at: Any, owed: int) -> None:
    assert len(meetings.owed_of("t", held_at, due_at, minutes_at)) == owed


def test_attendance_is_counted() -> None:
    marks = [AttendanceMark.signed_in, AttendanceMark.signed_in, AttendanceMark.excused, AttendanceMark.called]
    assert meetings.counted(marks) == {"attendance": 2, "called": 4}
    assert meetings.counted([]) == {"attendance": 0, "called": 0}


def test_parties_are_missing_until_somebody_of_each_signs_in() -> None:
    there = [
        SimpleNamespace(party="建设", mark=AttendanceMark.signed_in),
        SimpleNamespace(party="施工", mark=AttendanceMark.called),
    ]
    assert meetings.missing_parties(["建设", "施工", "监理"], there) == ["施工", "监理"]
    assert meetings.missing_parties((), there) == []


# -- letters -----------------------------------------------------------------------------------------------------------


def test_blanks_are_filled_once_and_nothing_else() -> None:
    text = "{unit}{person}{year}{year}{other}{}"
    assert letters.filled(text, unit="{person}", person="陈安", year=2026) == "{person}陈安20262026{other}{}"
    assert letters.unknown_blanks(text) == ["", "other"]
    assert letters.unknown_blanks("{unit.__class__}") == ["unit.__class__"]
    assert letters.unknown_blanks("{unit} {person} {year}") == []


def test_what_was_signed_can_be_proved() -> None:
    assert letters.digest("责任书") == sha256("责任书".encode()).hexdigest()


def letter(state: TaskState, signed: bool = False) -> SimpleNamespace:
    return SimpleNamespace(state=state, signed=signed)


def test_coverage_counts_what_is_owed() -> None:
    open_ = letter(TaskState.open, signed=True)  # signed, and sent back since
    found = letters.coverage(
        [letter(TaskState.accepted, signed=True), letter(TaskState.submitted), letter(TaskState.cancelled), open_]
    )
    assert (found.owed, found.filed, found.signed, found.lacking) == (3, 2, 1, (open_,))
    assert letters.coverage([]) == (0, 0, 0, ())


# -- documents ---------------------------------------------------------------------------------------------------------


def test_a_revision_is_owed_until_its_day_is_over() -> None:
    assert documents.revision_due(None, NOW, china()) is None
    assert documents.revision_due(date(2026, 5, 1), NOW, china()) == at("2026-05-02")
    assert documents.revision_due(date(2025, 5, 1), NOW, china()) == NOW  # late from when it was entered
    assert documents.owed_of("plan:v1:flood", None) == []
    (one,) = documents.owed_of("plan:v1:flood", at("2026-05-02"))
    assert (one.about, one.soon_at) == ("document", at("2026-04-02"))


# -- stores ------------------------------------------------------------------------------------------------------------


EMPTY = ItemFacts("store:v1:1", 0.0, 0.0, None)


def test_what_is_short_must_be_made_up() -> None:
    found = counted(EMPTY, EMPTY._replace(quantity=2.0, minimum=5.0), NOW, china())
    due_at = china().after(NOW, Span(working_days=5))
    assert (found.newly_short, found.settled) == (True, ())
    assert (found.values["short_since_at"], found.values["short_due_at"]) == (NOW, due_at)
    assert found.values["attend_at"] == due_at - timedelta(days=1)
    short = EMPTY._replace(quantity=2.0, minimum=5.0, short_since_at=NOW, short_due_at=due_at, attend_at=due_at)
    later = counted(short, short._replace(quantity=3.0), NOW + timedelta(days=1), china())
    assert (later.newly_short, later.settled) == (False, ())
    assert later.values["short_since_at"] == NOW, "still short: chased as before"
    enough = counted(short, short._replace(quantity=5.0), NOW + timedelta(days=2), china())
    assert enough.settled == ("store:v1:1:short:20260302T010000",)
    assert (enough.values["short_since_at"], enough.values["attend_at"]) == (None, None)


def test_what_expires_must_be_replaced() -> None:
    until = date(2026, 6, 30)
    found = counted(EMPTY, EMPTY._replace(quantity=1.0, expires_on=until), NOW, china())
    assert found.values["expiry_due_at"] == at("2026-07-01")
    assert found.values["attend_at"] == at("2026-06-01")
    kept = EMPTY._replace(quantity=1.0, expires_on=until, expiry_due_at=at("2026-07-01"), attend_at=at("2026-07-01"))
    assert counted(kept, kept._replace(quantity=3.0), at("2026-06-20"), china()).values["attend_at"] == at("2026-07-01")
    replaced = counted(kept, kept._replace(expires_on=date(2027, 6, 30)), at("2026-07-05"), china())
    assert replaced.settled == ("store:v1:1:expiry:20260630T160000",)
    used_up = counted(kept, kept._replace(quantity=0.0), at("2026-07-05"), china())
    assert (used_up.values["expiry_due_at"], len(used_up.settled)) == (None, 1), "where nothing is left nothing expires"
    old = counted(EMPTY, EMPTY._replace(quantity=1.0, expires_on=date(2020, 1, 1)), NOW, china())
    assert (old.values["expiry_due_at"], old.values["attend_at"]) == (NOW, NOW), "expired when it came: so from now on"


@pytest.mark.parametrize(
    ("attend_at", "expected"),
    [
        (None, None),  # the sweep has seen it, its case has it
        (at("2026-07-03"), None),
        (at("2026-07-01"), at("2026-07-01")),  # nobody has looked yet: it is not lost
    ],
)
def test_what_is_due_is_looked_at_once(attend_at: datetime | None, expected: datetime | None) -> None:
    due_at = at("2026-07-01")
    kept = EMPTY._replace(quantity=1.0, expires_on=date(2026, 6, 30), expiry_due_at=due_at, attend_at=attend_at)
    found = counted(kept, kept._replace(quantity=2.0), at("2026-07-02"), china())
    assert (found.values["attend_at"], found.settled) == (expected, ())


amounts = st.integers(0, 4).map(float)
stretches = st.none() | st.dates(date(2026, 2, 1), date(2026, 4, 30))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(amounts, amounts, stretches, st.integers(0, 200)), min_size=1, max_size=8))
def test_every_count_leaves_what_is_owed_and_nothing_else(counts: list[tuple[float, float, date | None, int]]) -> None:
    """After any row of counts: short exactly where too little is there, expiring exactly where something lasts."""
    item, now = EMPTY, NOW
    begun: set[str] = set()
    for quantity, minimum, expires_on, hours in counts:
        now += timedelta(hours=hours, seconds=1)
        begun |= {one.subject for one in stores.owed_of(item) if one.due_at <= now}
        found = counted(item, item._replace(quantity=quantity, minimum=minimum, expires_on=expires_on), now, china())
        had = {one.subject for one in stores.owed_of(item)}
        item = item._replace(**{name: found.values[name] for name in ItemFacts._fields if name in found.values})
        has = {one.subject for one in stores.owed_of(item)}
        assert (item.short_since_at is not None) == (quantity < minimum)
        assert (item.expiry_due_at is not None) == (expires_on is not None and quantity > 0)
        assert set(found.settled) == had - has
        assert not (has - had) & begun, "of what had its case once, nothing is owed again under the same name"


# -- teams and projects ------------------------------------------------------------------------------------------------


def test_gaps_are_the_roles_that_nobody_holds_on_the_day() -> None:
    def member(unit: str, role: str, from_on: date, until_on: date | None = None) -> SimpleNamespace:
        return SimpleNamespace(unit=unit, role=role, from_on=from_on, until_on=until_on)

    on = date(2026, 3, 2)
    members = [
        member("v1", "信息员", date(2020, 1, 1)),
        member("v1", "联络员", date(2020, 1, 1), date(2026, 3, 1)),
        member("v2", "信息员", date(2026, 3, 3)),
        member("v2", "联络员", on, on),
    ]
    assert teams.gaps(["v1", "v2"], ["信息员", "联络员"], members, on) == [("v1", "联络员"), ("v2", "信息员")]


@pytest.mark.parametrize(
    ("wanted", "states", "expected"),
    [
        ([], {}, (False, False, ())),  # no rule is no leave to begin
        (["a"], {}, (False, True, ("a",))),  # not yet planned
        (["a"], {"a": "open"}, (False, True, ("a",))),
        (["a"], {"a": "missed"}, (False, True, ("a",))),
        (["a"], {"a": "cancelled"}, (False, False, ())),
        (["a", "b"], {"a": "submitted", "b": "open"}, (False, True, ("b",))),
        (["a", "b"], {"a": "submitted", "b": "accepted"}, (True, True, ())),
        (["a", "b"], {"a": "submitted", "b": "cancelled"}, (True, True, ())),
    ],
)
def test_the_gate(wanted: list[str], states: dict[str, str], expected: tuple[bool, bool, tuple[str, ...]]) -> None:
    assert projects.gate(wanted, states) == expected
