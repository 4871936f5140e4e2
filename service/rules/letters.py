"""Letters of responsibility: a text with three blanks, filled for whoever signs it; and who has signed, who owes."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NamedTuple

from models.kinds import TaskState

BLANKS = ("unit", "person", "year")
BRACES = re.compile(r"\{([^{}]*)\}")
FILED = (TaskState.submitted, TaskState.accepted)


def unknown_blanks(text: str) -> list[str]:
    """The names in braces that nobody can fill."""
    return sorted({name for name in BRACES.findall(text) if name not in BLANKS})


def filled(text: str, *, unit: str, person: str, year: int) -> str:
    """The text as somebody signs it; what a name holds in braces is not filled in its turn."""
    values = {"unit": unit, "person": person, "year": str(year)}
    return BRACES.sub(lambda found: values.get(found.group(1), found.group(0)), text)


def digest(text: str) -> str:
    """What proves which text was signed."""
    return sha256(text.encode()).hexdigest()


class Coverage(NamedTuple):
    """How many letters were owed, came in (on the page or on paper), and were signed on the page; and who owes one."""

    owed: int
    filed: int
    signed: int
    lacking: tuple[Any, ...]


def coverage(tasks: Iterable[Any]) -> Coverage:
    """Of the tasks of one letter and year, each with `state` and `signed`; what was called off is owed by nobody."""
    owed = [task for task in tasks if task.state != TaskState.cancelled]
    lacking = tuple(task for task in owed if task.state not in FILED)
    filed = len(owed) - len(lacking)
    return Coverage(len(owed), filed, sum(1 for task in owed if task.state in FILED and task.signed), lacking)
