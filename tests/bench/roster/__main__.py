"""The roster bench: the engine beside a fixed rotation, a turn queue and, where it is installed, Timefold.

    python -m tests.bench.roster [--smoke] [--large] [--timefold] [--seeds N]

Every plan is judged by the same judge: objective (weighted spreads, unmet wishes), spreads, broken rests, vacancies.
"""

import argparse
import os
import time
from collections.abc import Callable

from service.roster import Problem, read, solve
from service.roster.judge import judge
from service.roster.plan import Assignment
from tests.bench.roster.naive import fixed_rotation, turn_queue
from tests.bench.roster.towns import COUNTY, TOWN, town

TARGETS = {31: 1.0, 92: 1.0, 366: 5.0}
LARGE_TARGET = 180.0
HEAD = f"{'':28} {'objective':>9} {'bound':>6} {'status':>10} {'rest breaches':>13} {'empty':>5} {'seconds':>8}  spread"


def run() -> int:
    """Runs the bench; 1 when a plan of the engine breaks a rule, 0 else. Targets are printed, not enforced."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.roster", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="31 days, one seed: does everything run")
    parser.add_argument("--large", action="store_true", help="also 400 officers, 366 days, ten a day")
    parser.add_argument("--timefold", action="store_true", help="also Timefold, at 40 s or the engine's time if longer")
    parser.add_argument("--seeds", type=int, default=3)
    chosen = parser.parse_args()
    broken = 0
    solve(read(town(7, 0, TOWN)))  # the solvers' imports are paid before the clock starts
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores\n{HEAD}")
    for days in (31,) if chosen.smoke else (31, 92, 366):
        for seed in range(1, 2 if chosen.smoke else chosen.seeds + 1):
            broken += _compare(f"town {days} days, seed {seed}", town(days, seed, TOWN), TARGETS[days], chosen.timefold)
    if chosen.large and not chosen.smoke:
        broken += _compare("county 400 x 366 x 10", town(366, 1, COUNTY), LARGE_TARGET, False)
    print(f"load {os.getloadavg()[0]:.2f}")
    return min(1, broken)


def _compare(name: str, document: dict[str, object], target: float, timefold: bool) -> int:
    problem = read(document)
    print(f"\n{name} (target: proven in {target:g} s)")
    plan = solve(problem, seconds=600)
    verdict = judge(problem, plan.assignments)
    met = plan.status == "optimal" and plan.seconds <= target
    _line("engine", problem, list(plan.assignments), plan.seconds, plan.bound, plan.status)
    print(f"{'':28} target {'met' if met else 'MISSED'}; bound by {plan.bound_source}; work {plan.work}")
    _timed("fixed rotation", problem, fixed_rotation)
    _timed("turn queue", problem, turn_queue)
    if timefold:
        _timefold(problem, max(40.0, plan.seconds))
    return len(verdict.broken)


def _timed(name: str, problem: Problem, plan: Callable[[Problem], list[Assignment]]) -> None:
    started = time.monotonic()
    _line(name, problem, plan(problem), time.monotonic() - started)


def _timefold(problem: Problem, seconds: float) -> None:
    try:
        from tests.bench.roster.by_timefold import plan_by_timefold
    except ImportError as missing:
        print(f"{'timefold':28} not run: {missing}")
        return
    _timed(f"timefold, {seconds:g} s", problem, lambda p: plan_by_timefold(p, seconds))


def _line(
    name: str, problem: Problem, plan: list[Assignment], seconds: float, bound: int | None = None, status: str = ""
) -> None:
    verdict = judge(problem, plan)
    rests = sum(breach.rule == "rest" for breach in verdict.broken)
    spread = " ".join(f"{role}={by['total']}/{by['rest_day']}/{by['holiday']}" for role, by in verdict.spread.items())
    shown = "" if bound is None else str(bound)
    print(
        f"{name:28} {verdict.objective:>9} {shown:>6} {status:>10} {rests:>13} {sum(verdict.empty.values()):>5} "
        f"{seconds:>8.2f}  {spread}",
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(run())
