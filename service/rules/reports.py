"""Reports: which days one covers, what its states admit, and with what days it is compared."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from dateutil.rrule import rrulestr

from models.kinds import ReportPeriod, ReportState

ONE_DAY = timedelta(days=1)
MONTHS = {ReportPeriod.month: 1, ReportPeriod.quarter: 3, ReportPeriod.half_year: 6, ReportPeriod.year: 12}
# how many times a year an activity comes round, and the stretch its reports cover
TIMES_A_YEAR = (
    (40, ReportPeriod.week), (8, ReportPeriod.month), (3, ReportPeriod.quarter), (2, ReportPeriod.half_year),
    (1, ReportPeriod.year),
)  # fmt: skip
UNFROZEN = frozenset({ReportState.owed, ReportState.drafting})
# what can be done to a report in which states
ADMITS: dict[str, frozenset[str]] = {
    "write": frozenset(
        {ReportState.owed, ReportState.drafting, ReportState.frozen, ReportState.sent, ReportState.corrected}
    ),
    "draft": UNFROZEN,
    "freeze": UNFROZEN,
    "sign": frozenset({ReportState.frozen, ReportState.corrected}),
    "send": frozenset({ReportState.frozen, ReportState.corrected}),
    "correct": frozenset({ReportState.frozen, ReportState.sent, ReportState.corrected}),
}


class Stretch(NamedTuple):
    """The days of a report, both included, and what stretch they are."""

    period: ReportPeriod
    from_on: date
    to_on: date


def month_on(on: date, months: int) -> date:
    """The first day of the month so many months after that of `on`."""
    whole = on.year * 12 + on.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def stretch_holding(period: ReportPeriod, on: date) -> Stretch:
    """The week, month, quarter, half-year or year in which a day lies."""
    if period == ReportPeriod.week:
        first = on - timedelta(days=on.weekday())
        return Stretch(period, first, first + timedelta(days=6))
    months = MONTHS[period]
    first = month_on(date(on.year, 1, 1), (on.month - 1) // months * months)
    return Stretch(period, first, month_on(first, months) - ONE_DAY)


def stretch_before(stretch: Stretch) -> Stretch:
    """The stretch of the same kind right before; of a free one, as many months where it is whole ones, else days."""
    if stretch.period in MONTHS or stretch.period == ReportPeriod.week:
        return stretch_holding(stretch.period, stretch.from_on - ONE_DAY)
    following = stretch.to_on + ONE_DAY
    if stretch.from_on.day == following.day == 1:
        months = (following.year - stretch.from_on.year) * 12 + following.month - stretch.from_on.month
        return Stretch(stretch.period, month_on(stretch.from_on, -months), stretch.from_on - ONE_DAY)
    days = stretch.to_on - stretch.from_on
    return Stretch(stretch.period, stretch.from_on - days - ONE_DAY, stretch.from_on - ONE_DAY)


def year_before(stretch: Stretch) -> Stretch:
    """The same days a year before; a month's last day stays one."""
    return Stretch(stretch.period, earlier(stretch.from_on), earlier(stretch.to_on))


def earlier(on: date) -> date:
    last = monthrange(on.year - 1, on.month)[1]
    month_ends = (on + ONE_DAY).month != on.month
    return date(on.year - 1, on.month, last if month_ends else min(on.day, last))


def kind_of_stretch(from_on: date, to_on: date) -> ReportPeriod:
    """What stretch two days enclose: a whole week, month, quarter, half-year or year, or a free one."""
    for period in (*MONTHS, ReportPeriod.week):
        if stretch_holding(period, from_on)[1:] == (from_on, to_on):
            return period
    return ReportPeriod.other


def recurring(times_a_year: float) -> ReportPeriod:
    """The stretch of what comes round so many times a year; less than yearly is a year."""
    return next((period for least, period in TIMES_A_YEAR if times_a_year >= least), ReportPeriod.year)


def times_in_year(rrule: str, year: int) -> int:
    """How many times a rule comes round in a year."""
    first = datetime(year, 1, 1)  # noqa: DTZ001 (a rule counts civil days)
    return sum(1 for _ in rrulestr(rrule, dtstart=first).between(first, datetime(year, 12, 31), inc=True))  # noqa: DTZ001


def stretch_owed(period: ReportPeriod, planned_on: date) -> Stretch:
    """The stretch that a report planned for a day is of: the one whose last day is nearest (earlier when both are)."""
    this = stretch_holding(period, planned_on)
    before = stretch_before(this)
    return this if this.to_on - planned_on < planned_on - before.to_on else before


def stretch_dated(planned_on: date, from_on: date, to_on: date) -> Stretch:
    """What a report covers that is written once: of its campaign's days, those of the year up to that month's end."""
    first = max(date(planned_on.year, 1, 1), from_on)
    last = min(month_on(planned_on, 1) - ONE_DAY, to_on)
    if last < first:
        first, last = date(planned_on.year, planned_on.month, 1), month_on(planned_on, 1) - ONE_DAY
    return Stretch(kind_of_stretch(first, last), first, last)


def admits(act: str, state: str) -> bool:
    """Whether a report in a state admits an act."""
    return state in ADMITS[act]


def signer_fits(signer: str, drafter: str, leaders: tuple[str, ...]) -> bool:
    """Whether somebody may sign: not who froze it, where another leader is there to do it."""
    return signer != drafter or not any(leader != drafter for leader in leaders)


def after_freezing(state: str) -> ReportState:
    """The state once a new edition is frozen: what was sent is corrected by it."""
    return ReportState.corrected if state in (ReportState.sent, ReportState.corrected) else ReportState.frozen


def after_sending(state: str) -> ReportState:
    """The state once the newest edition is sent."""
    return ReportState.corrected if state == ReportState.corrected else ReportState.sent


class Changed(NamedTuple):
    """A figure that says something else now than when it was frozen; None: it was not or is no longer there."""

    figure: str
    frozen: Any
    now: Any


def changes(frozen: dict[str, Any], now: dict[str, Any]) -> list[Changed]:
    """The figures whose values differ, in the order of the frozen ones; new ones after them."""
    names = [*frozen, *(name for name in now if name not in frozen)]
    return [Changed(name, frozen.get(name), now.get(name)) for name in names if frozen.get(name) != now.get(name)]
