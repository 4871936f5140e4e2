"""What exchanges could not mend on large parts: small groups of people planned anew among themselves.

The watches a group holds are shared out again by HiGHS with the group's rest and levels kept, everyone else standing
still. First the groups around clashes, then, while the plan costs more than the bound, groups around the dearest
unmet wishes and random others.
"""

import random
import time

from service.roster.highs import solve_whole
from service.roster.matrix import Matrix, cliques
from service.roster.mend import Board
from service.roster.part import Part

GROUP = 24
ROUNDS = 400
PATIENCE = 30
NODES = 50


def regroup(part: Part, board: Board, bound: int, *, seconds: float, seed: int) -> int:
    """Mends and cheapens the board's plan until nothing clashes and its wishes cost the bound; answers the rounds."""
    draw, people = random.Random(seed), sorted(part.by_person)
    deadline = time.monotonic() + seconds
    best, stalled = None, 0
    for spent in range(ROUNDS):
        clashing = board.settle()
        cost = sum(part.costs[choice] for choice in board.choices())
        state = (len(clashing), cost)
        best, stalled = (state, 0) if best is None or state < best else (best, stalled + 1)
        if (not clashing and cost <= bound) or stalled > PATIENCE or time.monotonic() > deadline:
            return spent
        group = _group(part, board, clashing, people, draw)
        held = board.held(group)
        matrix, columns = _shared_anew(part, board, group, held)
        outcome = solve_whole(matrix, seconds=deadline - time.monotonic(), nodes=NODES, seed=seed)
        if outcome.x is not None:
            chosen = [choice for choice, taken in zip(columns, outcome.x, strict=True) if taken]
            board.replace(held, chosen)
    return ROUNDS


def _group(part: Part, board: Board, clashing: list[str], people: list[str], draw: random.Random) -> set[str]:
    """A clashing person, or one whose wish is dearly unmet, and random others."""
    if clashing:
        group = {draw.choice(clashing)}
    else:
        unmet = sorted({part.choices[c][0] for c in board.choices() if part.costs[c] > 0})
        group = set(draw.sample(unmet, min(len(unmet), GROUP // 3)))
    others = [person for person in people if person not in group and (not clashing or person not in clashing)]
    return group | set(draw.sample(others, min(len(others), GROUP - len(group))))


def _shared_anew(part: Part, board: Board, group: set[str], held: list[int]) -> tuple[Matrix, list[int]]:
    """The programme that shares out what the group holds, and the choice each column stands for."""
    seats: dict[int, int] = {}
    for choice in held:
        turn = part.choices[choice][1]
        seats[turn] = seats.get(turn, 0) + 1
    columns = [c for person in sorted(group) for c in part.by_person[person] if part.choices[c][1] in seats]
    number = {choice: column for column, choice in enumerate(columns)}
    matrix = Matrix(choices=len(columns))
    takers: dict[int, list[int]] = {turn: [] for turn in seats}
    for choice in columns:
        matrix.column(part.costs[choice], 0, 1)
        takers[part.choices[choice][1]].append(number[choice])
    matrix.rows += [(takers[turn], None, need, need) for turn, need in seats.items()]
    limits = board.limits
    for person in sorted(group):
        own = [choice for choice in part.by_person[person] if choice in number]
        matrix.rows += [([number[choice] for choice in clique], None, 0, 1) for clique in cliques(part, own)]
        for scale in part.scales:
            if person in scale.start:
                counted = [number[c] for c in own if part.turns[part.choices[c][1]].counts[scale.category]]
                start = scale.start[person]
                low, high = limits[scale.category]
                matrix.rows.append((counted, None, low - start, high - start))
    return matrix, columns
