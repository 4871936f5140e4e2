"""Plans, calendars and tasks as the rules' tests want them: short to write down, or drawn at random."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from models.kinds import ActivityKind, Festival, RestDayRule, SeasonKind
from service.calendar.days import calendar_with
from service.rules.campaigns import EventFacts, Setting, UnitFacts
from service.rules.days import Calendar, SeasonFacts
from service.rules.plan import (
    ActivityPlan,
    Assignee,
    OnDate,
    OnEvent,
    OnHoliday,
    OnRule,
    OnSeason,
    Phase,
    Plan,
    Span,
    Targets,
    When,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
SAME_DAY = Span(days=0)
ZONES = ("Asia/Shanghai", "Asia/Beirut", "America/Sao_Paulo")


@cache
def china(zone: str = "Asia/Shanghai") -> Calendar:
    """China's working days as the library has them; 2023 to 2026 are announced."""
    return calendar_with(ZoneInfo(zone), (), ())


def at(text: str) -> datetime:
    """`2026-02-09` or `2026-02-09 08:30`: an instant in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def activity(
    when: When, *, key: str = "a", due: Span = SAME_DAY, window: Span = SAME_DAY, targets: Targets | None = None
) -> ActivityPlan:
    return ActivityPlan(
        key, ActivityKind.inspection, key, when, targets or Targets("town"), Assignee(level=1), due, window
    )


def plan(from_on: str = "2026-01-01", to_on: str = "2026-12-31", *activities: ActivityPlan, **facts: Any) -> Plan:
    first, last = date.fromisoformat(from_on), date.fromisoformat(to_on)
    return Plan("drive", "Drive", "town", first, last, Targets("town"), activities, **facts)


def unit(key: str, path: str = "", **facts: Any) -> UnitFacts:
    """A village unless told otherwise; its path is `/town/<key>/`."""
    known = {"kind": "village", "sector": "", "risk": "", "tags": (), "closed_on": None}
    return UnitFacts(key, path or f"/town/{key}/", **(known | facts))


# -- at random ---------------------------------------------------------------------------------------------------------

FIRST, LAST = date(2025, 1, 1), date(2027, 6, 30)
days = st.dates(FIRST, LAST)
spans = st.one_of(
    st.integers(0, 20).map(lambda n: Span(days=n)),
    st.integers(0, 10).map(lambda n: Span(working_days=n)),
    st.integers(0, 100).map(lambda n: Span(hours=n)),
)
calendars = st.sampled_from(ZONES).map(china)
RULES = (
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=MO,SA,SU",
    "FREQ=MONTHLY;BYMONTHDAY=1,10,-1",
    "FREQ=MONTHLY;BYDAY=-1FR;COUNT=6",
    "FREQ=DAILY;COUNT=40",
    "FREQ=WEEKLY;BYDAY=SU;UNTIL=20260930",
)
PATHS = ("/town/", "/town/a/", "/town/a/x/", "/town/b/")

holidays = st.builds(
    lambda festivals, opens, due: OnHoliday(tuple(festivals), opens, min(due, opens)),
    st.lists(st.sampled_from(Festival), min_size=1, unique=True),
    st.integers(0, 20),
    st.integers(0, 20),
)
rules = st.builds(OnRule, st.sampled_from(RULES), st.sampled_from(RestDayRule))
seasonal = st.builds(OnSeason, st.just(SeasonKind.flood), st.integers(1, 30))
events = st.just(OnEvent("works"))
whens = st.one_of(holidays, rules, seasonal, days.map(OnDate), events)


@st.composite
def seasons(draw: st.DrawFn) -> tuple[SeasonFacts, ...]:
    found = []
    for n in range(draw(st.integers(0, 4))):
        first = draw(days)
        last = first + draw(st.integers(0, 120)) * ONE_DAY
        where = draw(st.sampled_from((None, *PATHS)))
        found.append(SeasonFacts(f"s{n}", SeasonKind.flood, "", where, first, last))
    return tuple(found)


@st.composite
def happenings(draw: st.DrawFn, units: Sequence[str]) -> tuple[EventFacts, ...]:
    moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(lambda m: m.replace(tzinfo=SHANGHAI))  # noqa: DTZ001
    names = st.sampled_from(("works", "fire"))
    return tuple(
        draw(st.lists(st.builds(EventFacts, names, st.sampled_from(units), moments, st.none() | moments), max_size=6))
    )


@st.composite
def towns(draw: st.DrawFn) -> list[UnitFacts]:
    """Units at every depth of a small tree, some closed on a day."""
    closing = st.none() | days
    return [
        unit(f"u{n}", path=f"{draw(st.sampled_from(PATHS))}u{n}/", closed_on=draw(closing))
        for n in range(draw(st.integers(1, 5)))
    ]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """One activity within a period, in one phase that covers the period's first half."""
    first = draw(days)
    last = first + draw(st.integers(0, 400)) * ONE_DAY
    half = Phase("first half", first, first + (last - first) // 2)
    one = activity(draw(whens), due=draw(spans), window=draw(spans))
    return plan(first.isoformat(), last.isoformat(), one, phases=(half,))


@st.composite
def settings_around(draw: st.DrawFn, units: Sequence[UnitFacts]) -> Setting:
    found = draw(seasons())
    return Setting(
        draw(calendars), found, {path: path for path in PATHS}, draw(happenings([unit.key for unit in units]))
    )
