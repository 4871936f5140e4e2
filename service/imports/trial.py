"""Trying an import out: what a sheet would change, row by row, old beside new; and taking it exactly as it was shown.

The import runs as a rehearsal, so that what is shown are the very steps it would write. Their digest is kept: when it
is confirmed the rehearsal is repeated as of its own instant, and only the same digest lets the import be done.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import (
    Activity,
    ChainLink,
    DayOverride,
    Grant,
    Hazard,
    Person,
    Row,
    StoreItem,
    Token,
    Unit,
    UnitTag,
    WebSession,
)
from models.base import table_of
from service.access import Actor
from service.errors import Refused
from service.imports.kinds import Removals, Report, importer
from service.imports.places import Places
from service.rules.steps import Op, Step
from service.sheets.reading import Sheet
from service.store import rehearsing
from service.units import in_batches

SHOWN_AT_MOST = 10_000
BESIDE: frozenset[type[Row]] = frozenset({Activity, WebSession, Token})  # follow from the rest, and move by themselves
# what is shown of each table, and the fields that say what a row is called
NAMED: Mapping[type[Row], tuple[str, ...]] = {
    Unit: ("name",), UnitTag: ("unit", "tag"), Person: ("name",), ChainLink: ("unit", "level"),
    Grant: ("role", "unit"), Hazard: ("unit", "description"), DayOverride: ("on",),
    StoreItem: ("name", "spec"),
}  # fmt: skip
UNTOLD = frozenset({"path", "attend_at", "cycle"})  # columns that say nothing to a reader


class Field(NamedTuple):
    """One field of a row that would change; `old` is None for a new row, `new` for one that would go."""

    name: str
    old: str | None
    new: str | None


class Difference(NamedTuple):
    """What would become of one record: `act` is the word the journal has for it, `row` the number of the sheet's row
    that says so; None for what goes because no row names it."""

    op: str
    table: str
    key: str
    name: str
    act: str
    fields: tuple[Field, ...]
    row: int | None


class Trial(NamedTuple):
    """What a sheet comes to; `differences` are the first 10,000 of `many`, `digest` is of all that is to be written."""

    report: Report
    differences: tuple[Difference, ...] = ()
    many: int = 0
    digest: str = ""
    tried_at: datetime | None = None


def try_out(
    session: Session,
    actor: Actor,
    kind: str,
    sheet: Sheet,
    *,
    now: datetime,
    removals: Removals = "keep",
    allow_mass: bool = False,
) -> Trial:
    """What importing a sheet would change, and every bad row of it; nothing is written.

    Raises Forbidden, and Refused for a sheet whose headings are wrong; bad rows are told in the report.
    """
    options: dict[str, Any] = {"now": now, "removals": removals, "allow_mass": allow_mass}
    try:
        report, steps = rehearsed(session, actor, kind, sheet, **options)
    except Refused:
        return Trial(importer(kind)(session, actor, sheet, **options, dry_run=True), tried_at=now)
    told = [step for step in steps if step.table in NAMED]
    found = sorted(differences(session, told[:SHOWN_AT_MOST], Places(kind, sheet)), key=in_sheet)
    return Trial(report, tuple(found), len(told), digest_of(steps), now)


def in_sheet(one: Difference) -> tuple[bool, int]:
    """The order of the sheet; what goes because no row names it comes last."""
    return one.row is None, one.row or 0


def rehearsed(session: Session, actor: Actor, kind: str, sheet: Sheet, **options: Any) -> tuple[Report, list[Step]]:
    """What an import would report, and the steps it would write."""
    with rehearsing(session) as steps:
        report = importer(kind)(session, actor, sheet, **options)
    return report, steps


def digest_of(steps: Iterable[Step]) -> str:
    """A digest of all that would be written, save what follows from it and moves by itself."""
    said = sha256()
    for step in steps:
        if step.table not in BESIDE:
            values = sorted(step.values.items())
            said.update(repr((step.op, step.table.__name__, step.key, step.act, values, step.expects)).encode())
            said.update(digest_of(step.then).encode())
    return said.hexdigest()


def differences(session: Session, steps: Sequence[Step], places: Places) -> Iterable[Difference]:
    """The records that steps would make, change or take away, each field with its old and its new value."""
    standing = rows_before(session, steps)
    for step in steps:
        row = standing.get((step.table, step.key), {})
        values = step.values if step.op is not Op.remove else dict.fromkeys(NAMED[step.table])
        fields = tuple(
            Field(
                name, None if step.op is Op.make else said(row.get(name)), None if step.op is Op.remove else said(new)
            )
            for name, new in values.items()
            if name not in UNTOLD and (said(new) if step.op is Op.make else new != row.get(name))
        )
        words = " ".join(said(step.values.get(name, row.get(name))) for name in NAMED[step.table])
        yield Difference(str(step.op), step.table.__name__, step.key, words, step.act, fields, places.row_of(step, row))


def rows_before(session: Session, steps: Sequence[Step]) -> dict[tuple[type[Row], str], Mapping[str, Any]]:
    """The rows that steps speak of, as they stand: one statement for each table."""
    found: dict[tuple[type[Row], str], Mapping[str, Any]] = {}
    for table in {step.table for step in steps if step.op is not Op.make}:
        for batch in in_batches(step.key for step in steps if step.table is table and step.op is not Op.make):
            rows = session.execute(select(table_of(table)).where(col(table.key).in_(batch)))
            found.update(((table, str(row.key)), dict(row._mapping)) for row in rows)
    return found


def said(value: Any) -> str:
    """A value as it is shown."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
