"""The tree of units: moves with the whole subtree, circles, depth, closing, and what makes campaigns look again."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Activity, Campaign, Grant, Unit
from models.kinds import ActivityKind
from service import people, store
from service.access import SYSTEM, actor_for, narrowed
from service.errors import Forbidden, Refused
from service.rules.steps import make
from tests.service.towns import journal, someone

TODAY = date(2026, 11, 23)


def paths(session: Session) -> dict[str, str]:
    return dict(session.execute(select(col(Unit.key), col(Unit.path))).tuples().all())


def test_a_move_takes_the_subtree_along(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        people.change_unit(session, someone(session, "y01"), "dongcun", {"parent": "xicun"}, now=now)
        assert paths(session)["dongcun"] == "/district/yanjing/xicun/dongcun/"
        assert paths(session)["dong-grid1"] == "/district/yanjing/xicun/dongcun/dong-grid1/"
        assert paths(session)["xicun"] == "/district/yanjing/xicun/"
        assert journal(session, "dong-grid1")[-1] == ("y01", "moved along", "")
        people.change_unit(session, SYSTEM, "yanjing", {"parent": None}, now=now)
        assert paths(session)["dong-grid1"] == "/yanjing/xicun/dongcun/dong-grid1/"
        assert people.unit(session, SYSTEM, "yanjing").parent is None


def test_a_large_subtree_moves_in_few_statements(town: Engine, now: datetime) -> None:
    grid = {"name": "格", "kind": "grid", "parent": "dongcun"}
    paths_by_code = {f"g{n:05}": f"/district/yanjing/dongcun/g{n:05}/" for n in range(3000)}
    steps = [make(Unit, code, "added", grid | {"path": path}) for code, path in paths_by_code.items()]
    with store.transaction(town) as session:
        store.require(session, steps, now=now, by="test")
    with store.transaction(town) as session:
        people.change_unit(session, SYSTEM, "dongcun", {"parent": "nancun"}, now=now)
    with store.reading(town) as session:
        moved = [path for path in paths(session).values() if path.startswith("/district/bailu/nancun/dongcun/")]
        assert len(moved) == 3002
        assert not any(path.startswith("/district/yanjing/dongcun/") for path in paths(session).values())


@pytest.mark.parametrize(("unit", "parent"), [("yanjing", "dong-grid1"), ("yanjing", "yanjing"), ("district", "xicun")])
def test_no_unit_stands_under_itself(town: Engine, now: datetime, unit: str, parent: str) -> None:
    with store.transaction(town) as session, pytest.raises(Refused, match="wrong") as refused:
        people.change_unit(session, SYSTEM, unit, {"parent": parent}, now=now)
    assert refused.value.faults[0].field == "parent"


def test_who_holds_only_the_unit_cannot_take_it_from_its_parent(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        for unit in ("dongcun", "bailu"):
            people.grant(session, SYSTEM, "e02", "coordinator", unit, now=now)
        with pytest.raises(Forbidden):
            people.change_unit(session, someone(session, "e02"), "dongcun", {"parent": "bailu"}, now=now)


def test_a_tree_too_deep_for_an_index_is_refused(engine: Engine, now: datetime) -> None:
    with store.transaction(engine) as session:
        above = None
        for n in range(10):
            code = f"{n}{'深' * 60}"
            above = people.add_unit(session, SYSTEM, now=now, code=code, name="深", kind="place", parent=above)
        with pytest.raises(Refused) as refused:
            people.add_unit(session, SYSTEM, now=now, code="深" * 64, name="深", kind="place", parent=above)
        assert refused.value.faults[0].reason == "stands too deep in the tree"


def test_units_close_from_the_ground_up(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        with pytest.raises(Refused) as refused:
            people.change_unit(session, SYSTEM, "dongcun", {"closed_on": TODAY}, now=now)
        assert "dong-grid1" in str(refused.value.faults[0])
        with pytest.raises(Refused):
            people.change_unit(session, SYSTEM, "dong-grid1", {"closed_on": TODAY + timedelta(1)}, now=now)
        people.change_unit(session, SYSTEM, "dong-grid1", {"closed_on": TODAY}, now=now)
        people.change_unit(session, SYSTEM, "dongcun", {"closed_on": "2026-11-23"}, now=now)
        for act in (
            lambda: people.add_unit(session, SYSTEM, now=now, code="n", name="新", kind="grid", parent="dongcun"),
            lambda: people.change_unit(session, SYSTEM, "xicun", {"parent": "dongcun"}, now=now),
            lambda: people.add_person(session, SYSTEM, now=now, code="p", name="某", unit="dongcun"),
            lambda: people.change_person(session, SYSTEM, "y01", {"unit": "dongcun"}, now=now),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.faults[0].reason == "is closed"
        listed = people.units(session, SYSTEM, within="yanjing").items
        assert [unit.key for unit in listed] == ["yanjing", "huagong", "xicun"]
        assert len(people.units(session, SYSTEM, within="yanjing", closed=True).items) == 5


def test_what_campaigns_choose_by_makes_them_look_again(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        period = {"from_on": TODAY, "to_on": TODAY}
        steps = [make(Campaign, "c", "made", {"name": "行动", "owner": "district", **period})]
        for within in ("yanjing", "bailu"):
            values = {"campaign": "c", "name": "查", "kind": ActivityKind.patrol, "within": within, "stale": False}
            steps.append(make(Activity, f"c:{within}", "made", values))
        store.require(session, steps, now=now, by="test")

    def stale_after(act: Any) -> set[str]:
        with store.transaction(town) as session:
            act(session)
            found = set(session.execute(select(col(Activity.within)).where(col(Activity.stale).is_(True))).scalars())
            for activity in session.execute(select(Activity)).scalars():
                activity.stale = False
        return found

    change = people.change_unit
    assert stale_after(lambda s: change(s, SYSTEM, "xicun", {"name": "西边村", "phone": "110"}, now=now)) == set()
    assert stale_after(lambda s: change(s, SYSTEM, "xicun", {"risk": "red"}, now=now)) == {"yanjing"}
    assert stale_after(lambda s: people.tag_unit(s, SYSTEM, "nancun", "重点", now=now)) == {"bailu"}
    assert stale_after(lambda s: people.untag_unit(s, SYSTEM, "nancun", "重点", now=now)) == {"bailu"}
    added = {"code": "n", "name": "新", "kind": "grid", "parent": "xicun"}
    assert stale_after(lambda s: people.add_unit(s, SYSTEM, now=now, **added)) == {"yanjing"}
    assert stale_after(lambda s: change(s, SYSTEM, "xicun", {"parent": "bailu"}, now=now)) == {"yanjing", "bailu"}
    assert stale_after(lambda s: people.set_level(s, SYSTEM, "xicun", 1, ["y01"], now=now)) == set()


def test_who_sees_the_only_top_sees_everything_until_there_is_another(town: Engine, now: datetime) -> None:
    """No unit need be asked for then; what they may do, they may do where they hold it as before."""
    with store.transaction(town) as session:
        grant = {"person": "y01", "role": "coordinator", "unit": "district"}
        store.require(session, [make(Grant, "y01:coordinator:district", "made", grant)], now=now, by="tests")
        high = actor_for(session, "y01")
        assert high.paths("see") == ("/",)
        assert high.paths("change units") == ("/district/",)
        assert narrowed(high, "coordinator", "/district/").paths("see") == ("/",)
        assert narrowed(high, "coordinator", "/district/yanjing/").paths("see") == ("/district/yanjing/",)
        assert not high.may("see", "/elsewhere/")
        place = {"name": "别处", "kind": "town", "parent": None, "path": "/elsewhere/"}
        store.require(session, [make(Unit, "elsewhere", "made", place)], now=now, by="tests")
        assert actor_for(session, "y01").paths("see") == ("/district/",)
