"""Readiness: how many of ten points something has that is there, or that covers so much of what it should."""

from typing import Any

POINTS = 10


def had(what: Any) -> int:
    """All the points for what is there at all, none for nothing."""
    return POINTS if what else 0


def covered(part: float, whole: float) -> int:
    """The points for a share, never more than all, and not all while a part is lacking."""
    if not whole:
        return 0
    return min(POINTS, int(POINTS * part / whole))
