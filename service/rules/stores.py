"""Stores (应急物资): what a count makes of an item, when it expires or is too small, and what is owed then."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from service.rules.days import Calendar
from service.rules.owed import Owed, first_look, stamp
from service.rules.plan import Span

EXPIRY_SOON_BEFORE = timedelta(days=30)
SHORT_SOON_BEFORE = timedelta(days=1)
MADE_UP_WITHIN = Span(working_days=5)


class ItemFacts(NamedTuple):
    """What decides about an item: what there is of it, what there must be, and what is being chased already."""

    key: str
    quantity: float
    minimum: float
    expires_on: date | None
    expiry_due_at: datetime | None = None
    short_since_at: datetime | None = None
    short_due_at: datetime | None = None
    attend_at: datetime | None = None


class Counted(NamedTuple):
    """An item after a count or a change: its new columns, what that settles, and whether it has just become short."""

    values: dict[str, Any]
    settled: tuple[str, ...]
    newly_short: bool


def counted(before: ItemFacts, after: ItemFacts, now: datetime, calendar: Calendar) -> Counted:
    """What follows when an item is now as `after` says (its quantity, minimum and expiry).

    Where nothing is left, nothing can expire. A stock that was short already is chased as before; one that has become
    short must be made up within five working days. What was expired when it was entered is so from then on.
    """
    expiry_due_at = None
    if after.expires_on is not None and after.quantity > 0:
        same = after.expires_on == before.expires_on and before.expiry_due_at is not None
        expiry_due_at = before.expiry_due_at if same else max(calendar.end_of(after.expires_on), now)
    since_at = due_at = None
    if after.quantity < after.minimum:
        since_at = before.short_since_at or now
        due_at = before.short_due_at or calendar.after(now, MADE_UP_WITHIN)
    stands = after._replace(expiry_due_at=expiry_due_at, short_since_at=since_at, short_due_at=due_at)
    had, has = owed_of(before), owed_of(stands)
    still = {one.subject for one in has}
    values = {
        "quantity": after.quantity, "minimum": after.minimum, "expires_on": after.expires_on,
        "expiry_due_at": expiry_due_at, "short_since_at": since_at, "short_due_at": due_at,
        "attend_at": first_look([one for one in has if not (one in had and seen(before, one, now))], now),
    }  # fmt: skip
    settled = tuple(one.subject for one in had if one.subject not in still)
    return Counted(values, settled, since_at is not None and before.short_since_at is None)


def seen(item: ItemFacts, one: Owed, now: datetime) -> bool:
    """Whether the sweep has looked at something that is due: a case has it then."""
    return one.due_at <= now and (item.attend_at is None or item.attend_at > one.due_at)


def owed_of(item: ItemFacts | Any) -> list[Owed]:
    """What is owed of an item: to replace it before it expires, and to make up what is lacking."""
    owed = []
    if item.expiry_due_at is not None:
        subject = f"{item.key}:expiry:{stamp(item.expiry_due_at)}"
        owed.append(Owed("expiry", subject, item.expiry_due_at, EXPIRY_SOON_BEFORE))
    if item.short_since_at is not None and item.short_due_at is not None:
        subject = f"{item.key}:short:{stamp(item.short_since_at)}"
        owed.append(Owed("stock", subject, item.short_due_at, SHORT_SOON_BEFORE))
    return owed
