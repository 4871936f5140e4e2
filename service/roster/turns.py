"""The turns of a roster: what one person takes on as a whole, and when they may take the next.

A turn is one watch, or the watches of a block (Friday to Sunday). Each occupies a stretch of minutes from its start to
the end of the rest owed after it, so two turns of one person clash exactly where their stretches overlap. That makes
the rest rule an interval graph, whose cliques are the sliding windows the models use.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from service.roster.facts import Fixed, Problem, Role, Watch

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Turn:
    """Seats of one role on one watch of one day or block: `need` people still to be found for all its days.

    `start` and `until` in minutes from the first day's midnight, `until` with the rest owed after it.
    """

    index: int
    role: int
    watch: str
    days: tuple[int, ...]
    need: int
    start: int
    until: int
    counts: tuple[int, int, int]

    @property
    def slots(self) -> tuple[tuple[int, str], ...]:
        """The (day, watch) pairs it covers."""
        return tuple((day, self.watch) for day in self.days)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time a person has already given: a fixed watch, or one served before the first day."""

    role: int
    start: int
    until: int
    day: int
    watch: str | None


def stretch_of(role: Role, watch: Watch, first: int, last: int) -> tuple[int, int]:
    """Start, and end with the rest owed, of a watch served from one day to another; one watch a day at the least."""
    end = last * DAY + watch.starts + watch.minutes
    return first * DAY + watch.starts, max(end + role.rest_minutes, (last + 1 + role.rest_days) * DAY)


def block_runs(problem: Problem, role: Role, watch: str) -> Iterator[tuple[int, ...]]:
    """Days served as one: blocks of the role, cut where the seats or the people fixed to them change; else single."""
    fixed = fixed_people(problem)
    run: list[int] = []
    position = -1
    before: object = None
    for index, day in enumerate(problem.days):
        block = next((b for b in role.blocks if day.on.isoweekday() in b), None)
        place = block.index(day.on.isoweekday()) if block else -1
        kind: object = (role.seats(day, watch), fixed.get((role.code, watch, day.on), frozenset()))
        joined = run and place > 0 and place == position + 1 and kind == before
        if run and not joined:
            yield tuple(run)
            run = []
        run.append(index)
        position, before = place, kind
    if run:
        yield tuple(run)


def fixed_people(problem: Problem) -> dict[tuple[str, str, date], frozenset[str]]:
    """People fixed by hand, by (role, watch, date)."""
    found: dict[tuple[str, str, date], set[str]] = {}
    for seat in problem.fixed:
        found.setdefault((seat.role, seat.watch, seat.on), set()).add(seat.person)
    return {key: frozenset(people) for key, people in found.items()}


def turns_of(problem: Problem) -> tuple[Turn, ...]:
    """Every turn that still needs somebody, in order of role, start and watch."""
    fixed = fixed_people(problem)
    turns: list[Turn] = []
    for number, role in enumerate(problem.roles):
        found = []
        for watch in problem.watches:
            for run in block_runs(problem, role, watch.code):
                day = problem.days[run[0]]
                need = role.seats(day, watch.code) - len(fixed.get((role.code, watch.code, day.on), ()))
                if need > 0:
                    start, until = stretch_of(role, watch, run[0], run[-1])
                    found.append((start, until, watch.code, run, need))
        for start, until, code, run, need in sorted(found):
            kinds = [problem.days[day].category for day in run]
            counts = (len(run), kinds.count("rest_day"), kinds.count("holiday"))
            turns.append(Turn(len(turns), number, code, run, need, start, until, counts))
    return tuple(turns)


def given_stretches(problem: Problem) -> dict[str, list[Stretch]]:
    """By person, the time already given: fixed watches and those served before the first day.

    A watch served before the first day without its code counts as the one that ends last.
    """
    given: dict[str, list[Stretch]] = {}
    numbers = {role.code: number for number, role in enumerate(problem.roles)}
    origin = problem.days[0].on
    for seat in problem.fixed:
        day = (seat.on - origin).days
        given.setdefault(seat.person, []).append(_stretch(problem, numbers[seat.role], day, seat.watch))
    latest = max(problem.watches, key=lambda watch: (watch.starts + watch.minutes, watch.code))
    for number, role in enumerate(problem.roles):
        for code, served in role.served.items():
            for on, watch in served.last:
                known = _stretch(problem, number, (on - origin).days, watch or latest.code)
                given.setdefault(code, []).append(Stretch(number, known.start, known.until, known.day, watch))
    return given


def fixed_counts(problem: Problem) -> dict[tuple[str, str, str], int]:
    """Watches fixed by hand, by (role, category, person)."""
    counts: dict[tuple[str, str, str], int] = {}
    origin = problem.days[0].on
    for seat in problem.fixed:
        category = problem.days[(seat.on - origin).days].category
        for kind in ("total",) if category == "workday" else ("total", category):
            key = (seat.role, kind, seat.person)
            counts[key] = counts.get(key, 0) + 1
    return counts


def seats_fixed(problem: Problem) -> dict[tuple[int, str], list[Fixed]]:
    """Seats fixed by hand, by (day, watch)."""
    found: dict[tuple[int, str], list[Fixed]] = {}
    origin = problem.days[0].on
    for seat in problem.fixed:
        found.setdefault(((seat.on - origin).days, seat.watch), []).append(seat)
    return found


def _stretch(problem: Problem, role: int, day: int, code: str) -> Stretch:
    start, until = stretch_of(problem.roles[role], problem.watch(code), day, day)
    return Stretch(role, start, until, day, code)
