"""A plan on strips of up to twelve months, as places on a picture: a line for each activity, a mark for each turn."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from models.kinds import DayClass
from service.campaigns.year_strip import ActivityTurns
from service.rules.days import Calendar
from service.rules.plan import Phase

LEFT, WIDTH, TOP, LINE, FOOT = 190, 900, 56, 26, 8
NAME_SIGNS = 14  # how many Chinese characters of a name fit beside its line
MARKS_MOST = 60  # of one activity on one strip; more are drawn month by month
MONTHS_MOST = 12
LEAST = 3.0
DAY = timedelta(days=1)


class Month(NamedTuple):
    """A month; its `year` is said where it is the first of the strip or of its year, else None."""

    month: int
    year: int | None
    x: float


class Band(NamedTuple):
    """A stretch of days: a day off, a phase, the days on either side of the campaign."""

    x: float
    width: float
    first_on: date
    last_on: date
    words: str = ""


class Mark(NamedTuple):
    """One turn, or all turns of a month: `x` where it opens, `width` up to when it is due."""

    x: float
    width: float
    first_on: date
    last_on: date
    units: int
    turns: int


class Line(NamedTuple):
    y: float
    name: str
    short: str
    kind: str
    marks: tuple[Mark, ...]


class Strip(NamedTuple):
    """Some months of a plan. `provisional`: the years among them whose holiday notice is not known yet."""

    first_on: date
    last_on: date
    height: float
    months: tuple[Month, ...]
    off: tuple[Band, ...]
    makeup: tuple[Band, ...]
    phases: tuple[Band, ...]
    outside: tuple[Band, ...]
    lines: tuple[Line, ...]
    today: float | None
    provisional: tuple[int, ...]


class Listed(NamedTuple):
    """One activity as the table beside the picture lists it."""

    name: str
    kind: str
    turns: int
    tasks: int
    days: tuple[tuple[int, tuple[date, ...]], ...]


class Stretch:
    """The place of every day of some months on their strip."""

    def __init__(self, first_on: date, last_on: date) -> None:
        self.first_on, self.last_on = first_on, last_on
        self.days = (last_on - first_on).days + 1

    def x(self, on: date) -> float:
        """Where a day begins, held within the months."""
        gone = min(max((on - self.first_on).days, 0), self.days)
        return round(LEFT + WIDTH * gone / self.days, 1)

    def band(self, first_on: date, last_on: date, words: str = "") -> Band:
        x = self.x(first_on)
        return Band(x, round(max(self.x(last_on + DAY) - x, 0.0), 1), first_on, last_on, words)

    def meets(self, first_on: date, last_on: date) -> bool:
        return first_on <= self.last_on and last_on >= self.first_on


def months_on(on: date, months: int) -> date:
    """The first day of the month so many months after that of a day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, 1)


def stretches(from_on: date, to_on: date) -> list[Stretch]:
    """A period in whole months, twelve at most together."""
    found = []
    first_on = months_on(from_on, 0)
    while first_on <= to_on:
        beyond = min(months_on(first_on, MONTHS_MOST), months_on(to_on, 1))
        found.append(Stretch(first_on, beyond - DAY))
        first_on = beyond
    return found


def around(from_on: date, to_on: date, today: date) -> tuple[date, date]:
    """The months of a period that a strip shows today, or the nearest: days within the period."""
    found = stretches(from_on, to_on)
    near = next((one for one in found if today <= one.last_on), found[-1])
    return max(near.first_on, from_on), min(near.last_on, to_on)


def strips(
    shown: Sequence[ActivityTurns],
    calendar: Calendar,
    *,
    from_on: date,
    to_on: date,
    phases: Sequence[Phase] = (),
    today: date,
) -> list[Strip]:
    """The strips of a period, the days on either side of it marked as outside."""
    return [
        strip(place, shown, calendar, from_on=from_on, to_on=to_on, phases=phases, today=today)
        for place in stretches(from_on, to_on)
    ]


def strip(
    place: Stretch,
    shown: Sequence[ActivityTurns],
    calendar: Calendar,
    *,
    from_on: date,
    to_on: date,
    phases: Sequence[Phase],
    today: date,
) -> Strip:
    days = calendar.days_between(place.first_on, place.last_on)
    holidays = [day.on for day in days if day.day_class in (DayClass.statutory_holiday, DayClass.adjusted_rest_day)]
    makeup = [day.on for day in days if day.day_class == DayClass.makeup_workday]
    sides = (place.first_on, from_on - DAY), (to_on + DAY, place.last_on)
    years = range(place.first_on.year, place.last_on.year + 1)
    return Strip(
        place.first_on,
        place.last_on,
        TOP + LINE * len(shown) + FOOT,
        tuple(months_of(place)),
        tuple(place.band(*run) for run in runs(holidays)),
        tuple(place.band(on, on) for on in makeup),
        tuple(
            place.band(max(one.from_on, place.first_on), min(one.to_on, place.last_on), one.name)
            for one in phases
            if place.meets(one.from_on, one.to_on)
        ),
        tuple(place.band(*one) for one in sides if one[0] <= one[1] and place.meets(*one)),
        tuple(line(place, n, one, calendar) for n, one in enumerate(shown)),
        place.x(today) if place.meets(today, today) else None,
        tuple(year for year in years if year not in calendar.announced),
    )


def months_of(place: Stretch) -> Iterable[Month]:
    on = place.first_on
    while on <= place.last_on:
        yield Month(on.month, on.year if on.month == 1 or on == place.first_on else None, place.x(on))
        on = months_on(on, 1)


def runs(days: Iterable[date]) -> Iterable[tuple[date, date]]:
    """The stretches of days that follow each other."""
    first: date | None = None
    last: date | None = None
    for on in days:
        if first is not None and last is not None and on != last + DAY:
            yield first, last
            first = None
        first = first or on
        last = on
    if first is not None and last is not None:
        yield first, last


def line(place: Stretch, number: int, shown: ActivityTurns, calendar: Calendar) -> Line:
    marks = [
        Mark(0, 0, calendar.civil(turn.opens_at), last_day(calendar, turn.due_at), turn.units, 1)
        for turn in shown.turns
    ]
    there = [mark for mark in marks if place.meets(mark.first_on, mark.first_on)]
    if len(there) > MARKS_MOST:
        there = by_month(there)
    drawn = tuple(drawn_at(place, mark) for mark in there)
    return Line(TOP + LINE * number, shown.name, shortened(shown.name), str(shown.kind), drawn)


def last_day(calendar: Calendar, due_at: datetime) -> date:
    """The day with whose end a deadline falls, or on which it does."""
    return calendar.civil(due_at - timedelta(microseconds=1))


def drawn_at(place: Stretch, mark: Mark) -> Mark:
    x = place.x(mark.first_on)
    return mark._replace(x=x, width=round(max(place.x(mark.last_on + DAY) - x, LEAST), 1))


def by_month(marks: Sequence[Mark]) -> list[Mark]:
    """One mark for all the turns of a month."""
    months: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        months.setdefault((mark.first_on.year, mark.first_on.month), []).append(mark)
    return [
        Mark(0, 0, inside[0].first_on, inside[-1].first_on, sum(one.units for one in inside), len(inside))
        for inside in months.values()
    ]


def shortened(name: str) -> str:
    """A name that fits beside its line: a Chinese character is as wide as two letters."""
    room = 2.0 * NAME_SIGNS
    kept = ""
    for sign in name:
        room -= 1.15 if sign.isascii() else 2
        if room < 1:
            return f"{kept}…"
        kept += sign
    return kept


def listed(shown: Sequence[ActivityTurns], calendar: Calendar) -> list[Listed]:
    """The same turns for a table: each activity's opening days, year by year."""
    found = []
    for one in shown:
        days: dict[int, list[date]] = {}
        for turn in one.turns:
            on = calendar.civil(turn.opens_at)
            days.setdefault(on.year, []).append(on)
        found.append(
            Listed(
                one.name, str(one.kind), len(one.turns), one.tasks, tuple((y, tuple(ons)) for y, ons in days.items())
            )
        )
    return found
