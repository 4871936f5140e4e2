"""Content lines of iCalendar (RFC 5545 §3.1): escaped, folded at 75 octets without cutting a character, CRLF."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

OCTETS = 75
CRLF = "\r\n"
# so many letters are never too long, whatever they are
SURELY_SHORT = 18
# what may stand in no text at all: control characters but the tab (line feeds are escaped before)
UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
TO_ESCAPE = re.compile(r"[\\;,\x00-\x1f\x7f\ud800-\udfff]")


def text(value: str) -> str:
    """A value of the type TEXT."""
    if not TO_ESCAPE.search(value):
        return value
    return UNFIT.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).translate(ESCAPED)


def folded(line: str) -> str:
    """One content line with its end, folded where it is longer than 75 octets."""
    if len(line) <= SURELY_SHORT or (len(line) <= OCTETS and line.isascii()):
        return line + CRLF
    octets = line.encode()
    parts = []
    start, room = 0, OCTETS
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # the middle of a character
            end -= 1
        parts.append(octets[start:end])
        start, room = end, OCTETS - 1  # the space in front counts
    parts.append(octets[start:])
    return b"\r\n ".join(parts).decode() + CRLF


@lru_cache(maxsize=8_192)
def said(name: str, value: str) -> str:
    """A property whose value is text, as a whole line: many events say the same."""
    return folded(f"{name}:{text(value)}")


@lru_cache(maxsize=8_192)
def in_utc(at: datetime) -> str:
    """An instant as `20261201T000000Z`."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def when(name: str, at: datetime, zone: ZoneInfo) -> str:
    """A property that is an instant on the clock of a zone; in UTC where the clock shows that label twice."""
    there = at.astimezone(zone)
    if there.fold or zone.key in ("UTC", "Etc/UTC"):
        return f"{name}:{in_utc(at)}\r\n"
    return f"{name};TZID={zone.key}:{there:%Y%m%dT%H%M%S}\r\n"


def on_day(name: str, on: date) -> str:
    """A property that is a whole day."""
    return f"{name};VALUE=DATE:{on:%Y%m%d}\r\n"
