"""The orders of the ledger: each walked along an index, a page beginning right after the last row of the one before."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, select, tuple_, union_all
from sqlmodel import Session, col

from models import Hazard
from service.lists import Page, cursor, not_a_cursor


class Order(NamedTuple):
    """An order of hazards by these columns, all one way; a key at the end tells equal ones apart."""

    columns: tuple[str, ...]
    down: bool


FOUND = Order(("found_on", "key"), True)
RANK = Order(("rank", "key"), False)
# what a reader may sort by: the newest first, the most pressing first, major ones first; `rank` is walked in two
ORDERS: dict[str, Order] = {
    "found": FOUND,
    "due": Order(("due_at", "key"), False),
    "level": Order(("level", "found_on", "key"), True),
    "rank": RANK,
}
RANKED, REST = "ranked", "rest"


def instant(text: str) -> datetime:
    """An instant with its offset."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


READS: dict[str, Callable[[Any], Any]] = {"found_on": date.fromisoformat, "due_at": instant}


def in_order(session: Session | Connection, parts: Sequence[Any], sort: str, limit: int, after: str | None) -> Page:
    """A page of one or several selects of hazards; Refused for a cursor that is none of this order."""
    place = None if after is None else values_of(after)
    if sort == "rank":
        return by_rank(session, parts[0], limit, place or [RANKED])
    rows, more = stretch(session, parts, ORDERS[sort], limit, place)
    return Page(rows, cursor(*more) if more else None)


def by_rank(session: Session | Connection, statement: Any, limit: int, place: list[Any]) -> Page:
    """What is ranked, then the rest, the newest first: two walks, as no index of both engines puts empty ones last."""
    head, *values = place
    if head not in (RANKED, REST):
        raise not_a_cursor()
    rows: Sequence[Any] = ()
    if head == RANKED:
        ranked = statement.where(col(Hazard.rank).is_not(None))
        rows, more = stretch(session, [ranked], RANK, limit, values or None)
        if more:
            return Page(rows, cursor(RANKED, *more))
        values = []
    if len(rows) == limit:
        return Page(rows, cursor(REST))
    rest = statement.where(col(Hazard.rank).is_(None))
    others, more = stretch(session, [rest], FOUND, limit - len(rows), values or None)
    return Page([*rows, *others], cursor(REST, *more) if more else None)


def stretch(
    session: Session | Connection, parts: Sequence[Any], order: Order, limit: int, place: Sequence[Any] | None
) -> tuple[Sequence[Any], tuple[Any, ...] | None]:
    """So many rows of an order after a place, and the place of the last if there are more.

    Of several parts each is walked as far as the page may need it, and then they are merged.
    """
    by: list[Any] = [col(getattr(Hazard, name)) for name in order.columns]
    if place is not None:
        pairs = zip(by, fit(order, place), strict=True)
        bound = tuple_(*(bindparam(f"at_{column.key}", value, type_=column.type) for column, value in pairs))
        here: Any = tuple_(*by)
        parts = [part.where(here < bound if order.down else here > bound) for part in parts]
    parts = [part.order_by(*directed(by, order)).limit(limit + 1) for part in parts]
    statement = parts[0]
    if len(parts) > 1:
        merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
        statement = select(merged).order_by(*directed([merged.c[name] for name in order.columns], order))
    rows = session.execute(statement.limit(limit + 1)).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], tuple(getattr(rows[limit - 1], name) for name in order.columns)


def directed(by: Sequence[Any], order: Order) -> list[Any]:
    return [column.desc() if order.down else column for column in by]


def fit(order: Order, place: Sequence[Any]) -> list[Any]:
    """The values of a place, each of its column's kind; Refused where they are not."""
    if len(place) != len(order.columns):
        raise not_a_cursor()
    try:
        return [READS.get(name, plain)(value) for name, value in zip(order.columns, place, strict=True)]
    except (TypeError, ValueError):
        raise not_a_cursor() from None


def plain(value: Any) -> Any:
    """A key, a word or a rank as it is."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(value)
    return value


def values_of(text: str) -> list[Any]:
    """What a cursor's letters say; Refused for what is none of ours."""
    try:
        values = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error):
        raise not_a_cursor() from None
    if not isinstance(values, list) or not values:
        raise not_a_cursor()
    return values
