"""Sheets out: an import of what went out changes nothing, and an empty place takes it in whole."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Engine

from models import ChainLink, DayOverride, Hazard, HazardCycle, Person, Recheck, Unit, UnitTag
from service import days, evidence, exports, hazards, imports_holidays, people, store
from service import imports as taking
from service.access import SYSTEM, Actor, actor_for
from service.errors import NotFound, Refused
from service.exports import dual_prevention
from service.imports_rows import Report
from service.ledger_wishes import Wishes
from service.sheets import Sheet, read_sheet
from service.sheets_out import write_xlsx
from tests import databases
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, at, close, closed, look, rows
from tests.service.workbooks import csv

FORMS = ("xlsx", "csv")
LEDGER = [
    "序号", "编号", "所属行动", "被检查单位", "地点/部位", "隐患描述", "类别", "级别", "来源", "发现日期", "检查人",
    "整改措施", "责任单位", "责任人", "督办领导", "资金(万元)", "整改期限", "应急措施/预案", "完成日期", "验收人",
    "验收日期", "销号日期", "回头看日期", "回头看结果", "备注",
]  # fmt: skip
OPENED, LATER = FOUND + timedelta(days=31), FOUND + timedelta(days=40)  # look-backs are open then
NASTY = (
    "=1+1",
    "+86",
    "-5",
    "@SUM(A1)",
    "＝1",
    "'=x",
    "''",
    "007",
    "1e5",
    "#N/A",
    "TRUE",
    "2026-03-02",
    "𠮷野🔥",
    "a\tb",
)


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def sheet_of(engine: Engine, kind: str, form: str = "xlsx", who: str | Actor = SYSTEM, **more: Any) -> Sheet:
    """What an export is read as."""
    return read_sheet(file_of(engine, kind, form, who, **more), f"{kind}.{form}")


def file_of(
    engine: Engine, kind: str, form: str = "xlsx", who: str | Actor = SYSTEM, locale: str = "zh_CN", **more: Any
) -> bytes:
    with store.reading(engine) as session:
        actor = actor_for(session, who) if isinstance(who, str) else who
        if kind == "hazards":
            wishes = Wishes(**more)
            made = exports.export_hazards(session, actor, wishes, now=LATER, form=form, locale=locale)
        elif kind == "holidays":
            made = exports.export_holidays(session, more["year"], form=form, locale=locale)
        else:
            make: Callable[..., Any] = getattr(exports, f"export_{kind}")
            made = make(session, actor, form=form, locale=locale, **more)
    with made:
        return made.read()


def take(engine: Engine, kind: str, sheet: Sheet, who: str | Actor = SYSTEM) -> Report:
    return act(engine, taking.importer(kind), who, sheet, now=LATER)


def plain(report: Report) -> tuple[int, int, int]:
    """Rows made, changed, taken away."""
    return report.made, report.changed, report.removed


def test_the_ledger_has_the_columns_people_print(county: Engine) -> None:
    worlds.report(county)
    book = load_workbook(io.BytesIO(file_of(county, "hazards")))
    sheet: Any = book.active
    assert [cell.value for cell in sheet[1]] == LEDGER
    assert (sheet.title, sheet.freeze_panes, sheet.print_title_rows) == ("隐患台账", "A2", "$1:$1")
    assert sheet["J2"].value.date() == FOUND.date()
    assert (sheet["D2"].value, sheet["H2"].value, sheet["I2"].value) == ("e1", "一般", "检查")
    english = sheet_of(county, "hazards", "csv", locale="en")
    assert (english.headings[1], english.rows[0].cells[7]) == ("code", "general")


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


def standing(engine: Engine, *tables: Any) -> list[list[Any]]:
    return [rows(engine, table) for table in tables]


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


@contextmanager
def elsewhere(all_databases: databases.Databases, folder: Any, name: str = "other") -> Iterator[Engine]:
    """Another place with the same units and people, and an empty ledger."""
    engine = all_databases.sqlite(folder / f"{name}.sqlite")
    yield worlds.found(engine)
    engine.dispose()


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
    assert len(sheet_of(county, "hazards", "xlsx", "nobody", unit=None).rows) == 1 if concerned(county) else True


def concerned(county: Engine) -> bool:
    """Give somebody without a role a hazard of their own."""
    act(county, hazards.assign, "inspector", "H-2026-000001", responsible="nobody")
    return True


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


# -- books -------------------------------------------------------------------------------------------------------------

SIGNS = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
CJK = st.sampled_from("𠮷𠀀𪚥㐀龘〇々＝＋－＠=+-@'\",;井研镇 0")
WORDS = st.text(SIGNS | CJK, max_size=30)
CODES = st.from_regex(r"[0-9a-z一-龥][0-9a-z一-龥.\-_]{0,8}", fullmatch=True)
PHONES = st.sampled_from(["", "0833-3700000", "+86 833 3700000", "(0833)3700000转01"])
KINDS = st.sampled_from(["town", "village", "enterprise", "hazard_point", "household", "grid"])
TOWNS = st.lists(
    st.tuples(CODES, WORDS, KINDS, WORDS, st.sampled_from(["", "red", "blue"]), st.lists(CODES, max_size=3), PHONES),
    min_size=1, max_size=8, unique_by=lambda unit: unit[0],
)  # fmt: skip


def settled(engine: Engine, town: list[Any]) -> None:
    """A random town: a tree, somebody in each unit who answers for it."""
    with store.transaction(engine) as session:
        codes: list[str] = []
        for number, (code, name, kind, sector, risk, tags, phone) in enumerate(town):
            parent = codes[number // 2] if codes else None
            name = name.strip() or "无名"
            people.add_unit(
                session, SYSTEM, now=FOUND, code=code, name=name, kind=kind, parent=parent, sector=sector, risk=risk,
                tags=tags, address=sector, phone=phone,
            )  # fmt: skip
            person = f"0{code}"
            people.add_person(
                session, SYSTEM, now=FOUND, code=person, name=name, unit=code, post=sector, mobile="13800130001"
            )
            store.require(
                session,
                [worlds_link(code, number % 3 + 1, person)],
                now=FOUND,
                by="tests",
            )
            codes.append(code)


def worlds_link(unit: str, level: int, person: str) -> Any:
    from service.rules.steps import make

    return make(ChainLink, f"{unit}:{level}:1", "named", {"unit": unit, "level": level, "person": person})


@given(town=TOWNS, form=st.sampled_from(FORMS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_towns_go_out_and_come_back(
    all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory, town: list[Any], form: str
) -> None:
    folder = tmp_path_factory.mktemp("towns")
    engine = all_databases.sqlite(folder / "town.sqlite")
    copy = all_databases.sqlite(folder / "copy.sqlite")
    try:
        settled(engine, town)
        before = standing(engine, Unit, UnitTag, Person, ChainLink)
        for kind in ("units", "people", "chain"):
            file = file_of(engine, kind, form)
            sheet = read_sheet(file, f"{kind}.{form}")
            assert plain(take(engine, kind, sheet)) == (0, 0, 0)
            assert take(copy, kind, sheet).made == len(sheet.rows)
            assert file_of(copy, kind, form) == file
        assert standing(engine, Unit, UnitTag, Person, ChainLink) == before
    finally:
        engine.dispose()
        copy.dispose()


FINDINGS = st.fixed_dictionaries(
    {
        "description": WORDS.map(lambda words: words.strip() or "x"), "place": WORDS, "category": WORDS, "note": WORDS,
        "found_on": st.dates(date(2024, 1, 1), FOUND.date()),
        "source": st.sampled_from(["inspection", "self_check", "supervision", "patrol", "public", "webhook", "other"]),
        "mode": st.sampled_from(["on_spot", "by_deadline"]),
    }
)  # fmt: skip


@given(found=st.lists(FINDINGS, min_size=1, max_size=6), form=st.sampled_from(FORMS))
@settings(max_examples=15, deadline=None)
def test_random_ledgers_go_out_and_come_back(
    all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory, found: list[Any], form: str
) -> None:
    folder = tmp_path_factory.mktemp("ledgers")
    with elsewhere(all_databases, folder, "first") as engine, elsewhere(all_databases, folder) as other:
        for number, one in enumerate(found):
            worlds.report(engine, code=f"{number:04}", **one)
        file = file_of(engine, "hazards", form)
        sheet = read_sheet(file, f"台账.{form}")
        assert plain(take(engine, "hazards", sheet)) == (0, 0, 0)
        assert take(other, "hazards", sheet).made == len(found)
        assert file_of(other, "hazards", form) == file
        for mine, theirs in zip(rows(engine, Hazard), rows(other, Hazard), strict=True):
            for name in ("key", "description", "place", "category", "note", "found_on", "source", "mode"):
                assert getattr(mine, name) == getattr(theirs, name), name


@pytest.mark.parametrize("form", FORMS)
def test_what_has_gone_stays_out_and_who_stands_may_stay(county: Engine, form: str) -> None:
    act(county, people.change_person, SYSTEM, "grid", {"left_on": FOUND.date()})
    act(county, people.change_unit, SYSTEM, "e2", {"closed_on": FOUND.date()})
    for kind in ("units", "people", "chain"):
        sheet = sheet_of(county, kind, form, "coord")
        assert "e2" not in [row.cells[0] for row in sheet.rows if kind == "units"]
        assert plain(take(county, kind, sheet, "coord")) == (0, 0, 0), kind
    chain = sheet_of(county, "chain", form, "keeper")  # who stands above is out of their sight
    assert plain(take(county, "chain", chain, "keeper")) == (0, 0, 0)


# -- holidays ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_the_holidays_of_a_year_come_back_as_its_notice(engine: Engine, form: str) -> None:
    with store.reading(engine) as session:
        known = days.gather_calendar(session, zone=worlds.FOUND.tzinfo)  # type: ignore[arg-type]
    sheet = sheet_of(engine, "holidays", form, year=2026)
    first = take(engine, "holidays", sheet)
    assert plain(first) == (len(sheet.rows), 0, 0)
    assert plain(take(engine, "holidays", sheet)) == (0, 0, 0)
    assert sheet_of(engine, "holidays", form, year=2026).rows[0].cells[3] == "2026年节假日安排"
    with store.reading(engine) as session:
        after = days.gather_calendar(session, zone=worlds.FOUND.tzinfo)  # type: ignore[arg-type]
    span = date(2026, 1, 1), date(2026, 12, 31)
    assert after.days_between(*span) == known.days_between(*span)
    shorter = Sheet(sheet.name, sheet.headings, sheet.rows[:-1], sheet.heading_row)
    assert plain(take(engine, "holidays", shorter)) == (0, 0, 1)
    assert len(rows(engine, DayOverride)) == len(sheet.rows) - 1


BAD_HOLIDAYS = (
    ("2027-02-05,周几,春节,", "B2 日期类型: is no class of a day: 周几"),
    ("2027-02-05,法定节假日,中元节,", "C2 节日: is no festival: 中元节"),
    ("2027-02-05,法定节假日,,", "A2 日期: A statutory holiday names its festival"),
    ("2027-02-05,调休上班,,", "A2 日期: 2027-02-05 is no Saturday or Sunday: only these are made up"),
    ("2027-02-06,调休上班,春节,", "A2 日期: A makeup_workday belongs to no festival"),
    ("昨天,法定节假日,春节,", "A2 日期: must be a date like 2023-04-01"),
    (
        "2026-10-01,法定节假日,国庆节,\n2027-10-01,法定节假日,国庆节,",
        "A2 日期: 2026-10-01 is neither in 2027 nor in the December before",
    ),
    (
        "2027-10-01,法定节假日,国庆节,甲\n2027-10-02,法定节假日,国庆节,乙",
        "D3 放假通知: is another notice than above: a sheet holds one",
    ),
    ("2027-10-01,法定节假日,国庆节,\n2027-10-01,法定节假日,国庆节,", "A3 日期: stands in row 2 already"),
    ("1999-10-01,法定节假日,国庆节,", "A2 日期: 1999-10-01 is no day of the years 2000 to 2099"),
)


@pytest.mark.parametrize(("line", "fault"), BAD_HOLIDAYS, ids=[fault for _, fault in BAD_HOLIDAYS])
def test_a_bad_notice_is_refused_whole(engine: Engine, line: str, fault: str) -> None:
    heading = ("日期", "日期类型", "节日", "放假通知")
    sheet = read_sheet(csv([heading, *(one.split(",") for one in line.split("\n"))]), "放假.csv")
    with pytest.raises(Refused) as refused:
        take(engine, "holidays", sheet)
    assert [str(one) for one in refused.value.faults] == [f"放假.csv!{fault}"]
    assert rows(engine, DayOverride) == []


# -- exchange ----------------------------------------------------------------------------------------------------------


def test_hazards_go_to_exchange_platforms(county: Engine) -> None:
    first = worlds.report(county, description="配电箱无防护盖", mode="on_spot", source="self_check")
    act(county, evidence.add, "inspector", first, note="整改前")
    photo = evidence.read_photo(a_picture())
    act(county, evidence.add, "inspector", first, photo=photo, stage="before")
    major = closed(county, level="major")
    gone = worlds.report(county)
    act(county, hazards.void, "coord", gone, reason="重复登记")
    with store.reading(county) as session:
        actor = actor_for(session, "coord")
        made = dual_prevention.export(session, actor, Wishes(), now=LATER, form="json")
        table = dual_prevention.export(session, actor, Wishes(), now=LATER, form="csv")
    with made, table:
        told, lines = json.load(made), table.read().decode("utf-8-sig").splitlines()
    items = {one["id"]: one for one in told["items"]}
    assert told["profile"] == "zhiban/dual-prevention/1"
    assert [field.name for field in dual_prevention.FIELDS] == list(items[first]) == lines[0].split(",")
    assert len(lines) == 4
    one = items[first]
    assert (one["dangerLevel"], one["dangerManageType"], one["dangerSrc"], one["dangerState"]) == ("0", "0", "1", "0")
    assert one["dangerImg"] == [f"/api/v1/hazards/{first}/evidence/2"]
    assert (one["registTime"], one["createDate"], one["deleted"]) == ("2026-03-02", "2026-03-02 09:00:00", "0")
    other = items[major]
    assert (other["dangerLevel"], other["dangerState"], other["cost"]) == ("1", "9", "3.5")
    assert (other["checkAcceptPerson"], other["checkAcceptTime"]) == ("inspector", "2026-03-02 09:00:00")
    assert items[gone]["deleted"] == "1"


def a_picture() -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, "JPEG")
    return made.getvalue()


def test_instants_are_days_of_the_place(county: Engine) -> None:
    closed(county, now=at("2026-03-03 00:30"))
    assert sheet_of(county, "hazards").rows[0].cells[21] == "2026-03-03"


def test_a_notice_comes_from_a_sheet_as_from_its_file(engine: Engine) -> None:
    sheet = sheet_of(engine, "holidays", "csv", year=2026)
    notice = imports_holidays.notice_in(sheet)
    assert (notice.year, len(notice.days), notice.unnamed) == (2026, len(sheet.rows), ())
    with pytest.raises(Refused):
        imports_holidays.notice_in(read_sheet("日期,日期类型\n2026-10-01,x\n".encode(), "放假.csv"))


def test_a_long_ledger_takes_no_more_memory_than_a_short_one() -> None:
    line = ("H-2026-000001", "配电箱无防护盖，线路老化", date(2026, 3, 2), Decimal("0.35"), 7)
    peaks = []
    for many in (2_000, 20_000):
        tracemalloc.start()
        with TemporaryFile() as made:
            write_xlsx(made, "隐患台账", list("abcde"), (line for _ in range(many)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] + 500_000, peaks
