"""What is owed of a row by an instant (minutes, a revision, stock made up): when it is looked at, told, and missed."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from models import Row
from service.rules.steps import Step, Telling, change


class Owed(NamedTuple):
    """One thing owed: `about` is its word in notices and cases, `subject` what its case is about once it is missed."""

    about: str
    subject: str
    due_at: datetime
    soon_before: timedelta

    @property
    def soon_at(self) -> datetime:
        return self.due_at - self.soon_before


class OwedFacts(NamedTuple):
    """A row of which things are owed, as the sweep sees it: its own name, its unit, and who must see to them."""

    table: type[Row]
    key: str
    version: int
    unit: str
    name: str
    campaign: str | None
    people: tuple[str, ...]
    owed: Sequence[Owed]
    attend_at: datetime


class Attended(NamedTuple):
    """What time has brought to a row: the step it owes, and what was missed, of which cases begin with it."""

    step: Step
    missed: tuple[Owed, ...]


def first_look(owed: Iterable[Owed], now: datetime) -> datetime | None:
    """When the sweep must look at what has just been written down; what is due already is looked at at once."""
    return min((one.soon_at if one.soon_at > now else one.due_at for one in owed), default=None)


def next_look(owed: Iterable[Owed], now: datetime) -> datetime | None:
    """When time next brings something; None once everything is missed, for then cases have it."""
    return min((at for one in owed for at in (one.soon_at, one.due_at) if at > now), default=None)


def attend(row: OwedFacts, now: datetime) -> Attended | None:
    """What a row owes at `now`: those who must see to it are told ahead, and what is due begins its case.

    Of a thing that became due while nobody looked the warning is not told: a sleeper hears the outcome.
    """
    if row.attend_at > now:
        return None
    missed = tuple(one for one in row.owed if row.attend_at <= one.due_at <= now)
    soon = [one for one in row.owed if row.attend_at <= one.soon_at <= now < one.due_at]
    tell = tuple(
        Telling(f"{one.about}_due_soon", person, one.soon_at, told(row, one), nth=stamp(one.due_at))
        for one in soon
        for person in row.people
    )
    act = "overdue" if missed else "due_soon" if soon else "looked at"
    step = change(row.table, row.key, row.version, act, {"attend_at": next_look(row.owed, now)}, tell=tell)
    return Attended(step, missed)


def told(row: OwedFacts, one: Owed) -> dict[str, Any]:
    """What a notice about something owed is made of."""
    return {"name": row.name, "unit": row.unit, "due_at": one.due_at.isoformat()}


def stamp(at: datetime) -> str:
    """An instant as part of a key."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
