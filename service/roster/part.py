"""A roster taken apart: roles that share nobody are planned on their own, exactly and side by side.

A part holds its choices (a person takes a turn), what each costs in wishes, and for each role and category the scale
its fairness is read on, with the least highest and greatest lowest level that counting alone allows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from service.roster.facts import CATEGORIES, Person, Problem
from service.roster.fairness import level_kept, level_reached, starting_levels
from service.roster.turns import Stretch, Turn, fixed_counts, given_stretches, seats_fixed, turns_of


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels of one role in one category: where each member starts (fixed watches in), how far each can go.

    `high`: no plan's highest level is lower. `low`: no plan's lowest level is higher.
    """

    role: int
    category: int
    weight: int
    start: dict[str, int]
    room: dict[str, int]
    demand: int

    def high(self, missing: int = 0) -> int:
        """The pigeonhole bound on the highest level when `missing` watches stay vacant."""
        starts, rooms = list(self.start.values()), list(self.room.values())
        return max(max(starts), level_reached(starts, max(0, self.demand - missing), rooms))

    def low(self) -> int:
        """The pigeonhole bound on the lowest level."""
        return level_kept(self.start.values(), self.demand, self.room.values())


@dataclass
class Part:
    """Roles planned together. `choices[i]` is (person, turn) and `costs[i]` its price in unmet wishes."""

    problem: Problem
    roles: tuple[int, ...]
    turns: dict[int, Turn]
    choices: list[tuple[str, int]]
    costs: list[int]
    given: dict[str, list[Stretch]]
    short: dict[int, int] = field(default_factory=dict)

    @cached_property
    def by_turn(self) -> dict[int, list[int]]:
        """Choices of each turn."""
        found: dict[int, list[int]] = {turn: [] for turn in self.turns}
        for choice, (_, turn) in enumerate(self.choices):
            found[turn].append(choice)
        return found

    @cached_property
    def by_person(self) -> dict[str, list[int]]:
        """Choices of each person, by start."""
        found: dict[str, list[int]] = {}
        for choice, (person, _) in enumerate(self.choices):
            found.setdefault(person, []).append(choice)
        for choices in found.values():
            choices.sort(key=lambda choice: (self.turns[self.choices[choice][1]].start, choice))
        return found

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Everyone in the part's roles, once."""
        return tuple(dict.fromkeys(m for role in self.roles for m in self.problem.roles[role].members))

    @cached_property
    def plain(self) -> bool:
        """Whether needs, rest and fairness are all there is: one role, single watches, no rule between people."""
        inside = set(self.members)
        return (
            len(self.roles) == 1
            and all(len(turn.days) == 1 for turn in self.turns.values())
            and not self.problem.successions
            and not any(self.problem.people[m].max_in for m in self.members)
            and not any(pair.who in inside for pair in self.problem.pairs)
        )

    @cached_property
    def scales(self) -> tuple[Scale, ...]:
        """The scales of the part's roles that anything can change."""
        return tuple(_scales(self))

    def need(self, turn: int) -> int:
        """People to find for a turn, less those that can't be found at all."""
        return self.turns[turn].need - self.short.get(turn, 0)

    def least_costs(self) -> int:
        """What wishes cost at the least if nothing but the needs mattered."""
        return sum(
            sum(sorted(self.costs[choice] for choice in choices)[: self.need(turn)])
            for turn, choices in self.by_turn.items()
        )


def parts_of(problem: Problem) -> list[Part]:
    """The parts of a roster, in order of their first role. Turns lacking people have their shortage noted."""
    turns, given = turns_of(problem), given_stretches(problem)
    parts = []
    for roles in _coupled(problem):
        own = {turn.index: turn for turn in turns if turn.role in roles}
        part = Part(problem, roles, own, [], [], given)
        for role in roles:
            for code in problem.roles[role].members:
                for turn in own.values():
                    if turn.role == role and can_take(problem, problem.people[code], turn, given.get(code, ())):
                        part.choices.append((code, turn.index))
                        part.costs.append(_wish_cost(problem, problem.people[code], turn))
        for index, choices in part.by_turn.items():
            if len(choices) < own[index].need:
                part.short[index] = own[index].need - len(choices)
        parts.append(part)
    return parts


def parts_of_roles(problem: Problem, code: str) -> tuple[int, ...]:
    """The numbers of the roles planned together with this one."""
    return next(roles for roles in _coupled(problem) if code in {problem.roles[role].code for role in roles})


def can_take(problem: Problem, person: Person, turn: Turn, given: Iterable[Stretch]) -> bool:
    """Whether leave, availability and what the person already serves leave the turn open to them."""
    for day in turn.days:
        on = problem.days[day].on
        if not person.available(on, turn.watch) or person.away(on):
            return False
    for stretch in given:
        if turn.start < stretch.until and stretch.start < turn.until:
            return False
        for earlier, later in problem.successions:
            if (stretch.watch, turn.watch) == (earlier, later) and turn.days[0] == stretch.day + 1:
                return False
            if (turn.watch, stretch.watch) == (earlier, later) and stretch.day == turn.days[-1] + 1:
                return False
    return True


def standing_cost(problem: Problem) -> int:
    """What wishes cost before anything is planned: watches wanted and not fixed, unwanted and fixed."""
    fixed = seats_fixed(problem)
    origin = problem.days[0].on
    cost = 0
    for person in problem.people.values():
        for wish in person.wishes:
            day = (wish.on - origin).days
            if not 0 <= day < len(problem.days):
                continue
            met = any(
                seat.person == person.code and wish.role in (None, seat.role)
                for watch in problem.watches
                if wish.watch in (None, watch.code)
                for seat in fixed.get((day, watch.code), ())
            )
            cost += wish.weight if met != wish.want else 0
    return cost


def _wish_cost(problem: Problem, person: Person, turn: Turn) -> int:
    role = problem.roles[turn.role].code
    dates = {problem.days[day].on for day in turn.days}
    return sum(
        -wish.weight if wish.want else wish.weight
        for wish in person.wishes
        if wish.on in dates and wish.role in (None, role) and wish.watch in (None, turn.watch)
    )


def _coupled(problem: Problem) -> list[tuple[int, ...]]:
    """Role numbers in groups that share a member or a rule between members."""
    group = list(range(len(problem.roles)))
    seen: dict[str, int] = {}

    def root(role: int) -> int:
        while group[role] != role:
            role = group[role]
        return role

    def join(a: int, b: int) -> None:
        low, high = sorted((root(a), root(b)))
        group[high] = low

    for number, role in enumerate(problem.roles):
        for code in role.members:
            join(seen.setdefault(code, number), number)
    for pair in problem.pairs:
        known = [seen[code] for code in (pair.who, *pair.others) if code in seen]
        for other in known[1:]:
            join(known[0], other)
    found: dict[int, list[int]] = {}
    for number in range(len(problem.roles)):
        found.setdefault(root(number), []).append(number)
    return [tuple(roles) for _, roles in sorted(found.items())]


def _scales(part: Part) -> Iterable[Scale]:
    problem, starts, fixed = part.problem, starting_levels(part.problem), fixed_counts(part.problem)
    for role in part.roles:
        code = problem.roles[role].code
        for category, name in enumerate(CATEGORIES):
            levels = starts[code, name]
            turns = [turn for turn in part.turns.values() if turn.role == role and turn.counts[category]]
            demand = sum(part.need(turn.index) * turn.counts[category] for turn in turns)
            if not levels or not problem.fair.weight(name):
                continue
            yield Scale(
                role,
                category,
                problem.fair.weight(name),
                {m: level + fixed.get((code, name, m), 0) for m, level in levels.items()},
                {m: _room(part, m, role, category) for m in levels},
                demand,
            )


def _room(part: Part, person: str, role: int, category: int) -> int:
    """The most watches of a category that rest alone lets the person serve: earliest end first."""
    own = [part.turns[part.choices[choice][1]] for choice in part.by_person.get(person, ())]
    open_turns = [turn for turn in own if turn.role == role and turn.counts[category]]
    if any(turn.counts[category] > 1 for turn in open_turns):
        return sum(turn.counts[category] for turn in open_turns)
    taken, free = 0, -(10**9)
    for turn in sorted(open_turns, key=lambda turn: turn.until):
        if turn.start >= free:
            taken, free = taken + 1, turn.until
    return taken
