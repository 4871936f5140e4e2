"""The judge: every hard rule a plan breaks and what it costs, worked out by hand from the problem and the assignments.

Written apart from the models: it looks at assignments one person and one day at a time, and shares with the engine
only the definitions of need (`Role.seats`) and of starting levels (`fairness`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise

from service.roster.facts import CATEGORIES, Problem, Role
from service.roster.fairness import spread, starting_levels
from service.roster.plan import Assignment, Breach, Spread

DAY = 24 * 60
Duty = tuple[date, str | None, str, Assignment | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Broken hard rules, seats left empty by (date, watch, role), and the objective with its pieces."""

    broken: tuple[Breach, ...]
    empty: dict[tuple[date, str, str], int]
    objective: int
    fair: int
    wishes: int
    spread: Spread
    levels: dict[str, dict[str, dict[str, int]]]


def judge(problem: Problem, assignments: Iterable[Assignment]) -> Verdict:
    """What a plan is worth and which hard rules it breaks; rules broken by fixed seats alone are marked `by_hand`."""
    bench = _Bench(problem, sorted(assignments))
    levels = bench.levels(clipped=True)
    spreads = {role: {name: spread(known.values()) for name, known in by.items()} for role, by in levels.items()}
    fair = sum(problem.fair.weight(name) * value for by in spreads.values() for name, value in by.items())
    wishes = sum(bench.wish_costs())
    carried = bench.levels(clipped=False)
    return Verdict(tuple(bench.broken()), bench.empty(), fair + wishes, fair, wishes, spreads, carried)


def broken_rules(problem: Problem, assignments: Iterable[Assignment]) -> tuple[Breach, ...]:
    """The hard rules that a plan breaks, and nothing of what it is worth."""
    return tuple(_Bench(problem, sorted(assignments)).broken())


def levels_after(problem: Problem, assignments: Iterable[Assignment]) -> dict[str, dict[str, dict[str, int]]]:
    """What each member stands at with a plan, by role and category."""
    return _Bench(problem, sorted(assignments)).levels(clipped=False)


class _Bench:
    """The plan sorted several ways, and one method for each rule."""

    def __init__(self, problem: Problem, plan: list[Assignment]) -> None:
        self.problem, self.plan = problem, plan
        self.roles = {role.code: role for role in problem.roles}
        self.days = {day.on: day for day in problem.days}
        self.fixed = {(f.on, f.watch, f.role, f.person) for f in problem.fixed}
        self.serving: dict[tuple[date, str, str], list[Assignment]] = defaultdict(list)
        self.by_person: dict[str, list[Assignment]] = defaultdict(list)
        for seat in plan:
            self.serving[seat.date, seat.watch, seat.role].append(seat)
            self.by_person[seat.person].append(seat)

    def by_hand(self, *seats: Assignment) -> bool:
        return all((s.date, s.watch, s.role, s.person) in self.fixed for s in seats)

    def broken(self) -> Iterator[Breach]:
        yield from self.seats()
        yield from self.people()
        yield from self.rest()
        yield from self.successions()
        yield from self.limits()
        yield from self.pairs()
        yield from self.blocks()
        yield from self.fixed_kept()

    def levels(self, *, clipped: bool) -> dict[str, dict[str, dict[str, int]]]:
        starts = starting_levels(self.problem, clipped=clipped)
        levels = {
            role.code: {name: dict(starts[role.code, name]) for name in CATEGORIES} for role in self.roles.values()
        }
        for seat in self.plan:
            day = self.days[seat.date].category
            for name in ("total",) if day == "workday" else ("total", day):
                if seat.person in levels[seat.role][name]:
                    levels[seat.role][name][seat.person] += 1
        return levels

    def wish_costs(self) -> Iterator[int]:
        for person in self.problem.people.values():
            for wish in person.wishes:
                if wish.on in self.days:
                    serves = any(
                        seat.date == wish.on and wish.role in (None, seat.role) and wish.watch in (None, seat.watch)
                        for seat in self.by_person[person.code]
                    )
                    yield wish.weight if serves != wish.want else 0

    def empty(self) -> dict[tuple[date, str, str], int]:
        found = {}
        for role in self.problem.roles:
            for day in self.problem.days:
                for watch in self.problem.watches:
                    missing = role.seats(day, watch.code) - len(self.serving[day.on, watch.code, role.code])
                    if missing > 0:
                        found[day.on, watch.code, role.code] = missing
        return found

    def seats(self) -> Iterator[Breach]:
        for (on, watch, code), seats in self.serving.items():
            need = self.roles[code].seats(self.days[on], watch)
            people = tuple(seat.person for seat in seats)
            if len(seats) > max(need, sum(self.by_hand(seat) for seat in seats)):
                yield Breach("need", on, code, people, f"{len(seats)} serve as {code} on {on}, {need} are needed")
            elif len(seats) > need:
                text = f"{len(seats)} are fixed as {code} on {on}, {need} are needed"
                yield Breach("need", on, code, people, text, by_hand=True)
            if len(set(people)) < len(people) or len({seat.place for seat in seats}) < len(seats):
                yield Breach("place", on, code, people, f"a person or a place occurs twice as {code} on {on}")

    def people(self) -> Iterator[Breach]:
        for seat in self.plan:
            person = self.problem.people[seat.person]
            who, by_hand = (seat.person,), self.by_hand(seat)
            if seat.person not in self.roles[seat.role].members:
                text = f"{seat.person} is not a member of {seat.role}"
                yield Breach("member", seat.date, seat.role, who, text, by_hand)
            if any(leave.first <= seat.date <= leave.last for leave in person.leave):
                text = f"{seat.person} is on leave on {seat.date}"
                yield Breach("leave", seat.date, seat.role, who, text, by_hand)
            if not person.available(seat.date, seat.watch):
                text = f"{seat.person} is not available on {seat.date}"
                yield Breach("availability", seat.date, seat.role, who, text, by_hand)

    def rest(self) -> Iterator[Breach]:
        for code in self.problem.people:
            past: list[Duty] = [
                (on, watch, role.code, None)
                for role in self.problem.roles
                if code in role.served
                for on, watch in role.served[code].last
            ]
            served: list[Duty] = [(s.date, s.watch, s.role, s) for s in self.by_person[code]]
            duties = sorted([*past, *served], key=self._begins)
            for earlier, later in combinations(duties, 2):
                if later[3] is None or self._begins(later) >= self._rested(earlier) or self._one_block(earlier, later):
                    continue
                seats = [seat for seat in (earlier[3], later[3]) if seat]
                text = f"{code} serves on {earlier[0]} and again on {later[0]} without the rest owed"
                yield Breach("rest", later[0], later[2], (code,), text, self.by_hand(*seats))

    def _begins(self, duty: Duty) -> int:
        starts = self.problem.watch(duty[1]).starts if duty[1] else 0
        return duty[0].toordinal() * DAY + starts

    def _rested(self, duty: Duty) -> int:
        role, day = self.roles[duty[2]], duty[0].toordinal()
        ends = [w.starts + w.minutes for w in self.problem.watches if duty[1] in (None, w.code)]
        return max(day * DAY + max(ends) + role.rest_minutes, (day + 1 + role.rest_days) * DAY)

    def _one_block(self, a: Duty, b: Duty) -> bool:
        if a[3] is None or b[3] is None or a[1:3] != b[1:3] or a[0] == b[0]:
            return False
        first, last = min(a[0], b[0]), max(a[0], b[0])
        days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
        return all(self._joined(self.roles[a[2]], a[3].watch, one, two) for one, two in pairwise(days))

    def _joined(self, role: Role, watch: str, one: date, two: date) -> bool:
        """Whether two days that follow each other are one block: cut where the seats or the people fixed differ."""
        block = next((b for b in role.blocks if one.isoweekday() in b), ())
        return (
            bool(block)
            and one.isoweekday() != block[-1]
            and two.isoweekday() in block
            and role.seats(self.days[one], watch) == role.seats(self.days[two], watch)
            and self._fixed_on(one, watch, role.code) == self._fixed_on(two, watch, role.code)
        )

    def _fixed_on(self, on: date, watch: str, role: str) -> set[str]:
        return {seat[3] for seat in self.fixed if seat[:3] == (on, watch, role)}

    def successions(self) -> Iterator[Breach]:
        for code, seats in self.by_person.items():
            past = [
                (on, watch, None)
                for role in self.problem.roles
                for on, watch in (role.served[code].last if code in role.served else ())
            ]
            for on, watch, seat in [*past, *((s.date, s.watch, s) for s in seats)]:
                for later in seats:
                    if later.date == on + timedelta(days=1) and (watch, later.watch) in self.problem.successions:
                        known = [later] if seat is None else [seat, later]
                        text = f"{code} serves {later.watch} on {later.date}, the day after {watch}"
                        yield Breach("succession", later.date, later.role, (code,), text, self.by_hand(*known))

    def limits(self) -> Iterator[Breach]:
        for code, person in self.problem.people.items():
            past = [on for role in self.problem.roles if code in role.served for on, _ in role.served[code].last]
            seats = self.by_person[code]
            for window, most in person.max_in:
                for begin in sorted({*past, *(seat.date for seat in seats)}):
                    end = begin + timedelta(days=window)
                    inside = [seat for seat in seats if begin <= seat.date < end]
                    count = len(inside) + sum(begin <= on < end for on in past)
                    if count > most and inside:
                        text = f"{code} serves {count} times in {window} days from {begin}, {most} at most"
                        yield Breach("max_in", begin, None, (code,), text, self.by_hand(*inside))

    def pairs(self) -> Iterator[Breach]:
        on_watch: dict[tuple[date, str], dict[str, Assignment]] = defaultdict(dict)
        for seat in self.plan:
            on_watch[seat.date, seat.watch][seat.person] = seat
        for pair in self.problem.pairs:
            for (on, _), present in on_watch.items():
                others = [present[code] for code in pair.others if code in present]
                own = present.get(pair.who)
                if own and pair.kind == "apart" and others:
                    text = f"{pair.who} and {others[0].person} serve together on {on}"
                    by_hand = self.by_hand(own, *others)
                    yield Breach("apart", on, own.role, (pair.who, others[0].person), text, by_hand)
                if own and pair.kind == "with" and not others:
                    text = f"{pair.who} serves on {on} without {' or '.join(pair.others)}"
                    yield Breach("with", on, own.role, (pair.who,), text, self.by_hand(own))

    def blocks(self) -> Iterator[Breach]:
        for role in self.problem.roles:
            for one, two in pairwise(self.problem.days):
                for watch in self.problem.watches:
                    here = self._people(one.on, watch.code, role.code)
                    there = self._people(two.on, watch.code, role.code)
                    if here != there and self._joined(role, watch.code, one.on, two.on):
                        text = f"the block of {role.code} changes hands between {one.on} and {two.on}"
                        yield Breach("block", two.on, role.code, tuple(sorted(here ^ there)), text)

    def _people(self, on: date, watch: str, role: str) -> set[str]:
        return {seat.person for seat in self.serving[on, watch, role]}

    def fixed_kept(self) -> Iterator[Breach]:
        kept = Counter((s.date, s.watch, s.role, s.person) for s in self.plan)
        places = {(s.date, s.watch, s.role, s.place): s.person for s in self.plan}
        for seat in self.problem.fixed:
            placed = seat.place is None or places.get((seat.on, seat.watch, seat.role, seat.place)) == seat.person
            if not kept[seat.on, seat.watch, seat.role, seat.person] or not placed:
                text = f"{seat.person} is fixed as {seat.role} on {seat.on} and does not stand there"
                yield Breach("fixed", seat.on, seat.role, (seat.person,), text)
