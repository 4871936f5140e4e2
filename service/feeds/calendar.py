"""A calendar's bytes: its head, its zone, and its events, each made once and joined.

Everything in an event comes from its row: the same state gives the same bytes, whenever it is asked for.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from service.feeds.lines import CRLF, folded, in_utc, on_day, said, text, when

DOMAIN = "zhiban"
ASKED_AGAIN = "PT1H"
# the rules of a zone that any watch in a feed can need
ZONE_FROM, ZONE_TO = date(2015, 1, 1), date(2038, 1, 1)
TAIL = b"END:VCALENDAR\r\n"


class Event(NamedTuple):
    """What an event says. `uid` names the slot, never the person; `sequence` and `changed_at` come from its row.

    A whole day has no `ends_at`: it is the day of `starts_at`. `remind` is in minutes before it begins, None for no
    reminder; `busy` says whether it takes up the reader's time.
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    summary: str
    description: str = ""
    place: str = ""
    cancelled: bool = False
    vacant: bool = False
    remind: int | None = None
    busy: bool = False


def head(name: str, description: str, zone: ZoneInfo, locale: str) -> bytes:
    """What stands before the events: the calendar's name, what is in it, how often to ask again, and its zone."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//zhiban//duty//{'EN' if locale == 'en' else 'ZH'}",
        "CALSCALE:GREGORIAN",
        f"X-WR-TIMEZONE:{zone.key}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{ASKED_AGAIN}",
        f"X-PUBLISHED-TTL:{ASKED_AGAIN}",
    ]
    lines = [*map(folded, lines), said("NAME", name), said("X-WR-CALNAME", name)]
    lines += [said("DESCRIPTION", description), said("X-WR-CALDESC", description)]
    return "".join(lines).encode() + zone_bytes(zone.key)


@lru_cache(maxsize=64)
def zone_bytes(zone: str) -> bytes:
    """The VTIMEZONE of a zone; every reader is told its rules, and not left to know them."""
    from icalendar import Timezone  # takes a while to import

    if zone in ("UTC", "Etc/UTC"):
        return b""
    made = Timezone.from_tzid(zone, first_date=ZONE_FROM, last_date=ZONE_TO)
    made.pop("COMMENT", None)
    return bytes(made.to_ical())


def event(one: Event, zone: ZoneInfo) -> bytes:
    """One event."""
    changed = in_utc(one.changed_at)
    status = "CANCELLED" if one.cancelled else "TENTATIVE" if one.vacant else "CONFIRMED"
    lines = [
        "BEGIN:VEVENT\r\n",
        folded(f"UID:{text(one.uid)}@{DOMAIN}"),
        f"DTSTAMP:{changed}\r\nLAST-MODIFIED:{changed}\r\nSEQUENCE:{one.sequence}\r\n",
        *spans(one, zone),
        said("SUMMARY", one.summary),
        f"STATUS:{status}\r\nTRANSP:{'OPAQUE' if one.busy and not one.cancelled else 'TRANSPARENT'}\r\n",
    ]
    if one.place:
        lines.append(said("LOCATION", one.place))
    if one.description:
        lines.append(said("DESCRIPTION", one.description))
    if one.remind is not None and not one.cancelled:
        lines += ["BEGIN:VALARM\r\nACTION:DISPLAY\r\n", said("DESCRIPTION", one.summary)]
        lines.append(f"TRIGGER:-PT{one.remind}M\r\nEND:VALARM\r\n")
    lines.append("END:VEVENT" + CRLF)
    return "".join(lines).encode()


def spans(one: Event, zone: ZoneInfo) -> tuple[str, str]:
    """When an event begins and ends: on the clock, or on a whole day."""
    if one.ends_at is not None:
        return when("DTSTART", one.starts_at, zone), when("DTEND", one.ends_at, zone)
    # midnight is the end of its day, which is how people name a deadline
    day = (one.starts_at - timedelta(microseconds=1)).astimezone(zone).date()
    return on_day("DTSTART", day), on_day("DTEND", day + timedelta(days=1))


def joined(begin: bytes, events: Iterable[bytes]) -> bytes:
    """The whole calendar."""
    return b"".join((begin, *events, TAIL))
