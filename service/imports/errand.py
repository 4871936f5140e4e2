"""An import as an errand: the sheet is read and tried out, what it would change is shown, and taken when confirmed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from models.kinds import ErrandState
from service import errands, store
from service.access import Actor, actor_for
from service.errors import Conflict, Fault, Refused
from service.imports.kinds import Removals, Report, Sheet, importer, read_sheet
from service.imports.trial import Trial, digest_of, rehearsed, try_out
from service.people.fields import today

KIND = "import"


def ask(
    session: Session,
    person: str,
    kind: str,
    name: str,
    data: bytes,
    *,
    now: datetime,
    removals: Removals = "keep",
    allow_mass: bool = False,
) -> str:
    """Have a sheet looked at; answers the errand's key. NotFound for a kind of sheet that there is not."""
    importer(kind)
    if not data:
        raise Refused("Some fields are wrong", faults=[Fault("sheet", "is empty")])
    asked = {"kind": kind, "file": name, "removals": removals, "allow_mass": allow_mass}
    return errands.ask(session, person, KIND, asked=asked, content=data, now=now)


def confirm(session: Session, person: str, key: str, *, now: datetime, version: int) -> None:
    """Have what was shown be taken. Conflict when nothing is shown (any more), and when it has faults."""
    row = errands.errand(session, person, key)
    if row.state != ErrandState.shown or not row.found.get("digest"):
        raise Conflict("There is nothing to confirm here")
    errands.again(session, person, key, now=now, version=version)


def work(worker: errands.Worker) -> None:
    """Try the sheet out, or take it where what it would change has been shown and confirmed."""
    errand = worker.errand
    worker.says("The sheet is being read", 10)
    sheet = read_sheet(errand.content, errand.asked["file"])
    if errand.found.get("digest"):
        take(worker, sheet)
    else:
        show(worker, sheet)


def show(worker: errands.Worker, sheet: Sheet, *, moved: bool = False) -> None:
    """Try the sheet out on a session that only reads, and keep what it would change."""
    worker.says("It is being compared with what stands", 50)
    with store.reading(worker.engine) as session:
        actor = actor_for(session, worker.errand.asked_by)
        trial = try_out(session, actor, sheet=sheet, now=worker.clock(), **wanted(worker))
    with store.transaction(worker.engine) as session:
        told = {"moved": moved, "unread": [errands.fault_told(one) for one in sheet.unread]}
        worker.ends(session, ErrandState.shown, found_in(trial) | told)


def take(worker: errands.Worker, sheet: Sheet) -> None:
    """Import what was shown, or show it anew where the records have changed since."""
    worker.says("The changes are being written")
    if not taken(worker, sheet):
        show(worker, sheet, moved=True)


def taken(worker: errands.Worker, sheet: Sheet) -> bool:
    """Whether the sheet was imported, together with the errand's end: only if it still comes to what was shown."""
    options = wanted(worker)
    kind = options.pop("kind")
    found = worker.errand.found
    tried_at, now = datetime.fromisoformat(found["tried_at"]), worker.clock()
    if today(now) != today(tried_at):
        return False  # what begins or ends with the day of the import would bear another date than was shown
    with store.transaction(worker.engine) as session:
        actor = actor_for(session, worker.errand.asked_by)
        if not comes_to(found["digest"], session, actor, kind, sheet, now=tried_at, **options):
            return False
        report: Report = importer(kind)(session, actor, sheet, now=now, **options)
        worker.ends(session, ErrandState.done, {"report": counts(report)})
    return True


def comes_to(digest: str, session: Session, actor: Actor, kind: str, sheet: Sheet, **options: Any) -> bool:
    """Whether an import, tried out as of its `now`, comes to what has this digest."""
    try:
        return digest_of(rehearsed(session, actor, kind, sheet, **options)[1]) == digest
    except Refused:
        return False


def wanted(worker: errands.Worker) -> dict[str, Any]:
    """The kind of sheet, and how it is to be taken."""
    asked = worker.errand.asked
    return {name: asked[name] for name in ("kind", "removals", "allow_mass")}


def counts(report: Report) -> dict[str, int]:
    return {name: value for name, value in report._asdict().items() if name != "faults"}


def found_in(trial: Trial) -> dict[str, Any]:
    """A trial as an errand keeps it."""
    rows = [{**one._asdict(), "fields": [list(field) for field in one.fields]} for one in trial.differences]
    return {
        "report": counts(trial.report),
        "faults": [errands.fault_told(fault) for fault in trial.report.faults],
        "differences": rows,
        "many": trial.many,
        "digest": trial.digest,
        "tried_at": trial.tried_at.isoformat() if trial.tried_at else "",
    }


def set_out(engine: Engine, key: str, *, clock: errands.Clock) -> None:
    """Begin, or go on with, the errand of a sheet; a short one has ended when this returns."""
    errands.set_out(engine, key, work, clock=clock)
