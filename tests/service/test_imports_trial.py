"""Trying an import out: what is shown is what is then written, to the row; and nothing else ever is."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Errand, Journal, Person, Unit
from service import errands, people, store
from service.access import SYSTEM
from service.errors import Conflict, NotFound, Refused
from service.imports import errand as imports_errand
from service.imports.trial import Trial, try_out
from tests.service import worlds
from tests.service.towns import someone
from tests.service.workbooks import CHAIN, PEOPLE, UNITS, csv, sheet

VILLAGES = [
    ("dongcun", "东村改名", "yanjing", "村", "", "黄", "重点"),
    ("xicun", "西村", "yanjing", "村"),
    ("beicun", "北村", "yanjing", "村"),
]


def trial(engine: Engine, now: datetime, *rows: Any, who: str = "y01", **options: Any) -> Trial:
    with store.reading(engine) as session:
        return try_out(session, someone(session, who), "units", sheet(UNITS, *rows), now=now, **options)


def lines(engine: Engine) -> list[Any]:
    return [(line.at, line.by, line.act, line.subject) for line in worlds.rows(engine, Journal)]


def test_every_change_is_shown_with_what_it_was_and_nothing_is_written(town: Engine, now: datetime) -> None:
    before, units = lines(town), worlds.rows(town, Unit)
    with worlds.counting(town) as sent:
        shown = trial(town, now, *VILLAGES)
    assert (lines(town), worlds.rows(town, Unit)) == (before, units)
    assert {sql.split()[0] for sql, _ in sent} <= {"SELECT", "BEGIN"}
    assert (shown.report.made, shown.report.changed, shown.report.unchanged) == (1, 1, 1)
    by_key = {(one.table, one.key): one for one in shown.differences}
    renamed = by_key["Unit", "dongcun"]
    assert {field.name: field[1:] for field in renamed.fields} == {
        "name": ("东村", "东村改名"), "risk": ("", "yellow"),
    }  # fmt: skip
    new = by_key["Unit", "beicun"]
    assert (new.op, new.name, {field.old for field in new.fields}) == ("make", "北村", {None})
    assert by_key["UnitTag", f"dongcun:重点:{date(2026, 11, 23)}"].name == "dongcun 重点"
    assert shown.many == len(shown.differences) == 3
    assert {one.key.split(":")[0]: one.row for one in shown.differences} == {"dongcun": 2, "beicun": 4}


def test_what_would_go_is_shown_too(town: Engine, now: datetime) -> None:
    shown = trial(town, now, *VILLAGES, removals="close", who="d01", allow_mass=True)
    closed = {one.key: one.fields for one in shown.differences if one.act == "closed"}
    assert set(closed) == {"dong-grid1", "huagong", "bailu", "nancun"}
    assert closed["huagong"] == (("closed_on", "", "2026-11-23"),)
    assert {one.row for one in shown.differences if one.act == "closed"} == {None}, "no row says so"


def test_bad_rows_are_named_and_nothing_is_offered(town: Engine, now: datetime) -> None:
    shown = trial(town, now, ("dongcun", "", "yanjing", "村"), ("n1", "新村", "nowhere", "村"))
    assert (shown.report.refused, shown.digest, shown.differences) == (2, "", ())
    assert [fault.field for fault in shown.report.faults] == ["表.csv!B2 名称", "表.csv!C3 上级编码"]


@pytest.mark.parametrize("kind", ["people", "chain"])
def test_people_and_the_chain_are_tried_out_alike(town: Engine, now: datetime, kind: str) -> None:
    rows = {
        "people": sheet(
            PEOPLE, ("e01", "网格员改名", "dong-grid1"), ("n01", "新人", "dongcun", "安全员", "13800130099")
        ),
        "chain": sheet(CHAIN, ("dongcun", "1", "e02"), ("dongcun", "3", "y02")),
    }[kind]
    with store.reading(town) as session:
        shown = try_out(session, someone(session, "y01"), kind, rows, now=now)
    assert shown.report.made + shown.report.changed == shown.many == 2
    assert [one.row for one in shown.differences] == [2, 3]


HAZARDS = ("被检查单位", "隐患描述", "发现日期", "编号", "地点/部位")


def test_a_hazard_without_a_code_is_found_by_what_it_says(town: Engine, now: datetime) -> None:
    same = ("dongcun", "灭火器失效", "2026-11-01")
    rows = sheet(HAZARDS, (*same, "", "一层"), (*same, "", "二层"), ("xicun", "配电箱无盖", "2026-11-02", "H-老账-7"))
    with store.reading(town) as session:
        shown = try_out(session, someone(session, "y01"), "hazards", rows, now=now)
    assert shown.report.made == 3
    assert [one.row for one in shown.differences if one.table == "Hazard"] == [2, 3, 4]


def test_stores_are_shown_before_they_are_taken(town: Engine, now: datetime) -> None:
    columns = ("单位编码", "物资", "规格", "数量", "计量单位")
    rows = sheet(columns, ("dongcun", "沙袋", "40×60", "200", "条"), ("dongcun", "沙袋", "50×80", "90", "条"))
    with store.reading(town) as session:
        shown = try_out(session, someone(session, "y01"), "stores", rows, now=now)
    assert [(one.name, one.row) for one in shown.differences] == [("沙袋 40×60", 2), ("沙袋 50×80", 3)]


# -- the errand --------------------------------------------------------------------------------------------------------


def asked(engine: Engine, now: datetime, *rows: Any, who: str = "y01", **options: Any) -> str:
    data = csv([UNITS, *((*row, *[""] * (len(UNITS) - len(row))) for row in rows)])
    with store.transaction(engine) as session:
        return imports_errand.ask(session, who, "units", "单位.csv", data, now=now, **options)


def worked(engine: Engine, key: str, now: datetime) -> Any:
    errands.run(engine, key, imports_errand.work, lambda: now)
    return worlds.row(engine, Errand, key)


def confirmed(engine: Engine, key: str, now: datetime, who: str = "y01") -> None:
    row = worlds.row(engine, Errand, key)
    with store.transaction(engine) as session:
        imports_errand.confirm(session, who, key, now=now, version=row.version)


def test_what_was_shown_is_what_is_taken(town: Engine, now: datetime) -> None:
    key = asked(town, now, *VILLAGES)
    shown = worked(town, key, now)
    assert (shown.state, shown.found["many"], shown.content is None) == ("shown", 3, False)
    assert not [row for row in worlds.rows(town, Unit) if row.key == "beicun"]
    later = now + timedelta(hours=8)
    confirmed(town, key, later)
    done = worked(town, key, later)
    assert (done.state, done.content, done.found["report"]["made"]) == ("done", None, 1)
    written = [(act, subject) for at, by, act, subject in lines(town) if at == later and by == "y01"]
    assert sorted(written) == sorted((one["act"], one["key"]) for one in shown.found["differences"])
    assert worlds.row(town, Unit, "dongcun").name == "东村改名"
    with pytest.raises(Conflict):
        confirmed(town, key, later)


def test_where_the_records_have_moved_it_is_shown_anew(town: Engine, now: datetime) -> None:
    key = asked(town, now, *VILLAGES)
    worked(town, key, now)
    with store.transaction(town) as session:
        people.change_unit(session, SYSTEM, "dongcun", {"phone": "0999-1234567"}, now=now)
    confirmed(town, key, now)
    again = worked(town, key, now)
    assert (again.state, again.found["moved"], again.content is not None) == ("shown", True, True)
    assert worlds.row(town, Unit, "dongcun").name == "东村"
    confirmed(town, key, now)
    assert worked(town, key, now).state == "done"
    assert worlds.row(town, Unit, "dongcun").name == "东村改名"


def test_a_day_later_it_is_shown_with_its_new_dates(town: Engine, now: datetime) -> None:
    key = asked(town, now, *VILLAGES)
    worked(town, key, now)
    later = now + timedelta(days=1)
    confirmed(town, key, later)
    again = worked(town, key, later)
    assert (again.state, again.found["moved"]) == ("shown", True)
    assert f"dongcun:重点:{date(2026, 11, 24)}" in {one["key"] for one in again.found["differences"]}


def test_a_right_that_was_taken_meanwhile_takes_nothing(town: Engine, now: datetime) -> None:
    key = asked(town, now, *VILLAGES)
    worked(town, key, now)
    with store.transaction(town) as session:
        people.revoke(session, SYSTEM, "y01", "coordinator", "yanjing", now=now)
    confirmed(town, key, now)
    failed = worked(town, key, now)
    assert (failed.state, failed.found["trouble"]["message"]) == ("failed", "Your role does not allow this here")
    assert worlds.row(town, Unit, "dongcun").name == "东村"


def test_a_file_that_is_no_sheet_fails_in_words(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        key = imports_errand.ask(session, "y01", "units", "表.csv", b"\x00\x01", now=now)
    failed = worked(town, key, now)
    assert (failed.state, failed.found["trouble"]["faults"][0]["field"]) == ("failed", "表.csv")
    with store.transaction(town) as session:
        with pytest.raises(Refused):
            imports_errand.ask(session, "y01", "units", "表.csv", b"", now=now)
        with pytest.raises(NotFound):
            imports_errand.ask(session, "y01", "cats", "表.csv", b"a", now=now)


def test_an_errand_is_its_askers_alone(town: Engine, now: datetime) -> None:
    key = asked(town, now, *VILLAGES)
    with store.reading(town) as session:
        assert errands.errand(session, "y01", key).state == "running"
        assert [row.key for row in errands.errands(session, "y01", "import")] == [key]
        assert errands.errands(session, "y02", "import") == []
        with pytest.raises(NotFound):
            errands.errand(session, "y02", key)


def test_what_fell_silent_is_begun_again_and_whoever_was_first_gives_way(town: Engine, now: datetime) -> None:
    key = asked(town, now, *VILLAGES)
    worker = errands.Worker(town, lambda: now, errands.gather(town, key))
    with store.transaction(town) as session, pytest.raises(Conflict):
        errands.again(session, "y01", key, now=now + timedelta(seconds=119))
    later = now + timedelta(minutes=2)
    with store.transaction(town) as session:
        errands.again(session, "y01", key, now=later)
    with pytest.raises(Conflict):
        worker.says("The sheet is being read", 10)
    assert worked(town, key, later).state == "shown"


def test_what_breaks_is_logged_and_says_so(town: Engine, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    key = asked(town, now, *VILLAGES)

    def breaks(worker: errands.Worker) -> None:
        raise ZeroDivisionError

    errands.run(town, key, breaks, lambda: now)
    row = worlds.row(town, Errand, key)
    assert (row.state, row.found["trouble"]["message"]) == ("failed", errands.BROKE)
    assert "ZeroDivisionError" in caplog.text


def test_after_a_week_it_is_forgotten(town: Engine, now: datetime) -> None:
    asked(town, now, *VILLAGES)
    assert errands.sweep(town, now + timedelta(days=7)).applied == 0
    assert errands.sweep(town, now + timedelta(days=7, seconds=1)).applied == 1
    assert worlds.rows(town, Errand) == []


def test_a_short_one_has_ended_when_it_is_asked_for(town: Engine, now: datetime) -> None:
    key = asked(town, now, *VILLAGES)
    errands.set_out(town, key, imports_errand.work, clock=lambda: now, wait_seconds=30)
    assert worlds.row(town, Errand, key).state == "shown"


def test_who_left_is_shown_with_the_roles_they_lose(town: Engine, now: datetime) -> None:
    everybody = [(row.key, row.name, row.unit) for row in worlds.rows(town, Person) if row.key not in ("d01", "b01")]
    rows = [row for row in everybody if row[0] != "y04"]
    with store.reading(town) as session:
        shown = try_out(session, someone(session, "y01"), "people", sheet(PEOPLE, *rows), now=now, removals="close")
    assert [(one.op, one.table, one.name) for one in shown.differences] == [
        ("change", "Person", "镇查看员"), ("remove", "Grant", "viewer yanjing"),
    ]  # fmt: skip
