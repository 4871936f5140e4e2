"""What wishes cost at the least, rest kept: the choices that a wish bears on planned alone, everything else left free.

A flow leaves most of the rest rule out, so that somebody who wishes for a Friday and the Saturday after it gets both.
Here the few choices with a cost keep their rest, their seats and their highest levels, and those without one, which
cost nothing however they fall, are forgotten but for how many there are: that can only make a plan cheaper.
"""

from service.roster.flow import Limits
from service.roster.highs import solve_whole
from service.roster.matrix import FREE, Matrix, cliques
from service.roster.part import Part

NODES = 200


def least_wish_cost(part: Part, limits: Limits, *, seconds: float, seed: int) -> int | None:
    """A bound on the wish cost of any plan whose levels stay within the limits; None where none was found in time.

    A category without limits is left free. For parts whose turns are single watches.
    """
    bearing = [choice for choice, cost in enumerate(part.costs) if cost]
    number = {choice: column for column, choice in enumerate(bearing)}
    matrix = Matrix(choices=len(bearing))
    for choice in bearing:
        matrix.column(part.costs[choice], 0, 1)
    for turn, choices in part.by_turn.items():
        inside = [number[choice] for choice in choices if choice in number]
        if inside:
            need = part.need(turn)
            matrix.rows.append((inside, None, max(0, need - (len(choices) - len(inside))), need))
    for own in part.by_person.values():
        known = [choice for choice in own if choice in number]
        matrix.rows += [([number[choice] for choice in clique], None, 0, 1) for clique in cliques(part, known)]
    for scale in part.scales:
        if scale.category in limits:
            matrix.rows += _tops(part, scale.category, scale.start, limits[scale.category][1], number)
    return solve_whole(matrix, seconds=seconds, nodes=NODES, seed=seed).bound


def _tops(
    part: Part, category: int, start: dict[str, int], high: int, number: dict[int, int]
) -> list[tuple[list[int], None, int, int]]:
    """Nobody's level rises above the highest."""
    rows: list[tuple[list[int], None, int, int]] = []
    for person, level in start.items():
        counted = [
            number[choice]
            for choice in part.by_person.get(person, ())
            if choice in number and part.turns[part.choices[choice][1]].counts[category]
        ]
        if len(counted) > high - level:
            rows.append((counted, None, -FREE, high - level))
    return rows
