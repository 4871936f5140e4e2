"""When an activity comes round: holidays, dates, events and seasons, each with dates anyone can check in a calendar."""

from datetime import date

import pytest

from models.kinds import Festival, SeasonKind
from service.rules.campaigns import EventFacts, Occurrence, Setting, occurrences
from service.rules.days import SeasonFacts
from service.rules.plan import ActivityPlan, OnDate, OnEvent, OnHoliday, OnSeason, Plan, Span
from tests.rules.plans import SHANGHAI, activity, at, china, plan

YEAR = plan()


def turns(plan: Plan, one: ActivityPlan, setting: Setting | None = None) -> list[tuple[str, str, str, str]]:
    """(mark, opens, due, closes) of every turn, the instants as Shanghai's clocks show them."""
    found = occurrences(plan, one, setting or Setting(china()))
    return [(turn.mark, *(shown(at) for at in turn[2:5])) for turn in found]  # type: ignore[misc]


def shown(instant: object) -> str:
    text = instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")  # type: ignore[attr-defined]
    return text.removesuffix(" 00:00")


# -- holidays ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "festivals", "opens", "due", "expected"),
    [
        # 清明 2026 is Sunday 5 April, its days off begin on Saturday 4; due on Friday 3 means until that day is over
        (2026, [Festival.qingming], 7, 1, [("2026-04-05", "2026-03-28", "2026-04-04")]),
        (2026, [Festival.qingming], 7, 0, [("2026-04-05", "2026-03-28", "2026-04-05")]),
        (2026, [Festival.qingming], 0, 0, [("2026-04-05", "2026-04-04", "2026-04-05")]),
        # 除夕 2026 is 16 February, and Sunday 15 is already off
        (2026, [Festival.spring_festival], 10, 2, [("2026-02-16", "2026-02-05", "2026-02-14")]),
        # 2025: 国庆 and 中秋 (6 October) share one break: one turn, named after the first of those asked for
        (
            2025,
            [Festival.mid_autumn, Festival.national_day],
            7,
            1,
            [("2025-10-01", "2025-09-24", "2025-10-01")],
        ),
        (2025, [Festival.mid_autumn], 7, 1, [("2025-10-06", "2025-09-24", "2025-10-01")]),
        # 2026: the two are apart, and are two turns
        (
            2026,
            [Festival.national_day, Festival.mid_autumn],
            7,
            1,
            [("2026-09-25", "2026-09-18", "2026-09-25"), ("2026-10-01", "2026-09-24", "2026-10-01")],
        ),
    ],
)
def test_a_holiday_opens_and_is_due_before_its_first_day_off(
    year: int, festivals: list[Festival], opens: int, due: int, expected: list[tuple[str, str, str]]
) -> None:
    one = activity(OnHoliday(tuple(festivals), opens, due))
    found = turns(plan(f"{year}-01-01", f"{year}-12-31"), one)
    assert [turn[:3] for turn in found] == expected


def test_a_holiday_opens_no_earlier_than_its_campaign() -> None:
    one = activity(OnHoliday((Festival.labour_day,), 7, 3))
    (turn,) = turns(plan("2026-04-27"), one)
    assert turn[:3] == ("2026-05-01", "2026-04-27", "2026-04-29")
    (turn,) = turns(plan("2026-04-30"), one)
    assert turn[:3] == ("2026-05-01", "2026-04-30", "2026-05-01"), "the due day gives way too, never before opening"
    assert turns(plan("2026-05-02"), one) == []
    assert turns(plan("2026-05-02", "2027-04-30"), one) == []


@pytest.mark.parametrize(
    ("window", "closes"),
    [
        (Span(days=0), "2026-10-01"),
        (Span(days=3), "2026-10-04"),
        (Span(hours=6), "2026-10-01 06:00"),
        # due with 30 September; the fifth working day after it is 14 October (Saturday 10 is made up for)
        (Span(working_days=5), "2026-10-14"),
        (Span(working_days=0), "2026-10-01"),
    ],
)
def test_a_window_is_counted_from_the_due_day(window: Span, closes: str) -> None:
    one = activity(OnHoliday((Festival.national_day,), 7, 1), window=window)
    assert turns(YEAR, one) == [("2026-10-01", "2026-09-24", "2026-10-01", closes)]


# -- dates -------------------------------------------------------------------------------------------------------------


def test_a_date_comes_once_and_lasts_its_day() -> None:
    assert turns(YEAR, activity(OnDate(date(2026, 6, 16)))) == [
        ("2026-06-16", "2026-06-16", "2026-06-17", "2026-06-17")
    ]


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Span(days=2), "2026-06-19"),
        (Span(working_days=3), "2026-06-23"),  # 17, 18, then 端午 19 to 21, then Monday 22
        (Span(hours=36), "2026-06-17 12:00"),
    ],
)
def test_due_is_counted_from_the_opening(due: Span, expected: str) -> None:
    ((_, _, due_at, _),) = turns(YEAR, activity(OnDate(date(2026, 6, 16)), due=due))
    assert due_at == expected


# -- events ------------------------------------------------------------------------------------------------------------


def happened(name: str, unit: str, when: str) -> EventFacts:
    return EventFacts(name, unit, at(when))


def test_an_event_opens_at_its_own_instant_at_its_own_unit() -> None:
    setting = Setting(china(), events=[happened("works", "a", "2026-03-02 15:30"), happened("fire", "a", "2026-03-03")])
    one = activity(OnEvent("works"), due=Span(hours=24), window=Span(hours=2))
    (turn,) = occurrences(YEAR, one, setting)
    assert (turn.mark, turn.unit, turn.opens_at) == ("2026-03-02", "a", at("2026-03-02 15:30"))
    assert (turn.due_at, turn.closes_at) == (at("2026-03-03 15:30"), at("2026-03-03 17:30"))


def test_two_events_on_one_day_are_two_turns() -> None:
    events = [
        happened("works", "a", "2026-03-02 15:30"),
        happened("works", "a", "2026-03-02 09:00"),
        happened("works", "b", "2026-03-02 10:00"),
        happened("works", "a", "2026-03-03 00:00"),
        happened("works", "a", "2026-03-02 23:59"),
    ]
    found = occurrences(YEAR, activity(OnEvent("works")), Setting(china(), events=events))
    assert [(turn.mark, turn.unit) for turn in found] == [
        ("2026-03-02", "a"),
        ("2026-03-02", "b"),
        ("2026-03-02.2", "a"),
        ("2026-03-02.3", "a"),
        ("2026-03-03", "a"),
    ]


def test_an_event_outside_the_period_triggers_nothing() -> None:
    events = [
        happened("works", "a", "2026-02-28 23:59"),
        happened("works", "b", "2026-03-31 23:59"),
        happened("works", "c", "2026-04-01 00:00"),
    ]
    found = occurrences(plan("2026-03-01", "2026-03-31"), activity(OnEvent("works")), Setting(china(), events=events))
    assert [turn.unit for turn in found] == ["b"]


# -- seasons -----------------------------------------------------------------------------------------------------------


def season(first: str, last: str, unit: str | None = None, kind: SeasonKind = SeasonKind.flood) -> SeasonFacts:
    return SeasonFacts(f"{kind}:{unit}:{first}", kind, "", unit, date.fromisoformat(first), date.fromisoformat(last))


def around(*seasons: SeasonFacts) -> Setting:
    return Setting(china(), seasons, {"t": "/t/", "v": "/t/v/", "g": "/t/v/g/", "w": "/t/w/"})


def marks(setting: Setting, every: int = 7, period: Plan = YEAR) -> list[tuple[str, str, tuple[str, ...]]]:
    found = occurrences(period, activity(OnSeason(SeasonKind.flood, every)), setting)
    return [(turn.mark[5:], turn.under, turn.except_under) for turn in found]


def test_a_season_comes_round_from_its_first_day() -> None:
    setting = around(season("2026-04-15", "2026-05-06"), season("2026-04-01", "2026-09-30", None, SeasonKind.heating))
    assert [mark for mark, _, _ in marks(setting)] == ["04-15", "04-22", "04-29", "05-06"]
    assert [mark for mark, _, _ in marks(setting, every=21)] == ["04-15", "05-06"]
    assert marks(setting)[0][1:] == ("/", ())


def test_a_season_is_cut_to_the_campaign_without_changing_its_beat() -> None:
    setting = around(season("2026-04-15", "2026-05-31"))
    assert [mark for mark, _, _ in marks(setting, period=plan("2026-04-20", "2026-05-06"))] == [
        "04-22",
        "04-29",
        "05-06",
    ]


def test_a_nearer_season_takes_the_place_of_a_wider_one() -> None:
    setting = around(
        season("2026-04-01", "2026-04-10"),
        season("2026-04-05", "2026-04-14", "t"),
        season("2026-04-06", "2026-04-08", "v"),
    )
    assert marks(setting) == [
        ("04-01", "/", ("/t/", "/t/v/")),
        ("04-05", "/t/", ("/t/v/",)),
        ("04-06", "/t/v/", ()),
        ("04-08", "/", ("/t/", "/t/v/")),
        ("04-12", "/t/", ("/t/v/",)),
    ]


def test_seasons_apart_in_time_or_place_leave_each_other_alone() -> None:
    setting = around(
        season("2026-04-01", "2026-04-02", "t"),
        season("2026-04-03", "2026-04-03", "v"),
        season("2026-04-01", "2026-04-01", "w"),
    )
    assert marks(setting) == [
        ("04-01", "/t/", ("/t/w/",)),
        ("04-01", "/t/w/", ()),
        ("04-03", "/t/v/", ()),
    ]


def test_two_seasons_of_one_place_that_overlap_make_one_turn_a_day() -> None:
    setting = around(season("2026-04-01", "2026-04-20"), season("2026-04-08", "2026-04-30"))
    assert [mark for mark, _, _ in marks(setting)] == ["04-01", "04-08", "04-15", "04-22", "04-29"]


def test_a_day_shared_by_two_seasons_of_one_place_is_kept_from_whom_both_keep_it() -> None:
    both = (season("2026-04-01", "2026-04-20"), season("2026-04-08", "2026-04-30"))
    nearer = season("2026-04-25", "2026-04-25", "v")
    assert marks(around(*both, nearer))[1] == ("04-08", "/", ()), "the village has no season then but the wide one"
    long = (season("2026-04-10", "2026-04-25", "v"), season("2026-04-21", "2026-04-21", "g"))
    assert marks(around(*both, *long))[1] == ("04-08", "/", ("/t/v/", "/t/v/g/"))


def test_no_turn_is_no_turn() -> None:
    assert occurrences(YEAR, activity(OnSeason(SeasonKind.flood)), around()) == []
    empty: list[Occurrence] = occurrences(YEAR, activity(OnEvent("works")), Setting(china()))
    assert empty == []
