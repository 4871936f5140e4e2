"""Acts on people: add one, change what is known of them, let them leave."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from models import Grant, Person, Token, Unit, WebSession
from service.access import Actor
from service.duty.rosters import left_by
from service.errors import Fault, Forbidden, NotFound, Refused
from service.people import fields
from service.people.fields import PERSON_FIELDS, fit, fit_one
from service.people.unit_acts import at_version, visible_unit
from service.rules.steps import Step, change, make, remove
from service.store import require
from service.units import in_batches

ACT = "change people"
PLAIN = ("name", "unit", "post", "mobile", "email", "wecom", "language", "left_on")


def add_person(session: Session, actor: Actor, *, now: datetime, code: str, name: str, unit: str, **more: Any) -> str:
    """Enter somebody into the books of a unit; answers their staff number.

    `more` may hold post, mobile, email, wecom and language. Raises Refused naming each bad field, NotFound for an
    unknown unit, Conflict when the number stands already.
    """
    code = fit_one("code", fields.person_code, code)
    known = {field: check for field, check in PERSON_FIELDS.items() if field != "left_on"}
    values = fit(known, {"name": name, "unit": unit, **more})
    open_unit(session, actor, values["unit"])
    require(session, [make(Person, code, "added", values)], now=now, by=actor.person)
    return code


def change_person(
    session: Session,
    actor: Actor,
    code: str,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    version: int | None = None,
) -> None:
    """Change what is known of a person: name, unit, post, mobile, email, wecom, language, left_on.

    Who leaves (`left_on`, today or earlier) is signed out everywhere and loses tokens and roles; None brings them
    back, without those. What already is as asked for changes nothing. Raises Refused, NotFound, Conflict (stale
    `version`).
    """
    values = fit(PERSON_FIELDS, changes)
    found = visible_person(session, actor, code)
    if not actor.may(ACT, found.path):
        raise Forbidden("Your role does not allow this here")
    at_version(found.version, version)
    new = {field: value for field, value in values.items() if value != getattr(found, field)}
    if not new:
        return
    if "unit" in new:
        open_unit(session, actor, new["unit"])
    steps = [change(Person, code, found.version, "changed", new, ", ".join(sorted(new)))]
    if new.get("left_on"):
        fields.not_to_come("left_on", new["left_on"], now)
        steps += shut_out(session, [code], now)
    require(session, steps, now=now, by=actor.person)


def shut_out(session: Session, people: Iterable[str], now: datetime) -> list[Step]:
    """The steps that end the sessions and tokens of people, take their roles away and have their watches seen to."""
    leaving = list(people)
    steps: list[Step] = left_by(session, leaving, now)
    for batch in in_batches(leaving):
        for table in (WebSession, Token):
            open_ones = select(col(table.key), col(table.version))
            open_ones = open_ones.where(col(table.person).in_(batch), col(table.revoked_at).is_(None))
            steps += [
                change(table, key, version, "revoked", {"revoked_at": now}, "left")
                for key, version in session.execute(open_ones)
            ]
        held = select(col(Grant.key), col(Grant.version)).where(col(Grant.person).in_(batch))
        steps += [remove(Grant, key, version, "revoked", "left") for key, version in session.execute(held)]
    return steps


def visible_person(session: Session, actor: Actor, code: str) -> Row[Any]:
    """The person's fields and the path of their unit; NotFound where there is nobody that the actor may see.

    Everybody may see themselves.
    """
    columns = (Person.key, Person.version, *(getattr(Person, field) for field in PLAIN), Unit.path)
    statement = select(*(col(c) for c in columns)).join(Unit, col(Person.unit) == col(Unit.key))
    found = session.execute(statement.where(col(Person.key) == code)).one_or_none() if fields.is_code(code) else None
    if found is None or not (actor.may("see", found.path) or actor.person == code):
        raise NotFound("There is nobody with the staff number {code}", code=code)
    return found


def open_unit(session: Session, actor: Actor, code: str) -> None:
    """Refuse a unit where the actor may enter nobody, or that is closed."""
    found = visible_unit(session, actor, code)
    actor.must(ACT, found.path, see="see units")
    if found.closed_on is not None:
        raise Refused("Some fields are wrong", faults=[Fault("unit", "is closed")])
