"""Every noun's sweep, once: what time owes at an instant is written down, then what is to be told is sent.

Prefect's flows, `zhiban sweep` from cron and `zhiban replay` all call this and nothing else.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from models import Pulse, Unit
from models.base import table_of
from service import answered, cases, errands, public_calls, store
from service.alerts import sweep as alert_sweep
from service.campaigns import planning
from service.duty import sweep as duty_sweep
from service.hazards import sweep as hazard_sweep
from service.incidents import sweep as incident_sweep
from service.rechecks import sweep as recheck_sweep
from service.records import sweep as owed_sweep
from service.reports import sweep as report_sweep
from service.rules.steps import change, make
from service.store import Applied
from service.tasks import sweep as task_sweep

Sweep = Callable[..., Applied]

# cases come last: what another noun has just found overdue takes its first rung in the same round
NOUNS: dict[str, Sweep] = {
    "planning": planning.sweep,
    "tasks": task_sweep.sweep,
    "hazards": hazard_sweep.sweep,
    "rechecks": recheck_sweep.sweep,
    "duty": duty_sweep.sweep,
    "records": owed_sweep.sweep,
    "incidents": incident_sweep.sweep,
    "alerts": alert_sweep.sweep,
    "reports": report_sweep.sweep,
    "cases": cases.sweep,
    "answers": answered.sweep,
    "public calls": public_calls.sweep,
    "errands": errands.sweep,
}
TRIES = 5
DEADLOCKS = ("40001", "40P01")


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = (), only: Sequence[str] = ()) -> dict[str, Applied]:
    """Sweep the nouns in order, `only` some of them, or only beneath the units `within`; answers what each did."""
    done = {noun: again(call, engine, now, within) for noun, call in NOUNS.items() if not only or noun in only}
    with store.transaction(engine) as session:
        beat(session, "+".join(done), now)
    store.refresh_statistics(engine)
    return done


def again(call: Sweep, engine: Engine, now: datetime, within: Sequence[str]) -> Applied:
    """Run a sweep, anew when the database gave way in favour of another writer: what was written stays written."""
    for _ in range(TRIES - 1):
        try:
            return call(engine, now, within=within)
        except OperationalError as lost:
            if getattr(lost.orig, "sqlstate", None) not in DEADLOCKS:
                raise
    return call(engine, now, within=within)


def beat(session: Session, name: str, now: datetime) -> None:
    """Remember that a sweep ran to its end; what `/readyz` reads."""
    row = session.execute(select(table_of(Pulse)).where(col(Pulse.key) == name)).one_or_none()
    step = (
        make(Pulse, name, "beat", {"swept_at": now})
        if row is None
        else change(Pulse, name, row.version, "beat", {"swept_at": now})
    )
    store.apply(session, [step], now=now, by="sweep", journal=False)


def roots(engine: Engine) -> list[str]:
    """The codes of the root units: the chunks in which a large sweep is handed to several workers."""
    with store.reading(engine) as session:
        return list(
            session.execute(select(col(Unit.key)).where(col(Unit.parent).is_(None)).order_by(col(Unit.key))).scalars()
        )
