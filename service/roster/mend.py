"""A flow's plan mended: watches exchanged between people until everyone rests, counts and wish cost unchanged.

The flow's plan is the cheapest with rest left out. If exchanges at no cost end every clash, the plan meets the bound
and is proven. Where rest is tight this gives up and leaves the matter to the solvers.
"""

import random
from bisect import insort

from service.roster.flow import Limits
from service.roster.part import Part


class Board:
    """Who takes which turn, what levels that makes, and which taken choices clash with another of the same person.

    `limits` are the lowest and highest level by category; what is exchanged keeps them.
    """

    def __init__(self, part: Part, chosen: list[int], draw: random.Random, limits: Limits) -> None:
        self.limits = limits
        self._part, self._draw = part, draw
        self._choice = {pair: choice for choice, pair in enumerate(part.choices)}
        self._taken: dict[str, list[tuple[int, int]]] = {person: [] for person in part.by_person}
        self._holders: dict[int, list[str]] = {turn: [] for turn in part.turns}
        self._scales = [(s.category, *limits[s.category], dict(s.start)) for s in part.scales]
        self._kinds: dict[tuple[int, ...], list[int]] = {}
        for turn in part.turns.values():
            self._kinds.setdefault(turn.counts, []).append(turn.index)
        for choice in chosen:
            self._take(*part.choices[choice])
        self.clashing = sorted(
            {(person, turn) for person, taken in self._taken.items() for _, turn in taken if self.clash(person, turn)}
        )

    def mend(self, work: int) -> int:
        """Exchanges until nothing clashes or so many were looked at; answers how many were."""
        spent = 0
        while self.clashing and spent < work:
            spent += self.ease()
        return spent

    def choices(self) -> list[int]:
        """The choices taken."""
        return [self._choice[person, turn] for person, taken in self._taken.items() for _, turn in taken]

    def settle(self) -> list[str]:
        """Forgets clashes that are gone; answers who still clashes."""
        self.clashing = sorted(
            {(person, turn) for person, turn in self.clashing if self._holds(person, turn) and self.clash(person, turn)}
        )
        return sorted({person for person, _ in self.clashing})

    def _holds(self, person: str, turn: int) -> bool:
        return person in self._holders[turn]

    def held(self, people: set[str]) -> list[int]:
        """The choices these people have taken."""
        return [self._choice[person, turn] for person in sorted(people) for _, turn in self._taken[person]]

    def replace(self, before: list[int], after: list[int]) -> None:
        """Takes choices away and others instead."""
        for choice in before:
            self._drop(*self._part.choices[choice])
        for choice in after:
            self._take(*self._part.choices[choice])

    def ease(self) -> int:
        """Takes one clash away, or moves it where no exchange does; answers the exchanges looked at."""
        position = self._draw.randrange(len(self.clashing))
        person, turn = self.clashing[position]
        if person not in self._holders[turn] or not self.clash(person, turn):
            self.clashing[position] = self.clashing[-1]
            self.clashing.pop()
            return 1
        looked, eased = self._give(person, turn)
        if eased:
            return looked
        kind = self._kinds[self._part.turns[turn].counts]
        begin, bold = self._draw.randrange(len(kind)), False
        for step in range(2 * len(kind)):
            other, bold = kind[(begin + step) % len(kind)], step >= len(kind)
            if other == turn or (person, other) not in self._choice or person in self._holders[other]:
                continue
            if self.clash(person, other, besides=turn):
                looked += 1
                continue
            for partner in self._holders[other]:
                looked += 1
                if self._exchange(person, turn, partner, other, bold=bold):
                    return looked
        return looked

    def _give(self, person: str, turn: int) -> tuple[int, bool]:
        """Gives the turn to somebody whose count may rise while the giver's may fall."""
        counts, cost = self._part.turns[turn].counts, self._part.costs[self._choice[person, turn]]
        if not self._may_shift(person, counts, -1):
            return 1, False
        takers = self._part.by_turn[turn]
        begin = self._draw.randrange(len(takers))
        for step in range(len(takers)):
            choice = takers[(begin + step) % len(takers)]
            taker = self._part.choices[choice][0]
            if (
                self._part.costs[choice] <= cost
                and taker not in self._holders[turn]
                and self._may_shift(taker, counts, 1)
                and not self.clash(taker, turn)
            ):
                self._drop(person, turn)
                self._take(taker, turn)
                return step + 1, True
        return len(takers), False

    def _may_shift(self, person: str, counts: tuple[int, ...], by: int) -> bool:
        return all(
            not counts[category] or person not in levels or low <= levels[person] + by * counts[category] <= high
            for category, low, high, levels in self._scales
        )

    def _exchange(self, person: str, turn: int, partner: str, other: int, *, bold: bool) -> bool:
        """Swaps the two turns if both may and no wish is worse met; a clash of the partner's only if bold."""
        new = self._choice.get((partner, turn))
        if new is None or partner in self._holders[turn]:
            return False
        costs = self._part.costs
        before = costs[self._choice[person, turn]] + costs[self._choice[partner, other]]
        if costs[self._choice[person, other]] + costs[new] > before:
            return False
        clash = self.clash(partner, turn, besides=other)
        if clash and (not bold or self._draw.random() < 0.8):
            return False
        self._drop(person, turn)
        self._drop(partner, other)
        self._take(person, other)
        self._take(partner, turn)
        if clash:
            self.clashing.append((partner, turn))
        return True

    def clash(self, person: str, turn: int, besides: int = -1) -> bool:
        """Whether the turn clashes with another the person has taken."""
        turns = self._part.turns
        stretch = turns[turn]
        for _, other in self._taken[person]:
            held = turns[other]
            if held.start < stretch.until and stretch.start < held.until and other not in (turn, besides):
                return True
        return False

    def _take(self, person: str, turn: int) -> None:
        insort(self._taken[person], (self._part.turns[turn].start, turn))
        self._holders[turn].append(person)
        self._shift(person, turn, 1)

    def _drop(self, person: str, turn: int) -> None:
        self._taken[person].remove((self._part.turns[turn].start, turn))
        self._holders[turn].remove(person)
        self._shift(person, turn, -1)

    def _shift(self, person: str, turn: int, by: int) -> None:
        counts = self._part.turns[turn].counts
        for category, _, _, levels in self._scales:
            if counts[category] and person in levels:
                levels[person] += by * counts[category]
