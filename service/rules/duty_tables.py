"""Holiday duty tables: owed some days before they must be up, missed when that day is over, done when posted."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from models import DutyTable
from models.kinds import DutyTableState
from service.rules.days import Break, Calendar
from service.rules.steps import Step, Telling, change, make, remove

# 值班表须在节前五日报出
UP_BEFORE = timedelta(days=5)
# time to print it and have it signed
KNOWN_BEFORE = timedelta(days=3)


class RosterFacts(NamedTuple):
    """A roster as its tables know it, and who sees to them."""

    key: str
    name: str
    unit: str
    heard: tuple[str, ...]


class TableFacts(NamedTuple):
    """A table as the sweep sees it."""

    key: str
    version: int
    roster: str
    unit: str
    from_on: date
    to_on: date
    due_at: datetime
    state: str
    attend_at: datetime | None


def table_key(roster: str, first_off_on: date) -> str:
    return f"{roster}:table:{first_off_on}"


def is_owed(off: Break, since: date, today: date) -> bool:
    """Whether a holiday came near enough for its table to be made before it began, on a day from `since` to today."""
    return off.first_off_on - UP_BEFORE - KNOWN_BEFORE <= today and since < off.first_off_on


def owed(roster: RosterFacts, off: Break, calendar: Calendar) -> Step:
    """A table that must be up five days before the first day off, its coordinators told three days before that."""
    up_on = off.first_off_on - UP_BEFORE
    due_at = calendar.end_of(up_on)
    facts = told_facts(roster.name, roster.unit, off.first_off_on, off.last_off_on, due_at)
    owed_at = calendar.start_of(up_on - KNOWN_BEFORE)
    values = {
        "roster": roster.key, "unit": roster.unit, "from_on": off.first_off_on, "to_on": off.last_off_on,
        "due_at": due_at, "attend_at": due_at,
    }  # fmt: skip
    tell = tuple(Telling("duty_table_due", person, owed_at, facts) for person in roster.heard)
    return make(DutyTable, table_key(roster.key, off.first_off_on), "table owed", values, tell=tell)


def told_facts(name: str, unit: str, from_on: date, to_on: date, due_at: datetime) -> dict[str, Any]:
    """What a notice about a table is made of."""
    return {
        "name": name, "unit": unit, "from_on": from_on.isoformat(), "to_on": to_on.isoformat(),
        "due_at": due_at.isoformat(),
    }  # fmt: skip


def no_holiday(table: TableFacts, why: str) -> Step:
    """A table of days that are a holiday no longer: a notice has moved it."""
    return remove(DutyTable, table.key, table.version, "table not owed", why)


def missed(table: TableFacts, now: datetime) -> Step | None:
    """A table that is not up when its day is over; None if nothing has come."""
    if table.state != DutyTableState.owed or table.attend_at is None or table.attend_at > now:
        return None
    return change(
        DutyTable, table.key, table.version, "table missed", {"state": DutyTableState.missed, "attend_at": None}
    )


def done(table: TableFacts, how: str, note: str, *, now: datetime, by: str) -> Step:
    """A table that is up, in time or late."""
    values = {
        "state": DutyTableState.done, "how": how, "note": note, "done_at": now, "done_by": by, "attend_at": None,
    }  # fmt: skip
    return change(DutyTable, table.key, table.version, "table up", values, note)
