"""`zhiban sweep` and `zhiban replay`: the clock's half of the work, by hand."""

from datetime import datetime, timedelta

import typer

from service.commands import say

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def sweep(
    now: str = typer.Option(None, "--now", help="The instant to sweep at (ISO); this very moment if absent."),
    within: list[str] = typer.Option([], "--within", help="Only beneath these units."),
    as_json: bool = say.AsJson,
) -> None:
    """Every noun's sweep once, from any cron, without Prefect."""
    from service import clock, sweeps
    from service.notices import delivery

    with say.refusals():
        at = say.instant(now, "--now") if now else clock.now()
        engine = say.open_database()
        done = sweeps.sweep(engine, at, within=within)
        sent = delivery.deliver_owed(engine, at)
        counts = {noun: applied._asdict() for noun, applied in done.items()} | {"notices": sent._asdict()}
        lines = [
            f"{noun}: " + ", ".join(f"{number} {word}" for word, number in each.items())
            for noun, each in counts.items()
        ]
        say.facts({"now": at, "nouns": counts}, as_json=as_json, lines=lines)


def every_span(text: str) -> timedelta:
    """`30m`, `1h`, `2d` as a span of time."""
    if text[:-1].isdigit() and text[-1:] in UNITS and int(text[:-1]) > 0:
        return timedelta(**{UNITS[text[-1]]: int(text[:-1])})
    raise typer.BadParameter(f"{text!r} is not a span like 30m, 1h or 1d", param_hint="--every")


def replay(
    from_: str = typer.Option(..., "--from", help="First instant (ISO)."),
    to: str = typer.Option(..., "--to", help="Last instant (ISO)."),
    every: str = typer.Option("1h", "--every", help="How far the clock moves between sweeps: 30m, 1h, 1d."),
    as_json: bool = say.AsJson,
) -> None:
    """Sweep along a moved clock: rehearse a year, in a scratch copy (ZHIBAN_DATA). Messages are not really sent."""
    from service import sweeps
    from service.notices import delivery
    from service.settings import settings

    with say.refusals():
        start, end, step = say.instant(from_, "--from"), say.instant(to, "--to"), every_span(every)
        if end < start:
            raise typer.BadParameter("the end lies before the beginning", param_hint="--to")
        engine = say.open_database()
        total: dict[str, int] = {}
        rounds = (end - start) // step + 1
        for n, at in enumerate(instants(start, end, step), 1):
            for noun, applied in sweeps.sweep(engine, at).items():
                total[noun] = total.get(noun, 0) + applied.applied
            total["messages"] = total.get("messages", 0) + delivery.rehearse(engine, at).messages
            say.progress("replay", min(n, rounds), rounds)
        facts = {"from": start, "to": end, "sweeps": rounds, "applied": total}
        words = ", ".join(f"{noun} {count}" for noun, count in total.items())
        first, last = (f"{at.astimezone(settings().zone_info()):%Y-%m-%d %H:%M}" for at in (start, end))
        say.facts(facts, as_json=as_json, lines=[f"{rounds} sweeps from {first} to {last}: {words}"])


def instants(start: datetime, end: datetime, step: timedelta) -> list[datetime]:
    """The moments of a moved clock, the first and the last included."""
    moments = [start + n * step for n in range((end - start) // step + 1)]
    return moments if moments[-1] == end else [*moments, end]


def demo(as_json: bool = say.AsJson) -> None:
    """Build the sample town in an empty database and live its season; where it stands already, nothing is done."""
    from service import clock
    from service.demo import stands, town

    with say.refusals():
        engine = say.open_database()
        if stands(engine):
            say.facts({"stands": True}, as_json=as_json, lines=["The sample town stands already"])
            return
        report = town(engine, now=clock.now(), on_progress=lambda done, total: say.progress("town", done, total))
        say.facts(report._asdict(), as_json=as_json, lines=[str(report)])


def story(as_json: bool = say.AsJson) -> None:
    """Show one hazard found, closed, rechecked, rebounded, missed and escalated, with the messages as sent."""
    from service.demo.story import Line
    from service.demo.story import story as live
    from service.settings import settings

    with say.refusals():
        zone = settings().zone_info()
        lines: list[Line] = []
        live(lines.append)
        shown = [f"{line.at.astimezone(zone):%Y-%m-%d %H:%M}  {line.who}  {line.words}" for line in lines]
        say.facts([line._asdict() for line in lines], as_json=as_json, lines=shown)
