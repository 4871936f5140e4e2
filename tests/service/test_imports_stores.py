"""The stores sheet: all rows or none, each difference a stock-take, out and in again without a change."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col

from models import StockTake, StoreItem
from service import exports, store
from service.access import actor_for
from service.errors import Forbidden, Refused
from service.imports import kinds as imports
from service.imports.kinds import Report, import_stores, read_sheet
from service.sheets.reading import Sheet
from tests.service.hazard_worlds import open_cases, sweep
from tests.service.workbooks import sheet
from tests.service.worlds import at, found, rows

MORNING = at("2026-03-02 09:00")
HEADINGS = ("单位编码", "物资", "规格", "数量", "计量单位", "存放地点", "有效期", "最低数量", "管理员")
PUMP = ("v1", "水泵", "2.2kW", "5", "台", "库房", "", "3", "grid1")
FOAM = ("v1", "灭火器", "4kg", "20.5", "具", "二楼", "2026-06-30", "", "")
SAND = ("v2", "沙袋", "", "１２００", "只", "", "", "500", "grid2")


@pytest.fixture
def town(engine: Engine) -> Engine:
    return found(engine)


def run(engine: Engine, *lines: Any, who: str = "coord", given: Sheet | None = None, **options: Any) -> Report:
    with store.transaction(engine) as session:
        one = given or sheet(HEADINGS, *lines)
        return import_stores(session, actor_for(session, who), one, now=MORNING, **options)


def items(engine: Engine) -> dict[str, Any]:
    return {one.name: one for one in rows(engine, StoreItem)}


def test_stores_come_in_and_the_same_sheet_again_changes_nothing(town: Engine) -> None:
    assert run(town, PUMP, FOAM, SAND)[:5] == (3, 3, 0, 0, 0)
    kept = items(town)
    assert (kept["水泵"].quantity, kept["水泵"].keeper, kept["水泵"].minimum) == (5.0, "grid1", 3.0)
    assert (kept["灭火器"].quantity, kept["灭火器"].expires_on) == (20.5, date(2026, 6, 30))
    assert kept["沙袋"].quantity == 1200.0
    assert run(town, PUMP, FOAM, SAND)[:5] == (3, 0, 0, 3, 0)
    assert len(rows(town, StockTake)) == 3


def test_a_difference_is_a_stock_take(town: Engine) -> None:
    run(town, PUMP, FOAM)
    assert run(town, (*PUMP[:3], "1", *PUMP[4:]), FOAM)[:5] == (2, 0, 1, 1, 0)
    (take,) = rows(town, StockTake, col(StockTake.number) == 2)
    assert (take.before, take.quantity, take.counted_by) == (5.0, 1.0, "coord")
    sweep(town, at("2026-03-20"))
    assert len(open_cases(town)) == 1
    run(town, PUMP, FOAM)
    assert open_cases(town) == []


def test_what_the_sheet_no_longer_names_is_struck_and_comes_back(town: Engine) -> None:
    run(town, PUMP, FOAM, SAND)
    assert run(town, PUMP, SAND, removals="close")[:5] == (2, 0, 0, 2, 1)
    assert items(town)["灭火器"].gone_on == date(2026, 3, 2)
    assert run(town, FOAM)[:5] == (1, 0, 1, 0, 0)
    assert items(town)["灭火器"].gone_on is None
    assert items(town)["灭火器"].attend_at == at("2026-06-01")


def test_out_and_in_again_nothing_changes(town: Engine) -> None:
    run(town, PUMP, FOAM, SAND)
    for form in ("xlsx", "csv"):
        for locale in ("zh_CN", "en"):
            with store.reading(town) as session:
                made = exports.export_stores(
                    session, actor_for(session, "coord"), now=MORNING, form=form, locale=locale
                )
            with made:
                again = read_sheet(made.read(), f"stores.{form}")
            assert run(town, given=again)[:5] == (3, 0, 0, 3, 0)
    assert b"PK" in imports.template("stores")[:2]


def test_every_bad_row_is_named_and_nothing_is_written(town: Engine) -> None:
    bad = (
        ("nowhere", *PUMP[1:]),
        (*PUMP[:3], "many", *PUMP[4:]),
        (*PUMP[:2], "5kW", "-1", *PUMP[4:6], "someday", "", "nobody"),
        ("v1", "", "", "1", "", "", "", "", ""),
        FOAM,
        FOAM,
    )
    with pytest.raises(Refused) as refused:
        run(town, *bad)
    told = {fault.field.split("!")[1] for fault in refused.value.faults}
    assert told == {
        "A2 单位编码",
        "D3 数量",
        "D4 数量",
        "G4 有效期",
        "I4 管理员",
        "B5 物资",
        "E5 计量单位",
        "B7 物资",
    }
    assert rows(town, StoreItem) == []
    trial = run(town, *bad, dry_run=True)
    assert (trial.refused, trial.made) == (len(refused.value.faults), 0)
    assert run(town, PUMP, dry_run=True).made == 1
    assert rows(town, StoreItem) == []


def test_who_may_not(town: Engine) -> None:
    with pytest.raises(Forbidden):
        run(town, PUMP, who="viewer")
    with pytest.raises(Refused):
        run(town, PUMP, who="stranger")
    many = [("v1", f"物资{n}", "", "1", "件", "", "", "", "") for n in range(60)]
    run(town, *many)
    with pytest.raises(Refused):
        run(town, many[0], removals="close")
    assert run(town, many[0], removals="close", allow_mass=True).removed == 59
