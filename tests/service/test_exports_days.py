"""Holidays out and in again, and hazards in the fields of dual-prevention exchange."""

import io
import json
from datetime import date

import pytest
from sqlalchemy import Engine

from models import DayOverride
from service import evidence, store
from service.access import actor_for
from service.calendar import days
from service.errors import Refused
from service.exports import dual_prevention
from service.hazards import acts as hazards
from service.imports import holidays as imports_holidays
from service.ledger.wishes import Wishes
from service.sheets.reading import Sheet, read_sheet
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import act, closed, rows
from tests.service.taken_out import FORMS, LATER, plain, sheet_of, take
from tests.service.workbooks import csv


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def titled(sheet: Sheet, title: str) -> Sheet:
    """The sheet as an office fills it in: with the name of the notice on its rows."""
    lines = tuple(line._replace(cells=(*line.cells[:3], title)) for line in sheet.rows)
    return Sheet(sheet.name, sheet.headings, lines, sheet.heading_row)


@pytest.mark.parametrize("form", FORMS)
def test_the_holidays_of_a_year_come_back_as_its_notice(engine: Engine, form: str) -> None:
    with store.reading(engine) as session:
        known = days.gather_calendar(session, zone=worlds.FOUND.tzinfo)  # type: ignore[arg-type]
    sheet = sheet_of(engine, "holidays", form, year=2026)
    assert plain(take(engine, "holidays", sheet)) == (0, 0, 0), "what holds anyway is no notice"
    assert rows(engine, DayOverride) == []
    sheet = titled(sheet, "2026年节假日安排")
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


def test_a_notice_comes_from_a_sheet_as_from_its_file(engine: Engine) -> None:
    sheet = sheet_of(engine, "holidays", "csv", year=2026)
    notice = imports_holidays.notice_in(sheet)
    assert (notice.year, len(notice.days), notice.unnamed) == (2026, len(sheet.rows), ())
    with pytest.raises(Refused):
        imports_holidays.notice_in(read_sheet("日期,日期类型\n2026-10-01,x\n".encode(), "放假.csv"))


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
