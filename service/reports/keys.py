"""The keys that report files are sealed with: shared with the deployment of a unit, listed, never shown, taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import ReportSeal, Unit
from models.base import table_of
from service import store
from service.access import Actor, units_beneath
from service.couriers.addresses import seal, unseal
from service.errors import Fault, NotFound, Refused
from service.lists import PAGE, Page
from service.people.unit_acts import visible_unit
from service.rules.steps import change, make, remove
from service.secrets import secret

MADE_LETTERS = 32
LEAST, MOST = 16, 200


def share(session: Session, actor: Actor, unit: str, *, now: datetime, given: str | None = None) -> str:
    """A key for the report files of a unit, made here or given by the other side; answers it, this one time.

    The one before counts no more. It is kept sealed. NotFound, Forbidden as everywhere.
    """
    from secrets import token_urlsafe

    place = visible_unit(session, actor, unit)
    actor.must("keep report keys", place.path, see="see units")
    if given is not None and not LEAST <= len(given) <= MOST:
        raise Refused("Some fields are wrong", faults=[Fault("secret", "must have from 16 to 200 characters")])
    shared = given or token_urlsafe(MADE_LETTERS)
    values = {"sealed": seal(shared, secret()), "made_at": now, "made_by": actor.person}
    row = session.execute(select(table_of(ReportSeal)).where(col(ReportSeal.key) == unit)).one_or_none()
    step = (
        make(ReportSeal, unit, "shared", values)
        if row is None
        else change(ReportSeal, unit, row.version, "shared", values)
    )
    store.require(session, [step], now=now, by=actor.person)
    return shared


def take_back(session: Session, actor: Actor, unit: str, *, now: datetime) -> None:
    """End the key of a unit: its files are refused from now on. NotFound for one that has none."""
    place = visible_unit(session, actor, unit)
    actor.must("keep report keys", place.path, see="see units")
    row = session.execute(select(table_of(ReportSeal)).where(col(ReportSeal.key) == unit)).one_or_none()
    if row is None:
        raise NotFound("No key is shared with {unit}", unit=unit)
    store.require(session, [remove(ReportSeal, unit, row.version, "taken back")], now=now, by=actor.person)


def listed(session: Session, actor: Actor, *, limit: int = PAGE, after: str | None = None) -> Page:
    """A page of the units that share a key, by their codes: since when and by whom, never the key."""
    columns: list[Any] = [col(ReportSeal.key).label("unit"), col(Unit.name).label("unit_name")]
    statement = select(*columns, col(ReportSeal.made_at), col(ReportSeal.made_by))
    statement = statement.join(Unit, col(Unit.key) == col(ReportSeal.key))
    statement = statement.where(units_beneath(actor.paths("keep report keys")))
    if after is not None:
        statement = statement.where(col(ReportSeal.key) > after)
    rows = session.execute(statement.order_by(col(ReportSeal.key)).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].unit if len(rows) > limit else None)


def is_shared(session: Session, unit: str) -> bool:
    """Whether a key is shared for the files of a unit."""
    return session.execute(select(col(ReportSeal.key)).where(col(ReportSeal.key) == unit)).first() is not None


def key_for(session: Session, unit: str) -> str:
    """The shared key of a unit, to open a file that came in or to seal one; Refused for a unit that has none."""
    sealed = session.execute(select(col(ReportSeal.sealed)).where(col(ReportSeal.key) == unit)).scalar_one_or_none()
    if sealed is None:
        raise Refused(
            "No key is shared with {unit}", faults=[Fault("unit", "no key is shared with this unit")], unit=unit
        )
    return unseal(sealed, secret())
