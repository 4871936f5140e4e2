"""Importing people and the chain: made, changed, back again, gone; levels replaced as a whole."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models import ChainLink, Journal
from service import people, store
from service.access import SYSTEM
from service.errors import Refused
from service.imports.kinds import IMPORTS, Report
from tests.service.towns import PEOPLE as TOWNSFOLK
from tests.service.towns import someone
from tests.service.workbooks import CHAIN, PEOPLE, sheet

HEADINGS = {"people": PEOPLE, "chain": CHAIN}


def run(engine: Engine, now: datetime, kind: str, *rows: Any, who: str = "", **options: Any) -> Report:
    with store.transaction(engine) as session:
        actor = someone(session, who) if who else SYSTEM
        return IMPORTS[kind](session, actor, sheet(HEADINGS[kind], *rows), now=now, **options)


def lines(engine: Engine) -> int:
    with store.reading(engine) as session:
        return session.execute(select(func.count()).select_from(Journal)).scalar_one()


def test_people_are_made_changed_and_left_alone(town: Engine, now: datetime) -> None:
    rows = [
        ("x01", "张三", "xicun", "安全员", "+86 138 0013 0001", "a@example.com", "zhangsan"),
        ("e01", "东村网格员", "dongcun", "组长", "13800130002"),
        ("e02", "东村主任", "dongcun"),
    ]
    assert run(town, now, "people", *rows, who="y01") == Report(read=3, made=1, changed=1, unchanged=1)
    with store.reading(town) as session:
        made = people.person(session, SYSTEM, "x01")
        assert (made.mobile, made.email, made.wecom, made.post) == (
            "+8613800130001", "a@example.com", "zhangsan", "安全员",
        )  # fmt: skip
        assert people.person(session, SYSTEM, "e01").unit == "dongcun"
    before = lines(town)
    assert run(town, now, "people", *rows, who="y01") == Report(read=3, unchanged=3)
    assert lines(town) == before


def test_columns_that_are_missing_stay_as_they_are(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        people.change_person(session, SYSTEM, "e01", {"post": "网格长", "language": "en"}, now=now)
        brief = sheet(("工号", "姓名", "单位编码"), ("e01", "李四", "dongcun"))
        assert IMPORTS["people"](session, SYSTEM, brief, now=now).changed == 1
        found = people.person(session, SYSTEM, "e01")
        assert (found.name, found.unit, found.post, found.language) == ("李四", "dongcun", "网格长", "en")


def test_who_is_no_longer_named_leaves_and_comes_back_without_roles(town: Engine, now: datetime) -> None:
    rows = [(code, name, unit) for code, name, unit in TOWNSFOLK if code not in ("d01", "b01", "e01", "y01")]
    # neither the importer nor anybody outside her reach leaves
    assert run(town, now, "people", *rows, who="y01", removals="close") == Report(read=4, unchanged=4, removed=1)
    with store.reading(town) as session:
        assert people.person(session, SYSTEM, "e01").left_on == date(2026, 11, 23)
        assert someone(session, "e01").holds == ()
        assert len(people.people(session, SYSTEM).items) == 7
    assert run(town, now, "people", ("e01", "东村网格员", "dong-grid1"), who="y01") == Report(read=1, changed=1)
    with store.reading(town) as session:
        assert people.person(session, SYSTEM, "e01").left_on is None
        assert someone(session, "e01").holds == ()


def test_a_suspicious_mass_of_leavers_is_refused(town: Engine, now: datetime) -> None:
    row = ("d01", "县主任", "district")
    with pytest.raises(Refused, match="1 places") as refused:
        run(town, now, "people", row, removals="close")
    assert "would take away 7 of the 8" in str(refused.value.faults[0])
    assert run(town, now, "people", row, removals="close", allow_mass=True, dry_run=True).removed == 7
    assert run(town, now, "people", row, removals="close", allow_mass=True).removed == 7


def test_many_people_take_few_steps(town: Engine, now: datetime) -> None:
    rows = [(f"p{n}", f"人{n}", "xicun", "安全员", f"1380013{n:04}") for n in range(6000)]
    assert run(town, now, "people", *rows).made == 6000
    assert run(town, now, "people", *rows).unchanged == 6000
    assert run(town, now, "people", rows[0], removals="close", allow_mass=True).removed == 6007


def chain(session: Session) -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    columns = (col(ChainLink.unit), col(ChainLink.level), col(ChainLink.person))
    for unit, level, person in session.execute(select(*columns).order_by(col(ChainLink.key))):
        found.setdefault((unit, level), []).append(person)
    return found


def test_the_chain_of_the_named_units_is_replaced(town: Engine, now: datetime) -> None:
    first = [
        ("dong-grid1", "1", "e01"), ("dongcun", "2", "e02"), ("yanjing", "4", "y02"), ("yanjing", "4", "y03"),
        ("yanjing", "3", "y01"),
    ]  # fmt: skip
    assert run(town, now, "chain", *first, who="y01") == Report(read=5, made=5)
    before = lines(town)
    assert run(town, now, "chain", *reversed(first), who="y01") == Report(read=5, unchanged=5)
    assert lines(town) == before
    second = [("yanjing", "4", "y01"), ("yanjing", "4", "y03"), ("xicun", "2", "e02")]
    assert run(town, now, "chain", *second, who="y01") == Report(read=3, made=1, changed=1, unchanged=1, removed=1)
    with store.reading(town) as session:
        assert chain(session) == {
            ("dong-grid1", 1): ["e01"], ("dongcun", 2): ["e02"], ("yanjing", 4): ["y01", "y03"], ("xicun", 2): ["e02"],
        }  # fmt: skip


def test_a_level_shrinks_and_grows_again(town: Engine, now: datetime) -> None:
    for people_named in (["e01", "e02"], ["e02"], ["e02", "y01"], ["y02", "y03"], ["e01"]):
        run(town, now, "chain", *[("dongcun", "1", person) for person in people_named])
        with store.reading(town) as session:
            assert sorted(chain(session)["dongcun", 1]) == people_named


def test_closing_takes_the_chain_of_units_not_named(town: Engine, now: datetime) -> None:
    run(town, now, "chain", ("dongcun", "1", "e01"), ("xicun", "1", "e02"), ("nancun", "1", "b01"))
    report = run(town, now, "chain", ("dongcun", "1", "e01"), who="y01", removals="close")
    assert report == Report(read=1, unchanged=1, removed=1)
    with store.reading(town) as session:
        assert chain(session) == {("dongcun", 1): ["e01"], ("nancun", 1): ["b01"]}


def test_a_suspicious_mass_of_links_is_refused(town: Engine, now: datetime) -> None:
    rows = [("yanjing", str(level), person) for level in range(1, 5) for person in ("y01", "y02")]
    assert run(town, now, "chain", *rows).made == 8
    with pytest.raises(Refused) as refused:
        run(town, now, "chain", *rows[:2])
    assert "would take away 6 of the 8" in str(refused.value.faults[0])
    assert run(town, now, "chain", *rows[:2], allow_mass=True).removed == 6
