"""The rules of a stretch of days, each with a name of its own, so that a contradiction can be traced to them.

Unlike the models this one leaves nothing out beforehand: leave, rest, what is fixed and what was served are rules
like any other, each switched by its own literal.
"""

import time
from dataclasses import dataclass, field
from itertools import pairwise

from service.roster.facts import Problem, Role
from service.roster.highs import solve_whole
from service.roster.matrix import Matrix
from service.roster.naming import (
    availability_rule,
    block_rule,
    fixed_rule,
    leave_rule,
    limit_rule,
    need_rule,
    pair_rule,
    rest_rule,
    served_rule,
    succession_rule,
)  # fmt: skip
from service.roster.part import parts_of_roles
from service.roster.plan import Rule
from service.roster.turns import block_runs, fixed_people, stretch_of

EFFORT = 0.5
NODES = 5_000
Key = tuple[str, str, int, str]
Term = tuple[Key, int]


@dataclass
class Labelled:
    """Rules by number, and the rows each stands for: (rule, terms, least, most) over (person, role, day, watch)."""

    rules: list[Rule] = field(default_factory=list)
    rows: list[tuple[int, list[Term], int, int]] = field(default_factory=list)
    keys: dict[Key, None] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many choices there are."""
        return len(self.keys)

    def labels(self) -> list[Rule]:
        """The rules."""
        return self.rules

    def add(self, rule: Rule, terms: list[Term], least: int, most: int) -> None:
        """One row of a rule; rows of the same rule share its number."""
        number = self._numbers.setdefault(f"{rule.kind} {rule.text}", len(self.rules))
        if number == len(self.rules):
            self.rules.append(rule)
        self.rows.append((number, terms, least, most))

    def core(self, deadline: float) -> list[int] | None:
        """Rules enough for a contradiction, or None when they hold together (or the effort ended)."""
        everything = list(range(len(self.rules)))
        return self._assumed(deadline) or everything if self.contradict(everything, deadline) else None

    def contradict(self, rules: list[int], deadline: float) -> bool | None:
        """Whether these rules alone contradict each other; None when the effort ended first."""
        wanted, number = set(rules), {key: column for column, key in enumerate(self.keys)}
        matrix = Matrix(costs=[0] * len(number), least=[0] * len(number), most=[1] * len(number))
        matrix.rows = [
            ([number[key] for key, _ in terms], [factor for _, factor in terms], least, most)
            for rule, terms, least, most in self.rows
            if rule in wanted
        ]
        outcome = solve_whole(matrix, seconds=deadline - time.monotonic(), nodes=NODES, seed=0)
        return True if outcome.infeasible else None if outcome.x is None else False

    def _assumed(self, deadline: float) -> list[int]:
        """The core CP-SAT names, each rule behind a literal that is assumed; empty when it doesn't see one soon."""
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        x = {key: model.new_bool_var("") for key in self.keys}
        literals = [model.new_bool_var("") for _ in self.rules]
        for rule, terms, least, most in self.rows:
            total = cp_model.LinearExpr.weighted_sum([x[key] for key, _ in terms], [f for _, f in terms])
            model.add_linear_constraint(total, least, most).only_enforce_if(literals[rule])
        model.add_assumptions(literals)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = EFFORT
        solver.parameters.max_time_in_seconds = max(0.1, deadline - time.monotonic())
        if solver.solve(model) != cp_model.INFEASIBLE:
            return []
        back = {literal.index: rule for rule, literal in enumerate(literals)}
        return sorted({back[index] for index in solver.sufficient_assumptions_for_infeasibility()})


def label_rules(problem: Problem, window: range, role_code: str) -> Labelled:
    """The rules that bear on a window of days, in the part of the roster the role belongs to."""
    roles = [problem.roles[number] for number in parts_of_roles(problem, role_code)]
    rules = Labelled()
    for role in roles:
        for day in window:
            for watch in problem.watches:
                for member in role.members:
                    rules.keys[member, role.code, day, watch.code] = None
    fixed = _fixed_keys(problem, window, roles)
    _label_fixed(problem, rules, fixed)
    by_member: dict[str, list[Key]] = {}
    for key in rules.keys:
        by_member.setdefault(key[0], []).append(key)
    for member, own in by_member.items():
        _label_absence(problem, rules, member, own, fixed)
        _label_rest(problem, rules, own, fixed)
        _label_past(problem, rules, member, own, fixed)
        _label_limits(problem, window, rules, member, own, fixed)
    _label_between(problem, rules, fixed)
    for role in roles:
        _label_needs(problem, window, role, rules, fixed)
    return rules


def _fixed_keys(problem: Problem, window: range, roles: list[Role]) -> set[Key]:
    """Seats fixed in the window that bear on these roles: in the role itself, or taken by one of its members."""
    origin = problem.days[0].on
    codes, members = {role.code for role in roles}, {member for role in roles for member in role.members}
    keys = ((seat.person, seat.role, (seat.on - origin).days, seat.watch) for seat in problem.fixed)
    return {key for key in keys if key[2] in window and (key[1] in codes or key[0] in members)}


def _label_fixed(problem: Problem, rules: Labelled, fixed: set[Key]) -> None:
    for key in sorted(fixed):
        rules.keys[key] = None
        rules.add(fixed_rule(problem, key), [(key, 1)], 1, 1)


def _label_absence(problem: Problem, rules: Labelled, member: str, own: list[Key], fixed: set[Key]) -> None:
    person = problem.people[member]
    for key in own:
        on = problem.days[key[2]].on
        if key in fixed:
            continue
        leave = person.away(on)
        if leave:
            rules.add(leave_rule(member, leave), [(key, 1)], 0, 0)
        if not person.available(on, key[3]):
            rules.add(availability_rule(person), [(key, 1)], 0, 0)


def _label_rest(problem: Problem, rules: Labelled, own: list[Key], fixed: set[Key]) -> None:
    by_code = {role.code: role for role in problem.roles}
    spans = {key: stretch_of(by_code[key[1]], problem.watch(key[3]), key[2], key[2]) for key in own}
    ordered = sorted(own, key=lambda key: (spans[key][0], key))
    for place, a in enumerate(ordered):
        for b in ordered[place + 1 :]:
            tired = spans[b][0] < spans[a][1]
            if not tired and b[2] > a[2] + 1:
                break
            if a in fixed and b in fixed:
                continue
            if tired and not _same_block(problem, a, b):
                rules.add(rest_rule(by_code[a[1]]), [(a, 1), (b, 1)], 0, 1)
            if b[2] == a[2] + 1 and (a[3], b[3]) in problem.successions:
                rules.add(succession_rule(a[3], b[3]), [(a, 1), (b, 1)], 0, 1)


def _label_past(problem: Problem, rules: Labelled, member: str, own: list[Key], fixed: set[Key]) -> None:
    latest = max(problem.watches, key=lambda watch: (watch.starts + watch.minutes, watch.code))
    for role in problem.roles:
        for on, watch in role.served[member].last if member in role.served else ():
            day = (on - problem.days[0].on).days
            until = stretch_of(role, problem.watch(watch or latest.code), day, day)[1]
            for key in own:
                tired = key[2] * 1440 + problem.watch(key[3]).starts < until
                barred = watch is not None and (watch, key[3]) in problem.successions and key[2] == day + 1
                if (tired or barred) and key not in fixed:
                    rules.add(served_rule(problem, role, member, on), [(key, 1)], 0, 0)


def _label_limits(
    problem: Problem, window: range, rules: Labelled, member: str, own: list[Key], fixed: set[Key]
) -> None:
    past = [
        (on - problem.days[0].on).days
        for role in problem.roles
        for on, _ in (role.served[member].last if member in role.served else ())
    ]
    for length, most in problem.people[member].max_in:
        for start in range(window[0] - length + 1, window[-1] + 1):
            inside = range(start, start + length)
            keys = [key for key in own if key[2] in inside]
            standing = sum(day in inside for day in past)
            room = max(most - standing, sum(key in fixed for key in keys), 0)
            if len(keys) > room:
                rules.add(limit_rule(member, length, most), [(key, 1) for key in keys], 0, room)


def _label_between(problem: Problem, rules: Labelled, fixed: set[Key]) -> None:
    by_slot: dict[tuple[int, str], list[Key]] = {}
    for key in rules.keys:
        by_slot.setdefault((key[2], key[3]), []).append(key)
    for pair in problem.pairs:
        for keys in by_slot.values():
            own = [key for key in keys if key[0] == pair.who]
            others = [key for key in keys if key[0] in pair.others]
            if not own:
                continue
            if pair.kind == "apart":
                for a in own:
                    for b in others:
                        if not (a in fixed and b in fixed):
                            rules.add(pair_rule(pair), [(a, 1), (b, 1)], 0, 1)
            elif any(key in fixed for key in own):
                if any(_open(problem, key) for key in others):
                    rules.add(pair_rule(pair), [(key, 1) for key in others], 1, 10**6)
            else:
                rules.add(pair_rule(pair), [(k, 1) for k in own] + [(k, -1) for k in others], -(10**6), 0)


def _label_needs(problem: Problem, window: range, role: Role, rules: Labelled, fixed: set[Key]) -> None:
    standing = fixed_people(problem)
    for watch in problem.watches:
        for run in block_runs(problem, role, watch.code):
            for one, two in pairwise(run):
                if one in window and two in window:
                    for member in role.members:
                        terms = [((member, role.code, one, watch.code), 1), ((member, role.code, two, watch.code), -1)]
                        rules.add(block_rule(problem, role, run), terms, 0, 0)
        for day in window:
            need = role.seats(problem.days[day], watch.code)
            need = max(need, len(standing.get((role.code, watch.code, problem.days[day].on), ())))
            keys = [key for key in rules.keys if key[1:] == (role.code, day, watch.code)]
            rules.add(need_rule(problem, role, day, watch.code, need), [(key, 1) for key in keys], need, need)


def _same_block(problem: Problem, a: Key, b: Key) -> bool:
    role = next(role for role in problem.roles if role.code == a[1])
    if a[1] != b[1] or a[3] != b[3] or a[2] == b[2] or not role.blocks:
        return False
    return any(a[2] in run and b[2] in run for run in block_runs(problem, role, a[3]))


def _open(problem: Problem, key: Key) -> bool:
    person, on = problem.people[key[0]], problem.days[key[2]].on
    return person.available(on, key[3]) and person.away(on) is None
