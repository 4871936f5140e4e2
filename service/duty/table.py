"""A month of a roster as it hangs on the wall (值班表): who serves on each day, what day it is, whom to ring."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Watch
from models.kinds import DayClass, WatchState
from service.access import Actor
from service.duty.allowed import find_roster
from service.duty.civil import UnitDays
from service.duty.file import read
from service.duty.people import Card, cards_of
from service.errors import Fault, Refused
from service.listings import columns
from service.rules.days import Calendar
from service.rules.days import Day as CivilDay

# the columns that a table has always; other roles follow in the order of the roster's file
LEADER, OFFICER, STANDBY = "leader", "officer", "standby"
USUAL = (LEADER, OFFICER, STANDBY)
NOBODY = Card("", "", "")
SEAT_COLUMNS = ("key", "on", "watch", "role", "place", "served_by", "turn_of", "state", "starts_at", "ends_at")
MARKS = {DayClass.makeup_workday: "makeup_workday", DayClass.adjusted_rest_day: "adjusted_rest_day"}


class Cell(NamedTuple):
    """Somebody on duty; `person` is None where the seat is vacant, `watch` the key of the watch they keep.

    `hours` are those of the watch where a day has several.
    """

    person: str | None
    name: str
    post: str
    mobile: str
    watch: str = ""
    hours: str = ""


class Shift(NamedTuple):
    """One watch of a day, with who serves in each role; `hours` are empty where the day has one watch alone."""

    hours: str
    seats: dict[str, list[Cell]]


class Row(NamedTuple):
    """A day: `weekday` 1 is Monday; `label` the festival it belongs to, `marks` what there is to say of it."""

    on: date
    weekday: int
    label: str
    day_class: str
    seats: dict[str, list[Cell]]
    marks: list[str]

    def shifts(self) -> list[Shift]:
        """The day watch by watch, in the order in which they begin."""
        hours = sorted({cell.hours for cells in self.seats.values() for cell in cells}) or [""]
        return [
            Shift(one, {role: [cell for cell in cells if cell.hours == one] for role, cells in self.seats.items()})
            for one in hours
        ]


class Table(NamedTuple):
    """A month of a roster; `roles` are its columns in their order."""

    roster: str
    title: str
    unit: str
    phone: str
    note: str
    month: str
    roles: list[str]
    rows: list[Row]


def table(session: Session, actor: Actor, roster: str, month: str) -> Table:
    """The table of a month (`2026-10`) as it is published now, for those who see the unit or serve on the roster."""
    found = find_roster(session, actor, roster, members=True)
    return month_of(session, found.row, UnitDays(session, found.path).calendar, month)


def month_of(session: Session, row: Any, calendar: Calendar, month: str) -> Table:
    """The table of a month of a roster that was found already."""
    first = first_of(month)
    return of_roster(session, row, calendar, first, last_of(first))._replace(month=month)


def between(session: Session, actor: Actor, roster: str, first: date, last: date) -> Table:
    """The table of the days from one to another, both included: of a holiday, say."""
    found = find_roster(session, actor, roster, members=True)
    return of_roster(session, found.row, UnitDays(session, found.path).calendar, first, last)


def of_roster(session: Session, row: Any, calendar: Calendar, first: date, last: date) -> Table:
    """The table of a roster that was found already."""
    statement = select(*columns(Watch, SEAT_COLUMNS)).where(
        col(Watch.roster) == row.key, col(Watch.on) >= first, col(Watch.on) <= last,
        col(Watch.state) != WatchState.cancelled,
    )  # fmt: skip
    statement = statement.order_by(col(Watch.on), col(Watch.starts_at), col(Watch.role), col(Watch.place))
    watches = session.execute(statement).all()
    cards = cards_of(session, (person for one in watches for person in (one.served_by, one.turn_of)))
    named = [role.code for role in read(row.text).problem.roles]
    roles = [*USUAL, *(code for code in named if code not in USUAL)]
    by_day: dict[date, list[Any]] = defaultdict(list)
    for one in watches:
        by_day[one.on].append(one)
    several = len({one.watch for one in watches}) > 1
    days = calendar.days_between(first, last)
    rows = [day_row(day, by_day[day.on], roles, cards, calendar, several) for day in days]
    return Table(row.key, row.name, row.unit_name, row.phone, row.note, f"{first} – {last}", roles, rows)


def first_of(month: str) -> date:
    """The first day of a month written `2026-10`."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refused("Some fields are wrong", faults=[Fault("month", "must be a month like 2026-10")]) from None


def last_of(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def hours_of(watch: Any, calendar: Calendar) -> str:
    """From when to when a watch is kept."""
    return "–".join(f"{at.astimezone(calendar.zone):%H:%M}" for at in (watch.starts_at, watch.ends_at))


def day_row(
    day: CivilDay,
    watches: Iterable[Any],
    roles: Iterable[str],
    cards: Mapping[str, Card],
    calendar: Calendar,
    several: bool,
) -> Row:
    """One day of the table; `several` where the roster's days have more than one watch."""
    seats: dict[str, list[Cell]] = {role: [] for role in roles}
    marks = [MARKS[day.day_class]] if day.day_class in MARKS else []
    for one in watches:
        hours = hours_of(one, calendar) if several else ""
        seats.setdefault(one.role, []).append(Cell(one.served_by, *cards.get(one.served_by, NOBODY), one.key, hours))
        if one.served_by and one.turn_of and one.served_by != one.turn_of:
            marks.append(f"{one.role}:{cards.get(one.turn_of, NOBODY).name or one.turn_of}")
    off = calendar.break_around(day.on)
    label = str(day.festival or (off.festivals[0] if off is not None else ""))
    return Row(day.on, day.on.isoweekday(), label, str(day.day_class), seats, marks)
