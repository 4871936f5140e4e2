"""The clocks of incidents: the national table, what jurisdictions shorten, the levels upward, and the grades."""

import pytest

from models.kinds import IncidentCategory, IncidentKind, ReportForm, UnitKind
from service.rules.incident_clocks import ClockFacts, Clocks, Level, Office, clocks_for, grade_of, levels_up

E1 = "/city/county/town/v1/e1/"
WAY = [
    Office("e1", UnitKind.enterprise), Office("v1", UnitKind.village), Office("town", UnitKind.town),
    Office("county", UnitKind.district), Office("city", UnitKind.district), Office("province", UnitKind.district),
]  # fmt: skip
NATIONAL = Clocks("国务院令第493号", 0, 60, 120, None, None, 30)


def clocks(*rows: ClockFacts, kind: str = "accident", category: str = "other", path: str = E1) -> Clocks:
    return clocks_for(rows, path, kind, category)


def test_the_national_table_holds_where_nobody_says_otherwise() -> None:
    assert clocks() == NATIONAL
    for category in (IncidentCategory.road, IncidentCategory.fire):
        assert clocks(category=category) == NATIONAL._replace(changes_days=7)
    assert clocks(kind=IncidentKind.near_miss).levels == 0


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # a jurisdiction's call within half an hour leaves the rest as it is
        ([ClockFacts("town", phone_minutes=30)], {"phone_minutes": 30}),
        ([ClockFacts("county", basis="县规", office_minutes=40)], {"office_minutes": 40, "basis": "县规"}),
        # the nearest unit counts, however particular the other is
        (
            [ClockFacts("county", "accident", "other", office_minutes=20), ClockFacts("town", office_minutes=50)],
            {"office_minutes": 50},
        ),
        # of one unit's, the more particular
        (
            [ClockFacts("town", office_minutes=50), ClockFacts("town", category="other", office_minutes=45)],
            {"office_minutes": 45},
        ),
        (
            [
                ClockFacts("town", category="other", office_minutes=45),
                ClockFacts("town", "accident", office_minutes=15),
            ],
            {"office_minutes": 15},
        ),
        # what is said for everywhere stands over the national table, but beneath any unit's
        ([ClockFacts(None, level_minutes=60, levels=3)], {"level_minutes": 60, "levels": 3}),
        ([ClockFacts(None, level_minutes=60), ClockFacts("city", level_minutes=90)], {"level_minutes": 90}),
        # elsewhere, for another kind, for another category
        ([ClockFacts("v2", office_minutes=1)], {}),
        ([ClockFacts("town", "flash", office_minutes=1)], {}),
        ([ClockFacts("town", "", "fire", office_minutes=1)], {}),
    ],
)
def test_a_jurisdiction_says_only_what_it_names(rows: list[ClockFacts], expected: dict[str, int]) -> None:
    assert clocks(*rows) == clocks(*reversed(rows)) == NATIONAL._replace(**expected)


def test_all_levels_up_to_the_county_share_one_hour_and_each_above_has_its_own() -> None:
    assert levels_up(WAY, NATIONAL) == [
        Level(1, "e1", "v1", 0, 60), Level(2, "v1", "town", 0, 60), Level(3, "town", "county", 0, 60),
        Level(4, "county", "city", 3, 120), Level(5, "city", "province", 4, 120),
    ]  # fmt: skip


def test_where_no_county_is_above_the_level_right_above_stands_in_its_place() -> None:
    way = [Office("v1", UnitKind.village), Office("town", UnitKind.town), Office("x", UnitKind.department)]
    assert levels_up(way, NATIONAL) == [Level(1, "v1", "town", 0, 60), Level(2, "town", "x", 1, 120)]
    assert levels_up(way[:1], NATIONAL) == [], "nobody is above a root"


def test_a_county_itself_reports_by_the_clock_of_the_levels_above() -> None:
    assert levels_up(WAY[3:], NATIONAL) == [Level(1, "county", "city", 0, 120), Level(2, "city", "province", 1, 120)]


def test_only_so_many_levels_and_a_call_ahead_of_the_paper() -> None:
    assert levels_up(WAY, NATIONAL._replace(levels=0)) == []
    found = levels_up(WAY, NATIONAL._replace(levels=4, phone_minutes=30))
    assert [(one.place, one.form, one.after_place, one.within_minutes) for one in found] == [
        (1, ReportForm.phone, 0, 30), (1, ReportForm.written, 0, 60), (2, ReportForm.phone, 0, 30),
        (2, ReportForm.written, 0, 60), (3, ReportForm.phone, 0, 30), (3, ReportForm.written, 0, 60),
        (4, ReportForm.phone, 3, 30), (4, ReportForm.written, 3, 120),
    ]  # fmt: skip
    same = levels_up(WAY, NATIONAL._replace(levels=1, phone_minutes=60))
    assert [one.form for one in same] == [ReportForm.written], "a call that may come as late as the paper is no other"


@pytest.mark.parametrize(
    ("deaths", "injured", "loss", "grade"),
    [
        (0, 0, 0, "ordinary"), (2, 9, 9_999_999, "ordinary"), (3, 0, 0, "larger"), (0, 10, 0, "larger"),
        (0, 0, 10_000_000, "larger"), (10, 0, 0, "grave"), (0, 50, 0, "grave"), (0, 0, 50_000_000, "grave"),
        (30, 0, 0, "gravest"), (0, 100, 0, "gravest"), (0, 0, 100_000_000, "gravest"), (3, 100, 0, "gravest"),
    ],
)  # fmt: skip
def test_the_gravest_of_the_three_is_the_grade(deaths: int, injured: int, loss: int, grade: str) -> None:
    assert grade_of(deaths, injured, loss) == grade
