"""The town of Yanjing, July to December: 81 hazards, three holiday rounds and ten-odd others, fairs, persuaders, drill.

What the text says and no record carries: who leads, which documents were read, which places were looked at.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pytest
from sqlalchemy import Engine

from service.access import SYSTEM
from service.records import teams
from tests import databases
from tests.stories.summaries.office import PEOPLE, Office, Place, days, once
from tests.stories.summaries.printed import Printed

VILLAGES = [Place(f"v{n:02}", f"示例村{n}", "yanjing", "村") for n in range(1, 7)]
PLACES = [Place("yanjing", "研经镇", "", "镇"), *VILLAGES]
HERE = {"targets": {"kinds": ["town"]}}
HOLIDAYS = days("2023-09-21", 3, 21)
OTHERS = days("2023-07-05", 13)
FAIRS = days("2023-08-12", 2, 30)
LESSONS, MEETINGS = days("2023-07-20", 2, 60), days("2023-07-07", 4, 30)
ROADS = days("2023-07-08", 7)
END = date(2023, 12, 31)
FOUND = 81


@pytest.fixture(scope="module")
def town(all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with databases.empty(all_databases, "postgresql", tmp_path_factory.mktemp("yanjing")) as engine:
        yield engine


class Told(NamedTuple):
    """The report of the phase, that of the campaign's progress part by part, and the town's own summary."""

    phase: Printed
    progress: Printed
    summary: Printed


@pytest.fixture(scope="module")
def told(town: Engine) -> Told:
    office = Office(town, "yanjing", PLACES, founded_on=date(2023, 3, 20))
    plan(office)
    persuaders(office)
    live(office)
    found = [
        (f"YJ-{n:03}", "three-year", VILLAGES[n % 6].code, f"隐患第{n}处", "一般", "检查", f"2023-{7 + n % 6:02}-10",
         f"2023-{7 + n % 6:02}-20", f"2023-{7 + n % 6:02}-15", f"2023-{7 + n % 6:02}-16")
        for n in range(1, FOUND + 1)
    ]  # fmt: skip
    assert office.ledger(found, date(2023, 12, 20)).made == FOUND
    text = "巩固整治成果，开展“回头看”，确保安全隐患不反弹。"
    span = ("2023-07-01", "2023-12-31")
    phase = office.report("phase_report", *span, campaign="three-year", now=END, texts={"next_steps": text})
    progress = office.report("campaign_progress", *span, campaign="three-year", now=END)
    return Told(phase, progress, office.report("town_summary", *span, now=END))


def plan(office: Office) -> None:
    """The overall plan in its phases, and two sub-plans: inspections before the holidays, and all the others."""
    asked = {"figures": ["people", "vehicles", "copies"]}
    fairs = [once(f"fair-{n}", "publicity", "赶集日宣传", on, **HERE, **asked) for n, on in enumerate(FAIRS)]
    lessons = [once(f"lesson-{n}", "training", "以会代训", on, **HERE) for n, on in enumerate(LESSONS)]
    meetings = [once(f"meeting-{n}", "meeting", "安全生产例会", on, **HERE) for n, on in enumerate(MEETINGS)]
    drill = [once("drill", "drill", "应急演练", date(2023, 11, 9), **HERE)]
    villages = {"targets": {"kinds": ["village"]}}
    roads = [once(f"road-{n}", "patrol", "节假日交通劝导", on, **villages) for n, on in enumerate(ROADS)]
    phases = [
        {"name": "动员部署", "from": "2023-04-01", "to": "2023-06-30"},
        {"name": "排查整治", "from": "2023-07-01", "to": "2023-12-31"},
    ]
    span, now = ("2023-04-01", "2023-12-31"), date(2023, 3, 25)
    whole = [*fairs, *lessons, *meetings, *drill, *roads]
    office.campaign("three-year", "安全生产专项整治三年行动", *span, *whole, now=now, phases=phases)
    for key, name, on_days in (("holidays", "重大节假日集中检查", HOLIDAYS), ("others", "日常检查", OTHERS)):
        visits = [once(f"round-{n}", "inspection", name, on, **HERE) for n, on in enumerate(on_days)]
        office.campaign(key, name, *span, *visits, parent="three-year", now=now)


def persuaders(office: Office) -> None:
    """Eighteen people who talk to drivers, three in each village."""
    rows = [(f"q{n:02}", f"劝导员{n}", f"v{n % 6 + 1:02}", "劝导员", f"1380013{n + 100:04}", "", "") for n in range(18)]
    office.take("people", PEOPLE, rows)
    for code, _, village, role, *_ in rows:
        office.act(teams.join, SYSTEM, on=date(2023, 7, 1), unit=village, role=role, person=code)


def live(office: Office) -> None:
    """The half-year, occasion by occasion."""
    occasions = [(on, "holidays", f"round-{n}", {}) for n, on in enumerate(HOLIDAYS)]
    occasions += [(on, "others", f"round-{n}", {}) for n, on in enumerate(OTHERS)]
    for name, on_days in (("lesson", LESSONS), ("meeting", MEETINGS), ("road", ROADS)):
        occasions += [(on, "three-year", f"{name}-{n}", {}) for n, on in enumerate(on_days)]
    occasions.append((date(2023, 11, 9), "three-year", "drill", {}))
    handed = [{"people": 26 + n, "vehicles": 1 - n, "copies": 2500} for n in range(2)]
    occasions += [(on, "three-year", f"fair-{n}", handed[n]) for n, on in enumerate(FAIRS)]
    for on, campaign, activity, figures in sorted(occasions, key=lambda one: one[:3]):
        office.sweep(on)
        assert office.do(campaign, activity, on, figures), (on, activity)


def test_every_figure_is_found_again(told: Told) -> None:
    for figure, number in (
        ("hazards.found", 81), ("hazards.rectified", 81), ("publicity.held", 2), ("trainings.held", 2),
        ("meetings.held", 4), ("drills.held", 1), ("publicity.copies", 5000), ("publicity.vehicles", 1),
    ):  # fmt: skip
        told.phase.says(figure, number)


def test_holiday_rounds_are_told_apart_from_the_others(told: Told) -> None:
    assert told.progress.line("inspections.visits", "campaign", "holidays") == 3
    told.progress.roughly("inspections.visits@campaign=others", "10余")
    told.progress.says("inspections.visits", 16)


def test_rounding_words_follow_from_exact_numbers(told: Told) -> None:
    told.phase.roughly("publicity.people", "50余")
    told.phase.roughly("patrols.times", "40余")


def test_eighteen_persuaders(told: Told) -> None:
    told.summary.says("teams.members", 18)


def test_nothing_contradicts_itself_here(told: Told) -> None:
    assert told.phase.findings == told.progress.findings == []
    assert "确保安全隐患不反弹" in told.phase.docx
