"""The only place that asks what time it is. Everywhere else `now` is an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, in UTC, zoned."""
    return datetime.now(UTC)
