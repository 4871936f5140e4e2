"""`zhiban roster solve`: the engine alone, on a file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from service.commands import say

if TYPE_CHECKING:
    from service.roster import Problem, Progress

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
    language: str = typer.Option("", "--language", help="Language of the answer: zh or en; ZHIBAN_LOCALE if absent."),
    as_json: bool = say.AsJson,
) -> None:
    """Plan a roster: who serves when, the objective and the proven bound; or why no plan can be (exit 1)."""
    from service.duty.proof_words import plan_lines, why_not_lines
    from service.roster import solve as plan_roster
    from service.words import locale_for

    locale = locale_for(language, say.locale_in_force())
    problem = read_problem(file, locale)
    plan = plan_roster(problem, seconds=seconds, workers=workers, seed=seed, on_progress=Gauge(locale).tell)
    answer = plan.as_json()
    if out is not None:
        write_answer(out, answer)
    say.facts(answer, as_json=as_json, lines=list(plan_lines(plan, locale)))
    if plan.vacancies:
        for line in why_not_lines(plan, locale):
            typer.echo(line, err=True)
        raise typer.Exit(1)


def read_problem(file: Path, locale: str) -> "Problem":
    """The problem in a file; exit 1 with every fault of it on stderr."""
    from service.roster import ProblemError, read
    from service.words import say as words

    try:
        return read(say.read_text(file))
    except ProblemError as wrong:
        typer.echo(words("The roster file has faults: {n}", locale, n=len(wrong.errors)), err=True)
        for field, reason in wrong.errors:
            told = words(reason.msgid, locale, **reason.facts)
            typer.echo(f"  {field}: {told}" if field else f"  {told}", err=True)
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

    def __init__(self, locale: str) -> None:
        self._locale, self._last = locale, ""

    def tell(self, progress: "Progress") -> None:
        """Shows the best value, the bound and the gap when one of them is new."""
        from service.duty.proof_words import progress_words

        shown = progress_words(progress, self._locale)
        if shown == self._last:
            return
        self._last = shown
        line = f"{progress.seconds:6.1f} s  {shown}"
        sys.stderr.write(f"\r{line:<70}" if sys.stderr.isatty() else f"{line}\n")
        if progress.gap == 0 and sys.stderr.isatty():
            sys.stderr.write("\n")
        sys.stderr.flush()
