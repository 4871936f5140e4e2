"""The rows of a calendar and the bytes they make: watches of a person, a roster or a unit; a person's tasks."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import Person, Roster, Unit, Watch
from models.base import table_of
from models.kinds import WatchState
from service import units
from service.access import in_scope
from service.feeds import words
from service.feeds.calendar import Event, event, head, joined
from service.feeds.tasks import task_events
from service.settings import settings
from service.words import locale_for, say

CANCELLED_KEPT = timedelta(days=30)
MOST_KEPT = 50_000

SERVER, TURN = aliased(Person), aliased(Person)


class WatchRow(NamedTuple):
    """A watch with all that an event says of it, in the order in which it is read."""

    key: str
    version: int
    role: str
    starts_at: datetime
    ends_at: datetime
    turn_of: str | None
    served_by: str | None
    state: str
    sequence: int
    changed_at: datetime | None
    name: str
    phone: str
    note: str
    unit_name: str
    person_name: str
    turn_name: str


class Window(NamedTuple):
    """The days of a calendar, counted from today: of these it has everything, and each calendar says so itself."""

    back: int
    ahead: int


# a unit's calendar has the watches of every roster beneath it
WINDOW, UNIT_WINDOW = Window(92, 400), Window(31, 92)
COLUMNS = WatchRow._fields[:10]

# the facts of an event → its bytes; emptied when it has grown too large
kept: dict[Any, bytes] = {}


class Reader(NamedTuple):
    """How a calendar is read: its language and zone, minutes of warning, and whose it is (None: of all)."""

    locale: str
    zone: ZoneInfo
    remind: int | None
    person: str | None
    window: Window = WINDOW

    @property
    def named(self) -> bool:
        """Whether an event says which roster it is of."""
        return self.window is UNIT_WINDOW


def calendar_of(session: Session, feed: Any, now: datetime) -> bytes:
    """The whole calendar of a feed as its rows stand now: the same rows give the same bytes."""
    title, reader = reader_of(session, feed)
    events = [watch_bytes(row, reader) for row in watches(session, feed, reader, now)]
    if feed.with_tasks and feed.person:
        since, until = bounds(now, reader)
        events += [event(one, reader.zone) for one in task_events(session, feed.person, reader.locale, since, until)]
    return joined(head_of(title, reader), events)


def head_of(title: str, reader: Reader) -> bytes:
    """What stands before the events; the window is said in it, so that nobody takes its edge for the last watch."""
    said = say(words.WINDOW, reader.locale, back=reader.window.back, ahead=reader.window.ahead)
    return head(title, said, reader.zone, reader.locale)


def reader_of(session: Session, feed: Any) -> tuple[str, Reader]:
    """The calendar's name and how it is read: in the language the feed asks for, else in its reader's own."""
    reads = feed.person or feed.made_by
    who = session.execute(select(table_of(Person)).where(col(Person.key) == reads)).one()
    wish = feed.language or who.language
    locale = locale_for(wish, settings().locale)
    if feed.person:
        title = say(words.PERSON_CALENDAR, locale, name=who.name)
        return title, Reader(locale, units.zone_of(session, who.unit), feed.remind_minutes, feed.person)
    if feed.roster:
        row = session.execute(select(table_of(Roster)).where(col(Roster.key) == feed.roster)).one()
        return row.name, Reader(locale, units.zone_of(session, row.owner), feed.remind_minutes, None)
    name = session.execute(select(col(Unit.name)).where(col(Unit.key) == feed.unit)).scalar_one()
    title = say(words.PERSON_CALENDAR, locale, name=name)
    return title, Reader(locale, units.zone_of(session, feed.unit), feed.remind_minutes, None, UNIT_WINDOW)


def days_ago(now: datetime, ago: timedelta, zone: ZoneInfo) -> datetime:
    """The midnight so many days ago: the calendar's beginning moves once a day and not with every call."""
    there = (now - ago).astimezone(zone)
    return there.replace(hour=0, minute=0, second=0, microsecond=0)


def bounds(now: datetime, reader: Reader) -> tuple[datetime, datetime]:
    """The first instant of a calendar's window, and the first after it."""
    window = reader.window
    return (
        days_ago(now, timedelta(days=window.back), reader.zone),
        days_ago(now, -timedelta(days=window.ahead + 1), reader.zone),
    )


def watches(session: Session, feed: Any, reader: Reader, now: datetime) -> list[WatchRow]:
    """The watches of a calendar, those called off lately among them, in the order in which they begin."""
    statement = whose(session, rows_of(), feed, days_ago(now, CANCELLED_KEPT, reader.zone))
    called_off = and_(
        col(Watch.state) == WatchState.cancelled,
        col(Watch.cancelled_at) >= days_ago(now, CANCELLED_KEPT, reader.zone),
    )
    since, until = bounds(now, reader)
    statement = statement.where(
        col(Watch.starts_at) >= since,
        col(Watch.starts_at) < until,
        or_(col(Watch.state) != WatchState.cancelled, called_off),
    )
    statement = statement.order_by(col(Watch.starts_at), col(Watch.key))
    return [WatchRow(*row) for row in session.execute(statement)]


@cache
def rows_of() -> Select[Any]:
    """Watches with what an event says of them; always the same statement, to which each calendar adds its own."""
    statement: Select[Any] = select(
        *(col(getattr(Watch, name)) for name in COLUMNS),
        func.coalesce(col(Roster.name), "").label("name"),
        func.coalesce(col(Roster.phone), "").label("phone"),
        func.coalesce(col(Roster.note), "").label("note"),
        col(Unit.name).label("unit_name"),
        func.coalesce(col(SERVER.name), col(Watch.served_by), "").label("person_name"),
        func.coalesce(col(TURN.name), col(Watch.turn_of), "").label("turn_name"),
    )
    statement = statement.join(Unit, col(Watch.unit) == col(Unit.key))
    statement = statement.outerjoin(Roster, col(Watch.roster) == col(Roster.key))
    statement = statement.outerjoin(SERVER, col(Watch.served_by) == col(SERVER.key))
    return statement.outerjoin(TURN, col(Watch.turn_of) == col(TURN.key))


def whose(session: Session, statement: Select[Any], feed: Any, lately: datetime) -> Select[Any]:
    """Only the watches of the feed's person, roster or unit; a turn given away lately is still told, as called off."""
    if feed.person:
        given = and_(col(Watch.turn_of) == feed.person, col(Watch.changed_at) >= lately)
        return statement.where(or_(col(Watch.served_by) == feed.person, given))
    if feed.roster:
        return statement.where(col(Watch.roster) == feed.roster)
    return statement.where(in_scope(Watch.unit, (units.path_of(session, feed.unit),)))


def watch_bytes(row: WatchRow, reader: Reader) -> bytes:
    """A watch as an event, made once for each version, language and kind of reader."""
    facts = (row, reader)
    found = kept.get(facts)
    if found is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        found = kept[facts] = event(watch_event(row, reader), reader.zone)
    return found


def watch_event(row: WatchRow, reader: Reader) -> Event:
    """What an event says of a watch: named by its slot, numbered by its changes."""
    mine = reader.person is not None
    if mine:
        summary = words.own_summary(row, reader.locale)
    else:
        summary = words.roster_summary(row, reader.locale, named=reader.named)
    return Event(
        uid=row.key,
        sequence=row.sequence,
        changed_at=row.changed_at or row.starts_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        summary=summary,
        description=words.description(row, reader.locale, reader.person),
        place=row.unit_name,
        cancelled=row.state == WatchState.cancelled or (mine and row.served_by != reader.person),
        vacant=row.served_by is None,
        remind=reader.remind,
        busy=mine,
    )
