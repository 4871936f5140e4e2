"""What a courier carries, what it answers, and what it promises."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """How a delivery ended, as the sender must act on it."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """The channel said no for good: trying again would get the same answer."""
    SLOW_DOWN = "slow_down"
    """The channel asks to wait, `retry_after` seconds where it is known."""
    FAILED = "failed"
    """It did not arrive and may later."""
    UNKNOWN = "unknown"
    """The wire broke after the request was sent: it may have arrived."""


@dataclass(frozen=True, slots=True)
class Message:
    """One rendered message for one address.

    `key` is stable over all attempts, `title` and `body` are plain text, `mentions` are mobiles to be called up where
    the channel can do it, and `names` the same people as they are called, for channels that know no mobiles.
    """

    key: str
    title: str
    body: str
    mentions: tuple[str, ...] = ()
    urgent: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the channel answered: the outcome, its own code, and its words.

    `text` has its secrets removed and at most 500 characters. `retry_after` is in seconds, and None where nobody named
    a time.
    """

    outcome: Outcome
    code: str = ""
    text: str = ""
    retry_after: float | None = None


class Courier(Protocol):
    """Carries one message to one address and reports the true answer; it never raises for what a channel does."""

    def send(self, address: str, message: Message) -> Answer: ...
