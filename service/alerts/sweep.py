"""The sweep of alerts: whoever sent one hears who is silent. The silent themselves are chased by their cases."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models import Alert, AlertStep
from models.kinds import AlertState
from service import cases, store, units
from service.access import in_scope
from service.alerts.found import silent_of, silent_receipts
from service.rules.alerts import AlertFacts, attend, has_expired
from service.store import Applied

BATCH = 500
STORED = tuple(name for name in AlertFacts._fields if name not in ("every_minutes", "silent"))


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Tell the senders of open alerts what time brings; batch by batch, each a transaction of its own."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            alerts = gather(session, now, within)
            steps = [step for alert in alerts if (step := attend(alert, now))]
            expired = [alert.key for alert in alerts if has_expired(alert, now)]
            steps += cases.ending(session, silent_receipts(session, expired), now, "expired")
            done = store.apply(session, steps, now=now, by="sweep")
        total += done
        if len(alerts) < BATCH or not done.applied:
            return total


def gather(session: Session, now: datetime, within: Sequence[str] = ()) -> list[AlertFacts]:
    """The open alerts whose `attend_at` has come, the pace of each one's chase, and how many are silent."""
    statement = select(*(col(getattr(Alert, name)) for name in STORED))
    statement = store.attending(statement, Alert, now).where(col(Alert.state) == AlertState.open)
    if within:
        statement = statement.where(in_scope(Alert.unit, tuple(units.paths_of(session, within).values())))
    statement = statement.order_by(col(Alert.attend_at), col(Alert.key)).limit(BATCH)
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update(of=Alert, skip_locked=True)
    rows = session.execute(statement).all()
    keys = [row.key for row in rows]
    paced = select(col(AlertStep.alert), func.max(col(AlertStep.after_minutes))).where(col(AlertStep.alert).in_(keys))
    every = dict(session.execute(paced.group_by(col(AlertStep.alert))).tuples().all())
    silent = silent_of(session, keys)
    return [AlertFacts(**row._mapping, every_minutes=every[row.key], silent=silent.get(row.key, 0)) for row in rows]
