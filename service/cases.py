"""Cases: sweeping them up their ladders, acknowledging one, ending it with its subject, and reading them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, bindparam, func, or_, select
from sqlmodel import Session, col

from models import Case, CaseRung, Person, Unit
from models.base import table_of
from models.kinds import CaseState
from service import journal, store, units
from service.access import Actor, in_scope
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.lists import PAGE, Page, newest
from service.rules.cases import PAUSED_AT_MOST, CaseFacts, RungFacts, climb, end, pause
from service.rules.steps import Step
from service.store import Applied

BATCH = 2_000
NOTE_MOST = 2_000
# whoever coordinates or leads above may say that somebody is at it, as may anybody who stands on the ladder
ACT = "see notices"
SHOWN = (
    "key", "version", "subject", "kind", "name", "unit", "policy", "state", "began_at", "until_at", "rung", "repeats",
    "acknowledged_by", "paused_until_at", "ended_at", "attend_at",
)  # fmt: skip


class CaseWhole(NamedTuple):
    """A case with its rungs, each with its true instant beside the real one, and who did what to it."""

    case: Any
    rungs: Sequence[Any]
    journal: Sequence[Any]


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Let every open case whose instant has come climb as far as it owes; batch by batch, each its own transaction."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            cases, rungs = gather(session, now, within)
            steps = [step for case in cases if (step := climb(case, rungs.get(case.key, ()), now))]
            done = store.apply(session, steps, now=now, by="sweep")
        total += done
        if len(cases) < BATCH or not done.applied:
            return total


def gather(
    session: Session, now: datetime, within: Sequence[str] = ()
) -> tuple[list[CaseFacts], dict[str, list[RungFacts]]]:
    """The cases to look at, the longest waiting first, and the rungs of each: two reads, however many they are."""
    columns = select(*(col(getattr(Case, name)) for name in CaseFacts._fields))
    statement = store.attending(columns, Case, now)
    if within:
        statement = statement.where(in_scope(Case.unit, tuple(units.paths_of(session, within).values())))
    statement = statement.order_by(col(Case.attend_at), col(Case.key)).limit(BATCH)
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update(skip_locked=True)
    cases = [CaseFacts(*row) for row in session.execute(statement)]
    rungs: dict[str, list[RungFacts]] = {}
    for keys in units.in_batches(case.key for case in cases):
        columns = select(*(col(getattr(CaseRung, name)) for name in RungFacts._fields))
        for row in session.execute(columns.where(col(CaseRung.case).in_(keys))):
            rung = RungFacts(*row)
            rungs.setdefault(rung.case, []).append(rung)
    return cases, rungs


# every act asks this: built once, it need not be put together and keyed anew each time
OPEN_ABOUT = (
    select(col(Case.key), col(Case.version))
    .where(col(Case.subject).in_(bindparam("subjects", expanding=True)), col(Case.state) == CaseState.open)
    .order_by(col(Case.key))
)
OPEN_AWAITED = OPEN_ABOUT.with_for_update()


def ending(session: Session, subjects: Iterable[str], now: datetime, why: str) -> list[Step]:
    """The steps that end whatever cases are open about these subjects, for the act that settles them."""
    steps: list[Step] = []
    # a sweep that is just climbing one is waited for, so that nobody's act is refused because of it
    statement = OPEN_AWAITED if session.get_bind().dialect.name == "postgresql" else OPEN_ABOUT
    for batch in units.in_batches(sorted(set(subjects))):
        rows = session.execute(statement, {"subjects": batch})
        steps += [end(key, version, now, why) for key, version in rows]
    return steps


def next_nth(session: Session, subject: str) -> str:
    """What tells the next case of a subject from those it has had: nothing for the first, then 2, 3, …"""
    had = session.execute(select(func.count()).select_from(Case).where(col(Case.subject) == subject)).scalar_one()
    return str(had + 1) if had else ""


def find(session: Session, actor: Actor, key: str) -> Any:
    """The case with its unit's path; NotFound also for one out of the actor's sight."""
    statement = select(table_of(Case), col(Unit.path)).join(Unit, col(Case.unit) == col(Unit.key))
    row = session.execute(statement.where(col(Case.key) == key)).one_or_none()
    if row is None or not (actor.may("see", row.path) or on_ladder(session, key, actor.person)):
        raise NotFound("There is no case {key}", key=key)
    return row


def on_ladder(session: Session, key: str, person: str) -> bool:
    """Whether somebody stands on one of a case's rungs."""
    stands = or_(col(CaseRung.person) == person, col(CaseRung.co_person) == person)
    found = select(col(CaseRung.key)).where(col(CaseRung.case) == key, stands).limit(1)
    return session.execute(found).first() is not None


def acknowledge(
    session: Session,
    actor: Actor,
    key: str,
    *,
    now: datetime,
    until_at: datetime,
    note: str = "",
    version: int | None = None,
) -> None:
    """Say that somebody is at it: the case is quiet until a stated instant, two weeks ahead at most, and then goes on.

    For whoever stands on its ladder, and coordinators and leaders above. Raises Refused for an instant that is naive,
    past or too far, Conflict for a case that has ended or moved on.
    """
    case = find(session, actor, key)
    if not (on_ladder(session, key, actor.person) or actor.may(ACT, case.path)):
        raise Forbidden("Your role does not allow this here")
    if version is not None and version != case.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if case.state != CaseState.open:
        raise Conflict("The case has ended; there is nothing to acknowledge")
    faults: list[Fault] = []
    if until_at.utcoffset() is None:
        faults.append(Fault("until_at", "must be an instant with its offset"))
    elif not now < until_at <= now + PAUSED_AT_MOST:
        faults.append(Fault("until_at", "must lie ahead, by {days} days at most", {"days": PAUSED_AT_MOST.days}))
    if len(note) > NOTE_MOST:
        faults.append(Fault("note", "must be no longer than {most} characters", {"most": NOTE_MOST}))
    if faults:
        raise Refused("The case can't be acknowledged so", faults=faults)
    store.require(session, [pause(key, case.version, actor.person, until_at, note)], now=now, by=actor.person)


def listed(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    subject: str | None = None,
    unit: str | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of the cases in sight, those that began last first.

    In sight are those of units the actor sees, and those on whose ladder they stand.
    """
    mine = select(col(CaseRung.case)).where(
        or_(col(CaseRung.person) == actor.person, col(CaseRung.co_person) == actor.person)
    )
    statement = select(*(col(getattr(Case, name)) for name in SHOWN))
    statement = statement.where(or_(in_scope(Case.unit, actor.paths("see")), col(Case.key).in_(mine)))
    if state is not None:
        statement = statement.where(col(Case.state) == state)
    if subject is not None:
        statement = statement.where(col(Case.subject) == subject)
    if unit is not None:
        statement = statement.where(in_scope(Case.unit, (units.path_of(session, unit),)))
    return newest(session, statement, col(Case.began_at), col(Case.key), limit=limit, after=after)


def whole(session: Session, actor: Actor, key: str) -> CaseWhole:
    """One case with its rungs in order, who stands on each, when it was due and when it was really taken."""
    found = find(session, actor, key)
    columns = [col(getattr(CaseRung, name)) for name in ("place", "due_at", "taken_at", "level", "of_parent", "state")]
    columns += [col(CaseRung.person), col(CaseRung.co_person), col(CaseRung.reason), col(Person.name)]
    rungs = select(*columns).join(Person, col(CaseRung.person) == col(Person.key), isouter=True)
    rows = session.execute(rungs.where(col(CaseRung.case) == key).order_by(col(CaseRung.place))).all()
    shown = {name: getattr(found, name) for name in SHOWN}
    return CaseWhole(shown, rows, journal.lines(session, [key], limit=PAGE))
