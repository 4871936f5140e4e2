"""The orders of the ledger: each walked along an index, a page beginning right after the last row of the one before."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, select, tuple_, union_all
from sqlmodel import Session

from service.ledger.ways import Way
from service.ledger.words import among
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


class Stretch(NamedTuple):
    """Some rows of an order; the place of the last if there are more; how many there are in all, if a way said it."""

    rows: Sequence[Any]
    more: tuple[Any, ...] | None
    many: int | None


def in_order(
    session: Session | Connection, ways: Sequence[Way], shown: Any, sort: str, limit: int, after: str | None
) -> tuple[Page, int | None]:
    """A page of what the ways find, each hazard as `shown`, and how many there are where that is known.

    Refused for a cursor that is none of this order.
    """
    place = None if after is None else values_of(after)
    if sort == "rank":
        return by_rank(session, ways[0], shown, limit, place or [RANKED])
    found = stretch(session, ways, shown, ORDERS[sort], limit, place)
    return Page(found.rows, cursor(*found.more) if found.more else None), found.many


def by_rank(
    session: Session | Connection, way: Way, shown: Any, limit: int, place: list[Any]
) -> tuple[Page, int | None]:
    """What is ranked, then the rest, the newest first: two walks, as no index of both engines puts empty ones last."""
    head, *values = place
    if head not in (RANKED, REST):
        raise not_a_cursor()
    rank: Any = way.at.rank
    first = Stretch((), None, None)
    if head == RANKED:
        ranked = way._replace(keys=way.keys.where(rank.is_not(None)))
        first = stretch(session, [ranked], shown, RANK, limit, values or None)
        if first.more:
            return Page(first.rows, cursor(RANKED, *first.more)), first.many
        values = []
    if len(first.rows) == limit:
        return Page(first.rows, cursor(REST)), first.many
    rest = way._replace(keys=way.keys.where(rank.is_(None)))
    then = stretch(session, [rest], shown, FOUND, limit - len(first.rows), values or None)
    page = Page([*first.rows, *then.rows], cursor(REST, *then.more) if then.more else None)
    return page, first.many or then.many


def stretch(
    session: Session | Connection,
    ways: Sequence[Way],
    shown: Any,
    order: Order,
    limit: int,
    place: Sequence[Any] | None,
) -> Stretch:
    """So many more rows of an order after a place.

    Only keys are put in order, each way as far as the page may need it; what is shown is read of those on the page.
    """
    values = None if place is None else fit(order, place)
    parts = [first_of(way, order, limit + 1, values) for way in ways]
    keys = parts[0]
    if len(parts) > 1:
        merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
        keys = select(merged).order_by(*directed([merged.c[name] for name in order.columns], order)).limit(limit + 1)
    found = session.execute(keys).all()
    places = {row.key: number for number, row in enumerate(found[:limit])}
    rows = session.execute(shown.where(among(session, list(places)))).all() if places else ()
    return Stretch(
        sorted(rows, key=lambda row: places[row.key]),
        tuple(getattr(found[limit - 1], name) for name in order.columns) if len(found) > limit else None,
        getattr(found[0], "many", None) if found else None,
    )


def first_of(way: Way, order: Order, limit: int, values: Sequence[Any] | None) -> Any:
    """The first so many of a way in an order, after a place."""
    by: list[Any] = [getattr(way.at, name) for name in order.columns]
    keys = way.keys
    if values is not None:
        pairs = zip(by, values, strict=True)
        bound = tuple_(*(bindparam(f"at_{column.key}", value, type_=column.type) for column, value in pairs))
        here: Any = tuple_(*by)
        keys = keys.where(here < bound if order.down else here > bound)
    return keys.order_by(*directed(by, order)).limit(limit)


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
