"""Report files: what a deployment without a common database sends up, JSON sealed with a key the two share.

A file is `{"format": "zhiban-report-file/1", "snapshot": {…}, "seal": "<hex>"}`; the seal is the HMAC-SHA256 of the
snapshot's bytes as `bytes_of` writes them, the same wherever that is. What was tampered with, what comes
from a unit without a key, and what is no report is refused whole.
"""

import hmac
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from math import isfinite
from types import SimpleNamespace
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import Session, col

from models import Report, ReportEdition
from models.base import table_of
from models.kinds import ReportPeriod, ReportState
from service import store
from service.access import Actor
from service.errors import Fault, Refused
from service.figures.folding import named
from service.figures.registry import FIGURES
from service.papers import render
from service.people.unit_acts import visible_unit
from service.reports.asked import checked
from service.reports.drawing import FORMAT
from service.reports.freezing import edition_steps
from service.reports.keys import key_for
from service.reports.shown import frozen
from service.reports.templates import TEMPLATES
from service.reports.writing import bytes_of
from service.rules.reports import after_freezing
from service.rules.steps import change, make
from service.tasks.answers import NOTE_MOST
from service.words import LOCALES

FILE = "zhiban-report-file/1"
FILE_MOST = 1_000_000
NOT_A_FILE = "The file is no report"


def sealed_by(key: str, snapshot: Mapping[str, Any]) -> str:
    return hmac.new(key.encode(), bytes_of(dict(snapshot)), sha256).hexdigest()


def written(session: Session, actor: Actor, report: str, number: int | None = None) -> bytes:
    """The file of a frozen report, to be taken in above; Refused where no key is shared for its unit."""
    snapshot = orjson.loads(frozen(session, actor, report, number))
    actor.must("send reports", snapshot["unit"]["path"])
    key = key_for(session, snapshot["unit"]["code"])
    return orjson.dumps({"format": FILE, "snapshot": snapshot, "seal": sealed_by(key, snapshot)})


def take(session: Session, actor: Actor, raw: bytes, *, now: datetime) -> str:
    """Take a report file in; answers the key it is kept under. It is summed above like any frozen report.

    The same file again changes nothing; one with other content is the next edition, with the reason it carries.
    """
    snapshot = opened(session, raw)
    place = visible_unit(session, actor, snapshot["unit"]["code"])
    actor.must("write reports", place.path, see="see units")
    from_on, to_on = days_of(snapshot)
    campaign = (snapshot["campaign"] or {}).get("key")
    key = f"report:file:{place.key}:{snapshot['template']}:{from_on}:{to_on}:{campaign or '-'}"
    text = bytes_of(snapshot)
    row = session.execute(select(table_of(Report)).where(col(Report.key) == key)).one_or_none()
    if row is not None and newest_hash(session, row) == sha256(text).hexdigest():
        return key
    number = 1 if row is None else row.edition + 1
    said = snapshot.get("reason")
    reason = said[:NOTE_MOST] if isinstance(said, str) and number > 1 else ""
    report: Any = row or SimpleNamespace(
        key=key, unit=place.key, version=1, activity_name=None, from_on=from_on, to_on=to_on, edition=0
    )
    # what it summed is known where it was made, and not here
    edition, *rest = edition_steps(report, snapshot, number, now=now, by=actor.person, reason=reason, summed=False)
    if row is None:
        values = {
            "unit": place.key, "template": snapshot["template"], "period": snapshot["period"]["kind"],
            "from_on": from_on, "to_on": to_on, "campaign": campaign, "state": ReportState.sent, "edition": 1,
            "made_at": now, "made_by": actor.person, "by_file": True,
        }  # fmt: skip
        head = make(Report, key, "taken in", values)
    else:
        state = after_freezing(row.state)
        head = change(Report, key, row.version, "corrected", {"state": state, "edition": number}, reason)
    store.require(session, [head, edition], now=now, by=actor.person)
    store.apply(session, rest, now=now, by=actor.person, journal=False)
    return key


def newest_hash(session: Session, report: Any) -> str | None:
    statement = select(col(ReportEdition.sha256)).where(col(ReportEdition.key) == f"{report.key}:{report.edition}")
    return session.execute(statement).scalar_one_or_none()


def opened(session: Session, raw: bytes) -> dict[str, Any]:
    """The snapshot in a file whose seal is right; Refused for anything else."""
    if len(raw) > FILE_MOST:
        raise Refused(NOT_A_FILE, faults=[Fault("file", "is larger than {most} bytes", {"most": FILE_MOST})])
    try:
        file = orjson.loads(raw)
    except ValueError:
        raise Refused(NOT_A_FILE, faults=[Fault("file", "is not JSON")]) from None
    if not isinstance(file, dict) or file.get("format") != FILE:
        raise Refused(NOT_A_FILE, faults=[Fault("format", "must be {format}", {"format": FILE})])
    snapshot, sealed = file.get("snapshot"), file.get("seal")
    unit = snapshot.get("unit") if isinstance(snapshot, dict) else None
    code = unit.get("code") if isinstance(unit, dict) else None
    if not isinstance(snapshot, dict) or not isinstance(sealed, str) or not isinstance(code, str):
        raise Refused(NOT_A_FILE, faults=[Fault("snapshot", "names no unit")])
    if not hmac.compare_digest(sealed_by(key_for(session, code), snapshot).encode(), sealed.encode()):
        raise Refused(
            NOT_A_FILE, faults=[Fault("seal", "does not fit the content: it was changed, or another key was used")]
        )
    fit(snapshot)
    return snapshot


def fit(snapshot: dict[str, Any]) -> None:
    """Refuse a snapshot that this deployment can't read or sum."""
    faults = []
    if snapshot.get("format") != FORMAT:
        faults.append(Fault("snapshot.format", "must be {format}", {"format": FORMAT}))
    if snapshot.get("template") not in TEMPLATES:
        faults.append(Fault("snapshot.template", "there is no such template"))
    figures, campaign = snapshot.get("figures"), snapshot.get("campaign")
    if not isinstance(figures, dict):
        faults.append(Fault("snapshot.figures", "must be figures by their keys"))
    if campaign is not None and not (isinstance(campaign, dict) and isinstance(campaign.get("key"), str)):
        faults.append(Fault("snapshot.campaign", "must be null or have a key"))
    for name, one in figures.items() if isinstance(figures, dict) else ():
        value = one.get("value") if isinstance(one, dict) else "?"
        key = named(name).key
        if key not in FIGURES or not isinstance(one, dict) or one.get("figure") != key:
            faults.append(Fault(f"snapshot.figures.{name}", "there is no such figure"))
        elif value is not None and (
            isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value)
        ):
            faults.append(Fault(f"snapshot.figures.{name}", "must be a number"))
    if faults:
        raise Refused(NOT_A_FILE, faults=faults)
    days_of(snapshot)
    try:
        render(snapshot, "md", LOCALES[0])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise Refused(NOT_A_FILE, faults=[Fault("snapshot", "can't be printed")]) from None


def days_of(snapshot: dict[str, Any]) -> tuple[date, date]:
    """The days of a snapshot; Refused where they are none."""
    period = snapshot.get("period")
    try:
        ReportPeriod(period["kind"])  # type: ignore[index]
        from_on, to_on = (date.fromisoformat(period[name]) for name in ("from", "to"))  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        raise Refused(NOT_A_FILE, faults=[Fault("snapshot.period", "must have kind, from and to")]) from None
    checked(from_on, to_on)
    return from_on, to_on
