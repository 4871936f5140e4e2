"""Stores (应急物资): items with quantity, place, expiry and minimum; stock-takes; what expires or runs short."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import StockTake, StoreItem
from service import cases, journal, store, units
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import Conflict, Fault, Refused
from service.hazards.fields import long_text
from service.hazards.found import known_person, known_unit
from service.lists import PAGE, Page
from service.people import fields
from service.people.fields import Unfit, fit, fit_one
from service.records import kept
from service.rules.days import Calendar
from service.rules.steps import Step, Telling, change, make
from service.rules.stores import Counted, ItemFacts, counted

NAMES = (
    "key", "version", "unit", "name", "spec", "place", "unit_word", "quantity", "minimum", "expires_on", "keeper",
    "takes", "counted_at", "expiry_due_at", "short_since_at", "short_due_at", "gone_on",
)  # fmt: skip
TAKE = ("key", "number", "before", "quantity", "expires_on", "note", "counted_at", "counted_by")
QUANTITY_MOST = 1_000_000_000
DECIMALS = 3
NOT_YET = {"expires_on": None, "keeper": None, "spec": "", "place": "", "minimum": 0.0}


def amount(value: Any) -> float:
    """How much there is, to three decimals."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("must be a number")
    if not 0 <= value <= QUANTITY_MOST:
        raise Unfit("must be from 0 to {most}", most=QUANTITY_MOST)
    return round(float(value), DECIMALS)


CHECKS: fields.Fields = {
    "unit": fields.code, "name": fields.name, "spec": fields.text, "place": fields.text,
    "unit_word": lambda value: fields.text(value, 20) or fields.missing(), "quantity": amount, "minimum": amount,
    "expires_on": fields.optional_day, "keeper": fields.optional_code,
}  # fmt: skip


class ItemWhole(NamedTuple):
    """An item with its stock-takes, the newest first, and who did what to it."""

    item: Any
    takes: Sequence[Any]
    journal: Sequence[Any]


def key_of(unit: str, name: str, spec: str, place: str) -> str:
    """The key of an item: of one name, specification and place there is one at a unit, in whichever sheet it stands."""
    return f"store:{unit}:{sha256(chr(10).join((name, spec, place)).encode()).hexdigest()[:16]}"


def facts_of(item: Any) -> ItemFacts:
    return ItemFacts(**{name: getattr(item, name) for name in ItemFacts._fields})


def calendar_of(session: Session, unit: str) -> Calendar:
    return gather_calendar(session, zone=units.zone_of(session, unit))


def enter(session: Session, actor: Actor, *, now: datetime, **what: Any) -> str:
    """Enter an item into the books with its first count; answers its key.

    unit, name, unit_word and quantity are needed; spec, place, minimum, expires_on, keeper may be given.
    """
    values = NOT_YET | fit(CHECKS, what, needed=("unit", "name", "unit_word", "quantity"))
    actor.must(kept.ACT, known_unit(session, actor, values["unit"], "unit"), see="see units")
    if values["keeper"]:
        known_person(session, actor, values["keeper"], "keeper", values["unit"])
    step = entered(values, actor.person, now, calendar_of(session, values["unit"]))
    store.require(session, [step], now=now, by=actor.person)
    return step.key


def entered(values: dict[str, Any], by: str, now: datetime, calendar: Calendar) -> Step:
    """The step that makes an item, with its first stock-take."""
    key = key_of(values["unit"], values["name"], values["spec"], values["place"])
    nothing = ItemFacts(key, 0.0, 0.0, None)
    result = counted(
        nothing, ItemFacts(key, values["quantity"], values["minimum"], values["expires_on"]), now, calendar
    )
    whole = values | result.values | {"takes": 1, "counted_at": now}
    first = take_step(key, 1, 0.0, values["quantity"], values["expires_on"], "", by, now)
    tell = short_told(values, result, now)
    return make(StoreItem, key, "entered", whole, tell=tell)._replace(then=(first,))


def take_step(
    key: str, number: int, before: float, quantity: float, expires_on: Any, note: str, by: str, now: datetime
) -> Step:
    """The step that keeps one stock-take."""
    values = {
        "item": key, "number": number, "before": before, "quantity": quantity, "expires_on": expires_on, "note": note,
        "counted_at": now, "counted_by": by,
    }  # fmt: skip
    return make(StockTake, f"{key}:take:{number}", "counted", values)


def short_told(item: Any, result: Counted, now: datetime) -> tuple[Telling, ...]:
    """The keeper hears at once that the stock has become too small, and until when it must be made up."""
    known = item if isinstance(item, dict) else item._mapping
    if not (result.newly_short and known["keeper"]):
        return ()
    facts = {
        "name": known["name"], "unit": known["unit"], "due_at": result.values["short_due_at"].isoformat(),
        "quantity": plain(result.values["quantity"]), "minimum": plain(result.values["minimum"]),
        "unit_word": known["unit_word"],
    }  # fmt: skip
    return (Telling("stock_short", known["keeper"], now, facts, nth=now.isoformat()),)


def plain(amount: float) -> float:
    """A quantity as people write it: whole where it is whole."""
    return int(amount) if amount == int(amount) else amount


def count(
    session: Session,
    actor: Actor,
    key: str,
    *,
    now: datetime,
    quantity: float,
    expires_on: Any = None,
    keep_expiry: bool = True,
    note: str = "",
    version: int | None = None,
) -> None:
    """Take stock of an item: what is there, and until when it lasts (`keep_expiry`: as it stands in the books).

    What was short or expired and is not any more is settled; the history of counts is kept.
    """
    quantity, note = fit_one("quantity", amount, quantity), fit_one("note", long_text, note)
    row = there(session, actor, key, version)
    expires_on = row.expires_on if keep_expiry else fit_one("expires_on", fields.optional_day, expires_on)
    steps = recounted(session, row, {"quantity": quantity, "expires_on": expires_on}, note, actor.person, now)
    store.require(session, steps, now=now, by=actor.person)


def recounted(
    session: Session,
    row: Any,
    values: dict[str, Any],
    note: str,
    by: str,
    now: datetime,
    calendar: Calendar | None = None,
) -> list[Step]:
    """The steps of a stock-take: the item as it is now, the count itself, and the end of what it settles."""
    before = facts_of(row)
    after = before._replace(**{name: values[name] for name in ("quantity", "minimum", "expires_on") if name in values})
    result = counted(before, after, now, calendar or calendar_of(session, row.unit))
    number = row.takes + 1
    whole = values | result.values | {"takes": number, "counted_at": now, "gone_on": None}
    return [
        change(StoreItem, row.key, row.version, "counted", whole, note, short_told(row, result, now)),
        take_step(row.key, number, row.quantity, after.quantity, after.expires_on, note, by, now),
        *cases.ending(session, result.settled, now, "counted"),
    ]


def amend(session: Session, actor: Actor, key: str, *, now: datetime, version: int | None = None, **what: Any) -> None:
    """Change an item's minimum, keeper or unit word; what it is called and where it stands is what it is."""
    values = fit({name: CHECKS[name] for name in ("minimum", "keeper", "unit_word")}, what)
    row = there(session, actor, key, version)
    if values.get("keeper"):
        known_person(session, actor, values["keeper"], "keeper", row.unit)
    new = {name: value for name, value in values.items() if value != getattr(row, name)}
    if not new:
        return
    before = facts_of(row)
    after = before._replace(minimum=new.get("minimum", row.minimum))
    result = counted(before, after, now, calendar_of(session, row.unit))
    told = short_told({**row._mapping, **new}, result, now)
    why = ", ".join(sorted(new))
    steps = [
        change(StoreItem, key, row.version, "changed", new | result.values, why, told),
        *cases.ending(session, result.settled, now, "changed"),
    ]  # fmt: skip
    store.require(session, steps, now=now, by=actor.person)


def strike(session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Take an item off the books, with the reason; its history stays, and nothing more is chased."""
    reason = fit_one("reason", lambda value: long_text(value) or fields.missing(), reason)
    row = there(session, actor, key, version)
    store.require(session, struck(session, row, reason, now), now=now, by=actor.person)


def struck(session: Session, row: Any, reason: str, now: datetime) -> list[Step]:
    before = facts_of(row)
    result = counted(before, before._replace(expires_on=None, minimum=0.0), now, calendar_of(session, row.unit))
    nothing = {"expiry_due_at": None, "short_since_at": None, "short_due_at": None, "attend_at": None}
    step = change(StoreItem, row.key, row.version, "struck", nothing | {"gone_on": fields.today(now)}, reason)
    return [step, *cases.ending(session, result.settled, now, "struck")]


def there(session: Session, actor: Actor, key: str, version: int | None) -> Any:
    """The item, for an act of somebody who may write it."""
    row = kept.find(session, actor, StoreItem, key, "keeper")
    kept.may_keep(actor, row, keeper=row.keeper)
    kept.at_version(row, version)
    if row.gone_on is not None:
        raise Conflict("The item is not in the books any more")
    return row


def whole(session: Session, actor: Actor, key: str) -> ItemWhole:
    """One item as it stands."""
    row = kept.find(session, actor, StoreItem, key, "keeper", to_read=True)
    takes = select(*(col(getattr(StockTake, name)) for name in TAKE)).where(col(StockTake.item) == key)
    found = session.execute(takes.order_by(col(StockTake.number).desc()).limit(PAGE)).all()
    shown = {name: getattr(row, name) for name in (*NAMES, "unit_name")}
    return ItemWhole(shown, found, journal.lines(session, [key, *(one.key for one in found)], limit=PAGE))


def listed(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    unit: str | None = None,
    lacking: str | None = None,
    gone: bool = False,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of the items of units in sight; `lacking`: only what is `short`, `expired`, or either (`any`)."""
    struck_on = col(StoreItem.gone_on)
    where: list[Any] = [struck_on.is_not(None) if gone else struck_on.is_(None)]
    short = col(StoreItem.short_since_at).is_not(None)
    expired = col(StoreItem.expiry_due_at).is_not(None) & (col(StoreItem.expiry_due_at) <= now)
    kinds = {"short": short, "expired": expired, "any": or_(short, expired)}
    if lacking is not None:
        if lacking not in kinds:
            raise Refused("Some fields are wrong", faults=[Fault("lacking", "must be short, expired or any")])
        where.append(kinds[lacking])
    return kept.listed(session, actor, StoreItem, NAMES, *where, unit=unit, limit=limit, after=after)
