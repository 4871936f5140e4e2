"""What fairness means, on examples small enough to check by eye."""

from typing import Any

import pytest

from service.roster import Progress, read, solve
from service.roster.fairness import level_kept, level_reached, spread, starting_levels
from tests.roster.puzzles import dates, plain


def test_without_leave_or_past_it_is_most_watches_less_fewest() -> None:
    plan = solve(read(plain(3, 10)))
    counts = sorted(sum(a.person == p for a in plan.assignments) for p in ("p0", "p1", "p2"))
    assert counts == [3, 3, 4]
    assert plan.spread["officer"] == {"total": 1, "rest_day": 0, "holiday": 0}
    assert (plan.objective, plan.bound, plan.status) == (10, 10, "optimal")


def test_a_quarter_away_is_a_quarter_excused() -> None:
    document = plain(4, 120)
    document["roles"][0]["members"][0] = {"code": "p0", "leave": [{"from": dates(1)[0], "to": dates(30)[-1]}]}
    starts = starting_levels(read(document))["officer", "total"]
    assert starts == {"p0": 8, "p1": 0, "p2": 0, "p3": 0}
    plan = solve(read(document))
    assert plan.spread["officer"]["total"] == 0
    assert sum(a.person == "p0" for a in plan.assignments) == 24


def test_past_service_is_counted_and_carried_on() -> None:
    document = plain(2, 6)
    document["roles"][0]["members"] = [{"code": "a", "served": {"total": 4}}, {"code": "b", "served": {"total": 0}}]
    plan = solve(read(document))
    assert sum(a.person == "b" for a in plan.assignments) == 5
    assert plan.levels["officer"]["total"] == {"a": 5, "b": 5}


def test_a_newcomer_starts_level_with_the_others() -> None:
    document = plain(3, 6)
    document["roles"][0]["members"] = [
        {"code": "a", "served": {"total": 40}}, {"code": "b", "served": {"total": 42}}, "newcomer",
    ]  # fmt: skip
    assert starting_levels(read(document))["officer", "total"]["newcomer"] == 41


def test_a_start_beyond_reach_does_not_hide_the_rest() -> None:
    document = plain(3, 4)
    served = {"a": 50, "b": 0, "c": 0}
    document["roles"][0]["members"] = [{"code": p, "served": {"total": n}} for p, n in served.items()]
    plan = solve(read(document))
    assert sorted(a.person for a in plan.assignments) == ["b", "b", "c", "c"]
    assert plan.spread["officer"]["total"] == 0
    assert plan.levels["officer"]["total"]["a"] == 50


def test_who_serves_no_weekend_is_not_behind_on_weekends() -> None:
    document: dict[str, Any] = plain(3, 14)
    for i in (1, 2, 8, 9):
        document["days"][i]["class"] = "rest_day"
    document["roles"][0]["members"][0] = {"code": "p0", "available": {"weekdays": [1, 2, 3, 4, 5]}}
    plan = solve(read(document))
    assert plan.spread["officer"] == {"total": 0, "rest_day": 0, "holiday": 0}


@pytest.mark.parametrize(
    ("starts", "watches", "rooms", "high", "low"),
    [
        ([0, 0, 0], 7, None, 3, 2),
        ([0, 0, 0], 6, None, 2, 2),
        ([5, 0, 0], 4, None, 2, 2),
        ([0, 0, 0], 6, [1, 9, 9], 3, 1),
        ([2, 1, 0], 0, None, 0, 0),
        ([3], 2, [2], 5, 5),
    ],
)
def test_pigeonholes(starts: list[int], watches: int, rooms: list[int] | None, high: int, low: int) -> None:
    assert level_reached(starts, watches, rooms) == high
    assert level_kept(starts, watches, rooms) == low


def test_nobody_measured_is_no_spread() -> None:
    assert spread([]) == 0


def test_progress_is_told_and_closes_the_gap() -> None:
    told: list[Progress] = []
    plan = solve(read(plain(5, 31, rest_days=2)), on_progress=told.append)
    assert told[-1].objective == told[-1].bound == plan.objective
    assert told[-1].gap == 0


def test_fixed_seats_stand_even_where_they_break_a_rule() -> None:
    document = plain(3, 5, rest_days=1)
    document["fixed"] = [
        {"date": on, "role": "officer", "person": "p0", "place": 1} for on in dates(2)
    ]  # fmt: skip
    plan = solve(read(document))
    assert [a.person for a in plan.assignments[:2]] == ["p0", "p0"]
    assert [(b.rule, b.by_hand) for b in plan.violations] == [("rest", True)]
    assert plan.status == "optimal"


def test_blocks_are_served_as_one() -> None:
    document = plain(4, 31, rest_days=2, blocks=[[5, 6, 7]])
    plan = solve(read(document))
    served = {a.date: a.person for a in plan.assignments}
    fridays = [on for on in served if on.isoweekday() == 5 and (on.toordinal() + 2) <= max(served).toordinal()]
    assert plan.status == "optimal"
    assert len(fridays) == 5
    for friday in fridays:
        assert len({served[on] for on in served if 0 <= (on - friday).days < 3}) == 1


def test_a_novice_serves_beside_a_senior_only() -> None:
    document = plain(5, 12, need=2, rest_days=1)
    document["pairs"] = {"with": [{"who": "p0", "with": ["p1", "p2"]}], "apart": [["p3", "p4"]]}
    plan = solve(read(document))
    watches: dict[Any, set[str]] = {}
    for seat in plan.assignments:
        watches.setdefault(seat.date, set()).add(seat.person)
    assert plan.status == "optimal"
    assert any("p0" in people for people in watches.values())
    assert all(people & {"p1", "p2"} for people in watches.values() if "p0" in people)
    assert not any({"p3", "p4"} <= people for people in watches.values())
