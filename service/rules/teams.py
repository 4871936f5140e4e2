"""Teams: who holds a role at a unit on a day, and which units have nobody."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any


def holds_on(member: Any, on: date) -> bool:
    return bool(member.from_on <= on and (member.until_on is None or on <= member.until_on))


def gaps(units: Sequence[str], roles: Sequence[str], members: Iterable[Any], on: date) -> list[tuple[str, str]]:
    """(unit, role) for every role that nobody holds at a unit on a day, unit by unit."""
    held = {(member.unit, member.role) for member in members if holds_on(member, on)}
    return [(unit, role) for unit in units for role in roles if (unit, role) not in held]
