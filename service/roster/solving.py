"""A roster planned: its parts side by side, their plans and proofs joined, what could not be met put into words."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

from service.roster.explain import contradictions_of, why_vacant
from service.roster.facts import Problem
from service.roster.found import Effort, Found
from service.roster.judge import judge
from service.roster.part import Part, parts_of, standing_cost
from service.roster.plan import Assignment, Plan, Progress, Vacancy
from service.roster.search import plan_part
from service.roster.wording import lacking


def solve(
    problem: Problem,
    *,
    seconds: float = 60.0,
    workers: int = 2,
    seed: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """The fairest plan of a roster with the bound that proves it, or the fewest vacancies and why.

    The objective is the weighted spreads of every role plus the weights of unmet wishes, a whole number; `bound` is a
    number no plan can go below, and `bound_source` says where it comes from, role by role.

    The same problem and seed give the same plan whenever the work limits (exchanges, nodes, deterministic time) end
    the search rather than `seconds`, which is only the outer guard: every solver runs single-threaded or interleaved,
    parts planned at the same time share nothing, and where two solvers run beside each other one only bounds and the
    other only plans. A plan proven optimal before the guard is therefore the same one each time.

    `workers` parts are planned at once. `on_progress` is called from working threads, one call at a time.
    """
    started = time.monotonic()
    board = _Progress(problem, started, on_progress)
    parts = parts_of(problem)
    board.expect(parts)
    efforts = [
        Effort(
            started + seconds,
            workers if len(parts) == 1 else max(1, workers // len(parts)),
            problem.seed if seed is None else seed,
            lambda found, number=number: board.heard(number, found),  # type: ignore[misc]
        )
        for number in range(len(parts))
    ]
    if workers > 1 and len(parts) > 1:
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(plan_part, parts, efforts))
    else:
        found = [plan_part(part, effort) for part, effort in zip(parts, efforts, strict=True)]
    plan = _joined(problem, parts, found)
    if plan.vacancies:
        left = max(10.0, started + seconds - time.monotonic())
        plan = replace(plan, contradictions=contradictions_of(problem, plan.vacancies, seconds=min(left, 60.0)))
    return replace(plan, seconds=time.monotonic() - started)


def _joined(problem: Problem, parts: list[Part], found: list[Found]) -> Plan:
    assignments = _seated(problem, parts, found)
    verdict = judge(problem, assignments)
    standing = standing_cost(problem)
    bound = standing + sum(result.bound or 0 for result in found)
    vacancies = tuple(_vacancies(problem, assignments, verdict.empty))
    proven = verdict.objective <= bound
    if vacancies:
        status = "infeasible" if all(r.infeasible for r in found if any(r.vacant.values())) else "unfinished"
    else:
        status = "optimal" if proven else "feasible"
    sources = [
        f"{'+'.join(problem.roles[role].code for role in part.roles)}: {result.source}"
        for part, result in zip(parts, found, strict=True)
    ]
    work: dict[str, float] = {}
    for result in found:
        for kind, amount in result.work.items():
            work[kind] = work.get(kind, 0) + amount
    return Plan(
        assignments=tuple(assignments),
        objective=verdict.objective,
        bound=bound,
        bound_source="; ".join(sources),
        gap=max(0.0, (verdict.objective - bound) / max(1, abs(verdict.objective))),
        spread=verdict.spread,
        status=status,
        seconds=0.0,
        work=work,
        levels=verdict.levels,
        violations=verdict.broken,
        vacancies=vacancies,
    )


def _seated(problem: Problem, parts: list[Part], found: list[Found]) -> list[Assignment]:
    """Assignments with their places: fixed seats keep theirs, the others fill the gaps in the members' order."""
    standing: dict[tuple[date, str, str], list[tuple[str, int | None]]] = {}
    for seat in problem.fixed:
        standing.setdefault((seat.on, seat.watch, seat.role), []).append((seat.person, seat.place))
    for part, result in zip(parts, found, strict=True):
        for choice in result.chosen or ():
            person, index = part.choices[choice]
            turn = part.turns[index]
            for day in turn.days:
                key = (problem.days[day].on, turn.watch, problem.roles[turn.role].code)
                standing.setdefault(key, []).append((person, None))
    seats = []
    for (on, watch, role), people in standing.items():
        taken = {place for _, place in people if place is not None}
        free = iter(place for place in range(1, len(people) + len(taken) + 1) if place not in taken)
        seats += [
            Assignment(on, watch, role, place if place is not None else next(free), person) for person, place in people
        ]
    return sorted(seats)


def _vacancies(
    problem: Problem, assignments: list[Assignment], empty: dict[tuple[date, str, str], int]
) -> list[Vacancy]:
    found = []
    for (on, watch, role), missing in sorted(empty.items()):
        taken = {a.place for a in assignments if (a.date, a.watch, a.role) == (on, watch, role)}
        free = [place for place in range(1, missing + len(taken) + 1) if place not in taken][:missing]
        lack = why_vacant(problem, assignments, on, watch, role)
        found += [Vacancy(on, watch, role, place, lacking(lack), lack) for place in free]
    return found


class _Progress:
    """Values and bounds of the parts as they come, summed and told."""

    def __init__(self, problem: Problem, started: float, tell: Callable[[Progress], None] | None) -> None:
        self._problem, self._started, self._tell = problem, started, tell
        self._lock = threading.Lock()
        self._values: list[int | None] = []
        self._bounds: list[int | None] = []
        self._standing = standing_cost(problem)

    def expect(self, parts: list[Part]) -> None:
        """Makes room for the parts."""
        self._values, self._bounds = [None] * len(parts), [None] * len(parts)

    def heard(self, number: int, found: Found) -> None:
        """Takes a part's news and passes the sums on."""
        if self._tell is None:
            return
        with self._lock:
            self._values[number], self._bounds[number] = found.value, found.bound
            value, bound = _sum(self._values, self._standing), _sum(self._bounds, self._standing)
            gap = None if value is None or bound is None else max(0.0, (value - bound) / max(1, abs(value)))
            self._tell(Progress(value, bound, gap, time.monotonic() - self._started, found.source))


def _sum(numbers: list[int | None], standing: int) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) + standing if len(known) == len(numbers) else None
