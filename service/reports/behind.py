"""The records behind a figure of a frozen report: those that were counted, each with what became of it since."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import select
from sqlmodel import Session, col

from models import ReportRecords
from service.access import Actor
from service.errors import NotFound
from service.figures.base import Figure, Span
from service.figures.counting import fits
from service.figures.folding import Name, child_beneath, named
from service.figures.listing import Record, address, counted_in
from service.figures.sources import SOURCES
from service.lists import PAGE
from service.reports.asked import span_of
from service.reports.found import asked_of, edition_of, find
from service.reports.kept import Row, Unpacked, asking, unpacked

SAME, CHANGED, GONE = "same", "changed", "gone"


@dataclass(frozen=True)
class Counted(Record):
    """A record as it was counted; `since`: it counts the same today, otherwise than then, or no more."""

    since: str


class Behind(NamedTuple):
    """A page of what a figure counted when it was frozen; what lower reports gave stands in those.

    `kept` is False where the records were too many to be kept, or the edition is older than keeping them: `live` is the
    call that lists those of today.
    """

    items: list[Counted]
    next: str | None
    figure: dict[str, Any]
    edition: int
    frozen_at: datetime
    kept: bool
    live: str | None


def behind(
    session: Session,
    actor: Actor,
    key: str,
    figure: str,
    *,
    number: int | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Behind:
    """A page of the records that a figure of a frozen edition counted, by their keys; of a rate, those of its whole.

    What the actor may not see is not there. NotFound for a report out of sight, one that is not frozen, and a figure
    that the edition doesn't have.
    """
    report = find(session, actor, key)
    if not report.edition:
        raise NotFound("This report is not frozen yet")
    edition = edition_of(session, key, number or report.edition)
    snapshot = orjson.loads(edition.snapshot)
    shown = snapshot["figures"].get(figure)
    if shown is None:
        raise NotFound("There is no figure {key}", key=figure)
    whole = snapshot["figures"].get((shown["of"] or {}).get("whole", ""), shown)
    name = named(figure)._replace(key=whole["figure"])
    one, _ = counted_in(name.key)
    packed = session.execute(
        select(col(ReportRecords.packed)).where(col(ReportRecords.key) == f"{edition.key}:records:{one.source}")
    ).scalar_one_or_none()
    # the records of a report that came as a file stand in the deployment that it came from
    live = None if report.by_file else whole["records"]
    page = Behind([], None, shown, edition.number, edition.frozen_at, packed is not None, live)
    if packed is None:
        return page
    what = unpacked(packed)
    rows = list(rows_of(what, snapshot, whole, name, actor.paths("see"), after))
    some = rows[:limit]
    asked = asked_of(session, report)
    today = as_now(session, what, one, span_of(session, asked.stretch, asked.zone), [row[0] for row in some])
    items = [counted(what, one, row, today.get(row[0])) for row in some]
    return page._replace(items=items, next=some[-1][0] if len(rows) > limit else None)


def rows_of(
    what: Unpacked, snapshot: Mapping[str, Any], shown: Mapping[str, Any], name: Name, seen: Collection[str], after: Any
) -> Iterable[Row]:
    """The rows that a figure counted, in the order of their keys, on the units in sight."""
    one, without = counted_in(name.key)
    top = snapshot["unit"]["path"]
    below = tuple(f"/{taken['unit']}/" for taken in shown["from"]["reports"])
    left_out = {row[2] for row in what.rows if fits(without, what.dims, what.traits(row))} if without else ()
    for row in what.rows:
        if (after is not None and row[0] <= after) or row[2] in left_out or not fits(one, what.dims, what.traits(row)):
            continue
        _, path, sector = what.units[row[2]]
        its = {"unit": child_beneath(top, path), "sector": sector, "campaign": row[4] or "", "": ""}
        # what a lower report has told of its subtree was not counted from records
        if its[name.dim] == name.value and path.startswith(tuple(seen)) and not any(one in path for one in below):
            yield row


def as_now(session: Session, what: Unpacked, one: Figure, span: Span, places: list[str]) -> dict[str, Row]:
    """Those of some records that still are among the source's, as they are kept."""
    source = SOURCES[one.source]
    statement = asking(source, span, what.dims, what.measures).where(source.inside(span), source.record.in_(places))
    rows = orjson.loads(orjson.dumps([list(row) for row in session.execute(statement)], default=str))
    return {row[0]: tuple(row) for row in rows}


def counted(what: Unpacked, one: Figure, row: Row, now: Row | None) -> Counted:
    kind = SOURCES[one.source].kind
    if now is None or not fits(one, what.dims, what.traits(now)):
        since = GONE
    else:
        since = SAME if now[1:] == row[1:] else CHANGED
    at = row[3] and (datetime if "T" in row[3] else date).fromisoformat(row[3])
    name = what.units[row[2]][0]
    return Counted(kind, row[1], row[2], name, at, what.value(row, one), address(kind, row[1]), since)
