"""HiGHS on a matrix: a plan and a real bound, single-threaded so that the same matrix and seed give the same answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.roster.matrix import FREE, Matrix

Tell = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solver found. `x` is None without a plan; `bound` None when nothing is known; `nodes` the work spent."""

    x: list[int] | None
    bound: int | None
    infeasible: bool
    proven: bool
    work: float


def solve_whole(matrix: Matrix, *, seconds: float, nodes: int, seed: int, hint: list[int] | None = None) -> Outcome:
    """The best whole solution within so many branch-and-bound nodes; seconds are only the outer guard."""
    import highspy

    if seconds <= 0:
        return Outcome(None, None, False, False, 0)
    solver = _loaded(matrix, whole=True)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.999)
    solver.setOptionValue("random_seed", seed)
    if hint is not None:
        solution = highspy.HighsSolution()
        solution.col_value = [float(v) for v in hint]
        solver.setSolution(solution)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    dead = status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible and not dead
    x = [round(v) for v in solver.getSolution().col_value] if found else None
    bound = _rounded_up(info.mip_dual_bound + matrix.base)
    if x is not None and status == highspy.HighsModelStatus.kOptimal:
        bound = matrix.value(x)
    return Outcome(x, None if dead else bound, dead, status == highspy.HighsModelStatus.kOptimal,
                   max(0, info.mip_node_count))  # fmt: skip


def bound_below(matrix: Matrix, *, seconds: float) -> int | None:
    """A bound from the relaxed programme by the interior point method; None when time ran out first."""
    import highspy

    if seconds <= 0:
        return None
    solver = _loaded(matrix, whole=False)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return _rounded_up(solver.getInfo().objective_function_value + matrix.base, 1e-4)


def _loaded(matrix: Matrix, *, whole: bool) -> Any:
    """A silent solver with the programme in it.

    The plain base class is used: highspy's own subclass prints a banner on standard output before it can be silenced.
    """
    import highspy
    import numpy as np

    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(matrix.costs), len(matrix.rows)
    programme.col_cost_ = np.array(matrix.costs, dtype=float)
    programme.col_lower_ = np.array(matrix.least, dtype=float)
    programme.col_upper_ = np.array(matrix.most, dtype=float)
    programme.row_lower_ = np.array([_limit(row[2]) for row in matrix.rows], dtype=float)
    programme.row_upper_ = np.array([_limit(row[3]) for row in matrix.rows], dtype=float)
    lengths = np.array([0, *(len(row[0]) for row in matrix.rows)], dtype=np.int32)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = np.cumsum(lengths, dtype=np.int32)
    programme.a_matrix_.index_ = np.array([c for row in matrix.rows for c in row[0]], dtype=np.int32)
    programme.a_matrix_.value_ = np.array(
        [f for row in matrix.rows for f in (row[1] if row[1] is not None else [1] * len(row[0]))], dtype=float
    )
    if whole:
        programme.integrality_ = [highspy.HighsVarType.kInteger] * len(matrix.costs)
    plain: Any = highspy.Highs.__mro__[1]
    solver = plain()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(programme)
    return solver


def _limit(value: int) -> float:
    return float("inf") if value >= FREE else float("-inf") if value <= -FREE else float(value)


def _rounded_up(bound: float, slack: float = 1e-6) -> int | None:
    from math import ceil, isfinite

    return ceil(bound - slack) if isfinite(bound) and abs(bound) < 1e15 else None
