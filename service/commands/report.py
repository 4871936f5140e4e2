"""`zhiban report summary | figures`: a frozen report as a file, and what can be counted."""

from pathlib import Path
from typing import Any

import typer

from service.commands import say

app = typer.Typer(no_args_is_help=True, help="Reports: freeze one and print it; list the figures there are.")


@app.command()
def summary(
    unit: str = typer.Option(..., "--unit", help="The unit's code; everything beneath it counts."),
    from_: str = typer.Option(..., "--from", help="First day (ISO date)."),
    to: str = typer.Option(..., "--to", help="Last day, included."),
    out: Path = typer.Option(..., "--out", help="The file to write."),
    campaign: str = typer.Option(None, "--campaign", help="Only what belongs to it and its sub-plans."),
    template: str = typer.Option(None, "--template", help="The one for its stretch of days if absent."),
    format_: str = typer.Option("docx", "--format", help="json, docx, xlsx, md or html."),
    locale: str = typer.Option(None, "--locale", help="zh_CN or en; ZHIBAN_LOCALE if absent."),
    as_json: bool = say.AsJson,
) -> None:
    """Freeze a report and print it; one that is frozen already is printed as it was frozen."""
    from service import clock, papers, store
    from service.access import SYSTEM
    from service.errors import Fault, Refused
    from service.reports import freezing, shown, writing
    from service.reports.asked import ask
    from service.settings import settings

    with say.refusals():
        if format_ not in papers.FORMATS:
            raise Refused("Some fields are wrong", faults=[Fault("--format", "there is no such format")])
        engine, now = say.open_database(), clock.now()
        with store.transaction(engine) as session:
            asked = ask(
                session, SYSTEM, unit=unit, from_on=say.day(from_, "--from"), to_on=say.day(to, "--to"),
                template_key=template, campaign=campaign,
            )  # fmt: skip
            key = writing.begin(session, SYSTEM, asked, now=now)
        drawing = writing.drawn(engine, SYSTEM, key, now=now)
        with store.transaction(engine) as session:
            whole = shown.whole(session, SYSTEM, key)
            if not whole.report["edition"]:
                freezing.freeze(session, SYSTEM, drawing, now=now)
        with store.reading(engine) as session:
            raw = shown.frozen(session, SYSTEM, key)
            snapshot = shown.snapshot_of(session, SYSTEM, key)
        out.write_bytes(raw if format_ == "json" else papers.render(snapshot, format_, locale or settings().locale))
        say.facts(facts_of(snapshot, out), as_json=as_json, lines=lines_of(snapshot, out, locale or settings().locale))


def facts_of(snapshot: dict[str, Any], out: Path) -> dict[str, Any]:
    return {
        "key": snapshot["key"], "edition": snapshot["edition"], "frozen_at": snapshot["frozen_at"], "file": str(out),
        "figures": len(snapshot["figures"]), "findings": snapshot["findings"],
    }  # fmt: skip


def lines_of(snapshot: dict[str, Any], out: Path, locale: str) -> list[str]:
    """Where it was written, and whatever does not agree in it."""
    from service.reports import wording

    found = [f"  {wording.finding(snapshot, one, locale)}" for one in snapshot["findings"]]
    return [f"{snapshot['key']}, edition {snapshot['edition']}: {out}", *found]


@app.command()
def figures(locale: str = typer.Option(None, "--locale", help="zh_CN or en."), as_json: bool = say.AsJson) -> None:
    """List the figures there are: key, words, unit word, and what each counts."""
    from service.figures import FIGURES
    from service.reports.shown_figures import basis_of
    from service.settings import settings
    from service.words import say as word

    with say.refusals():
        tongue = locale or settings().locale
        found = [
            {
                "key": one.key, "label": word(one.label, tongue), "unit_word": word(one.unit_word, tongue),
                "basis": basis_of(one), "definition": word(one.definition, tongue),
            }
            for one in FIGURES.values()
        ]  # fmt: skip
        lines = [f"{one['key']}  {one['label']} ({one['unit_word']}): {one['definition']}" for one in found]
        say.facts(found, as_json=as_json, lines=lines)
