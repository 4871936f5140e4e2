"""Lists that are short enough to be read whole, answered page by page all the same, as every list of the API is."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from typing import Any

import orjson

from service.lists import PAGE, Page, cursor, not_a_cursor


def page_of(rows: Sequence[Any], by: Sequence[str], *, limit: int = PAGE, after: str | None = None) -> Page:
    """A page of rows that stand in the order of these columns, which tell each from every other.

    It begins after the place where the one before ended, whether the row that was there still is or not.
    """
    places = [plain([getattr(row, name) for name in by]) for row in rows]
    first = 0
    if after is not None:
        ended = read(after, len(by))
        try:
            first = sum(1 for place in places if place <= ended)
        except TypeError:  # the cursor of another list: words where this one has numbers
            raise not_a_cursor() from None
    return cut(rows, first, limit, lambda last: cursor(*places[last]))


def fixed_page(rows: Sequence[Any], *, limit: int = PAGE, after: str | None = None) -> Page:
    """A page of rows whose order never changes: it is counted where one ends."""
    first = 0
    if after is not None:
        (ended,) = read(after, 1)
        if not isinstance(ended, int) or ended < 0:
            raise not_a_cursor()
        first = ended
    return cut(rows, first, limit, lambda last: cursor(last + 1))


def cut(rows: Sequence[Any], first: int, limit: int, ends_at: Any) -> Page:
    some = rows[first : first + limit]
    last = first + len(some) - 1
    return Page(some, ends_at(last) if some and last + 1 < len(rows) else None)


def read(text: str, many: int) -> list[Any]:
    """The place that a cursor stands for; Refused for one that is none of this list."""
    try:
        place = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error):
        raise not_a_cursor() from None
    if not isinstance(place, list) or len(place) != many:
        raise not_a_cursor()
    return place


def plain(values: Sequence[Any]) -> list[Any]:
    """Values as a cursor holds them: ISO dates and instants sort as the days and instants do."""
    found: list[Any] = orjson.loads(orjson.dumps(values))
    return found
