"""Notices: which go together, when they may leave, and what an answer makes of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from models import Notice
from models.kinds import NoticeState
from service.rules.days import Calendar
from service.rules.steps import Step, change

LEASE_FOR = timedelta(minutes=2)
FIRST_RETRY_AFTER = timedelta(seconds=30)
LONGEST_RETRY_AFTER = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)
TRIES_A_CHANNEL = 8
QUIET = (time(21, 0), time(7, 0))
PAGE_ONLY, SILENCED = "page", "no channel is left that has not refused"
# refusals of what was said and not of the address: the channel stays in use for other messages
ABOUT_CONTENT: Mapping[str, frozenset[str]] = {
    "wecombot": frozenset({"40008", "44004", "45002", "47001"}),
    "dingtalk": frozenset({"40035", "430101", "430102", "430103", "430104"}),
    "feishu": frozenset({"9499", "19002", "19036"}),
    "lark": frozenset({"9499", "19002", "19036"}),
    "pushplus": frozenset({"905", "909"}),
    "wxpusher": frozenset({"1003", "1007"}),
}


class NoticeFacts(NamedTuple):
    """A notice as a sender sees it."""

    key: str
    version: int
    kind: str
    subject: str
    recipient: str
    urgent: bool
    facts: dict[str, Any]
    state: str
    owed_at: datetime
    attempts: int
    channel: str

    @property
    def again(self) -> bool:
        """Whether it may have arrived before: its sender was killed, or the wire broke after it was sent."""
        return self.state in (NoticeState.sending, NoticeState.unknown)


class ChannelFacts(NamedTuple):
    """One way to reach a recipient; lower `rank` first. `unit` is whose group it is, None for a person's own."""

    key: str
    kind: str
    sealed: str
    rank: int
    unit: str | None = None


class Route(NamedTuple):
    """The channels that lead to a recipient, in the order they are tried; `silenced` if all there were have refused."""

    channels: tuple[ChannelFacts, ...] = ()
    silenced: bool = False


NOWHERE = Route()


class Bundle(NamedTuple):
    """Notices that leave as one message through one channel (None: there is none)."""

    channel: ChannelFacts | None
    notices: tuple[NoticeFacts, ...]

    @property
    def key(self) -> str:
        """The same for every attempt at the same notices, and another when one more has come to them."""
        if len(self.notices) == 1:
            return self.notices[0].key
        return "digest:" + sha256("\n".join(sorted(n.key for n in self.notices)).encode()).hexdigest()[:32]

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom it is for, each once, in the order of their notices."""
        return tuple(dict.fromkeys(notice.recipient for notice in self.notices))


def quiet_until(now: datetime, calendar: Calendar, quiet: tuple[time, time] = QUIET) -> datetime | None:
    """When the quiet hours end that hold at `now`, or None: what is not urgent wakes nobody.

    They may reach over midnight; two equal times mean that there are none.
    """
    local = now.astimezone(calendar.zone)
    begins, ends = quiet
    overnight = begins > ends
    late, early = local.time() >= begins, local.time() < ends
    if begins == ends or not ((late or early) if overnight else (late and early)):
        return None
    on = local.date() + timedelta(days=1) if overnight and late else local.date()
    return calendar.start_of(on) + timedelta(hours=ends.hour, minutes=ends.minute)


def choose(route: Route, current: str) -> ChannelFacts | None:
    """The channel a notice goes through: the one it is at, else the first."""
    return next((channel for channel in route.channels if channel.key == current), next(iter(route.channels), None))


def following(route: Route, current: ChannelFacts | None) -> ChannelFacts | None:
    """The next channel when one has failed for good."""
    keys = [channel.key for channel in route.channels]
    if current is None or current.key not in keys:
        return None
    return next(iter(route.channels[keys.index(current.key) + 1 :]), None)


def bundles(notices: Iterable[NoticeFacts], routes: Mapping[str, Route]) -> list[Bundle]:
    """What leaves together: every urgent notice alone, the rest as one digest per person, or per group, and channel."""
    groups: dict[tuple[str, str], list[NoticeFacts]] = {}
    chosen: dict[tuple[str, str], ChannelFacts | None] = {}
    for notice in notices:
        channel = choose(routes.get(notice.recipient, NOWHERE), notice.channel)
        where = channel.key if channel else f"\0{notice.recipient}"
        place = (where, notice.key if notice.urgent else "")
        chosen[place] = channel
        groups.setdefault(place, []).append(notice)
    return [Bundle(chosen[place], tuple(group)) for place, group in groups.items()]


def rationed(ready: Sequence[Bundle], free: int) -> tuple[list[Bundle], list[Bundle]]:
    """Of the messages for one address, those that leave now and those that wait, when only so many may leave.

    Rather than wait, the last ones go together in one message; urgent ones go first. Nothing is dropped.
    """
    ordered = sorted(ready, key=lambda one: (not one.notices[0].urgent, one.notices[0].owed_at, one.notices[0].key))
    if len(ordered) <= free:
        return ordered, []
    if free < 1:
        return [], ordered
    alone, rest = ordered[: free - 1], ordered[free - 1 :]
    together = [one for one in rest if one.channel == rest[0].channel]
    merged = Bundle(rest[0].channel, tuple(notice for one in together for notice in one.notices))
    return [*alone, merged], [one for one in rest if one.channel != rest[0].channel]


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: doubling from half a minute to an hour."""
    return min(FIRST_RETRY_AFTER * 2 ** min(attempts - 1, 20), LONGEST_RETRY_AFTER)


class Outcome(NamedTuple):
    """What a channel answered, as the rules need it: one of delivered, refused, slow_down, failed, unknown, unsent.

    `unsent`: the sender did not get round to it within its lease, so nothing left. `final`: an unknown that must not be
    tried again, because the channel is one where twice is worse than never.
    """

    name: str
    code: str = ""
    text: str = ""
    wait_for: timedelta | None = None
    final: bool = False

    @property
    def answer(self) -> str:
        return f"{self.code} {self.text}".strip()


def refuses_all(kind: str, outcome: Outcome) -> bool:
    """Whether an answer says that a channel of this kind itself is no good any more, and not just this message."""
    return outcome.name == "refused" and outcome.code not in ABOUT_CONTENT.get(kind, frozenset())


def settle(bundle: Bundle, outcome: Outcome, routes: Mapping[str, Route], at: datetime) -> list[Step]:
    """What the answer makes of every notice in the bundle.

    Delivered is the end. A slow-down waits as long as was asked and costs no attempt. A failure, or a silence in which
    the message may or may not have arrived, is tried again with growing pauses. A refusal, or too many failures, goes
    on to the person's next channel; after the last the notice is a dead letter.
    """
    return [
        change(Notice, n.key, n.version, outcome.name, settled(n, bundle.channel, outcome, routes, at))
        for n in bundle.notices
    ]


def settled(
    notice: NoticeFacts, channel: ChannelFacts | None, outcome: Outcome, routes: Mapping[str, Route], at: datetime
) -> dict[str, Any]:
    """A notice's new columns after an answer."""
    waits = NoticeState.unknown if notice.again or outcome.name == "unknown" else NoticeState.owed
    values: dict[str, Any] = {
        "state": waits, "claim": "", "answer": outcome.answer, "channel": channel.key if channel else "",
        "delivered_at": None, "attend_at": at, "attempts": notice.attempts,
    }  # fmt: skip
    if outcome.name == "unsent":
        return values
    if outcome.name == "slow_down":
        wait = retry_after(notice.attempts + 1) if outcome.wait_for is None else min(outcome.wait_for, LONGEST_WAIT)
        return values | {"attend_at": at + wait}
    values["attempts"] = notice.attempts + 1
    if outcome.name == "delivered":
        return values | {"state": NoticeState.delivered, "attend_at": None, "delivered_at": at}
    if outcome.final:
        return values | {"state": NoticeState.unknown, "attend_at": None}
    if outcome.name != "refused" and values["attempts"] < TRIES_A_CHANNEL:
        return values | {"attend_at": at + retry_after(values["attempts"])}
    another = following(routes.get(notice.recipient, NOWHERE), channel)
    if another is not None:
        return values | {"attempts": 0, "channel": another.key}
    lost = NoticeState.unknown if outcome.name == "unknown" else NoticeState.failed
    return values | {"state": lost, "attend_at": None}
