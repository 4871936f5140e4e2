"""Why a roster can't be filled: the smallest sets of rules that contradict each other, in words.

1. Around each vacancy a window of days is taken, widened until the rules inside it contradict each other.
2. An assumption core from CP-SAT names rules enough for the contradiction, where it sees one soon.
3. Groups of rules, then each alone, are left out in turn (deletion filter, HiGHS judging what is left): what remains
   is minimal, no rule in it can be spared.
"""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import date

from service.roster.facts import Problem
from service.roster.labels import Labelled, label_rules
from service.roster.plan import Assignment, Contradiction, Lack, Rule, Vacancy
from service.roster.turns import given_stretches, stretch_of
from service.roster.wording import sentence

MOST_CONTRADICTIONS = 5
MOST_VARIABLES = 40_000


def contradictions_of(
    problem: Problem, vacancies: Sequence[Vacancy], *, seconds: float = 60.0
) -> tuple[Contradiction, ...]:
    """For each vacancy not yet explained, a minimal set of contradicting rules; five sets at most."""
    deadline = time.monotonic() + seconds
    found: list[Contradiction] = []
    explained: set[tuple[str, date]] = set()
    for vacancy in vacancies:
        if len(found) >= MOST_CONTRADICTIONS or time.monotonic() > deadline:
            break
        if (vacancy.role, vacancy.date) in explained:
            continue
        contradiction = _around(problem, vacancy, deadline)
        if contradiction is not None and contradiction not in found:
            found.append(contradiction)
            explained |= {(r.facts["role"], r.facts["date"]) for r in contradiction.rules if r.kind == "need"}
    return tuple(found)


def why_vacant(problem: Problem, plan: Sequence[Assignment], on: date, watch: str, role_code: str) -> Lack:
    """Why a seat is empty: how many members are on leave, not available, or serving or resting."""
    role = next(role for role in problem.roles if role.code == role_code)
    day = (on - problem.days[0].on).days
    start, until = stretch_of(role, problem.watch(watch), day, day)
    busy = _busy(problem, plan, start, until)
    there = {a.person for a in plan if (a.date, a.watch, a.role) == (on, watch, role_code)}
    counts: Counter[str] = Counter()
    for code in role.members:
        person = problem.people[code]
        if code in there:
            continue
        if person.away(on):
            counts["on_leave"] += 1
        elif not person.available(on, watch):
            counts["not_available"] += 1
        else:
            counts["serving" if code in busy else "held"] += 1
    return Lack(len(role.members), **counts)


def _busy(problem: Problem, plan: Sequence[Assignment], start: int, until: int) -> set[str]:
    numbers = {role.code: role for role in problem.roles}
    busy = {
        code
        for code, stretches in given_stretches(problem).items()
        if any(s.start < until and start < s.until for s in stretches)
    }
    for seat in plan:
        day = (seat.date - problem.days[0].on).days
        held = stretch_of(numbers[seat.role], problem.watch(seat.watch), day, day)
        if held[0] < until and start < held[1]:
            busy.add(seat.person)
    return busy


def _around(problem: Problem, vacancy: Vacancy, deadline: float) -> Contradiction | None:
    """The minimal contradiction in the narrowest window around a vacancy that holds one."""
    centre, length = (vacancy.date - problem.days[0].on).days, len(problem.days)
    width = 0
    while time.monotonic() < deadline:
        window = range(max(0, centre - width), min(length, centre + width + 1))
        rules = label_rules(problem, window, vacancy.role)
        if rules.size > MOST_VARIABLES:
            return _unnarrowed(rules.labels())
        core = rules.core(deadline)
        if core is not None:
            return _filtered(rules, core, deadline)
        if len(window) == length:
            return None
        width = 2 * width + 1
    return None


def _filtered(rules: Labelled, core: list[int], deadline: float) -> Contradiction:
    """Leaves out groups of rules, then each in turn, and keeps out those that aren't missed; needs are tried first."""
    kept = sorted(core, key=lambda number: (rules.rules[number].kind != "need", number))
    minimal, size = True, len(kept)
    while True:
        size = max(1, size // 2)
        position = 0
        while position < len(kept):
            rest = kept[:position] + kept[position + size :]
            answer = rules.contradict(rest, deadline)
            minimal = minimal and (answer is not None or size > 1)
            if answer:
                kept = rest
            else:
                position += size
        if size == 1:
            break
    named = tuple(rules.rules[number] for number in sorted(kept))
    return Contradiction(named, sentence(named), minimal)


def _unnarrowed(rules: Sequence[Rule]) -> Contradiction:
    named = tuple(rules)[:20]
    return Contradiction(named, "The rules around this vacancy contradict each other; too many to narrow down.", False)
