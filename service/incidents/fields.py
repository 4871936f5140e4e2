"""What a field of an incident or of a clock may hold: the value that is kept, or why not."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from models.kinds import IncidentCategory, IncidentKind
from service.hazards.fields import EARLIEST, description, long_text, whole
from service.people import fields
from service.people.fields import Unfit

PEOPLE_AT_MOST = 1_000_000
LOSS_AT_MOST = 10**15  # of yuan
DAYS_AT_MOST = 366
MINUTES_AT_MOST = 60 * 24 * 30
LEVELS_AT_MOST = 20


def one_of(kind: type[StrEnum], value: Any) -> Any:
    """A word of an enum."""
    kept = fields.text(value) or fields.missing()
    try:
        return kind(kept)
    except ValueError:
        raise Unfit("must be one of {words}", words=", ".join(kind)) from None


def kind(value: Any) -> IncidentKind:
    known: IncidentKind = one_of(IncidentKind, value)
    return known


def category(value: Any) -> IncidentCategory:
    known: IncidentCategory = one_of(IncidentCategory, value)
    return known


def instant(value: Any) -> datetime:
    """An instant with its offset, of these times."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise Unfit("must be an instant with its offset")
    if value.year < EARLIEST.year:
        raise Unfit("is no day of these times")
    return value.astimezone(UTC)


def people(value: Any) -> int:
    return whole(value, PEOPLE_AT_MOST)


def loss(value: Any) -> int:
    return whole(value, LOSS_AT_MOST)


def optional(most: int, value: Any) -> int | None:
    return None if value is None else whole(value, most)


INCIDENT: fields.Fields = {
    "kind": kind, "category": category, "happened_at": instant, "known_at": instant, "place": fields.text,
    "description": description, "deaths": people, "injured": people, "missing": people, "loss_yuan": loss,
}  # fmt: skip
CLOCK: fields.Fields = {
    "unit": fields.optional_code,
    "kind": lambda value: kind(value) if value else "",
    "category": lambda value: category(value) if value else "",
    "basis": fields.text,
    "head_minutes": lambda value: optional(MINUTES_AT_MOST, value),
    "office_minutes": lambda value: optional(MINUTES_AT_MOST, value),
    "level_minutes": lambda value: optional(MINUTES_AT_MOST, value),
    "phone_minutes": lambda value: optional(MINUTES_AT_MOST, value),
    "levels": lambda value: optional(LEVELS_AT_MOST, value),
    "changes_days": lambda value: optional(DAYS_AT_MOST, value),
}
__all__ = ["CLOCK", "INCIDENT", "description", "long_text"]
