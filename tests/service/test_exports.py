"""The ledger out: an import of what went out changes nothing, and an empty ledger takes it in whole."""

import io
import tracemalloc
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from models import Hazard, HazardCycle, Recheck
from service import people
from service.access import SYSTEM, Actor
from service.errors import NotFound, Refused
from service.exports import LAYOUTS
from service.hazards import acts as hazards
from service.sheets.out import Paper, Print, wide, write_xlsx
from service.sheets.reading import read_sheet
from tests import databases
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, at, close, closed, look
from tests.service.taken_out import FORMS, LATER, elsewhere, file_of, plain, sheet_of, standing, take

LEDGER = [
    "序号", "编号", "所属行动", "被检查单位", "地点/部位", "隐患描述", "类别", "级别", "来源", "发现日期", "检查人",
    "整改措施", "责任单位", "责任人", "督办领导", "资金(万元)", "整改期限", "应急措施/预案", "完成日期", "验收人",
    "验收日期", "销号日期", "回头看日期", "回头看结果", "备注",
]  # fmt: skip
OPENED = FOUND + timedelta(days=31)  # look-backs are open then
NASTY = (
    "=1+1", "+86", "-5", "@SUM(A1)", "＝1", "'=x", "''", "007", "1e5", "#N/A", "TRUE", "2026-03-02", "𠮷野🔥", "a\tb",
)  # fmt: skip


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def test_the_ledger_has_the_columns_people_print(county: Engine) -> None:
    worlds.report(county)
    book = load_workbook(io.BytesIO(file_of(county, "hazards")))
    sheet: Any = book.active
    assert [cell.value for cell in sheet[1]] == LEDGER
    assert (sheet.title, sheet.freeze_panes, sheet.print_title_rows) == ("隐患台账", "A2", "$1:$1")
    assert sheet["J2"].value.date() == FOUND.date()
    assert (sheet["D2"].value, sheet["H2"].value, sheet["I2"].value) == ("e1", "一般", "检查")
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert (sheet.oddHeader.center.text, sheet.print_options.gridLines) == ("隐患台账", True)
    assert sheet["F2"].alignment.vertical == sheet["J2"].alignment.vertical == sheet["A2"].alignment.vertical
    english = sheet_of(county, "hazards", "csv", locale="en")
    assert (english.headings[1], english.rows[0].cells[7]) == ("code", "general")


@pytest.mark.parametrize("kind", LAYOUTS)
def test_what_can_not_be_broken_has_room_in_print(kind: str) -> None:
    room = {
        "_on": wide("2026-11-26"),
        "on": wide("2026-11-26"),
        "mobile": 11,
        "phone": 11,
        "code": wide("H-2026-000001"),
    }
    for column in LAYOUTS[kind].columns:
        wanted = room.get(column.name, room["_on"] if column.name.endswith("_on") else 0)
        assert column.width >= min(wanted, 10 if kind == "people" else wanted), column
        assert 2 * column.width >= wide(column.printed), "a heading takes two lines at most"
    sheet = 210 if LAYOUTS[kind].paper is Paper.large else 145 if LAYOUTS[kind].paper is Paper.lying else 95
    assert sum(column.width for column in LAYOUTS[kind].columns) < 1.6 * sheet, "print is too small to be read"


def lived(county: Engine) -> None:
    """A ledger with something of everything in it."""
    worlds.campaign(county)
    for number, words in enumerate(NASTY):
        worlds.report(
            county,
            code=f"{number:03}",
            description=words or "x",
            place=words.replace("\t", " "),
            note=f"{words}\n第二行",
            category="用电",
        )
    worlds.report(county, description="长" * 10_000, mode="on_spot", source="self_check", campaign="drive")
    act(county, hazards.assign, "inspector", "001", responsible="boss", measures="加盖\n上锁", funds_yuan=35_001)
    major = worlds.report(county, level="major", found_by="检查一组", due_on=date(2026, 5, 1))
    act(county, hazards.supervise, "leader", major, supervisor="chief")
    closed(county, level="major")
    codes = [closed(county) for _ in range(3)]
    worlds.sweep(county, OPENED)
    for code, outcome in zip(codes, ("held", "blocked", "rebounded"), strict=True):
        look(county, f"hazard:{code}:recheck:1.1", outcome, now=OPENED)
    close(county, code, now=LATER)
    act(county, hazards.void, "coord", worlds.report(county), reason="重复登记")
    act(county, people.change_person, SYSTEM, "grid", {"left_on": FOUND.date()})


TABLES = (Hazard, HazardCycle, Recheck)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("who", ["coord", SYSTEM])
def test_a_ledger_that_comes_back_changes_nothing(county: Engine, form: str, who: str | Actor) -> None:
    lived(county)
    before = standing(county, *TABLES)
    sheet = sheet_of(county, "hazards", form, who)
    assert len(sheet.rows) == len(NASTY) + 6
    assert plain(take(county, "hazards", sheet, who)) == (0, 0, 0)
    assert standing(county, *TABLES) == before


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_ledger_takes_it_in_whole(
    county: Engine, all_databases: databases.Databases, tmp_path: Any, form: str
) -> None:
    lived(county)
    file = file_of(county, "hazards", form)
    with elsewhere(all_databases, tmp_path) as other:
        worlds.campaign(other)
        assert plain(take(other, "hazards", read_sheet(file, f"台账.{form}")))[0] == len(NASTY) + 6
        assert file_of(other, "hazards", form) == file


def test_the_same_ledger_is_the_same_bytes(county: Engine) -> None:
    lived(county)
    assert file_of(county, "hazards") == file_of(county, "hazards")


def test_no_cell_is_a_formula(county: Engine) -> None:
    lived(county)
    with zipfile.ZipFile(io.BytesIO(file_of(county, "hazards"))) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    for line in file_of(county, "hazards", "csv").decode("utf-8-sig").splitlines():
        assert not line.startswith(("=", "+", "-", "@", "＝")), line
        assert ",=" not in line
        assert ",@" not in line


def test_struck_out_only_where_asked_for(county: Engine) -> None:
    code = worlds.report(county)
    act(county, hazards.void, "coord", code, reason="重复登记")
    worlds.report(county)
    assert [row.cells[1] for row in sheet_of(county, "hazards").rows] != [code]
    assert [row.cells[1] for row in sheet_of(county, "hazards", states=["void"]).rows] == [code]


def test_it_is_narrowed_as_the_list_is(county: Engine) -> None:
    worlds.report(county, unit="e2")
    first = worlds.report(county)
    assert [row.cells[1] for row in sheet_of(county, "hazards", unit="e1").rows] == [first]
    with pytest.raises(NotFound):
        sheet_of(county, "hazards", "xlsx", "stranger", unit="e1")
    with pytest.raises(Refused, match="can't be read"):
        sheet_of(county, "hazards", "csv", "stranger")  # nothing under its headings
    act(county, hazards.assign, "inspector", "H-2026-000001", responsible="nobody")
    assert len(sheet_of(county, "hazards", "xlsx", "nobody").rows) == 1  # their own, without a role


def test_two_of_one_name_stand_with_their_codes(county: Engine) -> None:
    for code, name in (("p1", "王五"), ("p2", "王五"), ("p3", "李四"), ("p4", "e2")):
        act(county, people.add_person, SYSTEM, code=code, name=name, unit="e1")
    act(county, people.change_unit, SYSTEM, "e1", {"name": "盐井化工厂"})
    act(county, people.change_unit, SYSTEM, "v1", {"name": "e2"})
    for number, finder in enumerate(("p1", "p3", "p4")):
        worlds.report(county, code=f"A{number}", found_by=finder)
    worlds.report(county, code="A3", unit="v1")
    told = [(row.cells[3], row.cells[10]) for row in sheet_of(county, "hazards").rows]
    assert told[:3] == [("盐井化工厂", "p1"), ("盐井化工厂", "李四"), ("盐井化工厂", "e2")]
    assert told[3][0] == "v1"
    assert plain(take(county, "hazards", sheet_of(county, "hazards"))) == (0, 0, 0)


def test_instants_are_days_of_the_place(county: Engine) -> None:
    closed(county, now=at("2026-03-03 00:30"))
    assert sheet_of(county, "hazards").rows[0].cells[21] == "2026-03-03"


def test_a_long_ledger_takes_no_more_memory_than_a_short_one() -> None:
    line = ("H-2026-000001", "配电箱无防护盖，线路老化", date(2026, 3, 2), Decimal("0.35"), 7)
    peaks = []
    for many in (2_000, 20_000):
        tracemalloc.start()
        with TemporaryFile() as made:
            write_xlsx(made, Print("隐患台账", (12,) * 5), list("abcde"), (line for _ in range(many)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] + 500_000, peaks
