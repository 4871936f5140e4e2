"""A mining town, January to July: 12 villages, 36 firms, 13 hazard points, and 74 "firms" inspected where there are 36.

Seven firms of dangerous trades are told by name (4 + 1 + 2). What the text says and no record carries: documents
issued, who led, how things were said; the quiz and the fire season are there as events without a number.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine

from service.hazards import acts as hazards
from tests import databases
from tests.stories.summaries.office import CHECKER, DOER, Office, Place, days, once
from tests.stories.summaries.printed import Printed

VILLAGES = [Place(f"v{n:02}", f"示例村{n}", "town", "村") for n in range(1, 13)]
DANGEROUS = (("墩墩滩加油站", "加油站"), ("响泉加油站", "加油站"), ("陇宝加油站", "加油站"), ("大水头加油站", "加油站"),
             ("涪氢源氧气站", "氧气站"), ("魏家地陶土矿", "粉尘涉爆"), ("小石沟石料厂", "粉尘涉爆"))  # fmt: skip
FIRMS = [
    Place(f"f{n:02}", name, f"v{n % 12 + 1:02}", "企业", sector, "涉危" if n <= 7 else "")
    for n, (name, sector) in enumerate([*DANGEROUS, *((f"示例企业{n}", "煤矿") for n in range(8, 37))], 1)
]
POINTS = [Place(f"h{n:02}", f"隐患点{n}", f"v{n % 12 + 1:02}", "隐患点") for n in range(1, 14)]
PLACES = [Place("town", "示例镇", "", "镇"), *VILLAGES, *FIRMS, *POINTS]
HERE, AT_FIRMS = {"targets": {"kinds": ["town"]}}, {"targets": {"kinds": ["enterprise"]}}
COMMITTEE, THEMATIC = days("2023-01-12", 3, 60), days("2023-01-20", 8, 21)
FEBRUARY, MAY, JUNE, LETTERS = date(2023, 2, 6), date(2023, 5, 15), date(2023, 6, 20), date(2023, 1, 9)
SURVEY, CONSULTATION, QUIZ, DRILL = date(2023, 4, 18), date(2023, 6, 16), date(2023, 6, 25), date(2023, 7, 10)
END = date(2023, 7, 31)
YEAR = ("2023-01-01", "2023-12-31")
SPAN = ("2023-01-01", "2023-07-31")
TWICE = 2  # firms that were inspected a third time


class Told(NamedTuple):
    """The summary, the progress of its parts, and the report on firms of dangerous trades."""

    summary: Printed
    progress: Printed
    dangerous: Printed


@pytest.fixture(scope="module")
def town(all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with databases.empty(all_databases, "sqlite", tmp_path_factory.mktemp("mining")) as engine:
        yield engine


@pytest.fixture(scope="module")
def told(town: Engine) -> Told:
    office = Office(town, "town", PLACES, founded_on=date(2022, 12, 20))
    plan(office)
    codes = live(office)
    rectify(office, codes)
    stated = {"inspections.units": 74}
    texts = {"problems": "一是一些企业主体责任落实不到位。\n二是网格化管理未能有效落实。"}
    return Told(
        office.report("town_summary", *SPAN, now=END, stated=stated, texts=texts),
        office.report("campaign_progress", *SPAN, now=END, campaign="work"),
        office.report("district_report", *SPAN, now=END, campaign="dangerous"),
    )


def plan(office: Office) -> None:
    """The year's work, with meetings, inspections and dangerous trades as its parts."""
    now = date(2022, 12, 26)
    asked = {"figures": ["questions"]}
    own = [
        once("letters", "commitment", "目标责任书", LETTERS, targets={"kinds": ["village", "enterprise"]}),
        once("survey", "patrol", "自然灾害隐患点排查", SURVEY, targets={"kinds": ["hazard_point"]}, figures=["points"]),
        once("consultation", "publicity", "安全生产月宣传咨询日", CONSULTATION, **HERE, **asked),
        once("quiz", "publicity", "“安康杯”知识问答", QUIZ, **HERE, **asked),
        once("drill", "drill", "汛期应急演练", DRILL, **HERE),
    ]
    office.campaign("work", "安全生产及专项整治", *YEAR, *own, now=now)
    mines = {"targets": {"kinds": ["enterprise"], "sectors": ["煤矿"]}}
    inspected = [
        once("round-0", "inspection", "安全检查", FEBRUARY, **AT_FIRMS),
        once("round-1", "inspection", "安全检查", MAY, **mines),
        once("again", "inspection", "复查", JUNE, **AT_FIRMS),
    ]
    dangerous = [once("check", "inspection", "涉危企业摸排", MAY, targets={"kinds": ["enterprise"], "tags": ["涉危"]})]
    held = (("committee", "安委会全体会议", COMMITTEE), ("thematic", "安全生产专题会议", THEMATIC))
    for key, name, on_days in held:
        meetings = [once(f"meeting-{n}", "meeting", name, on, **HERE) for n, on in enumerate(on_days)]
        office.campaign(key, name, *YEAR, *meetings, parent="work", now=now)
    office.campaign("inspections", "安全生产大检查", *YEAR, *inspected, parent="work", now=now)
    office.campaign("dangerous", "危险化学品专项整治", *YEAR, *dangerous, parent="work", now=now)


def live(office: Office) -> list[str]:
    """The months, occasion by occasion; answers the codes of what was found at firms."""
    meetings = [(on, "committee", f"meeting-{n}") for n, on in enumerate(COMMITTEE)]
    meetings += [(on, "thematic", f"meeting-{n}") for n, on in enumerate(THEMATIC)]
    found = {f"f{n:02}": [{"description": f"一般隐患{n}"}] for n in range(8, 15)}
    steps: list[tuple[date, str, str, dict[str, Any]]] = [
        (LETTERS, "work", "letters", {}), (FEBRUARY, "inspections", "round-0", {"findings": found}),
        (SURVEY, "work", "survey", {"figures": {"points": 1}}), (MAY, "inspections", "round-1", {}),
        (MAY, "dangerous", "check", {}), (CONSULTATION, "work", "consultation", {"figures": {"questions": 53}}),
        (JUNE, "inspections", "again", {"most": TWICE}), (QUIZ, "work", "quiz", {"figures": {"questions": 0}}),
        (DRILL, "work", "drill", {}), *((*one, {}) for one in meetings),
    ]  # fmt: skip
    for on, campaign, activity, more in sorted(steps, key=lambda one: one[:3]):
        office.sweep(on)
        assert office.do(campaign, activity, on, **more), (on, activity)
    return [f"H-2023-{n:06}" for n in range(1, 8)]


def rectify(office: Office, codes: list[str]) -> None:
    """What was found is put right and accepted by somebody else."""
    on = date(2023, 2, 15)
    for code in codes:
        office.act(hazards.assign, CHECKER, code, on=on, responsible=DOER, measures="立即整改")
        office.act(hazards.begin, DOER, code, on=on)
        office.act(hazards.submit, DOER, code, on=on, note="已整改")
        office.act(hazards.accept, CHECKER, code, on=on)


def test_every_figure_is_found_again(told: Told) -> None:
    for figure, number in (
        ("units.villages", 12), ("units.enterprises", 36), ("commitments.owed", 48), ("commitments.done", 48),
        ("commitments.rate", 100), ("meetings.held", 11), ("inspections.visits", 74), ("hazards.found", 7),
        ("hazards.found.general", 7), ("hazards.rectified", 7), ("patrols.points", 13), ("drills.held", 1),
    ):  # fmt: skip
        told.summary.says(figure, number)
    told.summary.roughly("publicity.questions", "50余")
    assert "网格化管理未能有效落实" in told.summary.docx


def test_three_meetings_of_the_committee_and_eight_on_themes(told: Told) -> None:
    assert told.progress.line("roadmap.done", "campaign", "committee") == 3
    assert told.progress.line("roadmap.done", "campaign", "thematic") == 8


def test_seven_dangerous_firms_are_four_and_one_and_two(told: Told) -> None:
    told.dangerous.says("inspections.visits", 7)
    assert told.dangerous.findings == []
    sectors = {"加油站": 4, "氧气站": 1, "粉尘涉爆": 2}
    assert {name: told.dangerous.line("inspections.visits", "sector", name) for name in sectors} == sectors


def test_seventy_four_firms_are_more_than_there_are(told: Told) -> None:
    found = told.summary.flags("inspections.units", "stated")
    assert (found["stated"], found["counted"]) == (74, 36)
    told.summary.says("inspections.units", 74)
