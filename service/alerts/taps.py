"""One tap: what a signed link shows to whoever holds it, and the acknowledgement it is good for. Nobody signs in."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Alert, AlertReceipt, Person, Unit
from models.kinds import AlertState
from service.alerts.links import Tap, opened
from service.alerts.receipts import LINK, receive
from service.errors import NotFound


class Tapped(NamedTuple):
    """What the page of a link shows: the warning, whose it is, and whether somebody has it already."""

    alert: Any
    unit_name: str
    person_name: str
    language: str
    acknowledged_at: datetime | None
    acknowledged_by: str
    over: bool


def valid(text: str, now: datetime) -> Tap:
    """What a link stands for; NotFound for what is none of ours, and for one that has expired."""
    tap = opened(text)
    if tap is None:
        raise NotFound("This link is not whole; open it again from the message")
    if tap.until_at <= now:
        raise NotFound("This link has expired; sign in and acknowledge the warning under Alerts")
    return tap


def look(session: Session, text: str, *, now: datetime) -> Tapped:
    """What a link shows; looking changes nothing, so that a chat's preview of it acknowledges nothing."""
    tap = valid(text, now)
    names = ("key", "title", "text", "level", "made_at", "until_at", "state", "reason")
    statement = select(*(col(getattr(Alert, name)) for name in names), col(Unit.name).label("unit_name"))
    statement = statement.add_columns(col(AlertReceipt.acknowledged_at), col(AlertReceipt.acknowledged_by))
    statement = statement.join(Alert, col(AlertReceipt.alert) == col(Alert.key))
    statement = statement.join(Unit, col(AlertReceipt.unit) == col(Unit.key))
    row = session.execute(statement.where(col(AlertReceipt.key) == tap.receipt)).one_or_none()
    people = select(col(Person.key), col(Person.name), col(Person.language), col(Person.left_on))
    asked = [tap.person, *([row.acknowledged_by] if row is not None and row.acknowledged_by else [])]
    known = {one.key: one for one in session.execute(people.where(col(Person.key).in_(asked)))}
    me = known.get(tap.person)
    if row is None or me is None or me.left_on is not None:
        raise NotFound("This link is not whole; open it again from the message")
    by = known[row.acknowledged_by].name if row.acknowledged_by in known else ""
    over = row.state != AlertState.open
    return Tapped(row, row.unit_name, me.name, me.language, row.acknowledged_at, by, over)


def tap(session: Session, text: str, *, now: datetime) -> None:
    """Acknowledge a warning for the unit and by the person that a link is bound to; a second tap changes nothing."""
    one = valid(text, now)
    look(session, text, now=now)
    receive(session, one.receipt, one.person, LINK, now=now, by=one.person)
