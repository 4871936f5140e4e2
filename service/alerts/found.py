"""Finding one alert: its row, who is concerned by it, who has been told of it, and who is silent."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import Alert, AlertReceipt, CaseRung, Unit
from models.base import table_of
from models.kinds import RungState
from service import units
from service.access import Actor
from service.errors import NotFound
from service.hazards.found import held
from service.rules import alerts as rules
from service.rules.cases import case_key


class Found(NamedTuple):
    """An alert, and the path of the unit that it went out to."""

    alert: Any
    path: str


def find(session: Session, actor: Actor, key: str, *, to_read: bool = False) -> Found:
    """The alert, held for an act unless it is only read; NotFound also for one out of the actor's sight."""
    statement = select(table_of(Alert), col(Unit.path), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(Alert.unit) == col(Unit.key)).where(col(Alert.key) == key)
    row = session.execute(statement if to_read else held(session, statement, Alert)).one_or_none()
    if row is None or not (actor.may("see", row.path) or concerns(session, actor, key)):
        raise NotFound("There is no alert {key}", key=key)
    return Found(row, row.path)


def concerns(session: Session, actor: Actor, key: str) -> bool:
    """Whether an alert went to a unit that the actor sees, or to themselves."""
    paths = actor.paths("see")
    statement = select(col(AlertReceipt.key), col(Unit.path)).join(Unit, col(AlertReceipt.unit) == col(Unit.key))
    statement = statement.where(col(AlertReceipt.alert) == key)
    rows = session.execute(statement).all()
    return any(path.startswith(top) for _, path in rows for top in paths) or was_told(
        session, actor.person, [row.key for row in rows]
    )


def was_told(session: Session, person: str, receipts: Iterable[str]) -> bool:
    """Whether somebody was told of a receipt, first or in the chase, or stands on its ladder still."""
    for batch in units.in_batches(receipts):
        first = select(col(AlertReceipt.key)).where(
            col(AlertReceipt.key).in_(batch),
            (col(AlertReceipt.person) == person) | (col(AlertReceipt.co_person) == person),
        )
        rung = select(col(CaseRung.key)).where(
            col(CaseRung.case).in_([case_key(one) for one in batch]),
            (col(CaseRung.person) == person) | (col(CaseRung.co_person) == person),
        )
        if any(session.execute(one.limit(1)).first() for one in (first, rung)):
            return True
    return False


def everybody_told(session: Session, key: str) -> list[str]:
    """All who have been told of an alert so far: first, or in the chase."""
    first = select(col(AlertReceipt.person), col(AlertReceipt.co_person)).where(col(AlertReceipt.alert) == key)
    prefix = case_key(rules.receipt_key(key, ""))
    chased = select(col(CaseRung.person), col(CaseRung.co_person)).where(
        col(CaseRung.case) > prefix, col(CaseRung.case) < prefix[:-1] + ";", col(CaseRung.state) == RungState.taken
    )
    people = {one for statement in (first, chased) for row in session.execute(statement) for one in row if one}
    return sorted(people)


def silent_of(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """Alert → how many of its units have not acknowledged."""
    statement = select(col(AlertReceipt.alert), func.count()).where(col(AlertReceipt.acknowledged_at).is_(None))
    statement = statement.where(col(AlertReceipt.alert).in_(list(keys))).group_by(col(AlertReceipt.alert))
    return dict(session.execute(statement).tuples().all())


def subjects_of(session: Session, key: str) -> list[str]:
    """What the notices of an alert are about: its receipts, one for each unit."""
    statement = select(col(AlertReceipt.key)).where(col(AlertReceipt.alert) == key)
    return list(session.execute(statement.order_by(col(AlertReceipt.key))).scalars())


def silent_receipts(session: Session, keys: Iterable[str]) -> list[str]:
    """The receipts of some alerts that nobody has acknowledged."""
    statement = select(col(AlertReceipt.key)).where(col(AlertReceipt.acknowledged_at).is_(None))
    return list(session.execute(statement.where(col(AlertReceipt.alert).in_(list(keys)))).scalars())
