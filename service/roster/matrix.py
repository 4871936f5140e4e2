"""The whole-number programme of a part, in three forms, ready for either solver.

Rows: needs; rest as cliques of turns that clash; successions, most watches in a window, people apart or together;
and fairness. In the *box* form every level lies between the pigeonhole bounds, so fairness is at its least and only
wishes are weighed. In the *weighted* form the highest and lowest level of each scale are columns with the pigeonhole
bounds as their limits, which makes the bound tight at the root. With `vacant` each turn may stay short of people.
"""

from dataclasses import dataclass, field

from service.roster.part import Part, Scale
from service.roster.rules_between import between_rows, limit_rows, succession_rows

FREE = 10**9
Row = tuple[list[int], list[int] | None, int, int]


@dataclass
class Matrix:
    """Columns with costs and limits, rows as (columns, factors or None for ones, least, most). All whole numbers."""

    costs: list[int] = field(default_factory=list)
    least: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    base: int = 0
    choices: int = 0
    vacant: dict[int, int] = field(default_factory=dict)
    ends: list[tuple[int, int]] = field(default_factory=list)

    def column(self, cost: int, least: int, most: int) -> int:
        """Adds a column, answers its number."""
        self.costs.append(cost)
        self.least.append(least)
        self.most.append(most)
        return len(self.costs) - 1

    def value(self, x: list[int]) -> int:
        """The objective of a solution."""
        return self.base + sum(cost * v for cost, v in zip(self.costs, x, strict=True) if v)


def box_matrix(part: Part) -> Matrix:
    """Fairness fixed at its least, wishes weighed."""
    matrix = _needs_and_rules(part)
    for scale in part.scales:
        low, high = scale.low(), scale.high()
        matrix.base += scale.weight * (high - low)
        for person, columns, factors, start in _levels(part, scale):
            del person
            matrix.rows.append((columns, factors, low - start, high - start))
    return matrix


def weighted_matrix(part: Part) -> Matrix:
    """Fairness and wishes weighed together: the objective itself."""
    matrix = _needs_and_rules(part)
    _weigh(part, matrix, 0)
    return matrix


def vacancy_matrix(part: Part, most_vacant: int | None = None) -> Matrix:
    """Turns may stay vacant: least vacancies, or when their number is known, the objective within it."""
    matrix = _needs_and_rules(part, vacant=True)
    if most_vacant is None:
        matrix.costs = [0] * matrix.choices + [len(part.turns[turn].days) for turn in matrix.vacant]
        return matrix
    slack = list(matrix.vacant.values())
    days = [len(part.turns[turn].days) for turn in matrix.vacant]
    matrix.rows.append((slack, days, 0, most_vacant))
    _weigh(part, matrix, most_vacant)
    return matrix


def _needs_and_rules(part: Part, *, vacant: bool = False) -> Matrix:
    matrix = Matrix(choices=len(part.choices))
    for cost in part.costs:
        matrix.column(cost, 0, 1)
    for turn, columns in part.by_turn.items():
        need = part.need(turn)
        if vacant and need:
            matrix.vacant[turn] = matrix.column(0, 0, need)
            matrix.rows.append(([*columns, matrix.vacant[turn]], None, need, need))
        else:
            matrix.rows.append((columns, None, need, need))
    for choices in part.by_person.values():
        matrix.rows += [(clique, None, 0, 1) for clique in cliques(part, choices)]
    matrix.rows += succession_rows(part)
    matrix.rows += limit_rows(part)
    matrix.rows += between_rows(part, beside_fixed=not vacant)
    return matrix


def cliques(part: Part, choices: list[int]) -> list[list[int]]:
    """The largest groups of one person's choices of which they can take one only: windows of the rest rule."""
    found: list[list[int]] = []
    active: list[int] = []
    grown = False
    for choice in choices:
        start = part.turns[part.choices[choice][1]].start
        kept = [other for other in active if part.turns[part.choices[other][1]].until > start]
        if grown and len(kept) < len(active):
            found.append(active)
        active, grown = [*kept, choice], True
    if len(active) > 1:
        found.append(active)
    return [clique for clique in found if len(clique) > 1]


def _weigh(part: Part, matrix: Matrix, missing: int) -> None:
    for scale in part.scales:
        low, high = scale.low(), scale.high(missing)
        top = max(scale.start[m] + scale.room[m] for m in scale.start)
        highest = matrix.column(scale.weight, high, max(high, top))
        lowest = matrix.column(-scale.weight, min(min(scale.start.values()), low), low)
        matrix.ends.append((highest, lowest))
        for _, columns, factors, start in _levels(part, scale):
            ones = factors if factors is not None else [1] * len(columns)
            matrix.rows.append(([*columns, highest], [*ones, -1], -FREE, -start))
            matrix.rows.append(([*columns, lowest], [*ones, -1], -start, FREE))


def _levels(part: Part, scale: Scale) -> list[tuple[str, list[int], list[int] | None, int]]:
    """For each measured member: the columns that raise their level, by how much, and where they start."""
    found = []
    for person, start in scale.start.items():
        columns, factors = [], []
        for choice in part.by_person.get(person, ()):
            turn = part.turns[part.choices[choice][1]]
            if turn.role == scale.role and turn.counts[scale.category]:
                columns.append(choice)
                factors.append(turn.counts[scale.category])
        found.append((person, columns, factors if any(f > 1 for f in factors) else None, start))
    return found
