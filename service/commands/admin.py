"""Keeping the place in order: migrate, backup, restore, doctor, import, user, token, calendar."""

from enum import StrEnum
from pathlib import Path

import typer

from service.commands import say

FILE = typer.Argument(help="The file.")


class Removals(StrEnum):
    """What becomes of the rows that a sheet no longer names."""

    keep = "keep"
    close = "close"


def migrate(as_json: bool = say.AsJson) -> None:
    """Bring the schema to head."""
    from service import migrate as schema

    with say.refusals():
        engine = say.open_database(migrated=False)
        schema.upgrade(engine)
        at, _ = schema.revisions(engine)
        say.facts({"revision": at}, as_json=as_json, lines=[f"The schema is at {at}"])


def backup(file: Path = FILE, as_json: bool = say.AsJson) -> None:
    """Copy the whole state to a file while everything runs."""
    from service.backup import backup as write

    with say.refusals():
        counts = write(say.open_database(), file)
        rows = sum(counts.values())
        say.facts(
            {"file": file, "rows": counts}, as_json=as_json, lines=[f"{rows} rows of {len(counts)} tables in {file}"]
        )


def restore(
    file: Path = FILE,
    replace: bool = typer.Option(False, "--replace", help="Put it in the place of what the database holds."),
    as_json: bool = say.AsJson,
) -> None:
    """Bring back a backup, into an empty database unless told otherwise."""
    from service.backup import restore as read

    with say.refusals():
        counts = read(say.open_database(migrated=False), file, replace=replace)
        say.facts({"rows": counts}, as_json=as_json, lines=[f"{sum(counts.values())} rows restored"])


def doctor(as_json: bool = say.AsJson) -> None:
    """Check configuration, database, calendar years, channels and flows, and say what to do."""
    from service import clock
    from service.doctor import examine

    with say.refusals():
        found = examine(say.open_database(migrated=False), clock.now())
        lines = [
            f"{'ok  ' if one.well else 'LOOK'}  {one.check}: {one.found}" + ("" if one.well else f" -> {one.advice}")
            for one in found
        ]
        say.facts([one._asdict() for one in found], as_json=as_json, lines=lines)
        if any(not one.well and one.check in ("database", "schema") for one in found):
            raise typer.Exit(1)


def import_(
    kind: str = typer.Argument(help="units, people, chain, hazards, holidays …"),
    file: Path = FILE,
    removals: Removals = typer.Option(Removals.keep, help="Keep or close what the sheet no longer names."),
    allow_mass: bool = typer.Option(False, "--allow-mass-removal", help="Even if it removes a large share."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would change and write nothing."),
    as_json: bool = say.AsJson,
) -> None:
    """Import a sheet (xlsx or csv), all rows or none."""
    from service import clock, store
    from service.access import SYSTEM
    from service.imports.kinds import IMPORTS
    from service.sheets.reading import read_sheet

    if kind not in IMPORTS:
        raise typer.BadParameter(f"there are: {', '.join(IMPORTS)}", param_hint="kind")
    with say.refusals():
        sheet = read_sheet(say.read_text(file), file.name)
        with store.transaction(say.open_database()) as session:
            done = IMPORTS[kind](
                session, SYSTEM, sheet, now=clock.now(), removals=removals.value, allow_mass=allow_mass, dry_run=dry_run
            )
        counts = {name: getattr(done, name) for name in ("read", "made", "changed", "unchanged", "removed", "refused")}
        words = ", ".join(f"{count} {name}" for name, count in counts.items())
        wrong = [say.words_of(fault) for fault in done.faults]
        unread = [say.words_of(fault) for fault in sheet.unread]
        told = counts | {"faults": wrong, "unread": unread}
        say.facts(told, as_json=as_json, lines=[f"{kind}: {words}", *unread, *wrong])
        if done.refused:
            raise typer.Exit(1)


user = typer.Typer(no_args_is_help=True, help="People who sign in.")


@user.command("add")
def user_add(
    person: str = typer.Option(..., "--person", help="Staff number."),
    name: str = typer.Option("", "--name", help="Name, for a person who is not on record yet."),
    unit: str = typer.Option("", "--unit", help="Unit code: where a new person belongs, and where the role holds."),
    role: str = typer.Option("", "--role", help="Role to grant on the unit."),
    as_json: bool = say.AsJson,
) -> None:
    """Let a person sign in; prints a one-time password, once."""
    from sqlalchemy import select
    from sqlmodel import col

    from models import Person
    from service import clock, people, store
    from service.access import SYSTEM
    from service.signin import sessions as signin

    with say.refusals():
        now = clock.now()
        with store.transaction(say.open_database()) as session:
            known = session.execute(select(col(Person.key)).where(col(Person.key) == person)).first()
            if known is None:
                people.add_person(session, SYSTEM, now=now, code=person, name=name or person, unit=unit)
            if role:
                people.grant(session, SYSTEM, person, role, unit, now=now)
            password = signin.add_login(session, person, now=now)
        lines = [
            f"One-time password of {person}: {password}",
            "It is shown only now; it must be changed at the first sign-in.",
        ]
        say.facts({"person": person, "one_time_password": password}, as_json=as_json, lines=lines)


token = typer.Typer(no_args_is_help=True, help="Bearer tokens for programs.")


@token.command("issue")
def token_issue(
    person: str = typer.Option(..., "--person"),
    role: str = typer.Option(..., "--role"),
    unit: str = typer.Option(..., "--unit"),
    expires: str = typer.Option("", "--expires", help="Until when (ISO); for ever if absent."),
    label: str = typer.Option("", "--label", help="What it is for."),
    as_json: bool = say.AsJson,
) -> None:
    """Issue a token for one role on one unit; prints it once."""
    from service import clock, store
    from service.access import SYSTEM
    from service.signin import sessions as signin

    with say.refusals():
        now = clock.now()
        expires_at = say.instant(expires, "--expires") if expires else None
        with store.transaction(say.open_database()) as session:
            secret = signin.issue_token(
                session, SYSTEM, person=person, role=role, unit=unit, expires_at=expires_at, label=label, now=now
            )
        say.facts({"token": secret}, as_json=as_json, lines=[secret])


calendar = typer.Typer(no_args_is_help=True, help="The days: holiday notices after the library's own data.")


@calendar.command("update")
def calendar_update(file: Path = FILE, as_json: bool = say.AsJson) -> None:
    """Enter a year's holiday notice (yaml, xlsx or csv); what has not opened is planned again."""
    from service import clock, store, units
    from service.calendar import days
    from service.duty.rosters import look_again

    with say.refusals():
        content = say.read_text(file)
        if file.suffix.lower() in (".xlsx", ".csv"):
            from service.imports.holidays import notice_in
            from service.sheets.reading import read_sheet

            notice = notice_in(read_sheet(content, file.name))
        else:
            notice = days.read_notice(content)
        now = clock.now()
        with store.transaction(say.open_database()) as session:
            steps = days.enter_notice(session, notice)
            if steps:
                why = f"holiday notice of {notice.year}"
                steps = [*steps, *units.restless(session, now=now, why=why), *look_again(session, now=now, why=why)]
            store.require(session, steps, now=now, by="zhiban")
        lines = [f"{notice.year}: {len(notice.days)} days" + ("" if steps else ", nothing new")]
        lines += [f"  not named in the file: {festival}" for festival in notice.unnamed]
        say.facts({"year": notice.year, "days": len(notice.days), "changed": bool(steps)}, as_json=as_json, lines=lines)


@calendar.command("show")
def calendar_show(year: int = typer.Argument(min=2000, max=2099), as_json: bool = say.AsJson) -> None:
    """The days of a year that differ from plain weeks."""
    from datetime import date

    from service import store
    from service.calendar import days
    from service.settings import settings

    with say.refusals():
        with store.reading(say.open_database()) as session:
            known = days.gather_calendar(session, zone=settings().zone_info())
        found = [d for d in known.days_between(date(year, 1, 1), date(year, 12, 31)) if d.on in known.days]
        provisional = year not in known.announced
        lines = [f"{d.on} {d.on:%a} {d.day_class} {d.festival or ''}".rstrip() for d in found]
        lines.append("provisional: the notice of this year is not known yet" if provisional else "as announced")
        facts = [{"date": d.on, "class": d.day_class, "festival": d.festival} for d in found]
        say.facts({"year": year, "provisional": provisional, "days": facts}, as_json=as_json, lines=lines)
