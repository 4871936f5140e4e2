"""What the planning of a part has found so far, what it may still spend, and what a plan of the part is worth."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from service.roster.fairness import spread
from service.roster.matrix import Matrix
from service.roster.part import Part, Scale


@dataclass
class Found:
    """The plan of a part: choices taken, value and bound with its source, seats left vacant by turn, work spent.

    `wider` is a bound on plans that are less fair than counting alone demands.
    """

    chosen: list[int] | None = None
    value: int | None = None
    bound: int | None = None
    source: str = "none"
    vacant: dict[int, int] = field(default_factory=dict)
    infeasible: bool = False
    wider: int = 0
    work: dict[str, float] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        """Whether the value is the bound."""
        return self.value is not None and self.bound is not None and self.value <= self.bound

    def better_plan(self, chosen: list[int], value: int) -> None:
        """Keeps the plan if it is better than the one known."""
        if self.value is None or value < self.value:
            self.chosen, self.value = chosen, value

    def better_bound(self, bound: int | None, source: str) -> None:
        """Keeps the bound if it is higher than the one known."""
        if bound is not None and (self.bound is None or bound > self.bound):
            self.bound, self.source = bound, source


@dataclass(frozen=True)
class Effort:
    """What may be spent: the deadline on the monotonic clock, workers, seed, and whom to tell of progress."""

    deadline: float
    workers: int
    seed: int
    tell: Callable[[Found], None]

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.deadline - time.monotonic()


def value_of(part: Part, chosen: list[int]) -> int:
    """The objective of a plan of the part, from its levels and wishes."""
    fair = sum(scale.weight * spread(_levels(part, scale, chosen).values()) for scale in part.scales)
    return fair + sum(part.costs[choice] for choice in chosen)


def as_solution(part: Part, matrix: Matrix, chosen: list[int]) -> list[int]:
    """A plan as a solution of the weighted form."""
    x = [0] * len(matrix.costs)
    for choice in chosen:
        x[choice] = 1
    for scale, (highest, lowest) in zip(part.scales, matrix.ends, strict=True):
        levels = _levels(part, scale, chosen).values()
        x[highest], x[lowest] = max(levels), min(levels)
    return x


def _levels(part: Part, scale: Scale, chosen: list[int]) -> dict[str, int]:
    levels = dict(scale.start)
    for choice in chosen:
        person, index = part.choices[choice]
        turn = part.turns[index]
        if turn.role == scale.role and person in levels:
            levels[person] += turn.counts[scale.category]
    return levels
