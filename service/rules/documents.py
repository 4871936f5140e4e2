"""Plans that are revised by a date: until when the next revision is owed."""

from datetime import date, datetime, timedelta

from service.rules.days import Calendar
from service.rules.owed import Owed, stamp

REVISION_SOON_BEFORE = timedelta(days=30)


def revision_due(next_revision_on: date | None, now: datetime, calendar: Calendar) -> datetime | None:
    """The end of the day by which it must be revised; what was late when it was entered is late from then on."""
    return None if next_revision_on is None else max(calendar.end_of(next_revision_on), now)


def owed_of(key: str, due_at: datetime | None) -> list[Owed]:
    """The next revision of a document that is in force."""
    return [] if due_at is None else [Owed("document", f"{key}:revision:{stamp(due_at)}", due_at, REVISION_SOON_BEFORE)]
