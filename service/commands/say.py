"""How commands speak: facts as JSON or as lines, refusals as one clear line each, exit 1 for refused."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from service.errors import Fault

AsJson = typer.Option(False, "--json", help="Print the facts as JSON.")


def default(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def facts(value: Any, *, as_json: bool, lines: list[str] | None = None) -> None:
    """Print what was found: `value` whole as JSON, or the `lines` for people."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False, default=default, indent=2))
    else:
        for line in lines if lines is not None else [str(value)]:
            typer.echo(line)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the service refuses into words on stderr and exit code 1."""
    from sqlalchemy.exc import OperationalError

    from service.errors import Trouble
    from service.words import in_words, say

    try:
        yield
    except Trouble as trouble:
        locale = locale_in_force()
        typer.echo(say(trouble.message, locale, **in_words(trouble.facts, locale)), err=True)
        for fault in trouble.faults:
            typer.echo(f"  {words_of(fault)}", err=True)
        raise typer.Exit(1) from None
    except OperationalError as broken:
        typer.echo(f"The database does not answer as it should: {broken.orig}", err=True)
        typer.echo("  run: zhiban doctor", err=True)
        raise typer.Exit(1) from None


def words_of(fault: "Fault") -> str:
    """Where and why, in the language in force."""
    from service.words import say

    words = say(fault.reason, locale_in_force(), **(fault.facts or {}))
    return f"{fault.field}: {words}" if fault.field else words


def locale_in_force() -> str:
    from service.errors import Refused
    from service.settings import settings

    try:
        return settings().locale
    except Refused:
        return "en"


def open_database(*, migrated: bool = True) -> "Engine":
    """The engine of the settings in force; the schema is brought to head first, unless told not to."""
    from service import migrate, store
    from service.settings import settings

    made = settings()
    if not made.database_url:
        made.data.mkdir(parents=True, exist_ok=True)
    engine = store.open_engine(made.database(), pool_size=made.pool_size)
    if migrated:
        at, newest = migrate.revisions(engine)
        if at != newest:
            migrate.upgrade(engine)
    return engine


def instant(text: str, name: str) -> datetime:
    """An ISO instant from the command line; without an offset it is meant in the zone of the settings."""
    from service.settings import settings

    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not an ISO date or instant", param_hint=name) from None
    return (read if read.tzinfo else read.replace(tzinfo=settings().zone_info())).astimezone(UTC)


def day(text: str, name: str) -> date:
    """An ISO date from the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not an ISO date", param_hint=name) from None


def read_text(file: Any) -> bytes:
    """The bytes of a file named on the command line; exit 1 with a sentence when it can't be read."""
    try:
        return bytes(file.read_bytes())
    except OSError as wrong:
        typer.echo(f"{file}: {wrong.strerror}", err=True)
        raise typer.Exit(1) from None


def progress(label: str, done: int, total: int) -> None:
    """One line that renews itself on a terminal, and stays silent elsewhere."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r{label} {done}/{total}{end}")
        sys.stderr.flush()
