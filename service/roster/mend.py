"""A flow's plan mended: watches exchanged between people until everyone rests, counts and wish cost unchanged.

The flow's plan is the cheapest with rest left out. If exchanges at no cost end every clash, the plan meets the bound
and is proven. Where rest is tight this gives up and leaves the matter to the solvers.
"""

import random
from bisect import insort

from service.roster.part import Part


def mend(part: Part, chosen: list[int], seed: int, work: int) -> tuple[list[int] | None, int]:
    """Choices without a clash, of the same cost and counts, or None after `work` exchanges; and the work spent."""
    board = _Board(part, chosen, random.Random(seed))
    spent = 0
    stuck = 0
    while board.clashing:
        if spent >= work or stuck > 200:
            return None, spent
        looked, mended = board.ease()
        spent += looked
        stuck = 0 if mended else stuck + 1
    return sorted(board.choices()), spent


class _Board:
    """Who takes which turn, and which taken choices clash with another of the same person."""

    def __init__(self, part: Part, chosen: list[int], draw: random.Random) -> None:
        self._part, self._draw = part, draw
        self._choice = {pair: choice for choice, pair in enumerate(part.choices)}
        self._taken: dict[str, list[tuple[int, int]]] = {}
        self._holders: dict[int, set[str]] = {turn: set() for turn in part.turns}
        self._kinds: dict[tuple[int, ...], list[int]] = {}
        for turn in part.turns.values():
            self._kinds.setdefault(turn.counts, []).append(turn.index)
        for choice in chosen:
            self._take(*part.choices[choice])
        self.clashing = sorted(
            {(person, turn) for person, taken in self._taken.items() for _, turn in taken if self._clash(person, turn)}
        )

    def choices(self) -> list[int]:
        """The choices taken."""
        return [self._choice[person, turn] for person, taken in self._taken.items() for _, turn in taken]

    def ease(self) -> tuple[int, bool]:
        """Takes one clash away by an exchange, if one is found: exchanges looked at, and whether it was."""
        position = self._draw.randrange(len(self.clashing))
        person, turn = self.clashing[position]
        if (self._part.turns[turn].start, turn) not in self._taken[person] or not self._clash(person, turn):
            self.clashing[position] = self.clashing[-1]
            self.clashing.pop()
            return 1, True
        kind = self._kinds[self._part.turns[turn].counts]
        begin = self._draw.randrange(len(kind))
        looked = 0
        for step in range(len(kind)):
            other = kind[(begin + step) % len(kind)]
            if other == turn or person in self._holders[other]:
                continue
            for partner in sorted(self._holders[other]):
                looked += 1
                if self._exchange(person, turn, partner, other):
                    return looked, True
        return looked, False

    def _exchange(self, person: str, turn: int, partner: str, other: int) -> bool:
        """Swaps the two turns if both may, neither then clashes and no wish is worse met."""
        new = self._choice.get((person, other)), self._choice.get((partner, turn))
        if new[0] is None or new[1] is None or partner in self._holders[turn]:
            return False
        costs = self._part.costs
        old = self._choice[person, turn], self._choice[partner, other]
        if costs[new[0]] + costs[new[1]] > costs[old[0]] + costs[old[1]]:
            return False
        self._drop(person, turn)
        self._drop(partner, other)
        if self._clash(person, other) or self._clash(partner, turn):
            self._take(person, turn)
            self._take(partner, other)
            return False
        self._take(person, other)
        self._take(partner, turn)
        return True

    def _clash(self, person: str, turn: int) -> bool:
        stretch = self._part.turns[turn]
        for _, other in self._taken.get(person, ()):
            held = self._part.turns[other]
            if other != turn and held.start < stretch.until and stretch.start < held.until:
                return True
        return False

    def _take(self, person: str, turn: int) -> None:
        insort(self._taken.setdefault(person, []), (self._part.turns[turn].start, turn))
        self._holders[turn].add(person)

    def _drop(self, person: str, turn: int) -> None:
        self._taken[person].remove((self._part.turns[turn].start, turn))
        self._holders[turn].discard(person)
