"""Laws of the engine on small rosters with every rule: rules kept, figures honest, same plan twice, brute force."""

from hypothesis import HealthCheck, assume, given, settings

from service.roster import Plan, Problem, solve
from service.roster.judge import judge
from tests.roster.by_hand import MOST_PLANS, allowed, count_plans, every_plan
from tests.roster.puzzles import puzzles

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def _without_time(plan: Plan) -> dict[str, object]:
    return {key: value for key, value in plan.as_json().items() if key != "seconds"}


@LAWS
@given(puzzles(most_people=5, most_days=9))
def test_rules_are_kept_and_figures_are_honest(problem: Problem) -> None:
    plan = solve(problem, workers=1)
    verdict = judge(problem, plan.assignments)
    assert all(breach.by_hand for breach in verdict.broken), verdict.broken
    assert verdict.objective == plan.objective
    assert plan.bound <= plan.objective
    assert plan.spread == verdict.spread
    assert len(plan.vacancies) == sum(verdict.empty.values())
    assert (plan.status == "infeasible") == bool(plan.vacancies)
    assert plan.status != "optimal" or plan.bound == plan.objective


@LAWS
@given(puzzles(most_people=5, most_days=9))
def test_same_seed_same_plan(problem: Problem) -> None:
    first, second = solve(problem, workers=2), solve(problem, workers=2)
    assert _without_time(first) == _without_time(second)


@settings(LAWS, max_examples=300)
@given(puzzles())
def test_brute_force_agrees(problem: Problem) -> None:
    assume(count_plans(problem) <= MOST_PLANS)
    plan = solve(problem, workers=1)
    values = [v.objective for p in every_plan(problem) if (v := allowed(problem, p)) is not None and not v.empty]
    if values:
        assert plan.status == "optimal"
        assert plan.objective == min(values)
    else:
        assert plan.status == "infeasible"


@settings(LAWS, max_examples=100)
@given(puzzles(most_days=4))
def test_vacancies_are_the_fewest_and_the_plan_the_best_with_them(problem: Problem) -> None:
    assume(count_plans(problem, vacant=True) <= MOST_PLANS)
    plan = solve(problem, workers=1)
    if plan.status != "infeasible":
        return
    found = [
        (sum(v.empty.values()), v.objective)
        for p in every_plan(problem, vacant=True)
        if (v := allowed(problem, p)) is not None
    ]
    assert (len(plan.vacancies), plan.objective) == min(found)
