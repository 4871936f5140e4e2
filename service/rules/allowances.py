"""Allowances: how many messages one address may be sent within a minute, whoever sends them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from models import Allowance
from service.rules.steps import Step, change

# The channel counts when a message arrives, we when we let it go: the difference must not make 21 in its minute.
MINUTE = timedelta(seconds=65)
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AllowanceFacts(NamedTuple):
    """What has lately left for an address, in milliseconds since 1970; `blocked_until_at` is what the channel asked."""

    key: str
    version: int
    sent: Sequence[int]
    blocked_until_at: datetime | None


class Free(NamedTuple):
    """How many messages may leave now, and when the next may if none does."""

    now: int
    next_at: datetime


def free(facts: AllowanceFacts, at: datetime, most: int) -> Free:
    """What an address may still be sent: never more than `most` within any minute, nothing while it is blocked."""
    if facts.blocked_until_at is not None and facts.blocked_until_at > at:
        return Free(0, facts.blocked_until_at)
    lately = recent(facts.sent, at)
    if len(lately) < most:
        return Free(most - len(lately), at)
    return Free(0, EPOCH + lately[-most] * MILLISECOND + MINUTE)


def recent(sent: Sequence[int], at: datetime) -> list[int]:
    """Those of the instants that lie within the last minute; one ahead of `at` (a clock set back) counts as now."""
    now = stamp(at)
    return [] if not sent else sorted(min(one, now) for one in sent if one > now - MINUTE // MILLISECOND)


def stamp(at: datetime) -> int:
    return (at - EPOCH) // MILLISECOND


def spend(facts: AllowanceFacts, at: datetime, many: int) -> Step:
    """The step that writes down so many messages as let go."""
    values: dict[str, Any] = {"sent": [*recent(facts.sent, at), *[stamp(at)] * many]}
    return change(Allowance, facts.key, facts.version, "spent", values)


def block(facts: AllowanceFacts, until_at: datetime) -> Step:
    """The step that keeps an address quiet as long as its channel asked."""
    latest = max(until_at, facts.blocked_until_at or until_at)
    return change(Allowance, facts.key, facts.version, "blocked", {"blocked_until_at": latest})
