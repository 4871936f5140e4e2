"""Step and Telling: what a rule answers. A rule never writes; it says what is owed, and `store.apply` does it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from models import Row


class Op(StrEnum):
    """Whether a step makes a row, changes one, or takes one away."""

    make = "make"
    change = "change"
    remove = "remove"


class Telling(NamedTuple):
    """A notice to be born with its step: who is told what, and the true instant of its cause.

    `nth` tells two tellings of one kind about one subject apart (a second rejection, a later escalation step).
    """

    kind: str
    recipient: str
    owed_at: datetime
    facts: dict[str, Any]
    urgent: bool = False
    nth: str = ""


class Step(NamedTuple):
    """One change that is owed: the row, its new values, why, and whom to tell. It happens wholly or not at all.

    A `make` is dropped when its key already stands; a `change` or `remove` when the row's version is not `expects` any
    more. `then` are steps that belong to this one and are owed only if it was really done (a case that begins with it).
    """

    op: Op
    table: type[Row]
    key: str
    act: str
    values: dict[str, Any]
    expects: int | None = None
    reason: str = ""
    tell: tuple[Telling, ...] = ()
    then: tuple["Step", ...] = ()


def make(
    table: type[Row], key: str, act: str, values: dict[str, Any], reason: str = "", tell: tuple[Telling, ...] = ()
) -> Step:
    """A row that shall stand."""
    return Step(Op.make, table, key, act, values, None, reason, tell)


def change(
    table: type[Row],
    key: str,
    expects: int,
    act: str,
    values: dict[str, Any],
    reason: str = "",
    tell: tuple[Telling, ...] = (),
) -> Step:
    """New values for a row that is still at version `expects`."""
    return Step(Op.change, table, key, act, values, expects, reason, tell)


def remove(table: type[Row], key: str, expects: int, act: str, reason: str = "") -> Step:
    """A row that shall no longer stand; the journal remembers it."""
    return Step(Op.remove, table, key, act, {}, expects, reason)
