"""A farm of three villages, half a year: two rounds over 3 firms, 15 stretches of road and 35 food stalls.

The text says ten special drives, then seven, and names six: the report counts those that were run. What it says and no
record carries: who leads, into how many parts the farm is divided.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from tests import databases
from tests.stories.summaries.office import Office, Place, once
from tests.stories.summaries.printed import Printed

VILLAGES = [Place(f"v{n}", f"示例村{n}", "farm", "村") for n in range(1, 4)]
FIRMS = [Place(f"f{n}", f"示例企业{n}", f"v{n}", "企业", "施工现场") for n in range(1, 4)]
ROADS = [Place(f"r{n:02}", f"重点路段{n}", f"v{n % 3 + 1}", "场所", "道路交通") for n in range(1, 16)]
FOOD = [Place(f"s{n:02}", f"小食品经营点{n}", f"v{n % 3 + 1}", "场所", "食品卫生") for n in range(1, 36)]
PLACES = [Place("farm", "示例农场", "", "镇"), *VILLAGES, *FIRMS, *ROADS, *FOOD]
DRIVES = {
    "sites": "施工现场", "roads": "道路交通", "crowds": "公共聚集场所消防", "forests": "森林防火", "power": "用电安全",
    "food": "食品卫生",
}  # fmt: skip
FIRST, SECOND, JUNE, TRAINING = date(2023, 3, 14), date(2023, 5, 16), date(2023, 6, 12), date(2023, 6, 20)
HERE = {"targets": {"kinds": ["town"]}}
SPAN = ("2023-01-01", "2023-06-30")
HANDED_OUT = {"banners": 12, "posters": 36, "copies": 150}


@pytest.fixture(scope="module")
def farm(all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with databases.empty(all_databases, "sqlite", tmp_path_factory.mktemp("farm")) as engine:
        yield engine


@pytest.fixture(scope="module")
def printed(farm: Engine) -> Printed:
    office = Office(farm, "farm", PLACES, founded_on=date(2022, 12, 20))
    plan(office)
    rounds = [(FIRST, drive, f"round-{drive}", {}) for drive in ("sites", "roads", "food")]
    later: list[tuple[date, str, str, Any]] = [
        (date(2023, 1, 10), "half-year", "letters", {}), (SECOND, "crowds", "round-crowds", {}),
        (JUNE, "half-year", "month", HANDED_OUT), (TRAINING, "half-year", "training", {"people": 495}),
    ]  # fmt: skip
    for on, campaign, activity, figures in sorted(rounds + later, key=lambda one: one[:3]):
        office.sweep(on)
        assert office.do(campaign, activity, on, figures), (on, activity)
    texts = {"problems": "部分村和企业的安全生产管理工作相对薄弱。", "next_steps": "抓出特色，抓出成效。"}
    return office.report("district_report", *SPAN, now=date(2023, 6, 30), texts=texts)


def plan(office: Office) -> None:
    """The half-year's work and its special drives, as many as the text names."""
    now = date(2022, 12, 28)
    asked = {"figures": list(HANDED_OUT)}
    whole = [
        once("letters", "commitment", "目标管理责任书", date(2023, 1, 10), targets={"kinds": ["village"]}),
        once("month", "publicity", "安全生产宣传月", JUNE, **HERE, **asked),
        once("training", "training", "安全培训", TRAINING, **HERE, figures=["people"]),
    ]
    office.campaign("half-year", "安全生产工作", "2023-01-01", "2023-12-31", *whole, now=now)
    for key, name in DRIVES.items():
        on = SECOND if key == "crowds" else FIRST
        targets = {"targets": {"sectors": [name]}} if key in ("sites", "roads", "food") else HERE
        visit = once(f"round-{key}", "patrol" if key == "crowds" else "inspection", f"{name}检查", on, **targets)
        office.campaign(key, f"{name}专项整治", "2023-01-01", "2023-12-31", visit, parent="half-year", now=now)


def test_every_figure_is_found_again(printed: Printed) -> None:
    for figure, number in (
        ("commitments.done", 3), ("trainings.held", 1), ("publicity.held", 1), ("inspections.visits", 53),
    ):  # fmt: skip
        printed.says(figure, number)
    assert printed.line("inspections.visits", "sector", "施工现场") == 3
    assert printed.line("inspections.visits", "sector", "道路交通") == 15
    assert printed.line("inspections.visits", "sector", "食品卫生") == 35
    assert "未发生" in printed.docx or "没有发生" in printed.docx or "No accident" in printed.docx


def test_rounding_words_follow_from_exact_numbers(printed: Printed) -> None:
    printed.roughly("trainings.people", "近500")
    printed.roughly("publicity.banners", "10余")
    printed.roughly("publicity.posters", "数十", vaguely=True)
    printed.roughly("publicity.copies", "上百", vaguely=True)


def test_ten_drives_or_seven_are_six(printed: Printed) -> None:
    printed.says("campaigns.subplans", len(DRIVES))


def test_the_lines_make_the_total(printed: Printed) -> None:
    assert printed.findings == []
