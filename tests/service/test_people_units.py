"""Acts on units: what each changes, how bad input is named, and for whom it is refused; on both engines."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from models import Journal, UnitTag
from service import people, store
from service.access import SYSTEM
from service.errors import Conflict, Forbidden, NotFound, Refused
from tests.service.towns import journal, someone

TODAY = date(2026, 11, 23)


def test_a_unit_is_added_where_its_parent_stands(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        y01 = someone(session, "y01")
        given = {"sector": "化工", "risk": "红", "phone": "0999-1234567", "address": "河边路3号", "zone": "Asia/Urumqi"}
        given |= {"code": " 新矿-1 ", "name": "新矿", "kind": "矿山", "parent": "xicun"}
        code = people.add_unit(session, y01, now=now, tags=["重点", "临水"], **given)
        made = people.unit(session, y01, code)
    assert (made.key, made.path, made.kind, made.risk) == ("新矿-1", "/district/yanjing/xicun/新矿-1/", "mine", "red")
    assert made.tags == ("临水", "重点")
    assert (made.version, made.sector, made.zone, made.closed_on) == (1, "化工", "Asia/Urumqi", None)
    with store.reading(town) as session:
        assert journal(session, "新矿-1") == [("y01", "added", "")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""), ("code", "a b"), ("code", "a/b"), ("code", "a:b"), ("code", "a%b"), ("code", "-a"), ("code", "."),
        ("code", "甲" * 65), ("code", "Ａ01"), ("code", "a\x00b"), ("code", "_"), ("name", "　 "), ("name", "a\nb"),
        ("name", "名" * 201), ("kind", "星球"), ("kind", ""), ("risk", "紫"), ("zone", "Mars/Base"),
        ("phone", "call me"), ("sector", "x" * 501), ("tags", ["a/b"]), ("parent", "a b"),
    ],
)  # fmt: skip
def test_a_bad_field_of_a_unit_is_named(town: Engine, now: datetime, field: str, value: Any) -> None:
    given: dict[str, Any] = {"code": "u1", "name": "一", "kind": "village", "parent": "yanjing", field: value}
    with store.transaction(town) as session, pytest.raises(Refused) as refused:
        people.add_unit(session, SYSTEM, now=now, **given)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_every_bad_field_is_named_at_once(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session, pytest.raises(Refused) as refused:
        people.add_unit(
            session, SYSTEM, now=now, code="u1", name="", kind="x", parent="yanjing", risk="y", colour="red"
        )
    assert {fault.field for fault in refused.value.faults} == {"name", "kind", "risk", "colour"}


def test_a_code_stands_once(town: Engine, now: datetime) -> None:
    with pytest.raises(Conflict), store.transaction(town) as session:
        people.add_unit(session, SYSTEM, now=now, code="xicun", name="又", kind="village", parent="yanjing")


def test_only_rights_everywhere_add_a_root(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        people.add_unit(session, SYSTEM, now=now, code="other", name="另一县", kind="district")
        with pytest.raises(Forbidden):
            people.add_unit(session, someone(session, "d01"), now=now, code="third", name="三", kind="district")


@pytest.mark.parametrize(
    ("who", "parent", "refusal"),
    [
        ("y02", "xicun", Forbidden), ("y04", "xicun", Forbidden), ("e01", "dong-grid1", Forbidden),
        ("b01", "xicun", NotFound), ("e01", "dongcun", NotFound), ("y01", "bailu", NotFound), ("y01", "none", NotFound),
        ("nobody", "yanjing", NotFound),
    ],
)  # fmt: skip
def test_units_are_added_by_planners_of_the_place_only(
    town: Engine, now: datetime, who: str, parent: str, refusal: type[Exception]
) -> None:
    with store.transaction(town) as session:
        actor = someone(session, who)
        for act in (
            lambda: people.add_unit(session, actor, now=now, code="new", name="新", kind="grid", parent=parent),
            lambda: people.change_unit(session, actor, parent, {"name": "改"}, now=now),
            lambda: people.tag_unit(session, actor, parent, "重点", now=now),
            lambda: people.untag_unit(session, actor, parent, "重点", now=now),
            lambda: people.set_level(session, actor, parent, 1, ["e01"], now=now),
        ):
            with pytest.raises(refusal):
                act()
        lines = select(func.count()).select_from(Journal).where(col(Journal.by) == who)
        assert session.execute(lines).scalar_one() == 0


def test_a_change_is_kept_with_its_reason_and_the_same_again_is_none(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        y01 = someone(session, "y01")
        for _ in range(2):
            people.change_unit(session, y01, "huagong", {"risk": "橙", "name": "盐井化工有限公司"}, now=now)
        found = people.unit(session, y01, "huagong")
        assert (found.risk, found.name, found.version) == ("orange", "盐井化工有限公司", 2)
        assert journal(session, "huagong")[1:] == [("y01", "changed", "name, risk")]


def test_a_stale_version_conflicts(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        people.change_unit(session, SYSTEM, "xicun", {"phone": "110"}, now=now, version=1)
        with pytest.raises(Conflict):
            people.change_unit(session, SYSTEM, "xicun", {"phone": "119"}, now=now, version=1)
        people.change_person(session, SYSTEM, "e01", {"post": "网格员"}, now=now, version=1)
        with pytest.raises(Conflict):
            people.change_person(session, SYSTEM, "e01", {"post": "组长"}, now=now, version=1)


def test_tags_keep_their_history(town: Engine, now: datetime) -> None:
    def act(verb: Any, days: int) -> None:
        with store.transaction(town) as session:
            verb(session, SYSTEM, "huagong", "重点", now=now + timedelta(days=days))

    act(people.tag_unit, 0)
    act(people.tag_unit, 0)
    act(people.untag_unit, 1)
    act(people.tag_unit, 1)
    act(people.untag_unit, 2)
    act(people.tag_unit, 9)
    with store.reading(town) as session:
        rows = session.execute(select(col(UnitTag.from_on), col(UnitTag.until_on)).order_by(col(UnitTag.from_on))).all()
        assert [tuple(row) for row in rows] == [(TODAY, TODAY + timedelta(2)), (TODAY + timedelta(9), None)]
        assert people.unit(session, SYSTEM, "huagong").tags == ("重点",)
        with pytest.raises(NotFound):
            people.untag_unit(session, SYSTEM, "huagong", "别的", now=now)


def test_pages_of_units_follow_each_other_in_the_order_of_the_tree(town: Engine) -> None:
    with store.reading(town) as session:
        y01, keys, after = someone(session, "y01"), [], None
        while True:
            page = people.units(session, y01, limit=2, after=after)
            keys += [unit.key for unit in page.items]
            after = page.next
            if after is None:
                break
        assert keys == ["yanjing", "dongcun", "dong-grid1", "huagong", "xicun"]
        assert [u.key for u in people.units(session, y01, parent="yanjing").items] == ["dongcun", "huagong", "xicun"]
        assert [u.key for u in people.units(session, y01, kind="企业").items] == ["huagong"]
        assert [u.key for u in people.units(session, y01, query="东村").items] == ["dongcun", "dong-grid1"]
        assert [u.key for u in people.units(session, y01, query="XICUN").items] == ["xicun"]
        assert people.units(session, y01, query="%").items == []
        assert [u.key for u in people.units(session, someone(session, "e01")).items] == ["dong-grid1"]
        assert people.units(session, someone(session, "nobody")).items == []
        for act in (lambda: people.units(session, y01, parent="bailu"), lambda: people.unit(session, y01, "district")):
            with pytest.raises(NotFound):
                act()
