"""What fairness costs at the least, and what less fair plans cost: the other half of the proof of a box plan."""

from itertools import product

from service.roster.flow import Limits, cheapest_counts
from service.roster.part import Part
from service.roster.wished import least_wish_cost

MOST_FLOWS = 12


def least_fair_cost(part: Part) -> int:
    """The weighted spreads that counting alone demands."""
    return sum(scale.weight * (scale.high() - scale.low()) for scale in part.scales)


def wider_bound(part: Part, inside: int, *, seconds: float, seed: int) -> int:
    """What any less fair plan costs at the least, as far as that is below `inside`, what wishes cost in the box.

    A plan whose spreads are wider by some steps keeps its levels within low - step and high + step, wherever they lie.
    Many such sets are refuted at once by what wishes cost within the widest limits among them.
    """

    def within(steps: tuple[int, ...], extra: int = 0) -> int:
        return _wishes_within(part, steps, enough=inside - extra, seconds=seconds, seed=seed)

    fair, ease = least_fair_cost(part), inside - part.least_costs()
    wider = [
        steps
        for steps in product(*(range(ease // scale.weight + 1) for scale in part.scales))
        if 0 < _weighed(part, steps) < ease
    ]
    floor = part.least_costs()
    while wider:
        least = min(_weighed(part, steps) for steps in wider)
        floor = within(tuple(max(steps) for steps in zip(*wider, strict=True)), least)
        kept = [steps for steps in wider if _weighed(part, steps) + floor < inside]
        if len(kept) == len(wider):
            break
        wider = kept
    wider.sort(key=lambda steps: _weighed(part, steps))
    flows = [_weighed(part, steps) + within(steps, _weighed(part, steps)) for steps in wider[:MOST_FLOWS]]
    sums = [_weighed(part, steps) + floor for steps in wider[MOST_FLOWS:]]
    return fair + min([part.least_costs() + ease, *flows, *sums])


def _wishes_within(part: Part, steps: tuple[int, ...], *, enough: int, seconds: float, seed: int) -> int:
    """What wishes cost at the least within wider limits; the flow is asked only where that is not `enough`."""
    limits: Limits = {
        scale.category: (scale.low() - step, scale.high() + step)
        for scale, step in zip(part.scales, steps, strict=True)
    }
    known = least_wish_cost(part, limits, seconds=seconds, seed=seed)
    least = part.least_costs() if known is None else max(part.least_costs(), known)
    if least >= enough:
        return least
    cheapest = cheapest_counts(part, limits)
    return least if cheapest is None else max(least, cheapest[0])


def _weighed(part: Part, extra: tuple[int, ...]) -> int:
    return sum(scale.weight * more for scale, more in zip(part.scales, extra, strict=True))
