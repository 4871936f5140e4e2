"""Receipts of alerts: acknowledging one for a unit, by one tap, by hand, or on its behalf."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models import Alert, AlertReceipt, Notice, Unit
from models.base import table_of
from models.kinds import AlertState, NoticeState
from service import cases, store
from service.access import Actor
from service.alerts.found import was_told
from service.errors import Conflict, Forbidden, NotFound
from service.hazards.fields import long_text
from service.hazards.found import held
from service.people.fields import fit_one
from service.rules import alerts as rules
from service.rules.cases import case_key
from service.rules.steps import Step, change

LINK, BY_HAND, ON_BEHALF = "link", "by hand", "on behalf"


def acknowledge(
    session: Session, actor: Actor, alert: str, unit: str, *, now: datetime, note: str = "", person: str | None = None
) -> None:
    """Say that a unit has the warning: by whoever was told of it, or on its behalf by those who may at it or above.

    `person` is who there was reached, on the phone say. A second time changes nothing.
    """
    key = rules.receipt_key(alert, unit)
    path = session.execute(select(col(Unit.path)).where(col(Unit.key) == unit)).scalar_one_or_none()
    told = was_told(session, actor.person, [key])
    if path is None or not (told or actor.may("see", path)):
        raise NotFound("There is no alert {key}", key=alert)
    if not (told or actor.may("acknowledge alerts", path)):
        raise Forbidden("Your role does not allow this here")
    behalf = bool(person and person != actor.person) or not told
    how = ON_BEHALF if behalf else BY_HAND
    receive(session, key, person or actor.person, how, now=now, note=note, by=actor.person)


def receive(session: Session, key: str, person: str, how: str, *, now: datetime, by: str, note: str = "") -> bool:
    """Write down that a receipt was acknowledged, and stop the chase; answers whether it was open until now.

    NotFound for none, Conflict for one whose alert is over.
    """
    note = fit_one("note", long_text, note)
    statement = select(table_of(AlertReceipt), col(Alert.state)).join(Alert, col(AlertReceipt.alert) == col(Alert.key))
    row = session.execute(held(session, statement.where(col(AlertReceipt.key) == key), AlertReceipt)).one_or_none()
    if row is None:
        raise NotFound("There is no alert {key}", key=key)
    if row.acknowledged_at is not None:
        return False
    if row.state != AlertState.open:
        raise Conflict("The alert is over; there is nothing to acknowledge")
    values = {
        "acknowledged_at": now, "acknowledged_by": person, "entered_by": by if by != person else None, "how": how,
        "note": note,
    }  # fmt: skip
    steps = [
        change(AlertReceipt, key, row.version, "acknowledged", values, note),
        *read_by(session, key, person, now),
        *cases.ending(session, [key], now, "acknowledged"),
    ]
    store.require(session, steps, now=now, by=by)
    return True


def read_by(session: Session, key: str, person: str, now: datetime) -> list[Step]:
    """The steps that mark this person's notices about a receipt as read: they are not sent any more."""
    statement = select(col(Notice.key), col(Notice.version)).where(col(Notice.recipient) == person)
    statement = statement.where(col(Notice.subject).in_([key, case_key(key)]), col(Notice.acknowledged_at).is_(None))
    statement = statement.order_by(col(Notice.key))
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update()  # a sender that is just writing it down is waited for
    values = {"state": NoticeState.acknowledged, "acknowledged_at": now, "attend_at": None}
    return [change(Notice, key, version, "acknowledged", values) for key, version in session.execute(statement)]
