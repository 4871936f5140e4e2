"""One hazard or recheck whole, with all that became of it; a draw and a notice by themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import (
    Campaign,
    Case,
    CaseRung,
    Enforcement,
    Evidence,
    Extension,
    Hazard,
    HazardCycle,
    Notice,
    Person,
    Recheck,
    RecheckDraw,
    Unit,
)
from models.base import table_of
from service import cases, enforcement, evidence, journal
from service.access import Actor, in_scope
from service.errors import NotFound
from service.hazards.found import concerns
from service.ledger.lists import HAZARD_COLUMNS, RECHECK_COLUMNS, recheck_rows
from service.ledger.wishes import overdue
from service.listings import NOTICE_COLUMNS, columns
from service.lists import PAGE
from service.rules.hazards import hazard_subject

HAZARD_IN_FULL = (*HAZARD_COLUMNS, "measures", "funds_yuan", "contingency", "approved_by", "reason", "note")
CYCLE_COLUMNS = (
    "key", "cycle", "found_on", "first_due_at", "due_at", "submitted_at", "submitted_by", "rectified", "rejections",
    "accepted_at", "accepted_by", "closed_at", "closed_in_time",
)  # fmt: skip
EXTENSION_COLUMNS = ("key", "cycle", "from_at", "to_at", "reason", "approved_by", "approved_at")
RUNG_COLUMNS = (
    "case", "place", "due_at", "taken_at", "level", "of_parent", "state", "person", "co_person", "reason",
)  # fmt: skip
DRAW_COLUMNS = ("key", "campaign", "from_on", "to_on", "share", "seed", "population", "size", "drawn_at")
LINES = 200  # of the journal, with what is told of one hazard


class HazardWhole(NamedTuple):
    """A hazard with all that became of it."""

    hazard: Any
    cycles: Sequence[Any]
    extensions: Sequence[Any]
    rechecks: Sequence[Any]
    enforcement: Sequence[Any]
    evidence: Sequence[Any]
    cases: Sequence[Any]
    journal: Sequence[Any]


class RecheckWhole(NamedTuple):
    """A recheck with its evidence and who did what to it."""

    recheck: Any
    evidence: Sequence[Any]
    journal: Sequence[Any]


def hazard(session: Session, actor: Actor, code: str, *, now: datetime) -> HazardWhole:
    """One hazard with its times round, rechecks, enforcement, evidence, cases and journal; NotFound out of sight."""
    named: Any = (col(Unit.path), col(Unit.name).label("unit_name"), overdue(now).label("overdue"))
    statement = select(table_of(Hazard), *named).join(Unit, col(Hazard.unit) == col(Unit.key))
    found = session.execute(statement.where(col(Hazard.key) == code)).one_or_none()
    if found is None or not (actor.may("see", found.path) or concerns(session, actor, found)):
        raise NotFound("There is no hazard {code}", code=code)

    def of_it(table: Any, names: Sequence[str], order: Any) -> Sequence[Any]:
        return session.execute(select(*columns(table, names)).where(col(table.hazard) == code).order_by(order)).all()

    cycles = of_it(HazardCycle, CYCLE_COLUMNS, col(HazardCycle.cycle))
    extensions = of_it(Extension, EXTENSION_COLUMNS, col(Extension.approved_at))
    looks = of_it(Recheck, RECHECK_COLUMNS, col(Recheck.due_at))
    measures = of_it(Enforcement, enforcement.SHOWN, col(Enforcement.key))
    proofs = evidence_of(session, (code, *(look.key for look in looks)))
    subjects = [hazard_subject(code, one.cycle) for one in cycles] + [look.key for look in looks]
    climbs = select(*columns(Case, cases.SHOWN)).where(col(Case.subject).in_(subjects))
    told = [code, *(row.key for rows in (cycles, extensions, looks, measures, proofs) for row in rows)]
    shown = {name: getattr(found, name) for name in (*HAZARD_IN_FULL, "unit_name", "overdue")}
    return HazardWhole(
        shown, cycles, extensions, looks, measures, proofs,
        session.execute(climbs.order_by(col(Case.began_at).desc(), col(Case.key))).all(),
        journal.lines(session, told, limit=LINES),
    )  # fmt: skip


def evidence_of(session: Session, subjects: Sequence[str]) -> Sequence[Any]:
    """The evidence about some subjects in the order in which it came, for whoever sees them."""
    statement = select(*columns(Evidence, evidence.SHOWN)).where(col(Evidence.subject).in_(subjects))
    return session.execute(statement.order_by(col(Evidence.made_at), col(Evidence.key))).all()


def rungs_of(session: Session, keys: Sequence[str]) -> dict[str, list[Any]]:
    """The rungs of some cases in their order, for whoever sees what the cases are about."""
    found: dict[str, list[Any]] = {}
    if keys:
        statement = select(*columns(CaseRung, RUNG_COLUMNS)).where(col(CaseRung.case).in_(keys))
        for rung in session.execute(statement.order_by(col(CaseRung.case), col(CaseRung.place))):
            found.setdefault(rung.case, []).append(rung)
    return found


def campaign_named(session: Session, key: str | None) -> str:
    """What a campaign is called; empty for none."""
    if key is None:
        return ""
    return str(session.execute(select(col(Campaign.name)).where(col(Campaign.key) == key)).scalar_one())


def recheck(session: Session, actor: Actor, key: str) -> RecheckWhole:
    """One recheck with its evidence and journal; NotFound for one out of sight."""
    row = session.execute(recheck_rows().add_columns(col(Unit.path)).where(col(Recheck.key) == key)).one_or_none()
    if row is None or not (actor.may("see", row.path) or actor.person in (row.assignee, row.co_assignee)):
        raise NotFound("There is no recheck {key}", key=key)
    shown = {name: getattr(row, name) for name in (*RECHECK_COLUMNS, "description", "unit_name")}
    proofs = evidence_of(session, (key,))
    return RecheckWhole(shown, proofs, journal.lines(session, [key, *(one.key for one in proofs)], limit=PAGE))


def looked_back_at(session: Session, code: str, cycle: int) -> tuple[Any, Any, str]:
    """The hazard that a look-back is at, its time round, and the unit's path; for who sees the look-back."""
    statement = select(table_of(Hazard), col(Unit.path), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(Hazard.unit) == col(Unit.key)).where(col(Hazard.key) == code)
    found = session.execute(statement).one()
    rounds = select(table_of(HazardCycle)).where(col(HazardCycle.hazard) == code, col(HazardCycle.cycle) == cycle)
    return found, session.execute(rounds).one(), found.path


def draw(session: Session, key: str) -> dict[str, Any]:
    """A draw with the figures that repeat it, for whoever has just drawn it."""
    row = session.execute(select(*columns(RecheckDraw, DRAW_COLUMNS)).where(col(RecheckDraw.key) == key)).one()
    return dict(row._mapping)


def notice(session: Session, actor: Actor, key: str) -> Any:
    """One notice: the actor's own, or one to somebody where they may see notices; NotFound for any other."""
    people = select(col(Person.key)).where(in_scope(Person.unit, actor.paths("see notices")))
    seen = or_(col(Notice.recipient) == actor.person, col(Notice.recipient).in_(people))
    row = session.execute(select(*columns(Notice, NOTICE_COLUMNS)).where(col(Notice.key) == key, seen)).one_or_none()
    if row is None:
        raise NotFound("There is no notice {key}", key=key)
    return row
