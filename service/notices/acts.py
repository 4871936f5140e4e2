"""Notices: what people do with them. How they leave is in `notices.claims` and `notices.sending`."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Notice, Person, Unit
from models.base import table_of
from models.kinds import NoticeState
from service import store
from service.access import Actor, in_scope
from service.alerts.receipts import BY_HAND, receive
from service.errors import Conflict, NotFound
from service.lists import PAGE, Page, newest
from service.notices.routes import UNIT
from service.notices.sending import Sent
from service.rules.steps import change
from service.units import in_batches

ACT = "see notices"
WARNING = "alert"
LOST = (NoticeState.failed, NoticeState.unknown)
SHOWN = (
    "key", "version", "kind", "subject", "recipient", "urgent", "facts", "state", "owed_at", "attend_at", "attempts",
    "channel", "answer", "delivered_at", "acknowledged_at",
)  # fmt: skip


def acknowledge(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """The recipient has read it, wherever: it is not sent any more. Once is enough; a second time changes nothing.

    Whoever was the first to be told of a warning acknowledges the warning by it.
    """
    warned(session, actor, key, now)
    statement = select(col(Notice.version), col(Notice.acknowledged_at)).where(
        col(Notice.key) == key, col(Notice.recipient) == actor.person
    )
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update()  # a sender that is just writing it down is waited for
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("There is no notice {key}", key=key)
    if row.acknowledged_at is None:
        values = {"state": NoticeState.acknowledged, "acknowledged_at": now, "attend_at": None}
        store.require(session, [change(Notice, key, row.version, "acknowledged", values)], now=now, by=actor.person)


def warned(session: Session, actor: Actor, key: str, now: datetime) -> None:
    """Acknowledge the warning that a notice is about, if it is one and still in force."""
    statement = select(col(Notice.subject)).where(col(Notice.key) == key, col(Notice.recipient) == actor.person)
    receipt = session.execute(statement.where(col(Notice.kind) == WARNING)).scalar_one_or_none()
    if receipt is not None:
        with suppress(Conflict):  # it is over: the notice is read all the same
            receive(session, receipt, actor.person, BY_HAND, now=now, by=actor.person)


def dead_letters(session: Session, actor: Actor, *, limit: int = PAGE, after: str | None = None) -> Page:
    """A page of the notices that no channel took, or that may have arrived and are not sent again, the newest first."""
    statement = select(*(col(getattr(Notice, name)) for name in SHOWN))
    statement = statement.where(col(Notice.state).in_(LOST), col(Notice.attend_at).is_(None))
    people = select(col(Person.key)).where(in_scope(Person.unit, actor.paths(ACT)))
    statement = statement.where(col(Notice.recipient).in_(people))
    return newest(session, statement, col(Notice.owed_at), col(Notice.key), limit=limit, after=after)


def resend(session: Session, actor: Actor, keys: Sequence[str], *, now: datetime) -> int:
    """Send dead letters again, from the recipient's first channel on; answers how many.

    NotFound for one out of sight, Conflict for one that has arrived or is still being tried.
    """
    rows: list[Any] = []
    for batch in in_batches(sorted(set(keys))):
        rows += session.execute(select(table_of(Notice)).where(col(Notice.key).in_(batch))).all()
    paths = recipients_paths(session, {row.recipient for row in rows})
    seen = {row.key for row in rows if actor.may(ACT, paths.get(row.recipient, ""))}
    for key in keys:
        if key not in seen:
            raise NotFound("There is no notice {key}", key=key)
    if any(row.state not in LOST or row.attend_at is not None for row in rows):
        raise Conflict("Only what was given up can be sent again")
    values = {"state": NoticeState.owed, "attend_at": now, "attempts": 0, "channel": "", "answer": ""}
    steps = [change(Notice, row.key, row.version, "sent again", values) for row in rows]
    store.require(session, steps, now=now, by=actor.person)
    return len(steps)


def recipients_paths(session: Session, recipients: set[str]) -> dict[str, str]:
    """Recipient → the path of their unit."""
    found: dict[str, str] = {}
    for batch in in_batches(sorted(recipients)):
        columns = select(col(Person.key), col(Unit.path)).join(Unit, col(Person.unit) == col(Unit.key))
        found.update((key, path) for key, path in session.execute(columns.where(col(Person.key).in_(batch))))
        codes = [one.removeprefix(UNIT) for one in batch if one.startswith(UNIT)]
        paths = select(col(Unit.key), col(Unit.path)).where(col(Unit.key).in_(codes))
        found.update((UNIT + code, path) for code, path in session.execute(paths))
    return found


__all__ = ["Sent", "acknowledge", "dead_letters", "resend"]
