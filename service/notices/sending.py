"""Sending what is owed: claimed in one transaction, carried outside any, settled in another."""

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Channel
from service import store
from service.calendar.days import gather_calendar
from service.couriers.base import Answer, Message
from service.notices.claims import (
    BY,
    MESSAGES_AT_ONCE,
    Chunk,
    Claimed,
    Opens,
    Outlook,
    Terms,
    claim,
    gather_allowances,
    hashed,
    look,
    put_off,
)
from service.notices.render import ROOM, USUAL_ROOM, Reader, words_for
from service.notices.routes import NOBODY_KNOWN
from service.rules import allowances
from service.rules import notices as rules
from service.rules.notices import NOWHERE, SILENCED, Bundle, Outcome
from service.rules.steps import Step, change
from service.settings import settings
from service.units import in_batches
from service.words import catalogue, locale_for

SENT_AT_ONCE = 8
IN_THE_AIR = 2 * MESSAGES_AT_ONCE  # may still be carried when the next chunk is claimed: a slow claim grounds nobody
WRITTEN_AT_ONCE = 120  # what a killed sender had sent and not yet written down arrives twice
PAGE = "log://"
UNSENT = Outcome("unsent", "lease", "there was no time left to send it")

Passed = Callable[[], timedelta]


class Desk(Protocol):
    """Whoever carries a message to an address: the couriers' desk, or a courier of a test."""

    def send(self, address: str, message: Message) -> Answer: ...


class Sent(NamedTuple):
    """What became of the messages of one delivery round: messages, notices in them, and how many of those arrived."""

    messages: int = 0
    notices: int = 0
    delivered: int = 0

    def __add__(self, other: object) -> "Sent":
        if not isinstance(other, Sent):
            return NotImplemented
        return Sent(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Settled(NamedTuple):
    """What became of one message, and when."""

    bundle: Bundle
    outcome: Outcome
    at: datetime


class Sender:
    """One round of sending. `passed` is the time since `now`, which was asked once; along a moved clock it is none."""

    def __init__(self, engine: Engine, now: datetime, desk: Desk, unseal: Opens, terms: Terms, passed: Passed) -> None:
        self.engine = engine
        self.now = now
        self.desk = desk
        self.unseal = unseal
        self.terms = terms
        self.passed = passed
        # SQLite lets one write at a time: who waits his turn here needn't ask for it again and again
        self.turn: AbstractContextManager[Any] = Lock() if engine.dialect.name == "sqlite" else nullcontext()

    def at(self) -> datetime:
        return self.now + self.passed()

    def deliver(self, only: Sequence[str] = ()) -> Sent:
        """Send what is due until nothing is, or until others have taken all of it."""
        total = Sent()
        with tidying_new_only(), ThreadPoolExecutor(1) as writer, ThreadPoolExecutor(SENT_AT_ONCE) as pool:
            while True:
                if not only:
                    self.keep_quiet()
                with store.reading(self.engine) as session:
                    outlook = look(session, self.at(), self.unseal, only)
                done = self.go_through(outlook, pool, writer)
                total += done
                if not done.messages:
                    return total

    def keep_quiet(self) -> None:
        """In quiet hours, put off what is not urgent."""
        with store.reading(self.engine) as session:
            calendar = gather_calendar(session, zone=settings().zone_info())
        until_at = rules.quiet_until(self.at(), calendar, self.terms.quiet)
        many = 1
        while until_at is not None and many:
            with store.transaction(self.engine) as session:
                many = put_off(session, self.at(), until_at)

    def go_through(self, outlook: Outlook, pool: ThreadPoolExecutor, writer: ThreadPoolExecutor) -> Sent:
        """Claim chunk by chunk, each while the one before is being carried; another sender begins elsewhere.

        What has been carried is written down beside that, so that neither waits for the other.
        """
        if outlook.chunks:
            catalogue(settings().locale)  # read once, and not by every thread at the first message
        total = Sent()
        air: deque[tuple[int, Future[Sent]]] = deque()
        try:
            for chunk in turned(outlook.chunks):
                with self.turn, store.transaction(self.engine) as session:
                    claimed = claim(session, self.at(), chunk, outlook, self.terms)
                flights = [pool.submit(self.carry, bundle, claimed, outlook) for bundle in claimed.bundles]
                for some in in_batches(flights, WRITTEN_AT_ONCE):
                    air.append((len(some), writer.submit(self.land, some, outlook)))
                while sum(many for many, _ in air) > IN_THE_AIR:
                    total += air.popleft()[1].result()
        finally:
            while air:
                total += air.popleft()[1].result()
        return total

    def carry(self, bundle: Bundle, claimed: Claimed, outlook: Outlook) -> Settled:
        """Put a bundle into words and carry it, if there is time: what starts in a lease's first half ends in it."""
        if self.at() - claimed.at > self.terms.lease / 2:
            return Settled(bundle, UNSENT, self.at())
        try:
            outcome = self.answer_to(bundle, claimed, outlook)
        except Exception as trouble:  # one bad notice must not keep the others from leaving
            outcome = Outcome("failed", type(trouble).__name__, str(trouble)[:500])
        return Settled(bundle, outcome, self.at())

    def answer_to(self, bundle: Bundle, claimed: Claimed, outlook: Outlook) -> Outcome:
        """What the channel answered; who has none finds it on their page, and the log says so."""
        channel = bundle.channel
        if channel is None and any(outlook.routes.get(one, NOWHERE).silenced for one in bundle.recipients):
            return Outcome("refused", "channel", SILENCED)
        if channel is not None and channel.key not in outlook.addresses:
            return Outcome("refused", "seal", "the address can't be opened with the key in force")
        answer = self.desk.send(outlook.addresses[channel.key] if channel else PAGE, letter(bundle, claimed, outlook))
        wait = None if answer.retry_after is None else timedelta(seconds=min(answer.retry_after, 86_400))
        final = answer.outcome == "unknown" and channel is not None and channel.kind in self.terms.never_twice
        return Outcome(answer.outcome.value, answer.code, answer.text, wait, final)

    def land(self, flights: list[Future[Settled]], outlook: Outlook) -> Sent:
        """Write down what became of a chunk's messages, and what the answers say about their channels."""
        wait(flights)  # to be woken once, and not for every message
        landed = [flight.result() for flight in flights]
        with self.turn, store.transaction(self.engine) as session:
            at = self.at()
            steps = [step for one in landed for step in rules.settle(one.bundle, one.outcome, outlook.routes, one.at)]
            store.apply(session, [*steps, *blocked(session, landed, outlook, at)], now=at, by=BY, journal=False)
            store.apply(session, refused(session, landed), now=at, by=BY)
        arrived = sum(len(one.bundle.notices) for one in landed if one.outcome.name == "delivered")
        return Sent(len(landed), sum(len(one.bundle.notices) for one in landed), arrived)


@contextmanager
def tidying_new_only() -> Iterator[None]:
    """Meanwhile the collector of garbage looks only at what is new.

    Every few thousand messages it would look at all this process has ever loaded, and each time no thread sends for a
    tenth of a second.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def turned(chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """The chunks from a random one on, so that several senders don't queue for the same."""
    first = uuid4().int % len(chunks) if chunks else 0
    yield from chunks[first:]
    yield from chunks[:first]


def letter(bundle: Bundle, claimed: Claimed, outlook: Outlook) -> Message:
    """A bundle in words: in the person's language, or in the place's own for a group, whose people are called up."""
    people = [outlook.people.get(one, NOBODY_KNOWN) for one in bundle.recipients]
    group = bundle.channel is not None and bundle.channel.unit is not None
    wish = "" if group else people[0].language
    room = ROOM.get(bundle.channel.kind, USUAL_ROOM) if bundle.channel else USUAL_ROOM
    names = {key: one.name for key, one in zip(bundle.recipients, people, strict=True) if group and one.name}
    locale = locale_for(wish, settings().locale)
    reader = Reader(locale, settings().zone_info(), claimed.unit_names, names, room, claimed.called)
    words = words_for(bundle.notices, reader, again=any(notice.again for notice in bundle.notices))
    mobiles = tuple(dict.fromkeys(one.mobile for one in people if one.mobile))
    called = tuple(dict.fromkeys(one.name for one in people if one.name))
    return Message(bundle.key, words.title, words.body, mobiles, any(n.urgent for n in bundle.notices), called)


def blocked(session: Session, landed: Sequence[Settled], outlook: Outlook, at: datetime) -> list[Step]:
    """The steps that keep addresses quiet whose channels asked to wait: nobody sends there until then."""
    waits: dict[str, datetime] = {}
    for one in landed:
        if one.outcome.name == "slow_down" and one.outcome.wait_for is not None and one.bundle.channel is not None:
            address = hashed(outlook.addresses[one.bundle.channel.key])
            until_at = one.at + one.outcome.wait_for
            waits[address] = max(until_at, waits.get(address, until_at))
    books = gather_allowances(session, set(waits), at) if waits else {}
    return [allowances.block(books[address], until_at) for address, until_at in waits.items()]


def refused(session: Session, landed: Sequence[Settled]) -> list[Step]:
    """The steps that set channels aside which refused for good, with the reason, so that `doctor` can name them."""
    why = {
        one.bundle.channel.key: one.outcome.answer
        for one in landed
        if one.bundle.channel is not None and rules.refuses_all(one.bundle.channel.kind, one.outcome)
    }
    if not why:
        return []
    statement = select(col(Channel.key), col(Channel.version)).where(col(Channel.key).in_(sorted(why)))
    rows = session.execute(statement.where(col(Channel.refused) == ""))
    return [
        change(Channel, key, version, "refused", {"refused": why[key][:500]}, why[key][:500]) for key, version in rows
    ]
