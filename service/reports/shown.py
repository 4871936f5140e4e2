"""Reports read back: page by page, one whole, its frozen bytes, and what has changed since they were frozen."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Engine, bindparam, select, tuple_
from sqlmodel import Session, col

from models import Report, ReportEdition, Unit
from service import journal, store
from service.access import Actor, in_scope
from service.errors import NotFound, Refused
from service.listings import columns
from service.lists import PAGE, Page, cursor, not_a_cursor
from service.people.unit_acts import visible_unit
from service.reports.allowed import is_late
from service.reports.found import edition_of, find, stated_of, texts_of
from service.reports.lower import corrected_below
from service.reports.templates import template
from service.reports.writing import draft_of, drawn_in
from service.rules.reports import Changed, changes

SHOWN = (
    "key", "version", "task", "unit", "template", "period", "from_on", "to_on", "campaign", "state", "edition",
    "due_at", "made_at", "made_by", "by_file", "drafted_at",
)  # fmt: skip
EDITIONS = (
    "key", "number", "sha256", "frozen_at", "frozen_by", "reason", "signed_at", "signed_by", "sent_at", "sent_by",
)  # fmt: skip


class ReportWhole(NamedTuple):
    """A report with its editions (the newest last), its texts and stated figures, and the newest snapshot.

    `parts` are the names of the parts that people write. While nothing is frozen, `snapshot` is the draft.
    """

    report: Any
    editions: Sequence[Any]
    parts: list[str]
    texts: dict[str, Any]
    stated: dict[str, Any]
    snapshot: Any
    journal: Sequence[Any]


class Since(NamedTuple):
    """What a frozen edition says otherwise than the records now, and which of its sources were corrected."""

    edition: int
    frozen_at: Any
    figures: list[Changed]
    corrected_below: list[dict[str, Any]]


def listed(
    session: Session,
    actor: Actor,
    *,
    unit: str | None = None,
    template_key: str | None = None,
    states: Sequence[str] = (),
    campaign: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    late_at: datetime | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of reports, those of the last days first, on the units the actor sees; `unit` with all beneath it.

    `late_at`: only those that are late at that instant.
    """
    statement = select(*columns(Report, SHOWN), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(Report.unit) == col(Unit.key))
    statement = statement.where(in_scope(Report.unit, actor.paths("see")))
    if unit is not None:
        statement = statement.where(in_scope(Report.unit, (visible_unit(session, actor, unit).path,)))
    for column, wanted in ((Report.template, template_key), (Report.campaign, campaign)):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    if states:
        statement = statement.where(col(Report.state).in_(states))
    if from_on is not None:
        statement = statement.where(col(Report.from_on) >= from_on)
    if to_on is not None:
        statement = statement.where(col(Report.to_on) <= to_on)
    if late_at is not None:
        statement = statement.where(is_late(late_at))
    at: Any = col(Report.to_on)
    if after is not None:
        day, key = day_of(after)
        place = tuple_(bindparam("at", day, type_=at.type), bindparam("after", key))
        statement = statement.where(tuple_(at, col(Report.key)) < place)
    rows = session.execute(statement.order_by(at.desc(), col(Report.key).desc()).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], cursor(last.to_on, last.key) if last else None)


def day_of(text: str) -> tuple[date, str]:
    """The day and the key that a cursor stands for; Refused for one that is none of ours."""
    try:
        on, key = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        day = date.fromisoformat(on)
    except (ValueError, TypeError, binascii.Error):
        raise not_a_cursor() from None
    if not isinstance(key, str):
        raise not_a_cursor()
    return day, key


def whole(session: Session, actor: Actor, key: str) -> ReportWhole:
    """One report; NotFound for one out of sight."""
    report = find(session, actor, key)
    statement = select(*columns(ReportEdition, EDITIONS)).where(col(ReportEdition.report) == key)
    editions = session.execute(statement.order_by(col(ReportEdition.number))).all()
    snapshot = orjson.loads(bytes_at(session, key, report.edition)) if report.edition else draft_of(session, key)
    shown = {name: getattr(report, name) for name in (*SHOWN, "unit_name")}
    stated = {name: one._asdict() for name, one in stated_of(session, key).items()}
    parts = template(report.template).texts() if not report.by_file else []
    lines = journal.lines(session, [key], limit=PAGE)
    return ReportWhole(shown, editions, parts, texts_of(session, key), stated, snapshot, lines)


def bytes_at(session: Session, key: str, number: int) -> bytes:
    """The frozen bytes of an edition."""
    return str(edition_of(session, key, number).snapshot).encode()


def frozen(session: Session, actor: Actor, key: str, number: int | None = None) -> bytes:
    """The frozen bytes of a report's edition, the newest where none is named; NotFound while nothing is frozen."""
    report = find(session, actor, key)
    if not report.edition:
        raise NotFound("This report is not frozen yet")
    return bytes_at(session, key, number or report.edition)


def snapshot_of(session: Session, actor: Actor, key: str, number: int | None = None) -> dict[str, Any]:
    """A report as it is printed: the frozen edition asked for, the newest, or the draft while nothing is frozen."""
    report = find(session, actor, key)
    if report.edition or number:
        return dict(orjson.loads(frozen(session, actor, key, number)))
    draft = draft_of(session, key)
    if draft is None:
        raise Refused("This report has not been drafted yet")
    return draft


def since(engine: Engine, actor: Actor, key: str, *, now: datetime) -> Since:
    """What has changed since the newest edition was frozen: counted again now, in a steady read of its own."""
    with store.steady(engine) as session:
        report = find(session, actor, key)
        before = orjson.loads(frozen(session, actor, key))
        below = corrected_below(session, before["sources"])
        if report.by_file:
            return Since(report.edition, before["frozen_at"], [], below)
        after = drawn_in(session, report, now=now)
    return Since(report.edition, before["frozen_at"], changes(values(before), values(after)), below)


def values(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {name: one["value"] for name, one in snapshot["figures"].items()}
