"""Reports that come in by themselves: from a monitored building or camera platform, and from the public."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Hazard, PublicReport, Unit
from models.kinds import HazardLevel, HazardMode, HazardSource, HazardState, UnitKind
from service import evidence, store
from service.access import Actor
from service.errors import Conflict, Fault, NotFound, Refused
from service.hazards import fields as known
from service.hazards.reporting import write_report
from service.people import fields
from service.people.fields import Unfit, fit, fit_one, today
from service.people.unit_acts import visible_unit
from service.rules.steps import make

RECEIPT_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read for another
RECEIPT_LENGTH = 20  # of 32 signs: a hundred bits
REF_AT_MOST = 200
PUBLIC = Actor("public")
PRIVATE = UnitKind.household  # names and addresses of homes are for those with roles there


class Taken(NamedTuple):
    """A payload taken in: the hazard's code, and whether it was made by this call or stood already."""

    code: str
    made: bool


class Followed(NamedTuple):
    """What somebody who reported may know of it; no name of anybody."""

    code: str
    state: HazardState
    found_on: Any
    closed_at: datetime | None


def instant(value: Any) -> datetime:
    """An instant with its offset, as ISO 8601 or as it is."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unfit("must be an instant like 2026-03-02T09:00:00+08:00") from None
    if at.utcoffset() is None:
        raise Unfit("must be an instant with its offset")
    return at


def reference(value: Any) -> str:
    """The sender's own name of an event: text or a number, always the same for the same event."""
    kept = fields.text(str(value) if isinstance(value, int) and not isinstance(value, bool) else value, REF_AT_MOST)
    return kept or fields.missing()


PAYLOAD: fields.Fields = {
    "ref": reference, "unit": fields.code, "description": known.description, "level": known.level,
    "place": fields.text, "found_at": instant,
}  # fmt: skip


def take(session: Session, actor: Actor, payload: dict[str, Any], *, token: str, now: datetime) -> Taken:
    """Make a hazard of what a platform sent: `{ref, unit, description, level?, place?, found_at?}`.

    `actor` is who the token acts for, `token` its public half. The same `ref` of one token twice makes one hazard, and
    the second payload changes nothing. Raises Refused naming each bad field, NotFound for a unit out of reach.
    """
    given = {name: value for name, value in payload.items() if value is not None}
    values = fit(PAYLOAD, given, needed=("ref", "unit", "description"))
    place = visible_unit(session, actor, values["unit"])
    actor.must("report hazards", place.path, see="see units")
    code = code_of(token, values["ref"])
    if session.execute(select(col(Hazard.key)).where(col(Hazard.key) == code)).first() is not None:
        return Taken(code, False)
    found_at = values.get("found_at", now)
    if found_at > now:
        raise Refused("Some fields are wrong", faults=[Fault("found_at", "is still to come")])
    made = {
        "description": values["description"], "level": values.get("level", HazardLevel.general),
        "mode": HazardMode.by_deadline, "source": HazardSource.webhook, "place": values.get("place", ""),
        "found_on": fit_one("found_at", known.past_day, today(found_at)), "note": values["ref"], "code": code,
    }  # fmt: skip
    try:
        write_report(session, place.key, place.closed_on, made, now=now, by=actor)
    except Conflict:  # the same payload came twice at one moment, and the other call was the first
        return Taken(code, False)
    return Taken(code, True)


def code_of(token: str, ref: str) -> str:
    """The code of the hazard that a reference of a token stands for."""
    return f"W-{sha256(f'{token}:{ref}'.encode()).hexdigest()[:24]}"


def report_publicly(
    session: Session, unit: str, text: str, contact: str = "", *, now: datetime, photo: evidence.Photo | None = None
) -> str:
    """Make a hazard of what somebody saw who needn't say who they are; answers the receipt to follow it with.

    A photo (made by `read_photo`, outside this transaction) becomes its evidence of how it was before. The receipt is
    shown once and kept nowhere; `contact` stands apart from the ledger. The unit's coordinators are told. Raises
    Refused naming each bad field, NotFound for a unit that isn't there.
    """
    given = fit(
        {"text": known.description, "contact": lambda value: fields.text(value, 200)},
        {"text": text, "contact": contact},
    )
    columns = select(col(Unit.key), col(Unit.closed_on), col(Unit.kind)).where(col(Unit.key) == unit)
    place = session.execute(columns).one_or_none()
    if place is None or place.kind == PRIVATE:
        raise NotFound("There is no unit {code}", code=unit)
    values = {
        "description": given["text"], "level": HazardLevel.general, "mode": HazardMode.by_deadline,
        "source": HazardSource.public, "found_on": today(now), "found_by": "",
    }  # fmt: skip
    code = write_report(session, unit, place.closed_on, values, now=now, by=PUBLIC)
    if photo is not None:
        evidence.enter(session, PUBLIC, code, 1, now=now, photo=photo, note="", stage="before")
    receipt = "".join(secrets.choice(RECEIPT_SIGNS) for _ in range(RECEIPT_LENGTH))
    made = {"hazard": code, "contact": given["contact"], "made_at": now}
    step = make(PublicReport, digest_of(receipt), "reported publicly", made)
    store.require(session, [step], now=now, by=PUBLIC.person)
    return "-".join(receipt[start : start + 5] for start in range(0, RECEIPT_LENGTH, 5))


def named_publicly(session: Session, unit: str) -> str | None:
    """The name of a unit about which anybody may report; None for one that isn't there, is closed, or is somebody's
    home, told apart to nobody."""
    found: str | None = session.execute(
        select(col(Unit.name)).where(col(Unit.key) == unit, col(Unit.closed_on).is_(None), col(Unit.kind) != PRIVATE)
    ).scalar_one_or_none()
    return found


def follow(session: Session, receipt: str) -> Followed:
    """What became of a public report; NotFound for what is no receipt."""
    columns = (Hazard.key, Hazard.state, Hazard.found_on, Hazard.closed_at)
    statement = select(*(col(column) for column in columns)).join(
        PublicReport, col(PublicReport.hazard) == col(Hazard.key)
    )
    row = session.execute(statement.where(col(PublicReport.key) == digest_of(receipt))).one_or_none()
    if row is None:
        raise NotFound("There is no report with this receipt")
    return Followed(row.key, HazardState(row.state), row.found_on, row.closed_at)


def contact_of(session: Session, actor: Actor, code: str) -> str:
    """How to reach whoever reported a hazard publicly, for those who decide there; empty where they didn't say."""
    columns = select(col(PublicReport.contact), col(Unit.path)).join(
        Hazard, col(PublicReport.hazard) == col(Hazard.key)
    )
    row = session.execute(
        columns.join(Unit, col(Hazard.unit) == col(Unit.key)).where(col(Hazard.key) == code)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no public report {code}", code=code)
    actor.must("decide hazards", row.path)
    return str(row.contact)


def digest_of(receipt: str) -> str:
    """What is kept of a receipt, however it was typed."""
    plain = "".join(sign for sign in receipt.upper() if sign in RECEIPT_SIGNS)
    return sha256(plain.encode()).hexdigest()
