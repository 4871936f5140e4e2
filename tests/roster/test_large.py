"""The ways kept for large parts (regrouping, relaxed bounds, CP-SAT), tried where both ways can be solved."""

import pytest

from service.roster import read, search, solve
from service.roster.judge import judge
from tests.bench.roster.towns import TOWN, Staff, town


@pytest.mark.parametrize("crowding", [0.1, 0.7])
def test_large_ways_reach_the_same_optimum(monkeypatch: pytest.MonkeyPatch, crowding: float) -> None:
    problem = read(town(62, 5, (TOWN[1],), crowding=crowding))
    usual = solve(problem)
    monkeypatch.setattr(search, "LARGE", 0)
    monkeypatch.setattr(search, "EFFORT", 4.0)
    large = solve(problem)
    assert not judge(problem, large.assignments).broken
    assert usual.status == "optimal"
    assert large.bound <= usual.objective <= large.objective
    assert large.objective - large.bound <= 0.1 * large.objective


def test_vacancies_are_found_in_large_parts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = read(town(20, 1, (Staff("driver", 4, 1, 5),)))
    usual = solve(problem)
    monkeypatch.setattr(search, "LARGE", 0)
    large = solve(problem)
    assert usual.status == large.status == "infeasible"
    assert len(usual.vacancies) == len(large.vacancies)


@pytest.mark.parametrize("keen", [False, True])
def test_a_county_is_proven_without_the_heavy_solvers(monkeypatch: pytest.MonkeyPatch, keen: bool) -> None:
    """Flows, exchanges and the bound of the wishes are enough, in the box of least levels and a step beside it."""
    document = town(183, 2, (Staff("officer", 60, 3, 3),))
    if keen:  # somebody who would rather serve on two holidays than be as well off as the others
        wants = [{"on": on, "weight": 60, "want": True} for on in ("2023-01-21", "2023-01-27")]
        document["roles"][0]["members"][0] |= {"wishes": wants, "leave": []}
    problem = read(document)
    usual = solve(problem)
    monkeypatch.setattr(search, "LARGE", 0)
    for heavy in ("bound_below", "search_plan"):
        monkeypatch.setattr(search, heavy, None)
    plan = solve(problem)
    assert not judge(problem, plan.assignments).broken
    assert (plan.status, plan.bound_source, plan.objective) == ("optimal", "officer: wishes", usual.objective)
    assert plan.spread["officer"]["holiday"] == (2 if keen else 1)


def test_time_over_at_once_still_answers() -> None:
    problem = read(town(31, 1))
    plan = solve(problem, seconds=0)
    assert plan.bound <= plan.objective
    assert all(breach.by_hand for breach in plan.violations)


def test_a_town_is_proven_and_told_alike_each_time() -> None:
    problem = read(town(92, 2))
    first, second = solve(problem), solve(problem)
    assert first.status == "optimal"
    assert first.assignments == second.assignments
    assert first.work == second.work
