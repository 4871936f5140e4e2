"""A recurrence rule of RFC 5545 at the grain of days: read strictly, and followed no further than it is asked.

`dateutil` follows a rule to the year 9999 before it admits that none of its days exists (31 February), and for ever
when INTERVAL is 0. Here the search is bounded by the period, so that its cost is that of the period's days. For every
rule that `parse` lets through, the days are those that `dateutil` gives (a law in the tests).

Refused although the standard has them: parts of an hour or less (a task is planned by the day), BYWEEKNO (dateutil and
the standard differ on its days), BYDAY that mixes `MO` and `1MO` (they differ here too).
"""

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_TIMES = 4000
_SUBDAILY = ("HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND")
_DAY = timedelta(days=1)


class BadRule(ValueError):
    """Why a rule can't be followed: an English msgid and the facts for its `{names}`."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason.format(**facts))
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that has been read. Monday is 0; `nth` holds (weekday, n), and n < 0 counts from the end."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    wkst: int = 0
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    nth: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()


def parse(rrule: str) -> Rule:
    """The rule of a text like `FREQ=MONTHLY;BYMONTHDAY=10`, or BadRule with what is wrong with which part."""
    parts = _parts(rrule.upper().removeprefix("RRULE:"))
    freq = parts.pop("FREQ", "")
    if freq in _SUBDAILY:
        raise BadRule("FREQ={freq} is within the day; a task is planned by the day: use DAILY or rarer", freq=freq)
    if freq not in FREQUENCIES:
        raise BadRule("A rule needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    known: dict[str, Any] = {}
    for name, value in parts.items():
        if name not in _READERS:
            raise BadRule("{part} is not a part of a rule by the day", part=name)
        allowed, read = _READERS[name]
        if freq not in allowed:
            raise BadRule("{part} has no meaning with FREQ={freq}", part=name, freq=freq)
        known |= read(name, value)
    rule = Rule(freq, **known)
    _refuse_contradictions(rule)
    return rule


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.strip().partition("=")
        if not equals or not name or not value:
            raise BadRule("{part} is not written like FREQ=MONTHLY", part=part[:40])
        if name in parts:
            raise BadRule("{part} is named twice", part=name[:40])
        if name in _SUBDAILY:
            raise BadRule("{part} is within the day; a task is planned by the day", part=name)
        parts[name] = value.strip()
    return parts


def _refuse_contradictions(rule: Rule) -> None:
    if rule.count and rule.until:
        raise BadRule("COUNT and UNTIL contradict each other: name one")
    if rule.weekdays and rule.nth:
        raise BadRule("BYDAY mixes plain and numbered weekdays: use two activities")
    if rule.nth and rule.freq in ("DAILY", "WEEKLY"):
        raise BadRule("BYDAY numbers its weekdays, which has no meaning with FREQ={freq}", freq=rule.freq)
    if (rule.freq == "MONTHLY" or rule.months) and any(abs(n) > 5 for _, n in rule.nth):
        raise BadRule("No month has a weekday more than 5 times: the search would never end")
    if rule.positions and not (rule.months or rule.month_days or rule.year_days or rule.weekdays or rule.nth):
        raise BadRule("BYSETPOS needs another BY part to choose from")
    longest = max((monthrange(2000, month)[1] for month in rule.months), default=31)
    if rule.month_days and min(abs(n) for n in rule.month_days) > longest:
        raise BadRule("None of its months has such a day: the search would never end")


def _number(name: str, value: str, least: int, most: int) -> int:
    if not re.fullmatch("[+-]?[0-9]{1,6}", value) or not least <= int(value) <= most or int(value) == 0:
        if least < 0:
            raise BadRule(
                "{part}={value} is not a number from 1 to {most}, or from -1 to {least} counted from the end",
                part=name,
                value=value[:40],
                least=least,
                most=most,
            )
        raise BadRule("{part}={value} is not a number from 1 to {most}", part=name, value=value[:40], most=most)
    return int(value)


def _one(field: str, most: int) -> Callable[[str, str], dict[str, Any]]:
    return lambda name, value: {field: _number(name, value, 1, most)}


def _several(field: str, least: int, most: int) -> Callable[[str, str], dict[str, Any]]:
    return lambda name, value: {field: frozenset(_number(name, item.strip(), least, most) for item in value.split(","))}


def _until(name: str, value: str) -> dict[str, Any]:
    try:
        if re.fullmatch("[0-9]{8}", value):
            return {"until": date.fromisoformat(value)}
    except ValueError:
        pass
    raise BadRule("UNTIL must be a day written like 20261231, without a time")


def _weekday(name: str, value: str) -> int:
    if value not in WEEKDAYS:
        raise BadRule("{part}={value} is not a weekday (MO TU WE TH FR SA SU)", part=name, value=value[:40])
    return WEEKDAYS.index(value)


def _weekdays(name: str, value: str) -> dict[str, Any]:
    plain, nth = set(), set()
    for item in (item.strip() for item in value.split(",")):
        weekday = _weekday(name, item[-2:])
        if number := item[:-2]:
            nth.add((weekday, _number(name, number, -53, 53)))
        else:
            plain.add(weekday)
    return {"weekdays": frozenset(plain), "nth": frozenset(nth)}


# Which part is allowed with which frequency: RFC 5545 §3.3.10, the table of BYxxx parts.
_READERS: dict[str, tuple[tuple[str, ...], Callable[[str, str], dict[str, Any]]]] = {
    "INTERVAL": (FREQUENCIES, _one("interval", 1000)),
    "COUNT": (FREQUENCIES, _one("count", MOST_TIMES)),
    "UNTIL": (FREQUENCIES, _until),
    "WKST": (FREQUENCIES, lambda name, value: {"wkst": _weekday(name, value)}),
    "BYMONTH": (FREQUENCIES, _several("months", 1, 12)),
    "BYMONTHDAY": (("DAILY", "MONTHLY", "YEARLY"), _several("month_days", -31, 31)),
    "BYYEARDAY": (("YEARLY",), _several("year_days", -366, 366)),
    "BYDAY": (FREQUENCIES, _weekdays),
    "BYSETPOS": (FREQUENCIES, _several("positions", -366, 366)),
}


def dates(rule: Rule, from_on: date, to_on: date) -> Iterator[date]:
    """The rule's days counted from `from_on`, as DTSTART, up to and including `to_on`; never looks past it."""
    rule = _completed(rule, from_on)
    last = min(to_on, rule.until or to_on)
    given = 0
    for stretch in _stretches(rule, from_on, last):
        fitting = [on for on in stretch if _fits(rule, on)]
        for on in _picked(fitting, rule.positions) if rule.positions else fitting:
            if from_on <= on <= last and (rule.count is None or given < rule.count):
                given += 1
                yield on
        if given == rule.count:
            return


def _completed(rule: Rule, start: date) -> Rule:
    """What the rule leaves open is taken from its first day (RFC 5545 §3.3.10)."""
    if rule.month_days or rule.year_days or rule.weekdays or rule.nth or rule.freq == "DAILY":
        return rule
    if rule.freq == "WEEKLY":
        return replace(rule, weekdays=frozenset({start.weekday()}))
    months = rule.months or (frozenset({start.month}) if rule.freq == "YEARLY" else frozenset())
    return replace(rule, months=months, month_days=frozenset({start.day}))


def _stretches(rule: Rule, start: date, last: date) -> Iterator[list[date]]:
    """The days of each period that the frequency and its interval choose."""
    if rule.freq == "DAILY":
        for n in range(0, (last - start).days + 1, rule.interval):
            yield [start + n * _DAY]
    elif rule.freq == "WEEKLY":
        monday = start - (start.weekday() - rule.wkst) % 7 * _DAY
        while monday <= last:
            yield [on for on in _days(monday, 7) if on >= start]
            monday += 7 * rule.interval * _DAY
    elif rule.freq == "MONTHLY":
        for n in range(start.month - 1, (last.year - start.year) * 12 + last.month, rule.interval):
            year, month = start.year + n // 12, n % 12 + 1
            yield _days(date(year, month, 1), monthrange(year, month)[1])
    else:
        for year in range(start.year, last.year + 1, rule.interval):
            yield _days(date(year, 1, 1), _length(year))


def _days(first: date, number: int) -> list[date]:
    return [first + n * _DAY for n in range(number)]


def _length(year: int) -> int:
    return 366 if isleap(year) else 365


def _fits(rule: Rule, on: date) -> bool:
    if rule.months and on.month not in rule.months:
        return False
    if rule.weekdays and on.weekday() not in rule.weekdays:
        return False
    month = monthrange(on.year, on.month)[1]
    if rule.month_days and not {on.day, on.day - month - 1} & rule.month_days:
        return False
    if not (rule.year_days or rule.nth):
        return True
    day, year = on.timetuple().tm_yday, _length(on.year)
    if rule.year_days and not {day, day - year - 1} & rule.year_days:
        return False
    place, whole = (on.day, month) if rule.freq == "MONTHLY" or rule.months else (day, year)
    from_start, from_end = (place + 6) // 7, -((whole - place) // 7 + 1)
    return not rule.nth or bool({(on.weekday(), from_start), (on.weekday(), from_end)} & rule.nth)


def _picked(days: list[date], positions: frozenset[int]) -> list[date]:
    """BYSETPOS: the first, second, last … of the period's days."""
    places = {n - 1 if n > 0 else len(days) + n for n in positions}
    return [on for place, on in enumerate(days) if place in places]
