"""Freezing: a drawing becomes an edition whose bytes never change; a correction is the next one, with its reason."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Person, Report, ReportEdition, ReportFigure, ReportUse, Unit
from models.kinds import Role
from service import store
from service.access import Actor
from service.errors import Conflict
from service.reports import kept
from service.reports.drawing import additive
from service.reports.found import admitted, coordinators_above, find, holders, may_write, told
from service.reports.writing import Drawing, bytes_of
from service.rules.reports import after_freezing
from service.rules.steps import Step, Telling, change, make
from service.tasks.acts import needed


def freeze(session: Session, actor: Actor, drawing: Drawing, *, now: datetime, version: int | None = None) -> int:
    """Keep a drawing as the first edition of its report, for ever; answers its number. The leaders are told to sign."""
    report = find(session, actor, drawing.key)
    may_write(actor, report)
    admitted(report, "freeze", version)
    return keep(session, actor, report, drawing, now=now)


def correct(
    session: Session, actor: Actor, drawing: Drawing, *, now: datetime, reason: str, version: int | None = None
) -> int:
    """Keep a new drawing as the next edition, with the reason why; answers its number.

    The editions before stay as they are. Who received one, and whoever summed one above, is told.
    """
    reason = needed(reason)
    report = find(session, actor, drawing.key)
    may_write(actor, report)
    admitted(report, "correct", version)
    return keep(session, actor, report, drawing, now=now, reason=reason)


def keep(session: Session, actor: Actor, report: Any, drawing: Drawing, *, now: datetime, reason: str = "") -> int:
    """Write an edition with its bytes, its numbers and what it summed."""
    if drawing.version != report.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    number = report.edition + 1
    name = session.execute(select(col(Person.name)).where(col(Person.key) == actor.person)).scalar_one_or_none()
    frozen = drawing.snapshot | {
        "edition": number, "reason": reason, "frozen_at": now.isoformat(),
        "frozen_by": {"code": actor.person, "name": name or actor.person}, "records": kept.said(drawing.records),
    }  # fmt: skip
    steps = edition_steps(report, frozen, number, now=now, by=actor.person, reason=reason)
    people = holders(session, Role.leader, report.unit) - {actor.person}
    tell = told(session, report, "report_to_sign", people, now)
    if number > 1:
        tell += corrected(session, report, now, reason)
    values = {"state": after_freezing(report.state), "edition": number, "draft": "", "attend_at": None}
    act = "corrected" if reason else "frozen"
    store.require(
        session,
        [change(Report, report.key, report.version, act, values, reason, tell), steps[0]],
        now=now,
        by=actor.person,
    )
    # the numbers of an edition say nothing that its own line in the journal doesn't
    steps += kept.steps(f"{report.key}:{number}", drawing.records)
    store.apply(session, steps[1:], now=now, by=actor.person, journal=False)
    return number


def edition_steps(
    report: Any, snapshot: dict[str, Any], number: int, *, now: datetime, by: str, reason: str, summed: bool = True
) -> list[Step]:
    """The edition's row first, then its numbers and, where that is known here, what it summed."""
    text = bytes_of(snapshot)
    key = f"{report.key}:{number}"
    edition = {
        "report": report.key, "number": number, "snapshot": text.decode(), "sha256": sha256(text).hexdigest(),
        "frozen_at": now, "frozen_by": by, "reason": reason,
    }  # fmt: skip
    steps = [make(ReportEdition, key, "frozen", edition, reason)]
    steps += [
        make(ReportFigure, f"{key}:{name}", "figure", {"edition_key": key, "figure": name, "value": float(value)})
        for name, value in additive(snapshot).items()
    ]
    below = [f"{one['report']}:{one['edition']}" for one in snapshot["sources"]] if summed else []
    return steps + [make(ReportUse, f"{key}<{one}", "summed", {"above": key, "below": one}) for one in below]


def corrected(session: Session, report: Any, now: datetime, reason: str) -> tuple[Telling, ...]:
    """Who hears of a correction: who received what is corrected, and those whose reports above summed it."""
    before = f"{report.key}:{report.edition}"
    sent = session.execute(
        select(col(ReportEdition.sent_at)).where(col(ReportEdition.key) == before)
    ).scalar_one_or_none()
    received = coordinators_above(session, report.path) if sent else set()
    tell = told(session, report, "report_corrected", received, now, reason=reason)
    statement = select(col(Report.unit), col(Unit.path)).join(Unit, col(Report.unit) == col(Unit.key))
    statement = statement.join(ReportEdition, col(ReportEdition.report) == col(Report.key))
    statement = statement.join(ReportUse, col(ReportUse.above) == col(ReportEdition.key))
    summed = session.execute(statement.where(col(ReportUse.below) == before).distinct()).all()
    people: set[str] = set()
    for row in summed:
        people |= holders(session, Role.coordinator, row.unit)
    return tell + told(session, report, "report_corrected_below", people - received, now, reason=reason)
