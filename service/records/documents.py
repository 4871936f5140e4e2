"""Documents that are revised by a date (应急预案 and the like): registering, revising, keeping them in force."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Evidence, PlanDocument, PlanRevision
from service import cases, journal, store, units
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import Conflict, Fault, Refused
from service.hazards.fields import long_text, past_day
from service.hazards.found import known_person, known_unit
from service.lists import PAGE, Page
from service.people import fields
from service.people.fields import fit, fit_one
from service.records import kept
from service.rules.documents import owed_of, revision_due
from service.rules.owed import first_look
from service.rules.steps import Step, change, make

NAMES = (
    "key", "version", "unit", "kind", "title", "keeper", "revised_on", "next_revision_on", "due_at", "retired_on",
    "note",
)  # fmt: skip
REVISION = ("key", "number", "revised_on", "next_revision_on", "note", "made_at", "made_by")
PROOF = ("key", "subject", "cycle", "stage", "media_type", "sha256", "size", "note", "made_at", "made_by")
CHECKS: fields.Fields = {
    "unit": fields.code, "code": fields.code, "kind": fields.name, "title": fields.name,
    "keeper": fields.optional_code, "revised_on": past_day, "next_revision_on": fields.optional_day, "note": long_text,
}  # fmt: skip


class DocumentWhole(NamedTuple):
    """A document with its revisions, its files, and who did what to it."""

    document: Any
    revisions: Sequence[Any]
    evidence: Sequence[Any]
    journal: Sequence[Any]


def register(session: Session, actor: Actor, *, now: datetime, **what: Any) -> str:
    """Put a document on the register: unit, code, kind, title, revised_on, next_revision_on, keeper, note.

    Answers its key. The next revision is told ahead to its keeper, and missed climbs the chain of the unit.
    """
    values = fit(CHECKS, what, needed=("unit", "code", "kind", "title", "revised_on"))
    code, unit = values.pop("code"), values["unit"]
    actor.must(kept.ACT, known_unit(session, actor, unit, "unit"), see="see units")
    if values.get("keeper"):
        known_person(session, actor, values["keeper"], "keeper", unit)
    values = {"keeper": None, "note": "", "next_revision_on": None} | values
    values |= terms(session, unit, values["revised_on"], values["next_revision_on"], now)
    key = f"plan:{unit}:{code}"
    first = revision(key, 1, values, actor, now)
    store.require(
        session, [make(PlanDocument, key, "registered", values)._replace(then=(first,))], now=now, by=actor.person
    )
    return key


def terms(session: Session, unit: str, revised_on: date, next_on: date | None, now: datetime) -> dict[str, Any]:
    """Until when it must be revised next; Refused where that is before it was, or it was revised in days to come."""
    fields.not_to_come("revised_on", revised_on, now)
    if next_on is not None and next_on <= revised_on:
        fault = Fault("next_revision_on", "must be later than {on}", {"on": str(revised_on)})
        raise Refused("Some fields are wrong", faults=[fault])
    due_at = revision_due(next_on, now, gather_calendar(session, zone=units.zone_of(session, unit)))
    return {"due_at": due_at, "attend_at": first_look(owed_of("", due_at), now)}


def revision(key: str, number: int, values: dict[str, Any], actor: Actor, now: datetime) -> Step:
    """The step that keeps one revision."""
    names = ("revised_on", "next_revision_on", "note")
    history = {name: values[name] for name in names} | {"made_at": now, "made_by": actor.person}
    return make(PlanRevision, f"{key}:revision:{number}", "revision", {"document": key, "number": number, **history})


def revise(
    session: Session,
    actor: Actor,
    key: str,
    *,
    now: datetime,
    revised_on: date,
    next_revision_on: date | None,
    note: str = "",
    version: int | None = None,
) -> None:
    """Enter that a document was revised, and when the next time is owed; what was overdue is settled."""
    note, revised_on = fit_one("note", long_text, note), fit_one("revised_on", past_day, revised_on)
    row = in_force(session, actor, key, version)
    if revised_on < row.revised_on:
        fault = Fault("revised_on", "must not be before {on}", {"on": str(row.revised_on)})
        raise Refused("Some fields are wrong", faults=[fault])
    values = {"revised_on": revised_on, "next_revision_on": next_revision_on}
    values |= terms(session, row.unit, revised_on, next_revision_on, now)
    last = select(col(PlanRevision.number)).where(col(PlanRevision.document) == key)
    number = max(session.execute(last).scalars(), default=0) + 1
    steps = [
        change(PlanDocument, key, row.version, "revised", values, note),
        revision(key, number, values | {"note": note}, actor, now),
        *settled(session, row, now, "revised"),
    ]
    store.require(session, steps, now=now, by=actor.person)


def amend(session: Session, actor: Actor, key: str, *, now: datetime, version: int | None = None, **what: Any) -> None:
    """Change what is known of a document: kind, title, keeper, note."""
    values = fit({name: CHECKS[name] for name in ("kind", "title", "keeper", "note")}, what)
    row = in_force(session, actor, key, version)
    if values.get("keeper"):
        known_person(session, actor, values["keeper"], "keeper", row.unit)
    new = {name: value for name, value in values.items() if value != getattr(row, name)}
    if new:
        step = change(PlanDocument, key, row.version, "changed", new, ", ".join(sorted(new)))
        store.require(session, [step], now=now, by=actor.person)


def retire(session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Take a document out of force, with the reason: nothing more is owed of it, its history stays."""
    reason = fit_one("reason", lambda value: long_text(value) or fields.missing(), reason)
    row = in_force(session, actor, key, version)
    values = {"retired_on": fields.today(now), "due_at": None, "attend_at": None}
    steps = [change(PlanDocument, key, row.version, "retired", values, reason), *settled(session, row, now, "retired")]
    store.require(session, steps, now=now, by=actor.person)


def in_force(session: Session, actor: Actor, key: str, version: int | None) -> Any:
    """The document, for an act of somebody who may write it."""
    row = kept.find(session, actor, PlanDocument, key, "keeper")
    kept.may_keep(actor, row, keeper=row.keeper)
    kept.at_version(row, version)
    if row.retired_on is not None:
        raise Conflict("The document is not in force any more")
    return row


def settled(session: Session, row: Any, now: datetime, why: str) -> list[Step]:
    return cases.ending(session, [one.subject for one in owed_of(row.key, row.due_at)], now, why)


def whole(session: Session, actor: Actor, key: str) -> DocumentWhole:
    """One document as it stands."""
    row = kept.find(session, actor, PlanDocument, key, "keeper", to_read=True)
    revisions = select(*(col(getattr(PlanRevision, name)) for name in REVISION))
    revisions = revisions.where(col(PlanRevision.document) == key).order_by(col(PlanRevision.number))
    proofs = select(*(col(getattr(Evidence, name)) for name in PROOF)).where(col(Evidence.subject) == key)
    found = session.execute(revisions).all()
    files = session.execute(proofs.order_by(col(Evidence.made_at), col(Evidence.key))).all()
    shown = {name: getattr(row, name) for name in (*NAMES, "unit_name")}
    told = [key, *(one.key for one in (*found, *files))]
    return DocumentWhole(shown, found, files, journal.lines(session, told, limit=PAGE))


def listed(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    unit: str | None = None,
    kind: str | None = None,
    overdue: bool | None = None,
    retired: bool = False,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of the documents of units in sight; of those in force unless the retired are asked for."""
    gone = col(PlanDocument.retired_on)
    where: list[Any] = [gone.is_not(None) if retired else gone.is_(None)]
    if kind is not None:
        where.append(col(PlanDocument.kind) == kind)
    if overdue is not None:
        late = col(PlanDocument.due_at).is_not(None) & (col(PlanDocument.due_at) <= now)
        where.append(late if overdue else ~late)
    return kept.listed(session, actor, PlanDocument, NAMES, *where, unit=unit, limit=limit, after=after)
