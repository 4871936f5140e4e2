"""Notices: which go together, when they may leave, and what an answer makes of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from models import Notice
from models.kinds import NoticeState
from service.rules.days import Calendar
from service.rules.steps import Step, change

LEASE_FOR = timedelta(minutes=2)
FIRST_RETRY_AFTER = timedelta(seconds=30)
LONGEST_RETRY_AFTER = timedelta(hours=1)
TRIES_A_CHANNEL = 8
QUIET = (time(21, 0), time(7, 0))


class NoticeFacts(NamedTuple):
    """A notice as a sender sees it."""

    key: str
    version: int
    kind: str
    subject: str
    recipient: str
    urgent: bool
    facts: dict[str, Any]
    owed_at: datetime
    attempts: int
    channel: str


class ChannelFacts(NamedTuple):
    """One way to reach a recipient; lower `rank` first."""

    key: str
    kind: str
    sealed: str
    rank: int


class Bundle(NamedTuple):
    """Notices that leave as one message: to one recipient, through one channel (None: there is none)."""

    key: str
    recipient: str
    channel: ChannelFacts | None
    notices: tuple[NoticeFacts, ...]


def quiet_until(now: datetime, calendar: Calendar) -> datetime | None:
    """When the quiet hours end that hold at `now`, or None: what is not urgent wakes nobody."""
    local = now.astimezone(calendar.zone)
    begins, ends = QUIET
    if ends <= local.time() < begins:
        return None
    on = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return calendar.start_of(on) + timedelta(hours=ends.hour, minutes=ends.minute)


def bundles(notices: Iterable[NoticeFacts], channels: dict[str, list[ChannelFacts]]) -> list[Bundle]:
    """What leaves together: every urgent notice alone, the rest as one digest per person and channel."""
    groups: dict[tuple[str, str, str], list[NoticeFacts]] = {}
    chosen: dict[str, ChannelFacts | None] = {}
    for notice in notices:
        channel = choose(channels.get(notice.recipient, []), notice.channel)
        where = channel.key if channel else ""
        chosen[where] = channel
        alone = notice.key if notice.urgent else ""
        groups.setdefault((notice.recipient, where, alone), []).append(notice)
    return [
        Bundle(min(notice.key for notice in group), recipient, chosen[where], tuple(group))
        for (recipient, where, _), group in groups.items()
    ]


def choose(channels: Sequence[ChannelFacts], current: str) -> ChannelFacts | None:
    """The channel a notice goes through: the one it is at, else the first by rank."""
    ranked = sorted(channels, key=lambda channel: (channel.rank, channel.key))
    return next((channel for channel in ranked if channel.key == current), ranked[0] if ranked else None)


def after(channels: Sequence[ChannelFacts], current: ChannelFacts | None) -> ChannelFacts | None:
    """The next channel by rank when one has failed for good."""
    if current is None:
        return None
    later = [c for c in channels if (c.rank, c.key) > (current.rank, current.key)]
    return min(later, key=lambda channel: (channel.rank, channel.key), default=None)


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: doubling from half a minute to an hour."""
    return min(FIRST_RETRY_AFTER * 2 ** min(attempts - 1, 20), LONGEST_RETRY_AFTER)


class Outcome(NamedTuple):
    """What a channel answered, as the rules need it: one of delivered, refused, slow_down, failed, unknown."""

    name: str
    answer: str = ""
    wait_for: timedelta | None = None


def settle(bundle: Bundle, outcome: Outcome, channels: Sequence[ChannelFacts], now: datetime) -> list[Step]:
    """What the answer makes of every notice in the bundle.

    Delivered is the end. A slow-down waits as long as was asked and costs no attempt. A failure, or a silence in which
    the message may or may not have arrived, is tried again with growing pauses. A refusal, or too many failures, goes
    on to the person's next channel; after the last the notice is a dead letter.
    """
    return [
        change(Notice, n.key, n.version, outcome.name, settled(n, bundle, outcome, channels, now))
        for n in bundle.notices
    ]


def settled(
    notice: NoticeFacts, bundle: Bundle, outcome: Outcome, channels: Sequence[ChannelFacts], now: datetime
) -> dict[str, Any]:
    where = bundle.channel.key if bundle.channel else ""
    values: dict[str, Any] = {"claim": "", "answer": outcome.answer, "channel": where, "delivered_at": None}
    if outcome.name == "delivered":
        done = {"state": NoticeState.delivered, "attend_at": None, "delivered_at": now}
        return values | done | {"attempts": notice.attempts + 1}
    if outcome.name == "slow_down":
        wait = outcome.wait_for or retry_after(notice.attempts + 1)
        return values | {"state": NoticeState.owed, "attend_at": now + wait, "attempts": notice.attempts}
    attempts = notice.attempts + 1
    if outcome.name != "refused" and attempts < TRIES_A_CHANNEL:
        return values | {"state": NoticeState.owed, "attend_at": now + retry_after(attempts), "attempts": attempts}
    following = after(channels, bundle.channel)
    if following is not None:
        return values | {"state": NoticeState.owed, "attend_at": now, "attempts": 0, "channel": following.key}
    lost = NoticeState.unknown if outcome.name == "unknown" else NoticeState.failed
    return values | {"state": lost, "attend_at": None, "attempts": attempts}
