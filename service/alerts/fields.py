"""What a field of an alert may hold: the value that is kept, or why not."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from models.kinds import Risk, UnitKind
from service.errors import Fault, Refused
from service.hazards.fields import long_text
from service.people import fields
from service.people.fields import Unfit

TEXT_AT_MOST = 1_000  # a warning is read on a phone, in the rain
TITLE_AT_MOST = 100
STEPS_AT_MOST = 10
FURTHEST_MINUTES = 24 * 60
VALID_AT_MOST = timedelta(days=60)


def title(value: Any) -> str:
    return fields.text(value, TITLE_AT_MOST) or fields.missing()


def body(value: Any) -> str:
    return long_text(value, TEXT_AT_MOST) or fields.missing()


def level(value: Any) -> str:
    """The colour of a warning, or none."""
    kept = fields.text(value)
    if kept and kept not in frozenset(Risk):
        raise Unfit("must be one of {words}", words=", ".join(Risk))
    return kept


def kinds(value: Any) -> list[str]:
    """Kinds of units."""
    words = [fields.text(one) for one in value]
    if unknown := [word for word in words if word not in frozenset(UnitKind)]:
        raise Unfit("is no kind of unit: {word}", word=unknown[0])
    return sorted(set(words))


def tags(value: Any) -> list[str]:
    words = {fields.text(one) or fields.missing() for one in value}
    if any("," in word for word in words):
        raise Unfit("holds a comma")
    return sorted(words)


def chase(value: Any) -> list[int]:
    """Minutes of silence after which the next level is told, each later than the one before."""
    steps = list(value)
    if not 1 <= len(steps) <= STEPS_AT_MOST:
        raise Unfit("must have from 1 to {most} steps", most=STEPS_AT_MOST)
    if not all(isinstance(one, int) and not isinstance(one, bool) and 1 <= one <= FURTHEST_MINUTES for one in steps):
        raise Unfit("must be whole minutes from 1 to {most}", most=FURTHEST_MINUTES)
    if any(later <= earlier for earlier, later in pairwise(steps)):
        raise Unfit("must each be later than the one before")
    return steps


def valid(until_at: datetime | None, now: datetime) -> None:
    """Refuse an end of validity that has come already, or lies too far off."""
    if until_at is None:
        return
    if until_at <= now:
        raise Refused("Some fields are wrong", faults=[Fault("until_at", "must be later than now")])
    if until_at > now + VALID_AT_MOST:
        fault = Fault("until_at", "must be within {most} days", {"most": VALID_AT_MOST.days})
        raise Refused("Some fields are wrong", faults=[fault])


ALERT: fields.Fields = {
    "title": title, "text": body, "level": level, "kinds": kinds, "tags": tags, "chase": chase,
}  # fmt: skip
