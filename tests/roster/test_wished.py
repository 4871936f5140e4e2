"""What wishes cost at the least: rest holds between the watches that somebody wishes for, and it is never too high."""

from service.roster import read, solve
from service.roster.flow import Limits, cheapest_counts
from service.roster.part import parts_of
from service.roster.wished import least_wish_cost
from tests.bench.roster.towns import TOWN, town
from tests.roster.puzzles import plain


def test_nobody_is_given_two_watches_that_rest_forbids() -> None:
    document = plain(4, 8, rest_days=1)
    # a Sunday and the Monday after it: of one kind they are not, and a flow gives both
    wants = [{"on": "2023-10-08" if n else "2023-10-09", "weight": 5, "want": True} for n in (1, 0)]
    document["days"] = [
        {"date": f"2023-10-{day:02}", "class": "rest_day" if day in (7, 8) else "workday"} for day in range(5, 13)
    ]
    document["roles"][0]["members"][0] = {"code": "p0", "wishes": wants}
    (part,) = parts_of(read(document))
    limits: Limits = {scale.category: (scale.low(), scale.high()) for scale in part.scales}
    flow = cheapest_counts(part, limits)
    assert flow is not None
    assert flow[0] == -10
    assert least_wish_cost(part, limits, seconds=10, seed=0) == -5
    assert least_wish_cost(part, {}, seconds=10, seed=0) == -5


def test_it_is_a_bound_of_every_plan_that_is_as_fair() -> None:
    for seed in range(3):
        problem = read(town(62, seed, (TOWN[1],), crowding=0.7))
        (part,) = parts_of(problem)
        plan = solve(problem)
        assert plan.status == "optimal"
        spread = plan.spread["officer"]
        limits: Limits = {
            scale.category: (scale.low() - spread[name], scale.high() + spread[name])
            for scale, name in zip(part.scales, ("total", "rest_day", "holiday"), strict=True)
        }
        bound = least_wish_cost(part, limits, seconds=10, seed=0)
        taken = {(seat.person, (seat.date - problem.days[0].on).days) for seat in plan.assignments}
        turns = {
            (person, part.turns[turn].days[0]): cost
            for (person, turn), cost in zip(part.choices, part.costs, strict=True)
        }
        assert bound is not None
        assert bound <= sum(turns[one] for one in taken)
