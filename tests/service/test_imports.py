"""Bad sheets: every wrong place is named with its reason, all of them at once, and nothing at all is written."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from models import Journal
from service import people, store
from service.access import SYSTEM
from service.errors import Forbidden, NotFound, Refused
from service.imports.kinds import IMPORTS, importer, read_sheet, template
from tests.service.towns import someone
from tests.service.workbooks import CHAIN, PEOPLE, UNITS, csv, sheet, xlsx

HEADINGS = {"units": UNITS, "people": PEOPLE, "chain": CHAIN}
Rows = Sequence[Sequence[str]]

DEEP = [(f"{n}{'深' * 60}", "深", f"{n - 1}{'深' * 60}" if n else "xicun", "村") for n in range(11)]

# kind, who imports, rows, and the faults: place, beginning of the reason
BAD: dict[str, tuple[str, str, Rows, list[tuple[str, str]]]] = {
    "no code": ("units", "y01", [("", "甲", "yanjing", "村")], [("A2 编码", "is missing")]),
    "code with a blank": ("units", "y01", [("a b", "甲", "yanjing", "村")], [("A2 编码", "may hold letters")]),
    "code with a slash": ("units", "y01", [("a/b", "甲", "yanjing", "村")], [("A2 编码", "may hold letters")]),
    "code with a colon": ("units", "y01", [("a:b", "甲", "yanjing", "村")], [("A2 编码", "may hold letters")]),
    "code with a per cent": ("units", "y01", [("a%", "甲", "yanjing", "村")], [("A2 编码", "may hold letters")]),
    "code too long": ("units", "y01", [("a" * 65, "甲", "yanjing", "村")], [("A2 编码", "is longer than 64")]),
    "no name": ("units", "y01", [("a", "　", "yanjing", "村")], [("B2 名称", "is missing")]),
    "name too long": ("units", "y01", [("a", "甲" * 201, "yanjing", "村")], [("B2 名称", "is longer than 200")]),
    "name that can't be shown": ("units", "y01", [("a", "甲\x07", "yanjing", "村")], [
        ("B2 名称", "holds a line break"),
    ]),
    "no kind": ("units", "y01", [("a", "甲", "yanjing", "")], [("D2 类型", "is missing")]),
    "unknown kind": ("units", "y01", [("a", "甲", "yanjing", "星球")], [("D2 类型", "is no kind of unit: 星球")]),
    "unknown risk": ("units", "y01", [("a", "甲", "yanjing", "村", "", "紫")], [
        ("F2 风险等级", "is no risk grade: 紫"),
    ]),
    "tag with a slash": ("units", "y01", [("a", "甲", "yanjing", "村", "", "", "重点 a/b")], [("G2 标签", "may hold")]),
    "words for a phone": ("units", "y01", [("a", "甲", "yanjing", "村", "", "", "", "", "问村长")], [
        ("I2 联系电话", "is no telephone number"),
    ]),
    "unknown parent": ("units", "y01", [("a", "甲", "nowhere", "村")], [("C2 上级编码", "there is no unit nowhere")]),
    "parent out of reach": ("units", "y01", [("a", "甲", "bailu", "村")], [("C2 上级编码", "there is no unit bailu")]),
    "parent above the reach": ("units", "y01", [("a", "甲", "district", "村")], [
        ("C2 上级编码", "there is no unit district"),
    ]),
    "root without rights": ("units", "y01", [("a", "甲", "", "村")], [("C2 上级编码", "is missing: only someone")]),
    "made a root": ("units", "y01", [("xicun", "西村", "", "村")], [("C2 上级编码", "is missing: only someone")]),
    "closed parent": ("units", "y01", [("a", "甲", "gone", "村")], [("C2 上级编码", "is closed")]),
    "unit out of reach": ("units", "y01", [("nancun", "南村", "yanjing", "村")], [
        ("A2 编码", "is no unit that you may"),
    ]),
    "unit above the reach": ("units", "y01", [("district", "县", "yanjing", "县")], [
        ("A2 编码", "is no unit that you may"),
    ]),
    "code twice": ("units", "y01", [("a", "甲", "xicun", "村"), ("b", "乙", "xicun", "村"), ("a", "丙", "b", "村")], [
        ("A4 编码", "stands in row 2 already"),
    ]),
    "under itself": ("units", "y01", [("a", "甲", "a", "村")], [("C2 上级编码", "stands under itself: a → a")]),
    "circle of two": ("units", "y01", [("a", "甲", "b", "村"), ("b", "乙", "a", "村")], [
        ("C2 上级编码", "stands under itself"), ("C3 上级编码", "stands under itself"),
    ]),
    "circle with one that stands": ("units", "y01", [("dongcun", "东村", "dong-grid1", "村")], [
        ("C2 上级编码", "stands under itself: dongcun → dong-grid1 → dongcun"),
    ]),
    "tail of a circle": ("units", "d01", [("a", "甲", "b", "村"), ("b", "乙", "c", "村"), ("c", "丙", "b", "村")], [
        ("C3 上级编码", "stands under itself"), ("C4 上级编码", "stands under itself"),
    ]),
    "taken from one above": ("units", "e02", [("dongcun", "东村", "bailu", "村")], [("C2 上级编码", "may not change")]),
    "too deep": ("units", "d01", DEEP, [
        ("C12 上级编码", "stands too deep"),
    ]),
    "everything at once": ("units", "y01", [("a b", "", "nowhere", "星球", "", "紫", "%", "", "x")], [
        ("A2 编码", "may hold"), ("B2 名称", "is missing"), ("D2 类型", "is no kind"), ("F2 风险等级", "is no risk"),
        ("G2 标签", "may hold"), ("I2 联系电话", "is no telephone"),
    ]),
    "no number": ("people", "y01", [("", "某", "xicun")], [("A2 工号", "is missing")]),
    "number of the service": ("people", "y01", [("zhiban", "某", "xicun")], [("A2 工号", "is the name the service")]),
    "nameless": ("people", "y01", [("p1", "", "xicun")], [("B2 姓名", "is missing")]),
    "no unit": ("people", "y01", [("p1", "某", "")], [("C2 单位编码", "is missing")]),
    "unknown unit": ("people", "y01", [("p1", "某", "nowhere")], [("C2 单位编码", "there is no unit nowhere")]),
    "unit elsewhere": ("people", "y01", [("p1", "某", "nancun")], [("C2 单位编码", "there is no unit nancun")]),
    "closed unit": ("people", "y01", [("p1", "某", "gone")], [("C2 单位编码", "is closed")]),
    "person elsewhere": ("people", "y01", [("b01", "某", "xicun")], [("A2 工号", "is nobody whom you may change")]),
    "person twice": ("people", "y01", [("p1", "某", "xicun"), ("p1", "某", "dongcun")], [
        ("A3 工号", "stands in row 2 already"),
    ]),
    "short mobile": ("people", "y01", [("p1", "某", "xicun", "", "1380013")], [
        ("E2 手机", "is no mobile number"),
    ]),
    "bad e-mail": ("people", "y01", [("p1", "某", "xicun", "", "", "a@")], [("F2 邮箱", "is no e-mail address")]),
    "long WeCom": ("people", "y01", [("p1", "某", "xicun", "", "", "", "x" * 501)], [
        ("G2 企业微信", "is longer than"),
    ]),
    "chain of an unknown unit": ("chain", "y01", [("nowhere", "1", "e01")], [("A2 单位编码", "there is no unit")]),
    "chain of a unit elsewhere": ("chain", "y01", [("nancun", "1", "e01")], [("A2 单位编码", "there is no unit")]),
    "chain of a closed unit": ("chain", "y01", [("gone", "1", "e01")], [("A2 单位编码", "is closed")]),
    "level none": ("chain", "y01", [("xicun", "0", "e01")], [("B2 层级", "must be a level")]),
    "level ten": ("chain", "y01", [("xicun", "10", "e01")], [("B2 层级", "must be a level")]),
    "level in words": ("chain", "y01", [("xicun", "一级", "e01")], [("B2 层级", "must be a level")]),
    "level of a half": ("chain", "y01", [("xicun", "1.5", "e01")], [("B2 层级", "must be a level")]),
    "nobody of that number": ("chain", "y01", [("xicun", "1", "x9")], [("C2 工号", "there is nobody")]),
    "person out of sight": ("chain", "y01", [("xicun", "4", "d01")], [("C2 工号", "there is nobody")]),
    "who left": ("chain", "y01", [("xicun", "1", "left")], [("C2 工号", "has left")]),
    "third on a level": ("chain", "y01", [("xicun", "1", p) for p in ("e01", "e02", "y01")], [
        ("B4 层级", "two people are on this level already"),
    ]),
    "link twice": ("chain", "y01", [("xicun", "1", "e01")] * 2, [("A3 单位编码", "stands in row 2 already")]),
}  # fmt: skip


def arrange(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        people.add_unit(session, SYSTEM, now=now, code="gone", name="撤并村", kind="village", parent="yanjing")
        people.change_unit(session, SYSTEM, "gone", {"closed_on": date(2026, 11, 1)}, now=now)
        people.add_person(session, SYSTEM, now=now, code="left", name="走了", unit="xicun")
        people.change_person(session, SYSTEM, "left", {"left_on": date(2026, 11, 1)}, now=now)
        for unit in ("dongcun", "bailu"):
            people.grant(session, SYSTEM, "e02", "coordinator", unit, now=now)


def lines(engine: Engine) -> int:
    with store.reading(engine) as session:
        return session.execute(select(func.count()).select_from(Journal)).scalar_one()


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_named_and_nothing_is_written(town: Engine, now: datetime, case: str) -> None:
    kind, who, rows, faults = BAD[case]
    arrange(town, now)
    before = lines(town)
    read = sheet(HEADINGS[kind], *rows)
    with pytest.raises(Refused) as refused, store.transaction(town) as session:
        importer(kind)(session, someone(session, who), read, now=now)
    said = [(fault.field.removeprefix("表.csv!"), str(fault)) for fault in refused.value.faults]
    assert [place for place, _ in said] == [place for place, _ in faults]
    for (_, reason), (place, expected) in zip(said, faults, strict=True):
        assert reason.startswith(f"表.csv!{place}: {expected}")
    assert lines(town) == before
    with store.reading(town) as session:
        report = importer(kind)(session, someone(session, who), read, now=now, dry_run=True)
    assert (report.read, report.refused, report.made) == (len(rows), len(faults), 0)
    assert report.faults == tuple(refused.value.faults)


def test_all_faults_are_counted_and_five_hundred_shown(town: Engine, now: datetime) -> None:
    rows = [(f"u{n}", "", "nowhere", "村") for n in range(400)]
    with pytest.raises(Refused, match="800 places") as refused, store.transaction(town) as session:
        IMPORTS["units"](session, SYSTEM, sheet(UNITS, *rows), now=now)
    assert len(refused.value.faults) == 500
    with store.reading(town) as session:
        assert IMPORTS["units"](session, SYSTEM, sheet(UNITS, *rows), now=now, dry_run=True).refused == 800


def test_a_date_made_of_a_code_is_noticed(town: Engine, now: datetime) -> None:
    data = xlsx([UNITS, (date(2026, 1, 2), "一号楼", "yanjing", "场所", *[None] * 5)])
    with pytest.raises(Refused) as refused, store.transaction(town) as session:
        IMPORTS["units"](session, SYSTEM, read_sheet(data, "表.xlsx"), now=now)
    assert "was made a date" in str(refused.value.faults[0])


@pytest.mark.parametrize("kind", HEADINGS)
@pytest.mark.parametrize("who", ["y02", "y04", "e01", "nobody"])
def test_who_plans_nothing_imports_nothing(town: Engine, now: datetime, kind: str, who: str) -> None:
    examples: dict[str, Any] = {
        "units": ("a", "甲", "yanjing", "村"), "people": ("p", "某", "yanjing"), "chain": ("xicun", "1", "e01"),
    }  # fmt: skip
    with pytest.raises(Forbidden), store.transaction(town) as session:
        IMPORTS[kind](session, someone(session, who), sheet(HEADINGS[kind], examples[kind]), now=now)


@pytest.mark.parametrize("kind", HEADINGS)
def test_a_sheet_without_its_headings_is_refused(town: Engine, now: datetime, kind: str) -> None:
    with pytest.raises(Refused, match="headings") as refused, store.transaction(town) as session:
        IMPORTS[kind](session, SYSTEM, read_sheet(csv([("甲", "乙"), ("1", "2")]), "表.csv"), now=now)
    assert len(refused.value.faults) == {"units": 6, "people": 5, "chain": 5}[kind]


def test_templates_are_sheets_that_the_import_reads(engine: Engine, now: datetime) -> None:
    with store.transaction(engine) as session:
        people.add_unit(session, SYSTEM, now=now, code="yanjing", name="盐井镇", kind="town")
        for kind in ("units", "people", "chain"):
            read = read_sheet(template(kind), f"{kind}.xlsx")
            assert read.headings == HEADINGS[kind]
            assert IMPORTS[kind](session, SYSTEM, read, now=now)[:2] == (1, 1)


def test_an_unknown_kind_is_not_found() -> None:
    for act in (importer, template):
        with pytest.raises(NotFound):
            act("planets")


def test_the_journal_says_where_it_came_from(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        y01 = someone(session, "y01")
        IMPORTS["units"](session, y01, sheet(UNITS, ("xicun", "西边村", "yanjing", "村")), now=now)
        line = select(col(Journal.by), col(Journal.act), col(Journal.reason)).where(col(Journal.subject) == "xicun")
        written = session.execute(line.order_by(col(Journal.id).desc()).limit(1)).one()
    assert tuple(written) == ("y01", "changed", "表.csv: name")
