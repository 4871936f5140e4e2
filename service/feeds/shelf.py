"""What is kept of calendars in memory, so that most calls are answered without asking the database."""

from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Engine, event

# what another process has written is seen after so long; what this one writes, at once
FRESH_FOR = timedelta(seconds=5)
MOST_BYTES = 64 * 1024 * 1024
MOST_FEEDS = 20_000
EMPTY = 200  # what an address costs that leads nowhere


class Kept(NamedTuple):
    """A calendar as it was read: `body` None where the address leads nowhere."""

    body: bytes | None
    etag: bytes
    commits: int
    read_at: datetime


class Shelf:
    """The calendars read last, the bytes of all of them bounded; used by one thread, that of the event loop."""

    def __init__(self) -> None:
        self.commits = 0
        self.size = 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def watch(self, engine: Engine) -> None:
        """Hear of every transaction that this process keeps.

        It is heard of just before it is kept: whoever reads in that instant finds the old state, for five seconds.
        """

        @event.listens_for(engine, "commit")
        def kept(_connection: object) -> None:
            self.commits += 1

    def fresh(self, key: str, now: datetime) -> Kept | None:
        """A calendar that nothing has been written since; None where it must be read again."""
        kept = self._kept.get(key)
        if kept is None or kept.commits != self.commits or not kept.read_at <= now < kept.read_at + FRESH_FOR:
            return None
        return kept

    def put(self, key: str, body: bytes | None, commits: int, now: datetime) -> Kept:
        """Keep a calendar that was read when so many transactions had been kept; the oldest make room for it."""
        old = self._kept.pop(key, None)
        if old is not None and old.body == body:
            made = old._replace(commits=commits, read_at=now)
        else:
            etag = b"" if body is None else f'"{sha256(body).hexdigest()[:32]}"'.encode()
            made = Kept(body, etag, commits, now)
        self.size += weight(made) - (weight(old) if old else 0)
        self._kept[key] = made
        while (self.size > MOST_BYTES or len(self._kept) > MOST_FEEDS) and len(self._kept) > 1:
            self.size -= weight(self._kept.popitem(last=False)[1])
        return made


def weight(kept: Kept) -> int:
    return EMPTY + len(kept.body or b"")
