"""Which units an activity concerns, and which of a plan's turns are owed at an instant."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.kinds import Risk
from service.rules.campaigns import (
    Occurrence,
    Standing,
    TagSpan,
    UnitFacts,
    fits,
    held_beyond,
    meets,
    next_look,
    owed_turns,
    reached,
    roused,
    task_values,
)
from service.rules.plan import OnDate, Phase, Targets
from tests.rules.plans import activity, at, china, plan, unit

LONG_AGO = date(2020, 1, 1)
MILL = unit(
    "mill",
    kind="enterprise",
    sector="dust",
    risk=Risk.orange,
    tags=(TagSpan("key", LONG_AGO), TagSpan("night", LONG_AGO)),
)
SHOP = unit("shop", kind="place", risk=Risk.yellow)
HALL = unit("town", "/town/", kind="town")
FAR = unit("far", "/townhall/far/")
EVERYONE = (MILL, SHOP, HALL, FAR)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (Targets("town"), ["mill", "shop", "town"]),  # `far` only begins alike
        (Targets("town", kinds=("enterprise",)), ["mill"]),
        (Targets("town", kinds=("enterprise", "town")), ["mill", "town"]),
        (Targets("town", sectors=("dust",)), ["mill"]),
        (Targets("town", sectors=("chemicals",)), []),
        (Targets("town", tags=("night", "winter")), ["mill"]),
        (Targets("town", tags=("winter",)), []),
        (Targets("town", min_risk=Risk.red), []),
        (Targets("town", min_risk=Risk.orange), ["mill"]),
        (Targets("town", min_risk=Risk.yellow), ["mill", "shop"]),
        (Targets("town", min_risk=Risk.blue), ["mill", "shop", "town"]),  # ungraded counts as blue
        (Targets("town", kinds=("enterprise",), sectors=("dust",), tags=("key",), min_risk=Risk.orange), ["mill"]),
        (Targets("town", kinds=("place",), sectors=("dust",)), []),
    ],
)
def test_targets(targets: Targets, expected: list[str]) -> None:
    assert [one.key for one in EVERYONE if fits(targets, "/town/", one)] == expected


def turn(opens: str = "2026-03-02", closes: str = "2026-03-05", **facts: Any) -> Occurrence:
    on = date.fromisoformat(opens[:10])
    return Occurrence(on.isoformat(), on, at(opens), at(closes), at(closes))._replace(**facts)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ["mill", "shop", "town", "far"]),
        ({"under": "/town/"}, ["mill", "shop", "town"]),
        ({"under": "/town/", "except_under": ("/town/mill/",)}, ["shop", "town"]),
        ({"except_under": ("/town/mill/", "/townhall/")}, ["shop", "town"]),
        ({"unit": "shop"}, ["shop"]),
        ({"unit": "nowhere"}, []),
    ],
)
def test_a_turn_comes_to(facts: dict[str, Any], expected: list[str]) -> None:
    assert [one.key for one in meets(turn(**facts), EVERYONE)] == expected


@pytest.mark.parametrize(
    ("closed_on", "there"),
    [(None, True), (date(2026, 3, 3), True), (date(2026, 3, 2), False), (date(2026, 3, 1), False)],
)
def test_a_unit_that_has_closed_by_then_is_left_out(closed_on: date | None, there: bool) -> None:
    closing: UnitFacts = MILL._replace(closed_on=closed_on)
    assert list(meets(turn(), [closing])) == ([closing] if there else [])


@pytest.mark.parametrize(
    ("from_on", "until_on", "there"),
    [
        (date(2026, 3, 2), None, True),
        (date(2026, 3, 3), None, False),  # put on the list the day after
        (LONG_AGO, date(2026, 3, 2), True),  # its last day counts
        (LONG_AGO, date(2026, 3, 1), False),
    ],
)
def test_a_turn_comes_to_who_stands_on_the_list_that_day(from_on: date, until_on: date | None, there: bool) -> None:
    listed = MILL._replace(tags=(TagSpan("key", from_on, until_on), TagSpan("night", LONG_AGO)))
    assert list(meets(turn(), [listed], ("key", "winter"))) == ([listed] if there else [])
    assert list(meets(turn(), [listed], ("night",))) == [listed]
    assert list(meets(turn(), [listed])) == [listed]


def test_a_task_is_of_the_phase_in_which_it_opens() -> None:
    phases = (Phase("first", date(2026, 1, 1), date(2026, 3, 1)), Phase("then", date(2026, 3, 3), date(2026, 12, 31)))
    whole = plan(phases=phases)
    one = activity(OnDate(date(2026, 3, 2)), key="once")
    named = {
        on: task_values(whole, one, turn(on), china())["phase"] for on in ("2026-03-01", "2026-03-02", "2026-03-03")
    }
    assert named == {"2026-03-01": "first", "2026-03-02": "", "2026-03-03": "then"}
    values = task_values(whole, one, turn(), china())
    assert (values["campaign"], values["activity"], values["kind"]) == ("drive", "drive:once", "inspection")
    assert (values["planned_on"], values["opens_at"]) == (date(2026, 3, 2), at("2026-03-02"))


# Four turns: one over by 10 March, one open, one within the horizon of 20 March, one beyond it.
OVER, OPEN = turn("2026-03-02", "2026-03-05"), turn("2026-03-09", "2026-03-12")
SOON, LATER = turn("2026-03-16", "2026-03-19"), turn("2026-03-23", "2026-03-26")
ALL = [OVER, OPEN, SOON, LATER]
NOW, UNTIL = at("2026-03-10"), at("2026-03-20")


@pytest.mark.parametrize(
    ("since", "stale", "expected"),
    [
        (None, True, [OPEN, SOON]),  # new: what is over already is nobody's fault
        (None, False, [OPEN, SOON]),
        ("2026-03-01", False, [OVER, OPEN, SOON]),  # slept: owed although it is over, and so missed
        ("2026-03-02", False, [OPEN, SOON]),
        ("2026-03-16", False, []),
        ("2026-03-16", True, [OPEN, SOON]),
        ("2026-03-01", True, [OVER, OPEN, SOON]),
    ],
)
def test_which_turns_are_owed(since: str | None, stale: bool, expected: list[Occurrence]) -> None:
    reached_before = at(since) if since else None
    assert owed_turns(ALL, since=reached_before, until=UNTIL, as_of=NOW, stale=stale) == expected


def test_a_window_that_ends_just_now_has_passed() -> None:
    assert owed_turns([OVER], since=None, until=UNTIL, as_of=OVER.closes_at, stale=True) == []
    before = OVER.closes_at - timedelta(microseconds=1)
    assert owed_turns([OVER], since=None, until=UNTIL, as_of=before, stale=True) == [OVER]


def test_the_next_look_is_as_the_next_turn_comes_within_the_horizon() -> None:
    ahead = timedelta(days=10)
    assert next_look(ALL, until=UNTIL, ahead=ahead) == at("2026-03-13")
    assert next_look(ALL, until=LATER.opens_at, ahead=ahead) is None
    assert next_look([], until=UNTIL, ahead=ahead) is None


def test_planning_reaches_to_the_last_turn_it_made() -> None:
    assert reached(ALL, until=UNTIL, since=at("2026-01-01")) == SOON.opens_at
    assert reached(ALL, until=UNTIL, since=at("2026-03-18")) == at("2026-03-18")
    assert reached([], until=UNTIL, since=at("2026-01-01")) == at("2026-01-01")


def test_a_turn_that_was_planned_and_then_moved_out_of_reach_is_held() -> None:
    def task(of: Occurrence) -> Standing:
        return Standing("t", 1, "planned", "", of.opens_at, of.due_at, of.closes_at, of.planned_on)

    assert held_beyond(ALL, [task(SOON), task(LATER)], until=UNTIL) == [LATER]
    assert held_beyond(ALL, [task(SOON)], until=UNTIL) == []
    moved = LATER._replace(planned_on=SOON.planned_on)
    assert held_beyond([moved], [task(SOON)], until=UNTIL) == [moved]


@pytest.mark.parametrize(
    ("stale", "attend", "reached", "expected"),
    [
        # as usual: looked at when it was time, next look ahead: all until now has been planned
        (False, "2026-03-20", "2026-03-02", ("2026-03-10", "2026-03-10")),
        (False, None, "2026-03-02", ("2026-03-10", "2026-03-10")),
        (False, "2026-03-20", "2026-04-30", ("2026-03-10", "2026-04-30")),
        (False, "2026-03-20", None, ("2026-03-10", None)),
        # nobody has looked since 5 March: only until then has it been planned
        (False, "2026-03-05", "2026-03-02", ("2026-03-10", "2026-03-05")),
        # nor since it went stale then: that change is still to be looked at
        (True, "2026-03-05", "2026-03-02", ("2026-03-05", "2026-03-05")),
        (True, None, "2026-03-02", ("2026-03-10", "2026-03-10")),
        (True, "2026-03-20", "2026-03-02", ("2026-03-10", "2026-03-10")),
    ],
)
def test_what_a_change_leaves_to_be_planned(
    stale: bool, attend: str | None, reached: str | None, expected: tuple[str, str | None]
) -> None:
    values = roused(
        NOW, stale=stale, attend_at=at(attend) if attend else None, planned_until_at=at(reached) if reached else None
    )
    attend_at, until = expected
    assert values == {"stale": True, "attend_at": at(attend_at), "planned_until_at": at(until) if until else None}
