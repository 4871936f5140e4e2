"""Luohu district: totals that are smaller than their parts, and the report that says so beside them.

The text's own parts do not make its totals: the sectors found more than 23,708 hazards and rectified more than 19,955;
the sectors' penalties are more than 1,019 and their fines more than 633.745 (10,000 yuan). The totals are stated as the
text has them, the records are the sectors'; both stand in the report, and the difference with them.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import Engine

from tests import databases
from tests.stories.summaries import luohu
from tests.stories.summaries.luohu import END, HAZARDS, SECTORS, SPAN, STATED
from tests.stories.summaries.printed import Printed

NEXT = "深入推进实施计划，重点攻坚问题难题。"


class Told(NamedTuple):
    """The report of the district, and those of its sub-plans by their keys."""

    whole: Printed
    plans: dict[str, Printed]


@pytest.fixture(scope="module")
def district(all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with databases.empty(all_databases, "sqlite", tmp_path_factory.mktemp("luohu")) as engine:
        yield engine


@pytest.fixture(scope="module")
def told(district: Engine) -> Told:
    office = luohu.found_district(district)
    luohu.live(office)
    assert luohu.ledger(office) == sum(found for found, _ in HAZARDS.values())
    office.enforce(luohu.measures(), END)
    luohu.accidents(office)
    whole = office.report("district_report", *SPAN, now=END, stated=STATED, texts={"next_steps": NEXT})
    templates = {"roadmap": "campaign_progress"}
    keys = ("study", "hazchem", "fire", "road", "construction", "parks", "waste", "roadmap", "gates", "standards")
    plans = {
        key: office.report(templates.get(key, "phase_report"), *SPAN, now=END, campaign=key)
        for key in (*keys, "repairs", "booklets")
    }
    return Told(whole, plans)


def test_the_totals_are_found_again(told: Told) -> None:
    for figure, number in (
        ("hazards.found", 23_708), ("hazards.rectified", 19_955), ("enforcement.penalty", 1_019),
        ("enforcement.fines", 633.745), ("enforcement.stop_work", 119), ("enforcement.order", 1_138),
        ("enforcement.deduction", 732), ("enforcement.yellow_warning", 64), ("enforcement.red_warning", 12),
        ("study.held", 108), ("study.people", 5_052),
    ):  # fmt: skip
        told.whole.says(figure, number)
    told.whole.roughly("publicity.posts", "390余")
    told.whole.roughly("publicity.reads", "65000余")
    assert NEXT in told.whole.docx


def test_the_sectors_are_found_again(told: Told) -> None:
    for plan, (found, rectified) in HAZARDS.items():
        name = SECTORS[plan][0]
        assert told.whole.line("hazards.found", "sector", name) == found
        assert told.whole.line("hazards.rectified", "sector", name) == rectified
        told.plans[plan].says("hazards.found", found)
    fines = {plan: told.whole.line("enforcement.fines", "sector", SECTORS[plan][0]) for plan in HAZARDS}
    assert fines == {
        "hazchem": 5, "fire": 5, "road": 559.57, "construction": 135.5, "parks": 16.49, "waste": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "stated", "summed"),
    [
        ("hazards.found", 23_708, 23_841),
        ("hazards.rectified", 19_955, 21_009),
        ("enforcement.penalty", 1_019, 1_108),
        ("enforcement.fines", 6_337_450, 7_215_600),
    ],
)
def test_totals_smaller_than_their_parts_are_flagged(told: Told, figure: str, stated: int, summed: int) -> None:
    found = told.whole.flags(figure, "parts", "sector")
    assert (found["total"], found["sum"]) == (stated, summed)
    against = told.whole.flags(figure, "stated")
    assert (against["stated"], against["counted"]) == (stated, summed)


def test_dangerous_chemicals(told: Told) -> None:
    report = told.plans["hazchem"]
    for figure, number in (
        ("inspections.people", 6_951), ("inspections.visits", 3_390), ("inspections.units", 250),
        ("hazards.rectified", 1_893), ("enforcement.filed_case", 1), ("enforcement.fines", 5),
        ("enforcement.seizure", 2), ("commitments.rate", 100),
    ):  # fmt: skip
        report.says(figure, number)
    told.plans["standards"].says("commitments.done", 23)
    told.plans["booklets"].says("publicity.copies", 1_600)  # 1000 and 600


def test_fire(told: Told) -> None:
    report = told.plans["fire"]
    for figure, number in (
        ("hazards.rectified", 8_279), ("enforcement.penalty", 9), ("enforcement.fines", 5),
        ("enforcement.interview", 51), ("hazards.found.supervision", 63), ("publicity.held", 73),
    ):  # fmt: skip
        report.says(figure, number)
    for figure, number in (
        ("supervision.times", 13), ("supervision.groups", 16), ("units.stated", 63), ("supervision.problems", 63),
    ):  # fmt: skip
        told.whole.says(figure, number)
    report.roughly("drills.held", "120余")
    report.roughly("publicity.held", "70余")
    report.roughly("publicity.copies", "25000余")


def test_roads(told: Told) -> None:
    report = told.plans["road"]
    for figure, number in (
        ("hazards.rectified", 6_012), ("hazards.rate", 100), ("enforcement.penalty", 1_059),
        ("enforcement.fines", 559.57),
    ):  # fmt: skip
        report.says(figure, number)


def test_construction(told: Told) -> None:
    report = told.plans["construction"]
    for figure, number in (
        ("inspections.items", 1_788), ("hazards.rectified", 4_655), ("enforcement.stop_work", 119),
        ("enforcement.order", 1_138), ("enforcement.deduction", 732), ("enforcement.yellow_warning", 64),
        ("enforcement.red_warning", 12), ("enforcement.interview", 102), ("enforcement.penalty", 40),
        ("enforcement.fines", 135.5),
    ):  # fmt: skip
        report.says(figure, number)
    for figure, number in (("roadmap.all", 47), ("roadmap.due", 35), ("roadmap.done", 35), ("roadmap.rate", 100)):
        told.plans["roadmap"].says(figure, number)
    for figure, number in (("meetings.held", 7), ("meetings.people", 252), ("meetings.projects", 84)):
        told.plans["gates"].says(figure, number)


def test_parks(told: Told) -> None:
    report = told.plans["parks"]
    for figure, number in (
        ("inspections.units", 679), ("enforcement.filed_case", 23), ("enforcement.fines", 16.49), ("drills.held", 2),
    ):  # fmt: skip
        report.says(figure, number)


def test_hazardous_waste(told: Told) -> None:
    report = told.plans["waste"]
    for figure, number in (
        ("inspections.units", 405), ("hazards.units", 215), ("hazards.units.cleared", 170),
        ("commitments.owed", 464), ("commitments.done", 461), ("commitments.rate", 99.4),
    ):  # fmt: skip
        report.says(figure, number)
    told.plans["repairs"].says("inspections.units", 51)


def test_against_the_year_before(told: Told) -> None:
    changes = {
        figure: told.whole.snapshot["figures"][figure]["comparison"]["year"]["change"]
        for figure in ("incidents.accidents", "incidents.deaths", "incidents.injured")
    }
    assert changes == {"incidents.accidents": -38.1, "incidents.deaths": -46.67, "incidents.injured": -25}
    for digits in ("38.1", "46.67", "25"):
        assert f"{digits}%" in told.whole.docx


def test_one_plan_and_eight_beneath_it(told: Told) -> None:
    told.whole.says("campaigns.plans", 1)
    told.whole.says("campaigns.subplans", 8 + 5)  # the eight, and five that are parts of these
    assert len(luohu.SUBPLANS) == 8
