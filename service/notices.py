"""Notices: sending what is owed. Claimed in one transaction, sent outside any, settled in another."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, Protocol
from uuid import uuid4

from sqlalchemy import Engine, or_, select
from sqlmodel import Session, col

from models import Channel, Notice, Person, Unit
from models.kinds import NoticeState
from service import store
from service.couriers.base import Answer, Message
from service.days import gather_calendar
from service.render import words_for
from service.rules import notices as rules
from service.rules.notices import Bundle, ChannelFacts, NoticeFacts, Outcome
from service.rules.steps import change
from service.settings import settings
from service.units import in_batches

CLAIMED_AT_ONCE = 500
SENT_AT_ONCE = 8
NO_CHANNEL = "log://"


class Desk(Protocol):
    """Whoever carries a message to an address: the couriers' desk, or a courier of a test."""

    def send(self, address: str, message: Message) -> Answer: ...


class Opens(Protocol):
    """Opens a sealed address."""

    def __call__(self, sealed: str) -> str: ...


class Sent(NamedTuple):
    """What became of the messages of one delivery round: messages, notices in them, and how many of those arrived."""

    messages: int = 0
    notices: int = 0
    delivered: int = 0

    def __add__(self, other: object) -> "Sent":
        if not isinstance(other, Sent):
            return NotImplemented
        return Sent(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Batch(NamedTuple):
    """What one sender has claimed, with all it needs to send it."""

    bundles: list[Bundle]
    channels: dict[str, list[ChannelFacts]]
    people: dict[str, tuple[str, str, str]]
    unit_names: dict[str, str]


def deliver(engine: Engine, now: datetime, desk: Desk, *, unseal: Opens, limit: int | None = None) -> Sent:
    """Send what is owed at `now`, until nothing is or `limit` notices have been taken.

    1. claim a batch under a lease: a conditional update, so that no other sender takes the same
    2. send each bundle, several at once, holding no transaction
    3. settle what was answered; a sender killed in between leaves its claims to the next when the lease ends
    """
    total = Sent()
    with ThreadPoolExecutor(SENT_AT_ONCE) as pool:
        while limit is None or total.notices < limit:
            with store.transaction(engine) as session:
                batch = claim(session, now)
            if not batch.bundles:
                return total
            outcomes = list(pool.map(partial(send, batch=batch, desk=desk, unseal=unseal), batch.bundles))
            with store.transaction(engine) as session:
                steps = [
                    step
                    for bundle, outcome in zip(batch.bundles, outcomes, strict=True)
                    for step in rules.settle(bundle, outcome, batch.channels.get(bundle.recipient, []), now)
                ]
                store.apply(session, steps, now=now, by="sender", journal=False)
            count = sum(len(bundle.notices) for bundle in batch.bundles)
            arrived = sum(len(b.notices) for b, o in zip(batch.bundles, outcomes, strict=True) if o.name == "delivered")
            total += Sent(len(batch.bundles), count, arrived)
    return total


def claim(session: Session, now: datetime) -> Batch:
    """Take what is owed for this sender alone, the longest waiting first; quiet hours put off what is not urgent."""
    columns = [col(getattr(Notice, name)) for name in NoticeFacts._fields]
    statement = select(*columns).where(col(Notice.attend_at) <= now)
    statement = statement.where(or_(*(col(Notice.state) == s for s in (NoticeState.owed, NoticeState.sending))))
    statement = statement.order_by(col(Notice.attend_at), col(Notice.key)).limit(CLAIMED_AT_ONCE)
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update(skip_locked=True)
    found = [NoticeFacts(*row) for row in session.execute(statement)]
    quiet = rules.quiet_until(now, gather_calendar(session, zone=settings().zone_info()))
    waiting = [n for n in found if quiet and not n.urgent]
    put_off = [change(Notice, n.key, n.version, "put off", {"attend_at": quiet}) for n in waiting]
    store.apply(session, put_off, now=now, by="sender", journal=False)
    ready = [n for n in found if not (quiet and not n.urgent)]
    mark = uuid4().hex
    values = {"state": NoticeState.sending, "claim": mark, "attend_at": now + rules.LEASE_FOR}
    steps = [change(Notice, n.key, n.version, "claimed", values) for n in ready]
    store.apply(session, steps, now=now, by="sender", journal=False)
    mine = set(session.execute(select(col(Notice.key)).where(col(Notice.claim) == mark)).scalars())
    taken = [n._replace(version=n.version + 1) for n in ready if n.key in mine]
    channels = gather_channels(session, {n.recipient for n in taken})
    return Batch(
        rules.bundles(taken, channels),
        channels,
        gather_people(session, {n.recipient for n in taken}),
        gather_names(session, {str(n.facts["unit"]) for n in taken if "unit" in n.facts}),
    )


def gather_channels(session: Session, people: Iterable[str]) -> dict[str, list[ChannelFacts]]:
    """Recipient → the channels that have not been refused for good, by rank."""
    found: dict[str, list[ChannelFacts]] = {}
    for batch in in_batches(people):
        statement = select(*(col(getattr(Channel, n)) for n in ChannelFacts._fields), col(Channel.person))
        statement = statement.where(col(Channel.person).in_(batch), col(Channel.refused) == "")
        for *facts, person in session.execute(statement.order_by(col(Channel.rank), col(Channel.key))):
            found.setdefault(person, []).append(ChannelFacts(*facts))
    return found


def gather_people(session: Session, people: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Recipient → name, mobile, language."""
    found: dict[str, tuple[str, str, str]] = {}
    for batch in in_batches(people):
        columns = select(col(Person.key), col(Person.name), col(Person.mobile), col(Person.language))
        for key, *facts in session.execute(columns.where(col(Person.key).in_(batch))):
            found[key] = (facts[0], facts[1], facts[2])
    return found


def gather_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Unit code → name."""
    found: dict[str, str] = {}
    for batch in in_batches(codes):
        rows = session.execute(select(col(Unit.key), col(Unit.name)).where(col(Unit.key).in_(batch)))
        found.update((key, name) for key, name in rows)
    return found


def send(bundle: Bundle, batch: Batch, desk: Desk, unseal: Opens) -> Outcome:
    """Put a bundle into words and carry it; whoever has no channel finds it on their page, and the log says so."""
    name, mobile, language = batch.people.get(bundle.recipient, ("", "", ""))
    words = words_for(bundle.notices, language or settings().locale, settings().zone_info(), batch.unit_names)
    urgent = any(notice.urgent for notice in bundle.notices)
    message = Message(bundle.key, words.title, words.body, (mobile,) if mobile else (), urgent, (name,) if name else ())
    answer = desk.send(unseal(bundle.channel.sealed) if bundle.channel else NO_CHANNEL, message)
    wait = None if answer.retry_after is None else timedelta(seconds=answer.retry_after)
    return Outcome(answer.outcome.value, f"{answer.code} {answer.text}".strip(), wait)


def dead_letters(session: Session) -> Sequence[str]:
    """The keys of the notices that no channel took."""
    lost = (NoticeState.failed, NoticeState.unknown)
    return list(session.execute(select(col(Notice.key)).where(col(Notice.state).in_(lost))).scalars())
