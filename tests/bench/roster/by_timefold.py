"""The same roster by Timefold's local search: leave and rest hard, squared counts and wishes soft. Wants Java 17.

Sums of squares stand in for the spreads: they lead to the same even counts and guide a local search better.
"""

# mypy: ignore-errors
# (Timefold is no dependency of ours, and mypy can't see what is not installed.)

from dataclasses import dataclass, field
from typing import Annotated, Any

from timefold.solver import SolverFactory
from timefold.solver.config import Duration, ScoreDirectorFactoryConfig, SolverConfig, TerminationConfig
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    Joiners,
    constraint_provider,
)

from service.roster.plan import Assignment
from service.roster.problem import Problem, Role


@dataclass
class Member:
    """A member: days away, and what each wished day costs when served."""

    code: str
    away: set[int]
    wishes: dict[int, int]


@planning_entity
@dataclass
class Seat:
    """One seat of the role on one day."""

    id: Annotated[str, PlanningId]
    day: int
    category: str
    place: int
    rest: int
    member: Annotated[Member | None, PlanningVariable] = field(default=None)


@planning_solution
@dataclass
class Table:
    """The role's whole table."""

    members: Annotated[list[Member], ProblemFactCollectionProperty, ValueRangeProvider]
    seats: Annotated[list[Seat], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore | None, PlanningScore] = field(default=None)


@constraint_provider
def rules(factory: ConstraintFactory) -> list[Constraint]:
    """Leave, rest, even counts in the three categories, wishes."""
    return [
        factory.for_each(Seat)
        .filter(lambda seat: seat.day in seat.member.away)
        .penalize(HardSoftScore.ONE_HARD)
        .as_constraint("leave"),
        factory.for_each_unique_pair(Seat, Joiners.equal(lambda seat: seat.member.code))
        .filter(lambda a, b: abs(a.day - b.day) <= a.rest)
        .penalize(HardSoftScore.ONE_HARD)
        .as_constraint("rest"),
        _even(factory, "total", 10),
        _even(factory, "rest_day", 10),
        _even(factory, "holiday", 15),
        factory.for_each(Seat)
        .filter(lambda seat: seat.member.wishes.get(seat.day, 0) > 0)
        .penalize(HardSoftScore.ONE_SOFT, lambda seat: 10 * seat.member.wishes[seat.day])
        .as_constraint("days wished off"),
        factory.for_each(Seat)
        .filter(lambda seat: seat.member.wishes.get(seat.day, 0) < 0)
        .reward(HardSoftScore.ONE_SOFT, lambda seat: -10 * seat.member.wishes[seat.day])
        .as_constraint("days wished for"),
    ]


def _even(factory: ConstraintFactory, category: str, weight: int) -> Constraint:
    return (
        factory.for_each(Seat)
        .filter(lambda seat: category in ("total", seat.category))
        .group_by(lambda seat: seat.member.code, ConstraintCollectors.count())
        .penalize(HardSoftScore.ONE_SOFT, lambda _, count: weight * count * count)
        .as_constraint(f"even {category}")
    )


def plan_by_timefold(problem: Problem, seconds: float) -> list[Assignment]:
    """The plan Timefold finds, the roles sharing the time by their seats."""
    shares = [sum(role.seats(day, problem.watches[0].code) for day in problem.days) for role in problem.roles]
    plan: list[Assignment] = []
    for role, share in zip(problem.roles, shares, strict=True):
        plan += _role_plan(problem, role, max(1.0, seconds * share / sum(shares)))
    return plan


def _role_plan(problem: Problem, role: Role, seconds: float) -> list[Assignment]:
    origin, watch = problem.days[0].on, problem.watches[0].code
    members = [
        Member(
            code,
            {n for n, day in enumerate(problem.days) if problem.people[code].away(day.on)},
            {(w.on - origin).days: -w.weight if w.want else w.weight for w in problem.people[code].wishes},
        )
        for code in role.members
    ]
    seats = [
        Seat(f"{n}.{place}", n, day.category, place, role.rest_days)
        for n, day in enumerate(problem.days)
        for place in range(1, role.seats(day, watch) + 1)
    ]
    config = SolverConfig(
        solution_class=Table,
        entity_class_list=[Seat],
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=rules),
        termination_config=TerminationConfig(spent_limit=Duration(milliseconds=round(seconds * 1000))),
    )
    solved: Any = SolverFactory.create(config).build_solver().solve(Table(members, seats))
    return [
        Assignment(problem.days[seat.day].on, watch, role.code, seat.place, seat.member.code) for seat in solved.seats
    ]
