"""Meetings and study: who was there, which parties are missing, and until when the minutes are owed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from models.kinds import ActivityKind, AttendanceMark
from service.rules.days import Calendar
from service.rules.owed import Owed, stamp
from service.rules.plan import ActivityPlan, Span

KINDS = frozenset({ActivityKind.meeting, ActivityKind.study})
MINUTES_SOON_BEFORE = timedelta(days=1)
# minutes of a meeting are owed where its file is silent; of study, only where it asks for them
USUAL_MINUTES = Span(working_days=3)
COUNTED = ("attendance", "called")


def minutes_span(activity: ActivityPlan | None, kind: str) -> Span | None:
    """How long the minutes may take after the meeting; None where none are owed."""
    if activity is not None and activity.minutes is not None:
        return activity.minutes
    return USUAL_MINUTES if kind == ActivityKind.meeting else None


def minutes_due(held_at: datetime, span: Span | None, calendar: Calendar) -> datetime | None:
    return None if span is None else calendar.after(held_at, span)


def owed_of(
    key: str, held_at: datetime | None, minutes_due_at: datetime | None, minutes_at: datetime | None
) -> list[Owed]:
    """The minutes of a meeting that was held, until they are written."""
    if held_at is None or minutes_due_at is None or minutes_at is not None:
        return []
    return [Owed("minutes", f"{key}:minutes:{stamp(held_at)}", minutes_due_at, MINUTES_SOON_BEFORE)]


def counted(marks: Iterable[str]) -> dict[str, int]:
    """The figures of a meeting (到会人次, 应到人次), from the marks of all who were called."""
    by_mark = Counter(marks)
    return {"attendance": by_mark[AttendanceMark.signed_in], "called": by_mark.total()}


def missing_parties(parties: Sequence[str], attendance: Iterable[Any]) -> list[str]:
    """The parties without which the meeting is not held, of whom nobody signed in."""
    there = {one.party for one in attendance if one.mark == AttendanceMark.signed_in}
    return [party for party in parties if party not in there]
