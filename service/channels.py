"""Channels: the addresses through which people and groups are reached; checked, sealed, and shown without secrets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Channel, Person, Unit
from models.base import table_of
from service import store
from service.access import Actor
from service.couriers.addresses import AddressRefused, SealBroken, seal, shown
from service.couriers.base import Answer, Message, Outcome
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.notices.claims import gather_allowances, hashed
from service.notices.delivery import desk as common_desk
from service.notices.delivery import guard
from service.notices.sending import Desk
from service.notices.words import KINDS
from service.rules import allowances
from service.rules.notices import Outcome as Ruled
from service.rules.notices import refuses_all
from service.rules.steps import Step, change, make, remove
from service.secrets import opened, secret
from service.settings import settings
from service.words import locale_for, say

SHOWN = ("key", "version", "person", "unit", "kind", "shown", "rank", "refused")
RANKS = range(1, 100)
TEST = "channel_test"


def add(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    address: str,
    person: str | None = None,
    unit: str | None = None,
    rank: int = 1,
) -> str:
    """A way to reach a person, or a unit's group; answers its key. The address is kept sealed and never shown whole.

    People enter their own; others' and groups' are entered by who keeps people and units there. Raises Refused for an
    address that is not taken, with the reason, and Conflict for one that is there already.
    """
    if (person is None) == (unit is None):
        raise Refused("Some fields are wrong", faults=[Fault("person", "name a person or a unit, not both")])
    allowed(session, actor, person, unit)
    values = {"person": person, "unit": unit, "rank": ranked(rank), **fields_of(address)}
    owner = f"unit:{unit}" if person is None else f"person:{person}"
    stands = rows_of(session, person, unit)
    if any(address == known for known in addresses_of(stands)):
        raise Conflict("This address is already there")
    number = max((int(row.key.rpartition(":")[2]) for row in stands), default=0) + 1
    key = f"{owner}:{number}"
    store.require(session, [make(Channel, key, "added", values, str(values["shown"]))], now=now, by=actor.person)
    return key


def change_channel(
    session: Session,
    actor: Actor,
    key: str,
    *,
    now: datetime,
    address: str | None = None,
    rank: int | None = None,
    version: int | None = None,
) -> None:
    """Another address or another place in the order; with a new address an earlier refusal is forgotten."""
    row = find(session, actor, key, version)
    values: dict[str, Any] = {} if rank is None else {"rank": ranked(rank)}
    if address is not None:
        others = [one for one in rows_of(session, row.person, row.unit) if one.key != key]
        if any(address == known for known in addresses_of(others)):
            raise Conflict("This address is already there")
        values |= fields_of(address) | {"refused": ""}
    if values:
        store.require(session, [change(Channel, key, row.version, "changed", values)], now=now, by=actor.person)


def remove_channel(session: Session, actor: Actor, key: str, *, now: datetime, version: int | None = None) -> None:
    """Take a channel away; what was on its way through it goes through the next."""
    row = find(session, actor, key, version)
    store.require(session, [remove(Channel, key, row.version, "removed", row.shown)], now=now, by=actor.person)


def try_out(engine: Engine, actor: Actor, key: str, *, now: datetime, desk: Desk | None = None) -> Answer:
    """Send a real message through a channel, now, and answer what the channel truly said.

    A delivery takes back an earlier refusal; a refusal for good is remembered. It counts into what the address may be
    sent in a minute: over that, the answer is to slow down and nothing is sent.
    """
    with store.transaction(engine) as session:
        row = find(session, actor, key)
        try:
            address = opened(row.sealed)
        except SealBroken:
            return Answer(Outcome.REFUSED, "seal", "the address can't be opened with the key in force")
        name = hashed(address)
        book = gather_allowances(session, {name}, now)[name]
        free = allowances.free(book, now, settings().messages_a_minute)
        if not free.now:
            return Answer(Outcome.SLOW_DOWN, "waiting", "", (free.next_at - now).total_seconds())
        store.apply(session, [allowances.spend(book, now, 1)], now=now, by=actor.person, journal=False)
        message = trial(session, row, now)
    answer = (desk or common_desk()).send(address, message)
    with store.transaction(engine) as session:
        store.apply(session, learnt(session, key, answer), now=now, by=actor.person)
    return answer


def trial(session: Session, row: Any, now: datetime) -> Message:
    """The words of a test, in the person's language."""
    person = session.execute(
        select(col(Person.language), col(Person.name)).where(col(Person.key) == row.person)
    ).first()
    unit = session.execute(select(col(Unit.name)).where(col(Unit.key) == row.unit)).scalar_one_or_none()
    locale = locale_for(person.language if person else "", settings().locale)
    title, line = KINDS[TEST]
    name = person.name if person else unit
    return Message(f"{row.key}:test:{now.isoformat()}", say(title, locale), say(line, locale, unit_name=name))


def learnt(session: Session, key: str, answer: Answer) -> list[Step]:
    """What an answer says about the channel itself, if that is new."""
    row = session.execute(select(table_of(Channel)).where(col(Channel.key) == key)).one_or_none()
    if row is None:
        return []
    outcome = Ruled(answer.outcome.value, answer.code, answer.text)
    if answer.outcome is Outcome.DELIVERED and row.refused:
        return [change(Channel, key, row.version, "works again", {"refused": ""})]
    if refuses_all(row.kind, outcome) and not row.refused:
        why = outcome.answer[:500]
        return [change(Channel, key, row.version, "refused", {"refused": why}, why)]
    return []


def listed(session: Session, actor: Actor, *, person: str | None = None, unit: str | None = None) -> Sequence[Any]:
    """The channels of a person or of a unit's group, in the order they are tried, without what opens them."""
    allowed(session, actor, person, unit)
    statement = select(*(col(getattr(Channel, name)) for name in SHOWN)).where(owned_by(person, unit))
    return session.execute(statement.order_by(col(Channel.rank), col(Channel.key))).all()


def find(session: Session, actor: Actor, key: str, version: int | None = None) -> Any:
    """The channel, if the actor may do things with it."""
    row = session.execute(select(table_of(Channel)).where(col(Channel.key) == key)).one_or_none()
    if row is None:
        raise NotFound("There is no channel {key}", key=key)
    allowed(session, actor, row.person, row.unit)
    if version is not None and version != row.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    return row


def allowed(session: Session, actor: Actor, person: str | None, unit: str | None) -> None:
    """Refuse whoever may not keep these channels: NotFound where they can't see, Forbidden where they can."""
    if person is None:
        place, act = select(col(Unit.path)).where(col(Unit.key) == unit), "change units"
    else:
        there = select(col(Unit.path)).join(Person, col(Person.unit) == col(Unit.key))
        place, act = there.where(col(Person.key) == person), "change people"
    path = session.execute(place).scalar_one_or_none()
    if path is None:
        raise NotFound("There is nothing of that name here")
    if person is None or person != actor.person:
        if not actor.may(act, path) and actor.may("see units", path):
            raise Forbidden("Your role does not allow this here")
        actor.must(act, path)


def owned_by(person: str | None, unit: str | None) -> Any:
    return col(Channel.unit) == unit if person is None else col(Channel.person) == person


def rows_of(session: Session, person: str | None, unit: str | None) -> Sequence[Any]:
    return session.execute(select(table_of(Channel)).where(owned_by(person, unit))).all()


def addresses_of(rows: Sequence[Any]) -> list[str]:
    """The addresses that can be opened."""
    found: list[str] = []
    for row in rows:
        try:
            found.append(opened(row.sealed))
        except SealBroken:
            continue
    return found


def fields_of(address: str) -> dict[str, Any]:
    """What is kept of an address: its kind, itself sealed, and its form without secrets."""
    try:
        guard(address)
        if address.startswith("log://"):
            raise AddressRefused("Addresses of this kind are not taken.")
    except AddressRefused as refusal:
        raise Refused(
            "This address is not taken", faults=[Fault("address", refusal.message, refusal.facts or None)]
        ) from None
    return {"kind": address.partition("://")[0].lower(), "sealed": seal(address, secret()), "shown": shown(address)}


def ranked(rank: int) -> int:
    if rank not in RANKS:
        fault = Fault("rank", "must be a number from 1 to {most}", {"most": RANKS.stop - 1})
        raise Refused("Some fields are wrong", faults=[fault])
    return rank
