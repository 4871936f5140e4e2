"""Errands: long work outside the call that asked for it, with how far it is, so that a page finds it after a reload.

A thread of the process that was asked does the work, one errand at a time. What it changes, it changes in one
transaction together with the errand's own state: a process that dies leaves nothing half done, and whoever starts the
errand again later does it once.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from secrets import token_urlsafe
from threading import Lock, Thread
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from models import Errand
from models.base import table_of
from models.kinds import ErrandState
from service import store
from service.errors import Conflict, Fault, NotFound, Trouble
from service.rules.steps import change, make, remove
from service.store import Applied

KEPT_FOR = timedelta(days=7)
SILENT_AFTER = timedelta(minutes=2)
LISTED = 20
BATCH = 500
COLUMNS = tuple(col(getattr(Errand, name)) for name in Errand.model_fields if name != "content")
BROKE = "Something went wrong here, and nothing was changed; it stands in the log"

log = logging.getLogger(__name__)
one_at_a_time = Lock()  # a heap of sheets must not take the whole machine
Clock = Callable[[], datetime]


class Worker:
    """What the work is handed: its errand as it was when it began, and a way to say how far it is."""

    def __init__(self, engine: Engine, clock: Clock, errand: Any) -> None:
        self.engine = engine
        self.clock = clock
        self.errand = errand
        self.version: int = errand.version

    def says(self, step: str, percent: int | None = None, so_far: dict[str, Any] | None = None) -> None:
        """Note what is being done, as an English msgid, and how much of all of it is done where that is known.

        `so_far` is what there is already, under that name in `found` until the errand ends.

        Not to be called while a writing transaction of one's own is open. Conflict when somebody else has taken it up.
        """
        values: dict[str, Any] = {"step": step, "percent": percent, "seen_at": self.clock()}
        if so_far is not None:
            values["found"] = {"so_far": so_far}
        with store.transaction(self.engine) as session:
            self.change(session, values)
        self.version += 1

    def ends(self, session: Session, state: ErrandState, found: dict[str, Any]) -> None:
        """Have the errand end in this transaction; Conflict when somebody else has taken it up meanwhile."""
        values: dict[str, Any] = {"state": state, "found": found, "step": "", "percent": None, "seen_at": self.clock()}
        self.change(session, values if state == ErrandState.shown else values | {"content": None})

    def change(self, session: Session, values: dict[str, Any]) -> None:
        step = change(Errand, self.errand.key, self.version, "errand", values)
        if not store.apply(session, [step], now=self.clock(), by=self.errand.asked_by, journal=False).applied:
            raise Conflict("Somebody else changed this in the meantime; read it again")


Work = Callable[[Worker], None]


def ask(
    session: Session, person: str, kind: str, *, asked: dict[str, Any], content: bytes | None = None, now: datetime
) -> str:
    """Put an errand into the books; answers its key. `set_out` begins it, once this transaction has ended."""
    key = token_urlsafe(12)
    values = {
        "kind": kind, "asked_by": person, "asked_at": now, "seen_at": now, "state": ErrandState.running,
        "asked": asked, "found": {}, "content": content,
    }  # fmt: skip
    store.apply(session, [make(Errand, key, "errand", values)], now=now, by=person, journal=False)
    return key


def again(session: Session, person: str, key: str, *, now: datetime, version: int | None = None) -> None:
    """Have an errand run on: what was shown is to be done, or what fell silent begins anew.

    Conflict for a stale `version`, for one that has ended, and while it is being worked on.
    """
    row = errand(session, person, key)
    if version is not None and row.version != version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if not (row.state == ErrandState.shown or is_silent(row, now)):
        raise Conflict("This is being worked on, or has ended already")
    values = {"state": ErrandState.running, "seen_at": now, "step": "", "percent": None}
    store.apply(session, [change(Errand, key, row.version, "errand", values)], now=now, by=person, journal=False)


def set_out(engine: Engine, key: str, work: Work, *, clock: Clock, wait_seconds: float = 1.0) -> None:
    """Begin an errand in a thread of its own, and wait a moment: what is short has ended when this returns."""
    thread = Thread(target=run, args=(engine, key, work, clock), name=f"errand-{key}", daemon=True)
    thread.start()
    thread.join(wait_seconds)


def run(engine: Engine, key: str, work: Work, clock: Clock) -> None:
    """Do an errand and note how it ended; whatever is refused stands in it in the words of the refusal."""
    with one_at_a_time:
        worker = None
        try:
            worker = Worker(engine, clock, gather(engine, key))
            if worker.errand.state == ErrandState.running:  # else somebody was quicker
                work(worker)
        except Trouble as trouble:
            fail(engine, worker, told(trouble))
        except Exception:
            log.exception("errand %s", key)
            fail(engine, worker, {"message": BROKE, "facts": {}, "faults": []})


def told(trouble: Trouble) -> dict[str, Any]:
    """A refusal as an errand keeps it, to be said in the reader's language."""
    faults = [fault_told(fault) for fault in trouble.faults]
    return {"message": trouble.message, "facts": plain(trouble.facts), "faults": faults}


def fault_told(fault: Fault) -> dict[str, Any]:
    return {"field": fault.field, "reason": fault.reason, "facts": plain(fault.facts or {})}


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON can hold them."""
    return {name: fact if isinstance(fact, int | float | str) else str(fact) for name, fact in facts.items()}


def fail(engine: Engine, worker: Worker | None, trouble: dict[str, Any]) -> None:
    if worker is None:
        return
    with suppress(Conflict, OperationalError), store.transaction(engine) as session:
        # somebody else has it now, or the database is away: then it falls silent and may be begun again
        worker.ends(session, ErrandState.failed, {"trouble": trouble})


def gather(engine: Engine, key: str) -> Any:
    """The whole errand, with its bytes."""
    with store.reading(engine) as session:
        return session.execute(select(table_of(Errand)).where(col(Errand.key) == key)).one()


def errand(session: Session, person: str, key: str) -> Any:
    """One errand without its bytes; NotFound for one that somebody else asked for."""
    row = session.execute(select(*COLUMNS).where(col(Errand.key) == key)).one_or_none()
    if row is None or row.asked_by != person:
        raise NotFound("There is nothing of that name here")
    return row


def errands(session: Session, person: str, kind: str) -> Sequence[Any]:
    """What a person asked for lately, the newest first."""
    statement = select(*COLUMNS).where(col(Errand.asked_by) == person, col(Errand.kind) == kind)
    return session.execute(statement.order_by(col(Errand.asked_at).desc(), col(Errand.key)).limit(LISTED)).all()


def is_silent(row: Any, now: datetime) -> bool:
    """Whether an errand that should be under way has not been heard of for long: its process is gone, most likely."""
    return bool(row.state == ErrandState.running and row.seen_at <= now - SILENT_AFTER)


def resume(engine: Engine, works: Mapping[str, Work], *, clock: Clock, wait_seconds: float = 0.0) -> int:
    """Begin anew what fell silent because its process is gone; answers how many.

    Several processes may look at once: each errand goes on in one of them.
    """
    now = clock()
    statement = select(col(Errand.key), col(Errand.version), col(Errand.kind), col(Errand.asked_by)).where(
        col(Errand.state) == ErrandState.running, col(Errand.seen_at) <= now - SILENT_AFTER,
        col(Errand.kind).in_(list(works)),
    )  # fmt: skip
    with store.reading(engine) as session:
        silent = session.execute(statement.order_by(col(Errand.asked_at), col(Errand.key))).all()
    begun = 0
    for row in silent:
        step = change(Errand, row.key, row.version, "errand", {"seen_at": now, "step": "", "percent": None})
        with store.transaction(engine) as session:
            mine = store.apply(session, [step], now=now, by=row.asked_by, journal=False).applied
        if mine:
            begun += 1
            set_out(engine, row.key, works[row.kind], clock=clock, wait_seconds=wait_seconds)
    return begun


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Forget the errands that were asked for more than a week ago."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            old = select(col(Errand.key), col(Errand.version)).where(col(Errand.asked_at) < now - KEPT_FOR)
            rows = session.execute(old.order_by(col(Errand.asked_at)).limit(BATCH)).all()
            steps = [remove(Errand, key, version, "forgotten") for key, version in rows]
            total += store.apply(session, steps, now=now, by="sweep", journal=False)
        if len(rows) < BATCH:
            return total
