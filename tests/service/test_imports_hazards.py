"""The ledger's sheet: new hazards with their history, all rows or none, and the same sheet again changes nothing."""

from datetime import date, datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Case, Hazard, HazardCycle, Journal, Notice, Recheck, RecheckDraw
from service import store
from service.access import actor_for
from service.errors import Forbidden, Refused
from service.hazards import acts as hazards
from service.imports import kinds as imports
from service.imports.hazards import COLUMNS
from service.imports.rows import Report
from service.sheets.reading import Sheet, read_sheet
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import act, at, cycle, hazard, looks, rows
from tests.service.workbooks import csv, xlsx

NOW = at("2026-03-02 09:00")
HEADINGS = (
    "序号", "编号", "所属行动", "被检查单位", "地点/部位", "隐患描述", "类别", "级别", "来源", "发现日期", "检查人",
    "整改措施", "责任单位", "责任人", "督办领导", "资金(万元)", "整改期限", "应急措施/预案", "完成日期", "验收人",
    "验收日期", "销号日期", "回头看日期", "回头看结果", "备注",
)  # fmt: skip
TABLES = (Hazard, HazardCycle, Recheck, RecheckDraw, Case, Notice, Journal)


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def a_row(**cells: Any) -> tuple[str, ...]:
    known = {
        "编号": "A-1",
        "被检查单位": "e1",
        "隐患描述": "配电箱无防护盖",
        "级别": "一般隐患",
        "发现日期": "2026-02-02",
    }
    given = known | cells
    return tuple(str(given.get(heading, "")) for heading in HEADINGS)


def sheet_of(*cells: dict[str, Any]) -> Sheet:
    return read_sheet(csv([HEADINGS, *(a_row(**one) for one in cells)]), "台账.csv")


def take(engine: Engine, sheet: Sheet, who: str = "coord", *, now: datetime = NOW, **more: Any) -> Report:
    with store.transaction(engine) as session:
        return imports.import_hazards(session, actor_for(session, who), sheet, now=now, **more)


def faults(engine: Engine, sheet: Sheet) -> list[str]:
    with pytest.raises(Refused) as refused:
        take(engine, sheet)
    return [str(fault) for fault in refused.value.faults]


def test_the_headings_are_those_people_print() -> None:
    assert [plain.split("(")[0] for plain in HEADINGS[1:]] == [column.headings[0] for column in COLUMNS]


def test_an_open_one_waits_for_its_deadline(county: Engine) -> None:
    row = {
        "地点/部位": "配电室", "类别": "用电", "来源": "企业自查", "检查人": "检查一组", "整改措施": "加盖",
        "责任单位": "e1", "责任人": "boss", "资金(万元)": "0.35", "整改期限": "2026年3月16日", "督办领导": "chief",
        "应急措施/预案": "断电", "备注": "𠮷🔥", "级别": "重大",
    }  # fmt: skip
    assert take(county, sheet_of(row)) == Report(read=1, made=1)
    found = hazard(county, "A-1")
    assert (found.state, found.level, found.source, found.funds_yuan, found.found_by, found.note) == (
        "assigned", "major", "self_check", 3_500, "检查一组", "𠮷🔥",
    )  # fmt: skip
    assert (found.due_at, found.attend_at, found.supervisor) == (at("2026-03-17"), at("2026-03-16"), "chief")
    assert cycle(county, "A-1").first_due_at == at("2026-03-17")
    assert rows(county, Notice) == []


def test_a_closed_one_has_its_dates_and_its_look_backs(county: Engine) -> None:
    row = {
        "发现日期": "2026/2/10", "整改期限": "2026-02-20", "完成日期": "2026.2.21", "责任人": "某老板",
        "验收人": "inspector", "验收日期": "2026-2-22", "销号日期": "2026-02-23",
    }  # fmt: skip
    take(county, sheet_of(row))
    found, first = hazard(county, "A-1"), cycle(county, "A-1")
    assert (found.state, found.closed_at, found.attend_at) == ("closed", at("2026-02-23"), None)
    assert (first.submitted_at, first.submitted_by) == (at("2026-02-21"), "某老板")
    assert (first.accepted_at, first.accepted_by, first.closed_in_time) == (at("2026-02-22"), "inspector", False)
    windows = {key: (one.opens_at, one.due_at) for key, one in looks(county, "A-1").items()}
    assert windows == {"1.1": (at("2026-03-25"), at("2026-04-02")), "1.2": (at("2026-05-24"), at("2026-05-30"))}


@pytest.mark.parametrize(
    ("row", "state", "expected"),
    [
        # a general one closes as it is accepted
        (
            {"验收日期": "2026-02-20"},
            "closed", {"1.1": ("planned", at("2026-03-22")), "1.2": ("planned", at("2026-05-21"))},
        ),
        ({"级别": "重大", "验收日期": "2026-02-20"}, "submitted", {}),
        ({"完成日期": "2026-02-20"}, "submitted", {}),
        ({"责任单位": "e1"}, "assigned", {}),
        ({}, "registered", {}),
        # of years ago: both windows passed while nobody knew of them, one look is owed from now on
        ({"发现日期": "2024-01-02", "销号日期": "2024-01-05"}, "closed", {"1.1": ("planned", NOW)}),
        (
            {"发现日期": "2025-12-01", "销号日期": "2025-12-20", "回头看日期": "2026-01-20", "回头看结果": "未反弹"},
            "closed", {"1.1": ("done", at("2026-01-20")), "1.2": ("planned", at("2026-03-20"))},
        ),
        (
            {"发现日期": "2024-12-01", "销号日期": "2024-12-20", "回头看日期": "2025-01-20", "回头看结果": "合格"},
            "closed", {"1.1": ("done", at("2025-01-20"))},
        ),
        (
            {"发现日期": "2024-12-01", "销号日期": "2024-12-20", "回头看日期": "2025-01-20", "回头看结果": "受阻"},
            "closed", {"1.1": ("done", at("2025-01-20")), "1.2": ("planned", NOW)},
        ),
    ],
)  # fmt: skip
def test_a_row_tells_how_far_a_hazard_has_come(county: Engine, row: Any, state: str, expected: Any) -> None:
    take(county, sheet_of(row))
    assert hazard(county, "A-1").state == state
    assert {key: (one.state, one.opens_at) for key, one in looks(county, "A-1").items()} == expected
    worlds.sweep(county, NOW)
    # nothing that nobody knew of is missed; a general one found a month ago and still open is overdue
    overdue = state != "closed" and hazard(county, "A-1").level == "general"
    assert worlds.open_cases(county) == (["hazard:A-1:1"] if overdue else [])


def test_what_is_fixed_on_the_spot_was_due_that_day(county: Engine) -> None:
    take(county, sheet_of({"整改期限": "即查即改", "完成日期": "2026-02-02"}))
    assert (hazard(county, "A-1").mode, hazard(county, "A-1").due_at) == ("on_spot", at("2026-02-03"))


def test_the_same_sheet_again_changes_nothing(county: Engine) -> None:
    sheet = sheet_of(
        {"销号日期": "2026-02-20"},
        {"编号": "A-2", "责任人": "boss"},
        {"编号": ""},
        {"编号": "", "隐患描述": "灭火器过期"},
    )
    assert take(county, sheet) == Report(read=4, made=4)
    before = [rows(county, table) for table in TABLES]
    assert take(county, sheet) == Report(read=4, unchanged=4)
    assert [rows(county, table) for table in TABLES] == before
    assert [row.key[:7] for row in rows(county, Hazard)] == ["A-1", "A-2", "S-2026-", "S-2026-"]


def test_acts_have_the_last_word(county: Engine) -> None:
    """What was reassigned, extended or closed since stays so; better words are taken."""
    sheet = sheet_of({"责任人": "boss", "整改期限": "2026-03-10"})
    take(county, sheet)
    act(county, hazards.assign, "coord", "A-1", responsible="grid", now=NOW)
    act(county, hazards.extend, "leader", "A-1", due_on=date(2026, 4, 1), reason="等待配件", now=NOW)
    assert take(county, sheet) == Report(read=1, unchanged=1)
    assert take(county, sheet_of({"责任人": "boss", "地点/部位": "东门", "隐患描述": "缺盖"})) == Report(
        read=1, changed=1
    )
    row = hazard(county, "A-1")
    assert (row.place, row.description, row.responsible, row.due_at) == ("东门", "缺盖", "grid", at("2026-04-02"))
    closed, moved = sheet_of({"销号日期": "2026-03-01"}), sheet_of({"被检查单位": "e2"})
    assert faults(county, closed) == ["台账.csv!V2 销号日期: is open in the ledger: close it there"]
    assert faults(county, moved) == ["台账.csv!B2 编号: stands in the ledger for the unit e1"]


BAD: list[tuple[dict[str, Any], list[str]]] = [
    ({"被检查单位": "无此单位"}, ["D2 被检查单位: there is no unit 无此单位"]),
    ({"被检查单位": "other"}, ["D2 被检查单位: there is no unit other"]),  # out of reach
    ({"被检查单位": ""}, ["D2 被检查单位: is missing"]),
    ({"隐患描述": ""}, ["F2 隐患描述: is missing"]),
    ({"隐患描述": "险" * 10_001}, ["F2 隐患描述: is longer than 10000 characters"]),
    ({"级别": "特大"}, ["H2 级别: is no level of a hazard: 特大"]),
    ({"来源": "听说"}, ["I2 来源: is no source of hazards: 听说"]),
    ({"发现日期": "去年"}, ["J2 发现日期: must be a date like 2023-04-01"]),
    ({"发现日期": "2026-02-30"}, ["J2 发现日期: must be a date like 2023-04-01"]),
    ({"发现日期": "2026-03-03"}, ["J2 发现日期: is a day to come"]),
    ({"发现日期": "1900-01-01"}, ["J2 发现日期: is no day of these times"]),
    ({"整改期限": "2026-02-01"}, ["Q2 整改期限: is before the day it was found"]),
    ({"整改期限": "2046-02-01"}, ["Q2 整改期限: is more than ten years off"]),
    (
        {"整改期限": "即查即改", "级别": "重大"},
        ["Q2 整改期限: a major hazard is rectified by a deadline, never on the spot"],
    ),
    ({"完成日期": "2026-02-01"}, ["S2 完成日期: is before 2026-02-02"]),
    ({"验收日期": "2026-02-05", "销号日期": "2026-02-04"}, ["V2 销号日期: is before 2026-02-05"]),
    ({"销号日期": "2026-04-04"}, ["V2 销号日期: is a day to come"]),
    ({"责任人": "无此人"}, ["N2 责任人: there is nobody of the number or name 无此人"]),
    ({"责任人": "stranger"}, ["N2 责任人: there is nobody of the number or name stranger"]),
    ({"责任单位": "无此单位"}, ["M2 责任单位: there is no unit 无此单位"]),
    ({"所属行动": "无此行动"}, ["C2 所属行动: there is no campaign 无此行动"]),
    ({"资金(万元)": "很多"}, ["P2 资金(万元): must be an amount in 万元 with four decimals at most"]),
    ({"资金(万元)": "0.00001"}, ["P2 资金(万元): must be an amount in 万元 with four decimals at most"]),
    ({"资金(万元)": "-1"}, ["P2 资金(万元): must be from 0 to 2000000000"]),
    ({"资金(万元)": "1e9"}, ["P2 资金(万元): must be from 0 to 2000000000"]),
    ({"资金(万元)": "NaN"}, ["P2 资金(万元): must be an amount in 万元 with four decimals at most"]),
    (
        {"责任人": "boss", "验收人": "boss", "验收日期": "2026-02-05"},
        ["T2 验收人: whoever rectified a hazard can't judge it"],
    ),
    ({"回头看结果": "合格"}, ["X2 回头看结果: needs the day it was closed and the day of the look-back"]),
    ({"销号日期": "2026-02-05", "回头看日期": "2026-02-20"}, ["W2 回头看日期: needs the result of the look-back"]),
    (
        {"销号日期": "2026-02-05", "回头看日期": "2026-02-20", "回头看结果": "反弹"},
        ["X2 回头看结果: is open again: leave the closing columns empty and give the new deadline"],
    ),
    ({"回头看结果": "大概"}, ["X2 回头看结果: is no result of a recheck: 大概"]),
    ({"编号": "A 1"}, ["B2 编号: may hold letters, digits, - _ . only, and begins with a letter or digit"]),
]


@pytest.mark.parametrize(("row", "expected"), BAD, ids=[fault.split()[0] for _, (fault, *_) in BAD])
def test_a_bad_row_is_named_and_nothing_is_written(county: Engine, row: dict[str, Any], expected: list[str]) -> None:
    assert faults(county, sheet_of(row)) == [f"台账.csv!{fault}" for fault in expected]
    assert rows(county, Hazard) == []


def test_names_stand_for_codes_unless_two_bear_them(county: Engine) -> None:
    from service import people
    from service.access import SYSTEM

    for code, name in (("p1", "李四"), ("p2", "王五"), ("p3", "王五")):
        act(county, people.add_person, SYSTEM, code=code, name=name, unit="e1")
    act(county, people.change_unit, SYSTEM, "e2", {"name": "盐井化工厂"})
    worlds.campaign(county)
    take(county, sheet_of({"被检查单位": "盐井化工厂", "责任人": "李四", "所属行动": "专项整治", "检查人": "王五"}))
    row = hazard(county, "A-1")
    assert (row.unit, row.responsible, row.campaign, row.found_by) == ("e2", "p1", "drive", "王五")
    assert faults(county, sheet_of({"编号": "A-2", "责任人": "王五"})) == [
        "台账.csv!N2 责任人: 王五 is the name of more than one: give the code"
    ]


def test_a_campaign_that_draws_samples_owes_its_draws(county: Engine) -> None:
    worlds.campaign(county, lookback={"after_days": [30], "sample": 0.5})
    cells = [{"编号": f"A-{n}", "所属行动": "drive", "销号日期": "2026-02-20"} for n in range(6)]
    take(county, sheet_of(*cells))
    assert rows(county, Recheck) == []
    worlds.sweep(county, NOW)
    (row,) = rows(county, RecheckDraw)
    assert (row.population, row.size) == (6, 3)
    assert {one.opens_at for one in rows(county, Recheck)} == {at("2026-03-22")}
    assert take(county, sheet_of(*cells)) == Report(read=6, unchanged=6)


def test_five_in_a_hundred_bad_rows_leave_nothing_behind(county: Engine) -> None:
    random = Random(5)
    wrong = sorted(random.sample(range(400), 20))
    cells: list[dict[str, Any]] = [{"编号": f"A-{n}"} for n in range(400)]
    for n in wrong:
        cells[n] |= {"被检查单位": "无此单位"} if n % 2 else {"发现日期": "2027-01-01"}
    data = xlsx([HEADINGS, *(a_row(**one) for one in cells)], title="隐患台账")
    sheet = read_sheet(data, "台账.xlsx")
    before = [rows(county, table) for table in TABLES]
    found = faults(county, sheet)
    unknown, to_come = "被检查单位: there is no unit 无此单位", "发现日期: is a day to come"
    assert found == [f"隐患台账!D{n + 2} {unknown}" if n % 2 else f"隐患台账!J{n + 2} {to_come}" for n in wrong]
    tried = take(county, sheet, dry_run=True)
    assert (tried.read, tried.refused, len(tried.faults)) == (400, 20, 20)
    assert [rows(county, table) for table in TABLES] == before


def test_a_row_twice_is_a_fault(county: Engine) -> None:
    assert faults(county, sheet_of({}, {"隐患描述": "另一处"})) == ["台账.csv!B3 编号: stands in row 2 already"]
    assert faults(county, sheet_of({"编号": ""}, {"编号": ""})) == ["台账.csv!F3 隐患描述: stands in row 2 already"]


def test_a_dry_run_writes_nothing(county: Engine) -> None:
    assert take(county, sheet_of({}), dry_run=True) == Report(read=1, made=1)
    assert rows(county, Hazard) == []


@pytest.mark.parametrize("who", ["inspector", "leader", "viewer", "staff", "nobody"])
def test_planners_import_and_nobody_else(county: Engine, who: str) -> None:
    with pytest.raises(Forbidden):
        take(county, sheet_of({}), who)


def test_a_sheet_takes_nothing_away(county: Engine) -> None:
    with pytest.raises(Refused):
        take(county, sheet_of({}), removals="close")


def test_the_empty_sheet_can_be_filled_in_and_read(county: Engine) -> None:
    sheet = read_sheet(imports.template("hazards"), "隐患台账.xlsx")
    assert sheet.headings == tuple(column.headings[0] for column in COLUMNS)
    assert faults(county, sheet) == ["隐患台账!C2 被检查单位: there is no unit yanjing-cun01"]
