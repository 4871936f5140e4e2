"""The duty table for the wall: its columns, festivals, posts, phones, and a workbook set for one page across."""

import io
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from models import Person, Roster
from service import store
from service.access import SYSTEM, actor_for
from service.duty import print_table, table
from service.errors import NotFound, Refused
from service.rules.steps import change
from tests.service import duty_worlds, worlds
from tests.service.feed_worlds import NOTE, kept


def month_of(engine: Engine, month: str = "2026-12", who: str = "") -> table.Table:
    with store.reading(engine) as session:
        actor = actor_for(session, who) if who else SYSTEM
        return table.table(session, actor, "night", month)


def workbook_of(found: table.Table, locale: str = "zh_CN") -> Any:
    return load_workbook(io.BytesIO(print_table.workbook(found, locale)))


def posted(engine: Engine) -> Engine:
    kept(engine)
    for code, facts in (
        ("chief", {"post": "镇长", "mobile": "13800130041"}),
        ("grid1", {"name": "=李海", "post": "网格员"}),
    ):
        person = worlds.row(engine, Person, code)
        worlds.write(engine, change(Person, code, person.version, "named", facts))
    return engine


def test_a_month_has_every_day_with_who_serves_and_what_day_it_is(engine: Engine) -> None:
    found = month_of(posted(engine))
    assert (found.title, found.unit, found.phone, found.note) == ("镇24小时值班", "town", "0838-1234567", NOTE)
    assert found.roles == ["leader", "officer", "standby"]
    assert [row.on.day for row in found.rows] == list(range(1, 32))
    first, second, third, fourth = found.rows[:4]
    (seat,) = first.seats["leader"]
    assert seat == table.Cell("chief", "王建国", "镇长", "13800130041", seat.watch)
    assert ":leader:" in seat.watch
    assert second.marks == ["officer:=李海"]
    assert [cell.person for cell in third.seats["leader"]] == ["deputy", None]
    assert fourth.seats == {"leader": [], "officer": [], "standby": []}
    assert (first.weekday, first.label, first.day_class) == (2, "", "workday")


def test_days_off_carry_the_festival_and_shifted_days_say_so(engine: Engine) -> None:
    kept(engine)
    rows = {row.on: row for row in month_of(engine, "2026-02").rows}
    assert rows[date(2026, 2, 17)].label == "spring_festival"
    assert rows[date(2026, 2, 14)].marks == ["makeup_workday"]
    assert {rows[date(2026, 2, n)].label for n in range(15, 24)} == {"spring_festival"}
    assert month_of(engine, "2024-02").rows[-1].on == date(2024, 2, 29)


def test_the_list_has_the_columns_that_people_print(engine: Engine) -> None:
    sheet = workbook_of(month_of(posted(engine)))["值班表"]
    assert sheet["A1"].value == "镇24小时值班表（2026年12月）"
    assert sheet["A2"].value == "单位：town    值班室电话：0838-1234567"
    headings = [cell.value for cell in sheet[3]]
    assert headings == ["日期", "星期", "带班领导(职务)", "值班员", "备班", "值班电话", "手机", "备注"]
    first = [cell.value for cell in sheet[4]]
    assert first[:3] == ["2026-12-01", "星期二", "王建国(镇长)"]
    assert first[5] == "0838-1234567"
    assert first[6].startswith("13800130041 ")
    assert sheet["H5"].value == "值班员代=李海值班"
    assert sheet["C6"].value == "孙立\n空缺"
    assert sheet.cell(35, 1).value == f"注：{NOTE}"


def test_it_is_ready_for_the_wall(engine: Engine) -> None:
    book = workbook_of(month_of(posted(engine)))
    listed, grid = book.worksheets
    for sheet, columns, lies, pages in ((listed, "H", "portrait", 1), (grid, "G", "landscape", 0)):
        assert sheet.page_setup.orientation == lies
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, pages)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
        assert sheet.print_title_rows == "$1:$3"
        assert sheet.print_area.startswith(f"'{sheet.title}'!$A$1:${columns}$")
        assert sheet.page_setup.paperSize == 9
        assert "&P" in sheet.oddFooter.center.text


def test_the_grid_is_a_calendar(engine: Engine) -> None:
    sheet = workbook_of(month_of(posted(engine)))["月历"]
    assert [cell.value for cell in sheet[3]] == [f"星期{day}" for day in "一二三四五六日"]
    assert sheet["A4"].value is None  # 1 December 2026 is a Tuesday
    assert sheet["B4"].value.split("\n")[:2] == ["1", "带班领导: 王建国"]
    assert sheet["D8"].value == "31"
    english = workbook_of(month_of(engine), "en").worksheets
    assert [one.title for one in english] == ["List", "Month grid"]


SHIFTS = """
key: night
name: 两班值守
owner: town
watches: [{code: day, starts: "08:00", hours: 12}, {code: dusk, starts: "20:00", hours: 12}]
roles:
  - {role: leader, need: 1, members: [chief, mayor, deputy, leader, coord]}
  - {role: officer, need: 3, members: [grid1, grid2, staff, inspector, boss1, viewer]}
"""


def test_a_day_of_several_watches_says_whose_hours_are_whose(engine: Engine, now: datetime) -> None:
    duty_worlds.kept(engine, now, SHIFTS)
    duty_worlds.published(engine, now)
    found = month_of(engine)
    early, late = found.rows[0].shifts()
    assert (early.hours, late.hours) == ("08:00–20:00", "20:00–08:00")
    assert [len(shift.seats["officer"]) for shift in (early, late)] == [3, 3]
    assert [shift.hours for shift in found.rows[-1].shifts()] == [""]
    listed, grid = workbook_of(found).worksheets
    assert [cell.value for cell in listed[3]][:4] == ["日期", "星期", "班次", "带班领导(职务)"]
    assert [[cell.value for cell in line][:3] for line in listed["A4:C5"]] == [
        ["2026-12-01", "星期二", "08:00–20:00"], ["2026-12-01", "星期二", "20:00–08:00"],
    ]  # fmt: skip
    assert listed.page_setup.orientation == "landscape"
    texts = grid["B4"].value.split("\n")
    assert (texts[:2], texts[4]) == (["1", "08:00–20:00"], "20:00–08:00")


def test_nothing_in_it_is_a_formula(engine: Engine) -> None:
    book = workbook_of(month_of(posted(engine)))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert any("=李海" in cell.value for cell in cells)


def test_who_sees_it(engine: Engine) -> None:
    kept(engine)
    roster = worlds.row(engine, Roster, "night")
    assert month_of(engine, who="staff").roster == roster.key  # serves on it
    with pytest.raises(NotFound):
        month_of(engine, who="stranger")
    with pytest.raises(Refused):
        month_of(engine, "2026-13")
