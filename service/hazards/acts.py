"""Hazards: what people do to them from the finding to the closing. Terms (deadline, supervision, rank) stand apart."""

from collections.abc import Iterable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Evidence, Hazard, HazardCycle
from models.kinds import HazardLevel
from service import store
from service.access import Actor
from service.errors import Fault, Refused
from service.hazards import fields as known
from service.hazards.closing import close
from service.hazards.found import (
    Found,
    answerable,
    coordinators,
    find,
    known_person,
    known_unit,
    needed,
    others,
)
from service.hazards.guards import assured, guard
from service.hazards.reporting import report
from service.hazards.terms import delist, extend, rank, supervise, void
from service.people import fields
from service.people.fields import fit
from service.rules import hazards as rules
from service.rules.steps import Telling, change

__all__ = [
    "accept",
    "approve",
    "assign",
    "begin",
    "delist",
    "extend",
    "find",
    "rank",
    "reject",
    "report",
    "submit",
    "supervise",
    "void",
]

ASSIGNED_FIELDS: fields.Fields = {
    "responsible": fields.optional_code, "responsible_unit": fields.optional_code, "measures": known.long_text,
    "funds_yuan": known.optional_whole, "contingency": known.long_text,
}  # fmt: skip


def assign(
    session: Session, actor: Actor, code: str, *, now: datetime, version: int | None = None, **what: Any
) -> None:
    """Say who rectifies a hazard and how: responsible, responsible_unit, measures, funds_yuan, contingency.

    What isn't named stays as it is; a person or a unit must answer for it in the end. The deadline is kept. Whoever
    must see to it is told. Refused, NotFound, Forbidden, Conflict as everywhere.
    """
    values = fit(ASSIGNED_FIELDS, what)
    found = find(session, actor, code)
    guard("assign", session, actor, found, now=now, version=version)
    if values.get("responsible"):
        known_person(session, actor, values["responsible"], "responsible", found.hazard.unit)
    if values.get("responsible_unit"):
        known_unit(session, actor, values["responsible_unit"], "responsible_unit")
    stands = {name: values.get(name, getattr(found.hazard, name)) for name in ASSIGNED_FIELDS}
    if not (stands["responsible"] or stands["responsible_unit"]):
        raise Refused("Some fields are wrong", faults=[Fault("responsible", "a person or a unit must answer for it")])
    began = found.hazard.state == rules.RECTIFYING
    after = SimpleNamespace(**{**found.hazard._mapping, **stands})
    if began:
        assured(after)
    state = rules.RECTIFYING if began else rules.ASSIGNED
    tell = told(found, "hazard_assigned", others(actor, answerable(session, after)), now)
    step = change(Hazard, code, found.hazard.version, "assigned", {**stands, "state": state}, tell=tell)
    store.require(session, [step], now=now, by=actor.person)


def begin(session: Session, actor: Actor, code: str, *, now: datetime, version: int | None = None) -> None:
    """Begin to rectify an assigned hazard. A major one needs the five assurances (五落实): Refused names what lacks."""
    found = find(session, actor, code)
    guard("begin", session, actor, found, now=now, version=version)
    step = change(Hazard, code, found.hazard.version, "begun", {"state": rules.RECTIFYING})
    store.require(session, [step], now=now, by=actor.person)


def submit(
    session: Session, actor: Actor, code: str, *, now: datetime, note: str = "", version: int | None = None
) -> None:
    """Hand a rectified hazard in for acceptance: with a note of what was done, or a photo or note kept as `after`.

    What is fixed on the spot may be handed in at once. A major one needs the five assurances still. Who found it and
    the unit's coordinators are told.
    """
    note = fields.fit_one("note", known.long_text, note)
    found = find(session, actor, code)
    guard("submit", session, actor, found, now=now, version=version)
    if not note and not shown_after(session, found):
        fault = Fault("note", "say what was done, or add a photo or a note of how it is after")
        raise Refused("The submission is not complete", faults=[fault])
    heard = others(actor, (found.hazard.found_by, *coordinators(session, found.hazard.unit)))
    tell = told(found, "hazard_submitted", heard, now)
    values = {"submitted_at": now, "submitted_by": actor.person, "rectified": note}
    steps = [
        change(Hazard, code, found.hazard.version, "submitted", {"state": rules.SUBMITTED}, tell=tell),
        change(HazardCycle, found.cycle.key, found.cycle.version, "cycle submitted", values),
    ]
    store.require(session, steps, now=now, by=actor.person)


def shown_after(session: Session, found: Found) -> bool:
    """Whether evidence of this time round shows how it is after."""
    statement = select(col(Evidence.key)).where(
        col(Evidence.subject) == found.hazard.key, col(Evidence.cycle) == found.hazard.cycle
    )
    return session.execute(statement.where(col(Evidence.stage) == "after").limit(1)).first() is not None


def reject(
    session: Session, actor: Actor, code: str, *, now: datetime, reason: str, version: int | None = None
) -> None:
    """Send a submission back with a reason: it is to be rectified again, the deadline stays, the rejection counts."""
    reason = needed(reason)
    found = find(session, actor, code)
    guard("reject", session, actor, found, now=now, version=version)
    people = others(actor, (found.cycle.submitted_by, *answerable(session, found.hazard)))
    tell = told(found, "hazard_rejected", people, now, reason=reason)
    again = {
        "submitted_at": None, "submitted_by": None, "accepted_at": None, "accepted_by": None,
        "rejections": found.cycle.rejections + 1,
    }  # fmt: skip
    steps = [
        change(Hazard, code, found.hazard.version, "rejected", {"state": rules.RECTIFYING}, reason, tell),
        change(HazardCycle, found.cycle.key, found.cycle.version, "cycle rejected", again, reason),
    ]
    store.require(session, steps, now=now, by=actor.person)


def accept(session: Session, actor: Actor, code: str, *, now: datetime, version: int | None = None) -> None:
    """Accept (验收) what somebody else rectified. A general hazard closes; a major one waits for approval."""
    found = find(session, actor, code)
    guard("accept", session, actor, found, now=now, version=version)
    if found.hazard.level != HazardLevel.major:
        close(session, actor, found, now=now)
        return
    above = found.path.strip("/").split("/")[-2:-1]
    approvers = others(actor, coordinators(session, above[0]) if above else ())
    rectifiers = others(actor, (found.cycle.submitted_by, *answerable(session, found.hazard)))
    tell = told(found, "hazard_approve", approvers, now) + told(found, "hazard_accepted", rectifiers, now)
    accepted = {"accepted_at": now, "accepted_by": actor.person}
    steps = [
        change(Hazard, code, found.hazard.version, "accepted", {}, tell=tell),
        change(HazardCycle, found.cycle.key, found.cycle.version, "cycle accepted", accepted),
    ]
    store.require(session, steps, now=now, by=actor.person)


def approve(session: Session, actor: Actor, code: str, *, now: datetime, version: int | None = None) -> None:
    """Approve the closing (销号) of an accepted major hazard, for a unit above the hazard's own; it closes."""
    found = find(session, actor, code)
    guard("approve", session, actor, found, now=now, version=version)
    close(session, actor, found, now=now)


def told(found: Found, kind: str, people: Iterable[str], now: datetime, **facts: Any) -> tuple[Telling, ...]:
    """The notices of an act on a hazard; each version of it may say the same again."""
    return rules.telling(kind, people, now, rules.hazard_told(found.hazard) | facts, str(found.hazard.version))
