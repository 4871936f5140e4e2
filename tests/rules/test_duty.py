"""Duty rules: what a version changes in watches that stand, whom it concerns, what time brings, and what is drawn."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import WatchState
from service.rules.duty import Seat, Version, differing, publishing
from service.rules.steps import Step
from service.rules.watches import (
    CHECK_IN_WITHIN,
    WatchFacts,
    advance,
    drawn,
    first_look,
    handed,
    kept_at,
    moment_in,
    taken_off,
    vacated,
)  # fmt: skip

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
VERSION = Version("night", "值班", "town", 2)
PEOPLE = st.sampled_from([None, "a", "b", "c"])


def seat(n: int, person: str | None, role: str = "officer", *, by_hand: bool = False) -> Seat:
    starts_at = NOW + n * DAY
    return Seat(
        f"night:{n}:{role}", date(2026, 11, 23) + n * DAY, "watch", role, 1, starts_at, starts_at + DAY, person, by_hand
    )


def standing(one: Seat, person: str | None, state: str = "", served_by: str | None = None) -> WatchFacts:
    known = state or (WatchState.published if person else WatchState.vacant)
    return WatchFacts(
        one.key, 3, "town", one.on, one.watch, one.role, one.place, one.starts_at, one.ends_at, person,
        served_by or person, known, 4, one.starts_at - DAY,
    )  # fmt: skip


def told(steps: list[Step]) -> set[tuple[str, str]]:
    return {(one.kind, one.recipient) for step in steps for one in step.tell}


def test_two_who_change_places_are_moved_and_nobody_else_hears() -> None:
    was = {one.key: one for one in (standing(seat(n, ""), who) for n, who in enumerate(("a", "b", "c"), 1))}
    steps = publishing([seat(1, "b"), seat(2, "a"), seat(3, "c")], was, VERSION, now=NOW)
    assert told(steps) == {("duty_moved", "a"), ("duty_moved", "b")}
    assert [(step.key, step.values["sequence"]) for step in steps] == [("night:1:officer", 5), ("night:2:officer", 5)]


def test_who_gives_up_two_and_takes_one_is_moved_and_freed() -> None:
    was = {one.key: one for one in (standing(seat(n, ""), who) for n, who in enumerate(("a", "a", "b"), 1))}
    steps = publishing([seat(1, "b"), seat(2, "b"), seat(3, "a")], was, VERSION, now=NOW)
    assert {("duty_moved", "a"), ("duty_freed", "a")} <= told(steps)


def test_one_freed_one_assigned_and_a_vacancy() -> None:
    was = {one.key: one for one in (standing(seat(1, ""), "a"), standing(seat(2, ""), "b"))}
    steps = publishing([seat(1, "c"), seat(2, None)], was, VERSION, now=NOW)
    assert told(steps) == {("duty_freed", "a"), ("duty_assigned", "c"), ("duty_freed", "b")}
    assert [step.values["state"] for step in steps] == [WatchState.published, WatchState.vacant]
    assert steps[1].values["attend_at"] is None


def test_a_watch_at_another_hour_moves_its_own_person() -> None:
    was = standing(seat(1, "a"), "a", served_by="b")
    later = seat(1, "a")._replace(starts_at=NOW + 2 * DAY)
    (step,) = publishing([later], {was.key: was}, VERSION, now=NOW)
    assert told([step]) == {("duty_moved", "b")}
    assert (step.values["turn_of"], step.values["served_by"]) == ("a", "b")


@pytest.mark.parametrize(
    ("state", "served_by", "by_hand", "moves"),
    [
        (WatchState.published, "a", False, True),
        (WatchState.vacant, None, False, True),
        (WatchState.confirmed, "a", False, False),
        (WatchState.published, "b", False, False),
        (WatchState.confirmed, "a", True, True),
    ],
)
def test_what_people_changed_stands_unless_edited_by_hand(
    state: str, served_by: str | None, by_hand: bool, moves: bool
) -> None:
    turn_of = None if served_by is None else "a"
    was = standing(seat(1, ""), turn_of, state, served_by)
    assert bool(differing([seat(1, "c", by_hand=by_hand)], {was.key: was}, NOW)) is moves


@given(st.lists(st.tuples(PEOPLE, PEOPLE, st.booleans()), max_size=6), st.integers(-3, 6))
def test_publishing_law(plan: list[tuple[str | None, str | None, bool]], begun: int) -> None:
    """Nothing that has begun changes; everybody told has a changed watch; published again, nothing is owed."""
    now = NOW + begun * DAY
    seats = [seat(n, after) for n, (_, after, _) in enumerate(plan)]
    was = {one.key: standing(one, before) for one, (before, _, stood) in zip(seats, plan, strict=True) if stood}
    steps = publishing(seats, was, VERSION, now=now)
    by_key = {one.key: one for one in seats}
    assert all(by_key[step.key].starts_at > now for step in steps)
    for step in steps:
        concerned = {step.values["served_by"], was[step.key].served_by if step.key in was else None}
        assert {one.recipient for one in step.tell} <= concerned
        assert len({(one.kind, one.recipient, one.nth) for one in step.tell}) == len(step.tell)
    after = dict(was)
    for step in steps:
        one = by_key[step.key]
        after[step.key] = standing(one, step.values["served_by"])
    assert publishing(seats, after, VERSION, now=now) == []


def test_a_seat_that_is_gone_calls_its_watch_off() -> None:
    was = standing(seat(1, ""), "a")
    (step,) = publishing([], {was.key: was}, VERSION, now=NOW)
    assert (step.values["state"], told([step])) == (WatchState.cancelled, {("duty_freed", "a")})
    assert publishing([], {was.key: was._replace(state=WatchState.cancelled)}, VERSION, now=NOW) == []
    (back,) = publishing([seat(1, "a")], {was.key: was._replace(state=WatchState.cancelled)}, VERSION, now=NOW)
    assert (back.values["state"], told([back])) == (WatchState.published, {("duty_assigned", "a")})


def test_a_watch_names_the_version_it_comes_from_and_one_called_off_for_good_says_why() -> None:
    was = standing(seat(1, ""), "a")
    later = seat(1, "a")._replace(ends_at=was.ends_at + DAY)
    steps = publishing([seat(0, "a"), later], {was.key: was}, VERSION, now=NOW - DAY)
    assert [(step.act, step.reason) for step in steps] == [("published", "night:2"), ("times changed", "night:2")]
    (gone,) = publishing([], {was.key: was}, VERSION._replace(number=0, reason="并岗"), now=NOW)
    assert (gone.act, gone.reason) == ("cancelled", "并岗")


def test_a_vacant_seat_that_is_gone_is_told_to_nobody() -> None:
    was = standing(seat(1, ""), None)
    assert told(publishing([], {was.key: was}, VERSION, now=NOW)) == set()


def test_time_reminds_then_finds_nobody_there_and_tells_the_leader() -> None:
    watch = standing(seat(2, "a"), "a")._replace(attend_at=NOW + DAY)
    assert advance(watch, NOW, "值班") is None
    reminded = advance(watch, NOW + DAY, "值班")
    assert reminded is not None
    assert told([reminded]) == {("duty_soon", "a")}
    late_at = watch.starts_at + CHECK_IN_WITHIN
    assert reminded.values == {"attend_at": late_at}
    absent = advance(watch._replace(attend_at=late_at), late_at, "值班", ["boss"])
    assert absent is not None
    (heard,) = absent.tell
    assert (heard.kind, heard.recipient, heard.urgent, heard.owed_at) == ("duty_absent", "boss", True, late_at)
    assert (absent.values["state"], absent.values["attend_at"]) == (WatchState.absent, None)
    slept = advance(watch, NOW + 9 * DAY, "值班", ["boss"])
    assert slept == absent


def test_time_asks_for_the_hand_over_once() -> None:
    watch = standing(seat(0, "a"), "a", WatchState.on_duty)._replace(attend_at=NOW + DAY)
    assert advance(watch, NOW + DAY, "值班") is None
    asked = advance(watch, NOW + 2 * DAY, "值班")
    assert asked is not None
    assert told([asked]) == {("duty_handover_due", "a")}
    assert asked.values == {"attend_at": None}


def test_a_watch_given_out_late_is_looked_at_when_it_begins() -> None:
    starts_at = NOW + timedelta(hours=3)
    assert first_look(starts_at, NOW) == starts_at + CHECK_IN_WITHIN
    assert first_look(NOW + 2 * DAY, NOW) == NOW + DAY


def test_whoever_is_taken_off_a_roster_hears_of_it_and_so_do_those_who_look_for_another() -> None:
    watch = standing(seat(1, "a"), "a")
    step = taken_off(watch, "值班", now=NOW, why="off", by="c", heard=["c", "d"])
    assert (step.values["served_by"], step.values["turn_of"], step.reason) == (None, None, "off")
    told = {(one.kind, one.recipient): one.facts for one in step.tell}
    assert sorted(told) == [("duty_freed", "a"), ("duty_gap", "c"), ("duty_gap", "d")]
    assert "reason" not in told["duty_freed", "a"]
    own = taken_off(watch, "值班", now=NOW, why="off", by="a", heard=[])
    assert own.tell == ()


def test_a_change_of_what_is_upon_us_does_not_wait_for_the_morning() -> None:
    soon, later = seat(0, "a"), seat(1, "a")
    soon = soon._replace(starts_at=NOW + 11 * HOUR, ends_at=NOW + 35 * HOUR)
    for one, urgent in ((soon, True), (later, False)):
        steps = [
            handed(standing(one, "a"), "b", "值班", now=NOW, by="c", act="substituted"),
            vacated(standing(one, "a"), "值班", now=NOW, why="absence", by="c", heard=["c"]),
            *publishing([one._replace(person="b")], {one.key: standing(one, "a")}, VERSION, now=NOW),
            *publishing([one], {one.key: standing(one, "a")._replace(starts_at=NOW + HOUR)}, VERSION, now=NOW),
        ]
        assert {(telling.kind, telling.urgent) for step in steps for telling in step.tell} == {
            (kind, urgent) for kind in ("duty_assigned", "duty_freed", "duty_gap", "duty_moved")
        }
    begun = handed(standing(soon, "a"), "b", "值班", now=soon.starts_at + HOUR, by="c", act="taken")
    assert {one.urgent for one in begun.tell} == {False}


@given(st.sets(st.text("abcdef", min_size=1, max_size=3)), st.integers(0, 9), st.integers(0, 9))
def test_the_draw_law(keys: set[str], seed: int, count: int) -> None:
    """The same seed draws the same, in whatever order the keys come, and never more than there are."""
    found = drawn(keys, seed=seed, count=count)
    assert found == drawn(sorted(keys, reverse=True), seed=seed, count=count)
    assert len(found) == len(set(found)) == min(count, len(keys))
    assert set(found) <= keys


@given(st.integers(1, 72), st.integers(0, 99))
def test_a_check_falls_inside_its_watch(hours: int, seed: int) -> None:
    ends_at = NOW + timedelta(hours=hours)
    at = moment_in(NOW, ends_at, seed=seed, key="k")
    assert NOW < at < ends_at
    assert at == moment_in(NOW, ends_at, seed=seed, key="k")


KEPT = SimpleNamespace(
    served_by="a", state=WatchState.absent, starts_at=NOW, ends_at=NOW + DAY, cancelled_at=None, checked_in_at=None,
    handed_over_at=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "hours", "expected"),
    [
        ({}, -9, True),  # still to come
        ({}, 0.1, True),  # nobody need be there before the tenth minute
        ({}, 1, False),  # nobody came
        ({"checked_in_at": NOW + 2 * HOUR}, 1, False),  # came later
        ({"checked_in_at": NOW}, 1, True),
        ({"checked_in_at": NOW, "handed_over_at": NOW + 20 * HOUR}, 19, True),
        ({"checked_in_at": NOW, "handed_over_at": NOW + 20 * HOUR}, 21, False),
        ({"checked_in_at": NOW}, 24, False),  # over
        ({"served_by": None}, -9, False),
        ({"state": WatchState.cancelled, "cancelled_at": NOW - HOUR}, -0.5, False),
        ({"state": WatchState.cancelled, "cancelled_at": NOW - HOUR}, -2, True),
    ],
)
def test_a_check_could_have_fallen_on_a_watch_that_was_kept(
    facts: dict[str, object], hours: float, expected: bool
) -> None:
    assert kept_at(SimpleNamespace(**vars(KEPT) | facts), NOW + hours * HOUR) is expected
