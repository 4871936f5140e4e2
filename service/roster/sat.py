"""CP-SAT on a matrix: finds plans on large or knotted parts where branch and bound starves; its bound is not used."""

import threading
from collections.abc import Callable

from service.roster.highs import Outcome
from service.roster.matrix import FREE, Matrix


def search_plan(
    matrix: Matrix,
    *,
    seconds: float,
    effort: float,
    workers: int,
    seed: int,
    hint: list[int] | None = None,
    enough: Callable[[], int | None] = lambda: None,
) -> Outcome:
    """The best plan within so much deterministic time; stops at once when its value meets `enough()`.

    Workers are interleaved, so the sequence of plans is the same every time.
    """
    from ortools.sat.python import cp_model

    if seconds <= 0:
        return Outcome(None, None, False, False, 0)
    model = cp_model.CpModel()
    columns = [model.new_int_var(least, most, "") for least, most in zip(matrix.least, matrix.most, strict=True)]
    for picked, factors, least, most in matrix.rows:
        chosen = [columns[c] for c in picked]
        if factors is None and (least, most) == (0, 1):
            model.add_at_most_one(chosen)
            continue
        total = cp_model.LinearExpr.weighted_sum(chosen, factors if factors is not None else [1] * len(chosen))
        model.add_linear_constraint(total, -FREE if least <= -FREE else least, FREE if most >= FREE else most)
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, matrix.costs) + matrix.base)
    if hint is not None:
        for column, value in zip(columns, hint, strict=False):
            model.add_hint(column, value)

    class Watcher(cp_model.CpSolverSolutionCallback):
        """Hears of each better plan and stops the search at the first that meets the bound."""

        best: int | None = None

        def on_solution_callback(self) -> None:
            """Called by the solver with a better plan."""
            self.best = round(self.objective_value)
            self.stop_if_enough()

        def stop_if_enough(self) -> None:
            """Ends the search once the best plan meets the bound."""
            bound = enough()
            if self.best is not None and bound is not None and self.best <= bound:
                self.stop_search()

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.max_deterministic_time = effort
    solver.parameters.num_workers = workers
    solver.parameters.interleave_search = workers > 1
    solver.parameters.random_seed = seed
    watcher, over = Watcher(), threading.Event()
    guard = threading.Thread(target=_watch, args=(watcher.stop_if_enough, over), daemon=True)
    guard.start()
    try:
        status = solver.solve(model, watcher)
    finally:
        over.set()
        guard.join()
    x = [solver.value(column) for column in columns] if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
    bound = round(solver.objective_value) if status == cp_model.OPTIMAL else None
    return Outcome(x, bound, status == cp_model.INFEASIBLE, status == cp_model.OPTIMAL,
                   solver.response_proto.deterministic_time)  # fmt: skip


def _watch(stop_if_enough: Callable[[], None], over: threading.Event) -> None:
    """Looks every half second whether a bound found meanwhile already meets the best plan."""
    while not over.wait(0.5):
        stop_if_enough()
