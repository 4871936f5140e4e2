"""What can be refused, and how it is said: each kind with an HTTP status and a sentence a coordinator understands."""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `field` says where (a path, a sheet cell, a line), `reason` why, as an English msgid.

    `facts` fill the msgid's `{names}`, so that it can be said in the reader's language.
    """

    field: str
    reason: str
    facts: dict[str, Any] | None = None

    def __str__(self) -> str:
        words = self.reason.format(**self.facts) if self.facts else self.reason
        return f"{self.field}: {words}" if self.field else words


class Trouble(Exception):
    """The root of what zhiban refuses. `message` is an English msgid, `facts` fill its `{names}`."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"

    def __init__(self, message: str, *, faults: list[Fault] | None = None, **facts: Any) -> None:
        super().__init__(message.format(**facts) if facts else message)
        self.message = message
        self.facts = facts
        self.faults = faults or []


class Unknown(Trouble):
    """No valid sign-in or token came with the call."""

    status = 401
    title = "Sign in first"


class Forbidden(Trouble):
    """Seen, but not theirs to do."""

    status = 403
    title = "Not allowed"


class NotFound(Trouble):
    """Not there, or not for this reader to see: the two are told apart to nobody."""

    status = 404
    title = "Not found"


class Conflict(Trouble):
    """The row moved on since it was read, or its state doesn't admit the act."""

    status = 409
    title = "This can't be done as things stand"


class Refused(Trouble):
    """The input is wrong; `faults` name each place and reason."""

    status = 422
    title = "Refused"
