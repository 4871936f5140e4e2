"""`zhiban`: the commands. Nothing heavy is imported here, so that `--help` answers at once."""

from pathlib import Path

import typer

from service.commands import admin, campaign, report, roster, run, say

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

app.command()(admin.migrate)
app.command()(admin.backup)
app.command()(admin.restore)
app.command()(admin.doctor)
app.command("import")(admin.import_)
app.command()(run.sweep)
app.command()(run.replay)
app.command("demo", hidden=True)(run.demo)
app.command()(run.story)
app.add_typer(admin.user, name="user")
app.add_typer(admin.token, name="token")
app.add_typer(admin.calendar, name="calendar")
app.add_typer(campaign.app, name="campaign")
app.add_typer(roster.app, name="roster")
app.add_typer(report.app, name="report")


@app.callback()
def about() -> None:
    """zhiban (值班): campaigns, hazards, rechecks and duty rosters of a safety office."""


@app.command()
def up(
    data: Path = typer.Option(None, "--data", help="Data folder; ZHIBAN_DATA or ./data if absent."),
    host: str = typer.Option("127.0.0.1", "--host", help="Address to listen on; nothing beyond loopback unless asked."),
    port: int = typer.Option(8000, "--port", min=0, max=65535, help="Port of page and API; 0: any free one."),
    demo: bool = typer.Option(False, "--demo", help="Begin with the sample town."),
) -> None:
    """Everything in one go: schema, API and page, Prefect with the flows. Ctrl-C stops all of it."""
    import os

    from service.up.start import run as start

    with say.refusals():
        raise typer.Exit(
            start(data=data or Path(os.environ.get("ZHIBAN_DATA", "data")), host=host, port=port, demo=demo)
        )


def main() -> None:
    """The entry point."""
    app()


if __name__ == "__main__":
    main()
