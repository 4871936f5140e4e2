"""Stores: counted with their history, told when short or soon to expire, and chased."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col

from models import Case, StockTake, StoreItem
from models.kinds import CaseState
from service import auditor, store, sweeps
from service.access import actor_for
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.records import stores
from tests.service.hazard_worlds import act, open_cases, told
from tests.service.worlds import at, found, notices, row, rows

MORNING = at("2026-03-02 09:00")
PUMPS = {
    "unit": "v1", "name": "水泵", "spec": "2.2kW", "place": "库房", "unit_word": "台", "quantity": 5, "minimum": 3,
    "keeper": "grid1",
}  # fmt: skip
FOAM = {
    "unit": "v1",
    "name": "灭火器",
    "unit_word": "具",
    "quantity": 20,
    "expires_on": date(2026, 6, 30),
    "keeper": "grid1",
}


@pytest.fixture
def town(engine: Engine) -> Engine:
    return found(engine)


def enter(engine: Engine, who: str = "coord", **what: Any) -> str:
    return str(act(engine, stores.enter, who, now=MORNING, **(PUMPS | what)))


def count(engine: Engine, key: str, quantity: float, when: Any = MORNING, who: str = "grid1", **more: Any) -> None:
    act(engine, stores.count, who, key, now=when, quantity=quantity, **more)


def item(engine: Engine, key: str) -> Any:
    return row(engine, StoreItem, key)


def cases(engine: Engine) -> list[tuple[str, str]]:
    return [(one.kind, one.state) for one in rows(engine, Case)]


def test_a_stock_that_becomes_too_small_is_told_chased_and_settled(town: Engine) -> None:
    key = enter(town)
    assert (item(town, key).attend_at, item(town, key).short_since_at) == (None, None)
    count(town, key, 2, note="借出三台")
    assert told(town, "stock_short") == ["grid1"]
    (notice,) = [one for one in notices(town).values() if one.kind == "stock_short"]
    assert (notice.facts["quantity"], notice.facts["minimum"], notice.facts["unit_word"]) == (2.0, 3.0, "台")
    due_at = item(town, key).short_due_at
    assert at("2026-03-09") <= due_at <= at("2026-03-10")
    sweeps.sweep(town, due_at - timedelta(hours=20))
    assert told(town, "stock_due_soon") == ["grid1"]
    sweeps.sweep(town, due_at)
    assert cases(town) == [("stock", CaseState.open)]
    count(town, key, 2.5, due_at + timedelta(hours=1))  # still short: chased as before
    assert cases(town) == [("stock", CaseState.open)]
    count(town, key, 3, due_at + timedelta(hours=2))
    assert cases(town) == [("stock", CaseState.ended)]
    takes = [(one.number, one.before, one.quantity, one.note) for one in rows(town, StockTake)]
    assert takes == [(1, 0.0, 5.0, ""), (2, 5.0, 2.0, "借出三台"), (3, 2.0, 2.5, ""), (4, 2.5, 3.0, "")]
    count(town, key, 0, due_at + timedelta(hours=3))
    sweeps.sweep(town, due_at + timedelta(days=20))
    assert cases(town) == [("stock", CaseState.ended), ("stock", CaseState.open)], "short again, it climbs anew"


def test_what_expires_is_told_a_month_ahead_and_chased(town: Engine) -> None:
    key = enter(town, **FOAM, spec="", place="", minimum=0)
    sweeps.sweep(town, at("2026-06-01"))
    assert told(town, "expiry_due_soon") == ["grid1"]
    sweeps.sweep(town, at("2026-07-01"))
    assert open_cases(town) == [f"{key}:expiry:20260630T160000"]
    count(town, key, 20, at("2026-07-02"), expires_on=date(2027, 6, 30), keep_expiry=False, note="更换")
    assert open_cases(town) == []
    assert item(town, key).attend_at == at("2027-06-01")


def test_asleep_or_awake_both_end_alike(town: Engine) -> None:
    key = enter(town, **FOAM | {"quantity": 2, "minimum": 4})
    end = at("2026-09-01")
    sweeps.sweep(town, end)
    assert {one.kind: one.began_at for one in rows(town, Case)} == {
        "stock": item(town, key).short_due_at, "expiry": at("2026-07-01"),
    }  # fmt: skip
    assert item(town, key).attend_at is None
    assert sweeps.sweep(town, end)["records"].applied == 0
    with store.reading(town) as session:
        assert auditor.owed(session, end).well


def test_a_minimum_that_is_raised_makes_it_short(town: Engine) -> None:
    key = enter(town)
    act(town, stores.amend, "coord", key, now=MORNING, minimum=8, keeper="grid2")
    assert told(town, "stock_short") == ["grid2"]
    act(town, stores.amend, "coord", key, now=MORNING, minimum=8.0)  # as it is: nothing
    assert item(town, key).version == 2
    act(town, stores.amend, "coord", key, now=MORNING, minimum=1)
    assert (item(town, key).short_since_at, item(town, key).attend_at) == (None, None)


def test_struck_nothing_is_chased_any_more(town: Engine) -> None:
    key = enter(town, quantity=1)
    sweeps.sweep(town, at("2026-04-01"))
    assert len(open_cases(town)) == 1
    act(town, stores.strike, "coord", key, now=at("2026-04-02"), reason="报废")
    assert open_cases(town) == []
    sweeps.sweep(town, at("2026-12-01"))
    assert open_cases(town) == []
    with pytest.raises(Conflict):
        count(town, key, 9, at("2026-04-03"))
    with store.reading(town) as session:
        viewer = actor_for(session, "viewer")
        assert stores.listed(session, viewer, now=MORNING).items == []
        assert [one.key for one in stores.listed(session, viewer, now=MORNING, gone=True).items] == [key]


def test_lists(town: Engine) -> None:
    short, old, well = (
        enter(town, quantity=1),
        enter(town, **FOAM | {"name": "泡沫"}),
        enter(town, unit="v2", keeper=None),
    )
    with store.reading(town) as session:

        def keys(who: str = "viewer", **asked: Any) -> set[str]:
            now = at("2026-08-01")
            return {one.key for one in stores.listed(session, actor_for(session, who), now=now, **asked).items}

        assert keys() == {short, old, well}
        assert (keys(lacking="short"), keys(lacking="expired"), keys(lacking="any")) == ({short}, {old}, {short, old})
        assert keys(unit="v2") == {well}
        assert keys("stranger") == set()
        with pytest.raises(Refused):
            keys(lacking="nothing")
        whole = stores.whole(session, actor_for(session, "grid1"), short)  # who keeps it sees it
        assert (whole.item["name"], [one.number for one in whole.takes]) == ("水泵", [1])
        with pytest.raises(NotFound):
            stores.whole(session, actor_for(session, "stranger"), short)


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"unit": "nowhere"}, "unit"),
        ({"name": " "}, "name"),
        ({"unit_word": ""}, "unit_word"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"quantity": float("nan")}, "quantity"),
        ({"minimum": 1e12}, "minimum"),
        ({"keeper": "nobody"}, "keeper"),
        ({"expires_on": "soon"}, "expires_on"),
    ],
)
def test_what_is_no_item(town: Engine, what: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        enter(town, **what)
    assert [one.field for one in refused.value.faults] == [field]
    assert rows(town, StoreItem) == []


def test_who_may_not(town: Engine) -> None:
    key = enter(town)
    with pytest.raises(Conflict):
        enter(town)  # it stands in the books already
    for who, error in (("viewer", Forbidden), ("grid2", NotFound), ("stranger", NotFound)):
        with pytest.raises(error):
            count(town, key, 1, who=who)
    with pytest.raises(Conflict):
        count(town, key, 1, version=9)
    assert rows(town, StockTake, col(StockTake.number) == 2) == []
