"""The civil days of a unit as a roster sees them: their class, and the seasons that hold there."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from sqlmodel import Session

from models.kinds import DayClass
from service import units
from service.calendar.days import gather_calendar, gather_seasons
from service.roster.facts import Day
from service.rules.chain import ancestors
from service.rules.days import Calendar, SeasonFacts
from service.rules.days import Day as CivilDay

HOLIDAY = "holiday"


class UnitDays:
    """A unit's calendar, read once for everything that is asked of it; its seasons where they are asked for."""

    def __init__(self, session: Session, path: str) -> None:
        self._session, self._path = session, path
        self.calendar: Calendar = gather_calendar(session, zone=units.zone_at(session, path))

    @cached_property
    def seasons(self) -> Sequence[SeasonFacts]:
        """The seasons that hold for the unit, of its own and of those above."""
        above = set(ancestors(self._path))
        return [season for season in gather_seasons(self._session) if season.unit is None or season.unit in above]

    def between(self, from_on: date, to_on: date) -> tuple[Day, ...]:
        """The days from one to another with their class and their seasons: `sensitive`, `flood`, …

        A weekend inside the days off of a festival is a `holiday` too: the notice gives all of them off as one.
        """
        return tuple(
            Day(day.on, frozenset({*self.kinds(day), *(str(one.kind) for one in self.seasons if one.holds_on(day.on))}))
            for day in self.calendar.days_between(from_on, to_on)
        )

    def kinds(self, day: CivilDay) -> tuple[str, ...]:
        """The class of a day, and whether it belongs to a holiday by the days around it."""
        inside = day.day_class == DayClass.rest_day and self.calendar.break_around(day.on) is not None
        return (str(day.day_class), HOLIDAY) if inside else (str(day.day_class),)


def days_of(session: Session, unit: str) -> UnitDays:
    """The days of a unit."""
    return UnitDays(session, units.path_of(session, unit))
