"""Signing an edition, and sending it up the tree; the task that owed the report is submitted by it."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from models import Report, ReportEdition
from models.kinds import Role
from service import store
from service.access import Actor
from service.errors import Conflict, Forbidden
from service.reports.found import (
    admitted,
    allow,
    coordinators_above,
    edition_of,
    find,
    holders,
    is_theirs,
    told,
)
from service.reports.handing_in import numbers, wanted
from service.rules.reports import after_sending, signer_fits
from service.rules.steps import change
from service.tasks import acts as tasks


def sign(session: Session, actor: Actor, key: str, *, now: datetime, version: int | None = None) -> None:
    """Sign the newest edition. A leader does; where there are two of them, not the one who froze it."""
    report = find(session, actor, key)
    allow(actor, "sign reports", report.path)
    admitted(report, "sign", version)
    edition = edition_of(session, key, report.edition)
    if edition.signed_at:
        raise Conflict("This edition is signed already")
    leaders = holders(session, Role.leader, report.unit)
    if not signer_fits(actor.person, edition.frozen_by, tuple(sorted(leaders))):
        raise Forbidden("Whoever froze a report can't sign it while another leader can")
    values = {"signed_at": now, "signed_by": actor.person}
    tell = told(session, report, "report_signed", {edition.frozen_by} - {actor.person}, now)
    steps = [
        change(Report, key, report.version, "signed", {}, tell=tell),
        change(ReportEdition, edition.key, edition.version, "edition signed", values),
    ]
    store.require(session, steps, now=now, by=actor.person)


def send(
    session: Session,
    actor: Actor,
    key: str,
    *,
    now: datetime,
    figures: Mapping[str, float] | None = None,
    answers: Mapping[str, tuple[str, str]] | None = None,
    note: str = "",
    version: int | None = None,
) -> None:
    """Send the newest edition, once it is signed, to the unit above, whose coordinators are told.

    The task that owed the report is submitted by it while it is open: `figures` are the numbers it asks for, and what
    they leave out is taken from the report where it has a figure of that name; `answers` (mark, note) are those to its
    checklist. Refused names what is missing.
    """
    report = find(session, actor, key)
    if not is_theirs(actor, report):
        allow(actor, "send reports", report.path)
    admitted(report, "send", version)
    edition = edition_of(session, key, report.edition)
    if not edition.signed_at:
        raise Conflict("A leader must sign this edition first")
    if edition.sent_at:
        raise Conflict("This edition is sent already")
    above = coordinators_above(session, report.path) - {actor.person}
    values = {"sent_at": now, "sent_by": actor.person}
    steps = [
        change(
            Report,
            key,
            report.version,
            "sent",
            {"state": after_sending(report.state)},
            tell=told(session, report, "report_received", above, now),
        ),
        change(ReportEdition, edition.key, edition.version, "edition sent", values),
    ]
    store.require(session, steps, now=now, by=actor.person)
    asked = wanted(session, report, edition, now=now)
    if asked is not None:
        handed_in = numbers(asked, figures)
        tasks.submit(session, actor, report.task, now=now, figures=handed_in, answers=answers, note=note)
