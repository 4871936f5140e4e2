"""How one part is planned: the cheapest proof first, the heavy solvers only where it fails.

1. Plain parts: flow inside the box of least levels, mended until everyone rests. If no less fair plan could save as
   much in wishes as it costs in fairness, the value is the bound: proven without any search. Where rest costs wishes,
   what they cost at the least is found among the choices that a wish bears on.
2. HiGHS on the box form, then if that leaves a doubt on the weighted form, within a number of nodes.
3. The bound of the relaxed programme, by HiGHS; then CP-SAT from the best plan so far. Without a plan both run at
   once: one side only bounds, the other only plans, so that who is quicker never changes the plan.
4. Where no plan fills every seat: the fewest vacancies, then the fairest plan among those.

Effort is counted in work (exchanges, nodes, deterministic time); seconds only cut it off.
"""

import random
from concurrent.futures import ThreadPoolExecutor

from service.roster.flow import Limits, cheapest_counts
from service.roster.found import Effort, Found, as_solution, value_of
from service.roster.highs import Outcome, bound_below, solve_whole
from service.roster.matrix import Matrix, box_matrix, vacancy_matrix, weighted_matrix
from service.roster.mend import Board
from service.roster.part import Part
from service.roster.regroup import regroup
from service.roster.sat import search_plan
from service.roster.wider import least_fair_cost, wider_bound
from service.roster.wished import least_wish_cost

LARGE = 60_000
NODES = 2_000
EXCHANGES = 8
MOST_WIDER = 2
EFFORT = 400.0


def plan_part(part: Part, effort: Effort) -> Found:
    """The best plan of a part with the best bound the effort allows."""
    found = Found(infeasible=bool(part.short), vacant=dict(part.short))
    found.better_bound(least_fair_cost(part) + part.least_costs(), "counting")
    found.wider = (found.bound or 0) + min((scale.weight for scale in part.scales), default=0)
    if not part.choices:
        found.better_plan([], value_of(part, []))
        found.better_bound(found.value, "counting")
        return found
    steps = (_by_flow, _by_wider_flow, _by_box, _by_weights, _side_by_side)
    for step in steps:
        if found.proven or effort.left <= 0 or _refuted(found):
            break
        step(part, effort, found)
        effort.tell(found)
    if _refuted(found) or found.chosen is None:
        found = _with_vacancies(part, effort, found)
        effort.tell(found)
    return found


def _refuted(found: Found) -> bool:
    return found.work.get("refuted", 0) > 0


def _by_flow(part: Part, effort: Effort, found: Found) -> None:
    if not part.plain:
        return
    exact: Limits = {scale.category: (scale.low(), scale.high()) for scale in part.scales}
    cheapest = cheapest_counts(part, exact)
    if cheapest is None:
        return
    wished = least_wish_cost(part, exact, seconds=effort.left, seed=effort.seed)
    wishes = cheapest[0] if wished is None else max(cheapest[0], wished)
    found.wider = max(found.wider, wider_bound(part, wishes, seconds=effort.left, seed=effort.seed))
    source = "flow" if wishes == cheapest[0] else "wishes"
    found.better_bound(min(least_fair_cost(part) + wishes, found.wider), source)
    effort.tell(found)
    _mended(part, effort, found, cheapest[1], exact, wishes)


def _mended(part: Part, effort: Effort, found: Found, chosen: list[int], limits: Limits, wishes: int) -> None:
    """A flow's plan within limits, mended; kept if everyone rests. On large parts groups are planned anew."""
    board = Board(part, chosen, random.Random(effort.seed), limits)
    found.work["exchanges"] = found.work.get("exchanges", 0) + board.mend(EXCHANGES * len(part.choices))
    if board.clashing and len(part.choices) > LARGE:
        spent = regroup(part, board, wishes, seconds=effort.left, seed=effort.seed)
        found.work["groups"] = found.work.get("groups", 0) + spent
    if not board.clashing:
        taken = sorted(board.choices())
        found.better_plan(taken, value_of(part, taken))


def _by_wider_flow(part: Part, effort: Effort, found: Found) -> None:
    """On large parts the same where one kind of day is a step less fair, if that saves more in wishes than it costs."""
    if not part.plain or len(part.choices) <= LARGE or found.value is None:
        return
    exact: Limits = {scale.category: (scale.low(), scale.high()) for scale in part.scales}
    promising: list[tuple[int, int, Limits]] = []
    for scale in part.scales:
        low, high = exact[scale.category]
        for wider in ((low - 1, high), (low, high + 1)):
            limits = exact | {scale.category: wider}
            wishes = least_wish_cost(part, limits, seconds=effort.left, seed=effort.seed)
            if wishes is not None and least_fair_cost(part) + scale.weight + wishes < found.value:
                promising.append((least_fair_cost(part) + scale.weight + wishes, wishes, limits))
    for _, wishes, limits in sorted(promising, key=lambda one: one[0])[:MOST_WIDER]:
        cheapest = cheapest_counts(part, limits)
        if cheapest is not None and not found.proven:
            _mended(part, effort, found, cheapest[1], limits, max(wishes, cheapest[0]))


def _by_box(part: Part, effort: Effort, found: Found) -> None:
    if len(part.choices) > LARGE:
        return
    matrix = box_matrix(part)
    outcome = solve_whole(matrix, seconds=effort.left, nodes=NODES, seed=effort.seed)
    _count(found, outcome, "nodes")
    if outcome.x is not None:
        _keep(part, found, matrix, outcome)
    if not part.scales:
        found.work["refuted"] = float(outcome.infeasible)
        found.better_bound(outcome.bound, "highs")
        return
    if outcome.infeasible:
        found.better_bound(found.wider, "highs box")
    elif outcome.bound is not None:
        found.better_bound(min(outcome.bound, found.wider), "highs box")


def _by_weights(part: Part, effort: Effort, found: Found) -> None:
    if len(part.choices) > LARGE:
        return
    matrix = weighted_matrix(part)
    hint = _hint(part, matrix, found)
    outcome = solve_whole(matrix, seconds=effort.left, nodes=NODES, seed=effort.seed, hint=hint)
    _count(found, outcome, "nodes")
    if outcome.infeasible:
        found.work["refuted"] = 1
        return
    if outcome.x is not None:
        _keep(part, found, matrix, outcome)
    found.better_bound(outcome.bound, "highs")


def _side_by_side(part: Part, effort: Effort, found: Found) -> None:
    matrix = weighted_matrix(part)
    hint = _hint(part, matrix, found)
    if hint is not None:
        found.better_bound(_relaxed_bound(part, matrix, found.wider, effort), "highs relaxed")
        if found.proven:
            return
    with ThreadPoolExecutor(1) as pool:
        bounding = pool.submit(_relaxed_bound, part, matrix, found.wider, effort) if hint is None else None

        def enough() -> int | None:
            known = bounding.result() if bounding is not None and bounding.done() else None
            return max((b for b in (known, found.bound) if b is not None), default=None)

        outcome = search_plan(
            matrix, seconds=effort.left, effort=EFFORT, workers=max(1, effort.workers), seed=effort.seed, hint=hint,
            enough=enough,
        )  # fmt: skip
        if bounding is not None:
            found.better_bound(bounding.result(), "highs relaxed")
    _count(found, outcome, "deterministic_time")
    if outcome.infeasible:
        found.work["refuted"] = 1
    if outcome.x is not None:
        _keep(part, found, matrix, outcome)
    found.better_bound(outcome.bound, "cp-sat")


def _relaxed_bound(part: Part, weighted: Matrix, wider: int, effort: Effort) -> int | None:
    """The higher of the relaxed weighted form, and the lower of relaxed box and what less fair plans cost."""
    box = bound_below(box_matrix(part), seconds=effort.left * 0.9) if part.scales else None
    if box is not None and box <= wider:
        return box
    whole = bound_below(weighted, seconds=effort.left * 0.9)
    return max((b for b in (whole, None if box is None else min(box, wider)) if b is not None), default=None)


def _with_vacancies(part: Part, effort: Effort, before: Found) -> Found:
    """The fewest vacancies, then the best plan that has no more; `infeasible` only if that was proven."""
    found = Found(infeasible=before.infeasible or _refuted(before), work=before.work)
    found.work.pop("refuted", None)
    first = vacancy_matrix(part)
    fewest = _solved(part, effort, first, found)
    if fewest.x is None:
        found.vacant = {turn: part.turns[turn].need for turn in part.turns}
        found.better_plan([], value_of(part, []))
        return found
    most = first.value(fewest.x)
    if most > 0 and fewest.bound is not None and fewest.bound > 0:
        found.infeasible = True
    second = vacancy_matrix(part, most)
    outcome = _solved(part, effort, second, found, hint=fewest.x)
    x = outcome.x if outcome.x is not None else fewest.x
    found.vacant = {
        turn: x[column] + part.short.get(turn, 0)
        for turn, column in second.vacant.items()
        if x[column] + part.short.get(turn, 0)
    } | {turn: missing for turn, missing in part.short.items() if turn not in second.vacant}
    found.chosen = [choice for choice in range(second.choices) if x[choice]]
    found.value = value_of(part, found.chosen)
    found.better_bound(outcome.bound, "highs")
    return found


def _solved(part: Part, effort: Effort, matrix: Matrix, found: Found, hint: list[int] | None = None) -> Outcome:
    """HiGHS, and where it finds nothing CP-SAT, which always knows the empty plan."""
    outcome = Outcome(None, None, False, False, 0)
    if len(part.choices) <= LARGE:
        outcome = solve_whole(matrix, seconds=max(1.0, effort.left), nodes=NODES, seed=effort.seed)
        _count(found, outcome, "nodes")
    if outcome.x is None:
        outcome = search_plan(
            matrix, seconds=max(5.0, effort.left), effort=EFFORT / 4, workers=max(1, effort.workers),
            seed=effort.seed, hint=hint,
        )  # fmt: skip
        _count(found, outcome, "deterministic_time")
    return outcome


def _keep(part: Part, found: Found, matrix: Matrix, outcome: Outcome) -> None:
    if outcome.x is not None:
        chosen = [choice for choice in range(matrix.choices) if outcome.x[choice]]
        found.better_plan(chosen, value_of(part, chosen))


def _count(found: Found, outcome: Outcome, kind: str) -> None:
    found.work[kind] = found.work.get(kind, 0) + outcome.work


def _hint(part: Part, matrix: Matrix, found: Found) -> list[int] | None:
    return None if found.chosen is None else as_solution(part, matrix, found.chosen)
