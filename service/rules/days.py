"""Days: the class of each civil day, working-day and working-hour arithmetic, the days off around festivals, seasons.

Everything is computed from facts handed in. A `Calendar` also holds the one conversion between civil days of a zone
and instants, which are always answered in UTC.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from models.kinds import WORKING, DayClass, Festival, RestDayRule, SeasonKind
from service.rules.plan import Span

ONE_DAY = timedelta(days=1)
OFFICE_HOURS = ((time(8, 30), time(12)), (time(14), time(17, 30)))
FESTIVALS = tuple(Festival)


@dataclass(frozen=True, slots=True)
class Day:
    """One civil day. `provisional`: the holiday notice of its year is not known yet, so its class may still change."""

    on: date
    day_class: DayClass
    festival: Festival | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Break:
    """A run of days off around one festival or several (中秋 and 国庆 often share one).

    `day_on` is the festival's own date, the first of those asked for: it stays the same when the year's notice comes,
    while `first_off_on` and `last_off_on` may move.
    """

    festivals: tuple[Festival, ...]
    day_on: date
    first_off_on: date
    last_off_on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    """A season at a unit and everything beneath it, or everywhere when `unit` is None; both days included."""

    key: str
    kind: SeasonKind
    name: str
    unit: str | None
    from_on: date
    to_on: date

    def holds_on(self, on: date) -> bool:
        return self.from_on <= on <= self.to_on


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working days of one zone, from 国务院办公厅's yearly notices and 《全国年节及纪念日放假办法》.

    `days` has only the days that differ from plain Monday to Friday; `announced` the years whose notice is known;
    `festival_days` each festival's own first statutory date, which no notice moves. `version` is a digest of these
    three, computed where it is not given; two calendars are the same one only when they are the same object.
    """

    zone: ZoneInfo
    days: Mapping[date, Day]
    announced: frozenset[int]
    version: str = ""
    festival_days: Mapping[tuple[Festival, int], date] = field(default_factory=dict)
    hours_of_work: tuple[tuple[time, time], ...] = OFFICE_HOURS

    def __post_init__(self) -> None:
        flat = [moment for stretch in self.hours_of_work for moment in stretch]
        if not flat or any(later <= earlier for earlier, later in pairwise(flat)):
            raise ValueError("hours of work must be stretches of one day in their order")
        if not self.version:
            object.__setattr__(self, "version", digest(self.days, self.announced, self.festival_days))

    def day(self, on: date) -> Day:
        """The class of a day, and the festival it belongs to."""
        known = self.days.get(on)
        if known is not None:
            return known
        plain = DayClass.workday if on.weekday() < 5 else DayClass.rest_day
        return Day(on, plain, None, on.year not in self.announced)

    def days_between(self, from_on: date, to_on: date) -> list[Day]:
        """Every day from the first to the last, both included."""
        return [self.day(date.fromordinal(n)) for n in range(from_on.toordinal(), to_on.toordinal() + 1)]

    def is_working(self, on: date) -> bool:
        """Whether the office works: a plain workday or a make-up workday (调休上班)."""
        known = self.days.get(on)
        return on.weekday() < 5 if known is None else known.day_class in WORKING

    def add_working_days(self, on: date, n: int) -> date:
        """The n-th working day after `on`; with 0 the day itself or the next that works; with -n the n-th before it.

        Raises ValueError beyond the year 9999.
        """
        start = on.toordinal()
        target = self._worked(start - 1) + 1 + n
        if n > 0 and not self.is_working(on):
            target -= 1
        reach = 7 * ((abs(n) + len(self._turns[0])) // 5 + 2)
        within = range(max(start - reach, 1), start) if n < 0 else range(start, start + reach)
        return date.fromordinal(within.start + bisect_left(within, target, key=self._worked))

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days come after `a` up to and including `b`; negative when `b` is the earlier."""
        return self._worked(b.toordinal()) - self._worked(a.toordinal())

    def move(self, on: date, rule: RestDayRule) -> date | None:
        """Where a recurrence goes that falls on `on`; None when the rule leaves it out."""
        if rule is RestDayRule.keep or self.is_working(on):
            return on
        if rule is RestDayRule.skip:
            return None
        return self.add_working_days(on, -1 if rule is RestDayRule.previous_workday else 0)

    def breaks(self, from_on: date, to_on: date, festivals: Collection[Festival] = FESTIVALS) -> list[Break]:
        """The runs of days off around these festivals whose `day_on` lies in the stretch, in order of date."""
        found = []
        for (first, last), held in self._runs.items():
            near = held if first <= to_on and last >= from_on else ()
            asked = [on for on, festival in near if festival in festivals]
            if asked and from_on <= asked[0] <= to_on:
                known = {first.year, last.year} <= self.announced
                found.append(Break(tuple(name for _, name in held), asked[0], first, last, not known))
        return sorted(found, key=lambda one: one.day_on)

    def break_around(self, on: date) -> Break | None:
        """The festival's days off that `on` is one of, the weekend in their midst included; else None."""
        if self.is_working(on):
            return None
        first, last = self.run_around(on)
        held = self._runs.get((first, last))
        return self.breaks(held[0][0], held[0][0])[0] if held else None

    def run_around(self, on: date) -> tuple[date, date]:
        """The first and the last of the days off in one row that `on`, itself off, is part of."""
        return self.add_working_days(on, -1) + ONE_DAY, self.add_working_days(on, 1) - ONE_DAY

    def start_of(self, on: date) -> datetime:
        """The instant a civil day begins here, in UTC."""
        return datetime.combine(on, time.min, self.zone).astimezone(UTC)

    def end_of(self, on: date) -> datetime:
        """The instant a civil day is over here, which is the start of the next, in UTC."""
        return self.start_of(on + ONE_DAY)

    def civil(self, instant: datetime) -> date:
        """The civil day here at an instant. Raises ValueError for a naive one."""
        # by way of UTC: a label of this very zone that its clocks skipped would be taken at its word
        return zoned(instant).astimezone(UTC).astimezone(self.zone).date()

    def add_working_hours(self, instant: datetime, hours: float) -> datetime:
        """The instant when the office has worked `hours` since `instant`, in UTC.

        With 0: the instant itself in working hours (their last moment included), else when the office next opens.
        Raises ValueError for a naive instant or negative hours.
        """
        left, at = timedelta(hours=hours), zoned(instant).astimezone(UTC)
        if left < timedelta(0):
            raise ValueError("working hours are counted forward only")
        on = self.add_working_days(self.civil(at), 0)
        while True:
            for opening, closing in self.hours_of_work:
                closes = datetime.combine(on, closing, self.zone).astimezone(UTC)
                at = max(at, datetime.combine(on, opening, self.zone).astimezone(UTC))
                if at + left <= closes:
                    return at + left
                left -= max(closes - at, timedelta(0))
            on = self.add_working_days(on, 1)

    def after(self, instant: datetime, span: Span) -> datetime:
        """The instant a span that begins at `instant` is over, in UTC.

        Days and working days are over at the end of the last of them; hours and minutes run on the wall clock, day and
        night.
        Raises ValueError for a naive instant or an empty span.
        """
        at = zoned(instant)
        if span.hours is not None:
            return at.astimezone(UTC) + timedelta(hours=span.hours)
        if span.minutes is not None:
            return at.astimezone(UTC) + timedelta(minutes=span.minutes)
        if span.days is not None:
            return self.end_of(self.civil(at) + timedelta(days=span.days))
        if span.working_days is None:
            raise ValueError("a span has days, working days, hours or minutes")
        return self.end_of(self.add_working_days(self.civil(at), span.working_days))

    @cached_property
    def _turns(self) -> tuple[list[int], list[int]]:
        """The days that work otherwise than their weekday says, and by how much they shift the count from each on."""
        turned = sorted(on for on in self.days if self.is_working(on) != (on.weekday() < 5))
        shifts = accumulate((1 if self.is_working(on) else -1 for on in turned), initial=0)
        return [on.toordinal() for on in turned], list(shifts)

    def _worked(self, ordinal: int) -> int:
        """How many working days there are from day 1 (a Monday) to a day: what makes every count a subtraction."""
        weeks, rest = divmod(ordinal, 7)
        turned, shifts = self._turns
        return weeks * 5 + min(rest, 5) + shifts[bisect_right(turned, ordinal)]

    @cached_property
    def _runs(self) -> dict[tuple[date, date], list[tuple[date, Festival]]]:
        """Each run of days off with the festivals in it and their own dates, in order of date."""
        first_named: dict[tuple[Festival, int], date] = {}
        for day in sorted(self.days.values(), key=lambda day: (day.day_class != DayClass.statutory_holiday, day.on)):
            if day.festival and day.day_class not in WORKING:
                first_named.setdefault((day.festival, day.on.year), day.on)
        own = {at: on for at, on in self.festival_days.items() if not self.is_working(on)}
        runs: dict[tuple[date, date], list[tuple[date, Festival]]] = {}
        for (festival, _), on in sorted((first_named | own).items(), key=by_date_then_festival):
            runs.setdefault(self.run_around(on), []).append((on, festival))
        return runs


def by_date_then_festival(own: tuple[tuple[Festival, int], date]) -> tuple[date, int]:
    (festival, _), on = own
    return on, FESTIVALS.index(festival)


def digest(
    days: Mapping[date, Day], announced: Collection[int], festival_days: Mapping[tuple[Festival, int], date]
) -> str:
    """Sixteen letters that change when any of these facts does, the same on every machine."""
    lines = [f"{on} {day.day_class} {day.festival} {day.provisional}" for on, day in days.items()]
    lines += [str(year) for year in announced]
    lines += [f"{festival} {on}" for (festival, _), on in festival_days.items()]
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def zoned(instant: datetime) -> datetime:
    """The instant, if it says its offset; ValueError otherwise."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant} has no time zone")
    return instant


def seasons_at(seasons: Iterable[SeasonFacts], unit_path_codes: Collection[str], kind: SeasonKind) -> list[SeasonFacts]:
    """The seasons of a kind that hold at a unit, whose own and ancestors' codes are given, in order of date."""
    held = [one for one in seasons if one.kind == kind and (one.unit is None or one.unit in unit_path_codes)]
    return sorted(held, key=lambda one: (one.from_on, one.key))
