"""Every plan of a small roster tried in turn, judged by the judge: slow, and beyond doubt."""

from collections.abc import Iterator
from itertools import combinations, product

from service.roster.judge import Verdict, broken_rules, judge
from service.roster.plan import Assignment
from service.roster.problem import Problem

MOST_PLANS = 1_500


def every_plan(problem: Problem, *, vacant: bool = False) -> Iterator[list[Assignment]]:
    """Every way to fill the seats, fixed people standing; with `vacant` also every way to leave some empty."""
    seats = []
    for role in problem.roles:
        for day in problem.days:
            for watch in problem.watches:
                fixed = [f.person for f in problem.fixed if (f.on, f.watch, f.role) == (day.on, watch.code, role.code)]
                need = max(0, role.seats(day, watch.code) - len(fixed))
                others = [member for member in role.members if member not in fixed]
                sizes = range(need + 1) if vacant else (need,)
                ways = [fixed + list(group) for size in sizes for group in combinations(others, size)]
                seats.append([[(day.on, watch.code, role.code, p) for p in way] for way in ways])
    for plan in product(*seats):
        yield [
            Assignment(on, watch, role, place + 1, person)
            for way in plan
            for place, (on, watch, role, person) in enumerate(way)
        ]


def count_plans(problem: Problem, *, vacant: bool = False) -> int:
    """How many plans `every_plan` would try, without trying them."""
    total = 1
    for role in problem.roles:
        for day in problem.days:
            for watch in problem.watches:
                need, members = role.seats(day, watch.code), len(role.members)
                sizes = range(need + 1) if vacant else (need,)
                total *= max(1, sum(len(list(combinations(range(members), size))) for size in sizes))
    return total


def allowed(problem: Problem, plan: list[Assignment]) -> Verdict | None:
    """The judge's verdict on a plan that breaks no rule of its own doing; None for the others."""
    if any(not breach.by_hand for breach in broken_rules(problem, plan)):
        return None
    return judge(problem, plan)
