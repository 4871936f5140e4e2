"""How a calendar is put together: what the library knows of each year, and what was entered over it by hand."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.kinds import DayClass, Festival
from service.rules.days import FESTIVALS, OFFICE_HOURS, Calendar, Day


class DayFact(NamedTuple):
    """A day as a source names it, before it is fitted into a calendar."""

    on: date
    day_class: DayClass
    festivals: tuple[Festival, ...] = ()


class YearFacts(NamedTuple):
    """What a source knows of one year; `announced`: the source has the holiday notice of that year."""

    year: int
    announced: bool
    days: tuple[DayFact, ...]


def assemble(
    zone: ZoneInfo,
    years: Iterable[YearFacts],
    overrides: Iterable[DayFact] = (),
    entered: Collection[int] = (),
    hours_of_work: tuple[tuple[time, time], ...] = OFFICE_HOURS,
) -> Calendar:
    """The calendar of a zone: what the library knows, and over it what was entered by hand.

    1. a year whose notice was entered (`entered`) takes nothing from the library but the festivals' own dates
    2. `overrides` stand over the library day by day
    3. a swapped day off that names no festival gets that of the nearest statutory day in its run of days off
    """
    years = tuple(years)
    facts = {fact.on: fact for year in years if year.year not in entered for fact in year.days}
    facts |= {fact.on: fact for fact in overrides}
    announced = frozenset(year.year for year in years if year.announced).union(entered)
    own: dict[tuple[Festival, int], date] = {}
    for year in years:
        for fact in sorted(year.days):
            for festival in fact.festivals if fact.day_class == DayClass.statutory_holiday else ():
                own.setdefault((festival, year.year), fact.on)
    days = {
        on: Day(on, fact.day_class, max(fact.festivals, key=FESTIVALS.index, default=None), on.year not in announced)
        for on, fact in sorted(facts.items())
    }
    bare = Calendar(zone, days, announced, "bare")
    return Calendar(zone, {on: with_festival(bare, day) for on, day in days.items()}, announced, "", own, hours_of_work)


def with_festival(calendar: Calendar, day: Day) -> Day:
    """The day, and if it is a swapped day off without a festival, the nearest one in its run of days off."""
    if day.festival or day.day_class != DayClass.adjusted_rest_day:
        return day
    first, last = calendar.run_around(day.on)
    near = [
        (abs(other.on - day.on), other.on, other.festival)
        for other in calendar.days_between(first, last)
        if other.festival and other.day_class == DayClass.statutory_holiday
    ]
    return replace(day, festival=min(near)[2]) if near else day
