"""The gate before works: which meetings a registered project waits for, and whether works may begin."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from models.kinds import TaskState

HELD = (TaskState.submitted, TaskState.accepted)


class Gate(NamedTuple):
    """Whether works may begin, and if not, why: the meetings still to be held, or that none is planned at all."""

    may_begin: bool
    planned: bool
    waiting: tuple[str, ...]


def gate(wanted: Sequence[str], states: Mapping[str, str]) -> Gate:
    """`wanted` are the tasks that the event triggers, `states` those that stand; what was called off is not waited for.

    Where no plan asks for a meeting the gate stays shut: a missing rule must not read as leave to begin.
    """
    asked = [key for key in wanted if states.get(key) != TaskState.cancelled]
    waiting = tuple(key for key in asked if states.get(key) not in HELD)
    return Gate(bool(asked) and not waiting, bool(asked), waiting)
