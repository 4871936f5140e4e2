"""What is owed by an instant: told ahead, missed once, and the same end for whoever sleeps as for whoever ticks."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import PlanDocument
from service.rules.owed import Attended, Owed, OwedFacts, attend, first_look, next_look, stamp
from tests.rules.plans import at

DAY = timedelta(days=1)
DUE = at("2026-03-10")
ONE = Owed("document", "plan:v1:flood:revision:1", DUE, 3 * DAY)
OTHER = Owed("stock", "store:v1:1:short:1", DUE + 5 * DAY, DAY)


def row(attend_at: datetime, *owed: Owed, people: tuple[str, ...] = ("keeper",)) -> OwedFacts:
    return OwedFacts(PlanDocument, "plan:v1:flood", 4, "v1", "预案", None, people, owed, attend_at)


def told(found: Attended | None) -> list[tuple[str, str, datetime]]:
    assert found is not None
    return [(one.kind, one.recipient, one.owed_at) for one in found.step.tell]


def test_it_is_told_ahead_and_then_missed() -> None:
    soon = attend(row(DUE - 3 * DAY, ONE), DUE - 2 * DAY)
    assert told(soon) == [("document_due_soon", "keeper", DUE - 3 * DAY)]
    assert soon is not None
    assert (soon.step.act, soon.step.expects, soon.step.values) == ("due_soon", 4, {"attend_at": DUE})
    assert soon.missed == ()
    late = attend(row(DUE, ONE), DUE + DAY)
    assert late is not None
    assert (late.step.act, late.step.values, late.missed, late.step.tell) == (
        "overdue",
        {"attend_at": None},
        (ONE,),
        (),
    )


def test_before_its_time_nothing_is_owed() -> None:
    assert attend(row(DUE - 3 * DAY, ONE), DUE - 4 * DAY) is None


def test_a_look_that_finds_nothing_moves_on() -> None:
    found = attend(row(DUE - 2 * DAY), DUE - 2 * DAY)
    assert found is not None
    assert (found.step.act, found.step.values, found.missed) == ("looked at", {"attend_at": None}, ())


def test_a_sleeper_hears_the_outcome_of_one_thing_and_the_warning_of_another() -> None:
    found = attend(row(DUE - 3 * DAY, ONE, OTHER), DUE + 4 * DAY)
    assert told(found) == [("stock_due_soon", "keeper", DUE + 4 * DAY)]
    assert found is not None
    assert found.missed == (ONE,)
    assert found.step.values == {"attend_at": DUE + 5 * DAY}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (DUE - 4 * DAY, DUE - 3 * DAY),
        (DUE - 3 * DAY, DUE),  # who writes it down knows it
        (DUE, DUE),  # what is due already is looked at at once
        (DUE + DAY, DUE),
    ],
)
def test_the_first_look(now: datetime, expected: datetime) -> None:
    assert first_look([ONE], now) == expected
    assert first_look([], now) is None


def test_an_instant_in_a_key_is_in_utc() -> None:
    assert stamp(at("2026-03-10 08:00")) == "20260310T000000"


hours = st.integers(-30, 60).map(lambda n: DUE + timedelta(hours=7 * n))
things = st.builds(
    lambda due, before, n: Owed("document", f"s{n}", due, timedelta(hours=before)),
    hours,
    st.integers(0, 200),
    st.integers(0, 9),
)


def live(owed: list[Owed], began: datetime, looks: list[datetime]) -> tuple[datetime | None, set[str], set[str]]:
    """Where looking at these instants ends: the next look, the subjects that were missed, what was told."""
    attend_at, missed, heard = first_look(owed, began), set[str](), set[str]()
    for now in looks:
        if attend_at is None:
            break
        found = attend(row(attend_at, *owed), now)
        if found:
            assert not missed & {one.subject for one in found.missed}, "nothing is missed twice"
            missed |= {one.subject for one in found.missed}
            heard |= {f"{one.kind}{one.nth}{one.owed_at}" for one in found.step.tell}
            attend_at = found.step.values["attend_at"]
    return attend_at, missed, heard


@settings(deadline=None, max_examples=400)
@given(st.lists(things, max_size=3, unique_by=lambda one: one.subject), hours, st.lists(hours, max_size=20), hours)
def test_sleep_is_ticks(owed: list[Owed], began: datetime, looks: list[datetime], last: datetime) -> None:
    ticks = sorted(look for look in looks if began <= look <= last)
    ticked = live(owed, began, [*ticks, last])
    slept = live(owed, began, [last])
    assert ticked[:2] == slept[:2]
    assert slept[2] <= ticked[2]
    if last >= began:
        assert slept[1] == {one.subject for one in owed if one.due_at <= last}


@settings(deadline=None, max_examples=300)
@given(st.lists(things, max_size=3, unique_by=lambda one: one.subject), hours)
def test_it_settles(owed: list[Owed], now: datetime) -> None:
    attend_at, _, _ = live(owed, now - timedelta(days=30), [now])
    assert attend_at is None or attend_at > now or attend(row(attend_at, *owed), now) is None
    assert next_look(owed, now) is None or next_look(owed, now) > now  # type: ignore[operator]
