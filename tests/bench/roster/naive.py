"""How rosters are made without an engine: a fixed rotation with overrides, and a turn queue."""

from collections import deque
from collections.abc import Sequence
from datetime import date

from service.roster.plan import Assignment
from service.roster.problem import Problem, Role


def fixed_rotation(problem: Problem) -> list[Assignment]:
    """The list goes round by the calendar; who is on leave is stood in for by the next on the list who is not."""
    plan = []
    for role in problem.roles:
        position = 0
        for day in problem.days:
            for watch in problem.watches:
                seats = role.seats(day, watch.code)
                present = [_present(problem, role, position + step, day.on, watch.code) for step in range(seats)]
                taken: list[str] = []
                for step, person in enumerate(present):
                    shunned = [*taken, *present]
                    stand_in = person or _next_free(problem, role, position + step, day.on, watch.code, shunned)
                    if stand_in and stand_in not in taken:
                        taken.append(stand_in)
                position += seats
                plan += [Assignment(day.on, watch.code, role.code, i + 1, p) for i, p in enumerate(taken)]
    return plan


def turn_queue(problem: Problem) -> list[Assignment]:
    """Whoever waited longest serves, if present and rested; who is not keeps their place at the head of the queue."""
    plan = []
    for role in problem.roles:
        queue, last = deque(role.members), dict.fromkeys(role.members, -1000)
        for number, day in enumerate(problem.days):
            for watch in problem.watches:
                for place in range(role.seats(day, watch.code)):
                    ready = [p for p in queue if _may(problem, p, day.on, watch.code) and last[p] != number]
                    rested = [p for p in ready if number - last[p] > role.rest_days]
                    if not (rested or ready):
                        continue
                    person = (rested or ready)[0]
                    queue.remove(person)
                    queue.append(person)
                    last[person] = number
                    plan.append(Assignment(day.on, watch.code, role.code, place + 1, person))
    return plan


def _present(problem: Problem, role: Role, position: int, on: date, watch: str) -> str | None:
    person = role.members[position % len(role.members)]
    return person if _may(problem, person, on, watch) else None


def _next_free(
    problem: Problem, role: Role, position: int, on: date, watch: str, taken: Sequence[str | None]
) -> str | None:
    order = [role.members[(position + step) % len(role.members)] for step in range(1, len(role.members))]
    return next((p for p in order if p not in taken and _may(problem, p, on, watch)), None)


def _may(problem: Problem, code: str, on: date, watch: str) -> bool:
    person = problem.people[code]
    return person.available(on, watch) and person.away(on) is None
