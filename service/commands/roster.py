"""`zhiban roster solve`: the engine alone, on a file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from service.commands import say

if TYPE_CHECKING:
    from service.roster import Plan, Problem, Progress

app = typer.Typer(no_args_is_help=True, help="Rosters: plan one from a file.")


@app.callback()
def about() -> None:
    """Keeps `solve` a command of its own name: with one command alone Typer would leave the name out."""


@app.command()
def solve(
    file: Path = typer.Argument(help="The roster problem (.json)."),
    seconds: float = typer.Option(60.0, "--seconds", min=0.1, max=86_400, help="Stop searching after so many seconds."),
    workers: int = typer.Option(2, "--workers", min=1, max=64, help="Parts planned at the same time."),
    seed: int = typer.Option(None, "--seed", min=0, help="Seed of the search; the file's own if absent."),
    out: Path = typer.Option(None, "--out", help="Write the answer here as JSON."),
    as_json: bool = say.AsJson,
) -> None:
    """Plan a roster: who serves when, the objective and the proven bound; or why no plan can be (exit 1)."""
    from service.roster import solve as plan_roster

    problem = read_problem(file)
    plan = plan_roster(problem, seconds=seconds, workers=workers, seed=seed, on_progress=Gauge().tell)
    answer = plan.as_json()
    if out is not None:
        write_answer(out, answer)
    say.facts(answer, as_json=as_json, lines=lines_of(plan))
    if plan.vacancies:
        for line in why_not(plan):
            typer.echo(line, err=True)
        raise typer.Exit(1)


def read_problem(file: Path) -> "Problem":
    """The problem in a file; exit 1 with every fault of it on stderr."""
    from service.roster import ProblemError, read

    try:
        return read(say.read_text(file))
    except ProblemError as wrong:
        typer.echo(f"{file}: {len(wrong.errors)} faults", err=True)
        for field, reason in wrong.errors:
            typer.echo(f"  {field}: {reason}" if field else f"  {reason}", err=True)
        raise typer.Exit(1) from None


def write_answer(out: Path, answer: dict[str, Any]) -> None:
    import json

    try:
        out.write_text(json.dumps(answer, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as wrong:
        typer.echo(f"{out}: {wrong.strerror}", err=True)
        raise typer.Exit(1) from None


class Gauge:
    """The shrinking gap on stderr: one line that renews itself on a terminal, a line per change elsewhere."""

    def __init__(self) -> None:
        self._last = ""

    def tell(self, progress: "Progress") -> None:
        """Shows the best value, the bound and the gap when one of them is new."""
        value = "-" if progress.objective is None else str(progress.objective)
        bound = "-" if progress.bound is None else str(progress.bound)
        gap = "-" if progress.gap is None else f"{progress.gap:.1%}"
        shown = f"objective {value}, bound {bound}, gap {gap}"
        if shown == self._last:
            return
        self._last = shown
        line = f"{progress.seconds:6.1f} s  {shown}"
        sys.stderr.write(f"\r{line:<70}" if sys.stderr.isatty() else f"{line}\n")
        if progress.gap == 0 and sys.stderr.isatty():
            sys.stderr.write("\n")
        sys.stderr.flush()


def lines_of(plan: "Plan") -> list[str]:
    """The plan for people: the seats day by day, then its proof and its spread."""
    lines = [f"{seat.date} {seat.watch} {seat.role} {seat.place}: {seat.person}" for seat in plan.assignments]
    lines += [f"{seat.date} {seat.watch} {seat.role} {seat.place}: vacant, {seat.reason}" for seat in plan.vacancies]
    for role, by in plan.spread.items():
        lines.append(f"spread {role}: " + ", ".join(f"{name} {value}" for name, value in by.items()))
    lines += [f"violation: {breach.text}" for breach in plan.violations]
    lines.append(f"{plan.status}: objective {plan.objective}, bound {plan.bound} ({plan.bound_source})")
    lines.append(f"gap {plan.gap:.1%}, {plan.seconds:.1f} s")
    return lines


def why_not(plan: "Plan") -> list[str]:
    """The rules that can't hold together, in words; or how many seats stay empty when no proof was found in time."""
    seats = f"{len(plan.vacancies)} seats stay vacant"
    if plan.status != "infeasible":
        return [f"No whole plan was found in time: {seats}"]
    return [f"No plan can be made: {seats}", *(f"  {one.text}" for one in plan.contradictions)]
