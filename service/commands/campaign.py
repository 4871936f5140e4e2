"""`zhiban campaign check | preview | apply | template`."""

from pathlib import Path

import typer

from service.commands import say

app = typer.Typer(no_args_is_help=True, help="Campaign files: check them, preview their tasks, make it so.")
FILE = typer.Argument(help="The campaign file (YAML or JSON).")


@app.command()
def check(file: Path = FILE, as_json: bool = say.AsJson) -> None:
    """Validate a file, every fault with its line; nothing is written."""
    from service import clock, store
    from service.access import SYSTEM
    from service.campaigns import acts as campaigns

    with say.refusals():
        text = say.read_text(file)
        with store.reading(say.open_database()) as session:
            plan = campaigns.check(session, SYSTEM, text, now=clock.now())
        found = {"key": plan.key, "name": plan.name, "activities": len(plan.activities)}
        say.facts(
            found, as_json=as_json, lines=[f"{plan.key}: {plan.name}, {len(plan.activities)} activities, no fault"]
        )


@app.command()
def preview(
    file: Path = FILE,
    from_: str = typer.Option(None, "--from", help="First opening day (ISO date); the campaign's first day if absent."),
    to: str = typer.Option(None, "--to", help="Last opening day, included; the campaign's last day if absent."),
    as_json: bool = say.AsJson,
) -> None:
    """List the tasks that would be made between two dates; nothing is written."""
    from service import clock, store
    from service.access import SYSTEM
    from service.campaigns import acts as campaigns
    from service.settings import settings

    with say.refusals():
        text = say.read_text(file)
        with store.reading(say.open_database()) as session:
            plan = campaigns.check(session, SYSTEM, text, now=clock.now())
            start = say.day(from_, "--from") if from_ else plan.from_on
            end = say.day(to, "--to") if to else plan.to_on
            tasks = campaigns.preview(session, plan, from_on=start, to_on=end)
        zone = settings().zone_info()
        lines = [
            f"{task.opens_at.astimezone(zone):%Y-%m-%d}, due {task.due_at.astimezone(zone):%m-%d %H:%M}: "
            f"{task.key} {task.name}"
            for task in tasks
        ]
        facts = {"count": len(tasks), "items": [task._asdict() for task in tasks]}
        say.facts(facts, as_json=as_json, lines=[*lines, f"{len(tasks)} tasks"])


@app.command()
def apply(file: Path = FILE, as_json: bool = say.AsJson) -> None:
    """Make it so: the campaign runs from now on; of a changed file, only what has not opened is planned anew."""
    from service import clock, store
    from service.access import SYSTEM
    from service.campaigns import acts as campaigns
    from service.errors import Refused

    with say.refusals():
        raw = say.read_text(file)
        now = clock.now()
        with store.transaction(say.open_database()) as session:
            campaigns.check(session, SYSTEM, raw, now=now)
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                raise Refused("The file is not UTF-8") from None
            plan = campaigns.apply_file(session, SYSTEM, text, now=now)
            row = campaigns.find(session, SYSTEM, plan.key)
            if row.state == "draft":
                campaigns.run(session, SYSTEM, plan.key, "activate", now=now)
            row = campaigns.find(session, SYSTEM, plan.key)
        found = {"key": plan.key, "plan": row.plan, "state": str(row.state)}
        say.facts(found, as_json=as_json, lines=[f"{plan.key}: plan {row.plan}, {row.state}"])


@app.command()
def template(
    name: str = typer.Argument(None, help="Which template; without it, the list."), as_json: bool = say.AsJson
) -> None:
    """Print a ready campaign file to begin with, or list those there are."""
    from service.campaignfile import templates

    found = {one.key: one for one in templates()}
    if name is None:
        lines = [f"{one.key}  {one.name}  {one.english}" for one in found.values()]
        rows = [{"key": one.key, "name": one.name, "english": one.english} for one in found.values()]
        say.facts(rows, as_json=as_json, lines=lines)
    elif name in found:
        say.facts({"key": name, "text": found[name].text}, as_json=as_json, lines=[found[name].text])
    else:
        typer.echo(f"There is no template {name}; there are: {', '.join(found)}", err=True)
        raise typer.Exit(1)
