"""The chain of responsibility and roles."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from models import Grant
from service import people, store
from service.access import SYSTEM
from service.errors import Conflict, Forbidden, NotFound, Refused
from tests.service.towns import journal, someone

TODAY = date(2026, 11, 23)


def levels(session: Session, unit: str) -> dict[int, tuple[tuple[str, ...], str | None]]:
    found = people.chain_of(session, SYSTEM, unit)
    return {one.level: (tuple(holder.person for holder in one.people), one.inherited_from) for one in found}


def test_the_chain_is_inherited_where_it_is_empty(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        people.set_level(session, SYSTEM, "dong-grid1", 1, ["e01"], now=now)
        people.set_level(session, SYSTEM, "dongcun", 2, ["e02"], now=now)
        people.set_level(session, SYSTEM, "yanjing", 4, ["y03", "y02"], now=now)
        people.set_level(session, SYSTEM, "district", 4, ["d01"], now=now)
        people.set_level(session, SYSTEM, "district", 5, ["d01"], now=now)
        assert levels(session, "dong-grid1") == {
            1: (("e01",), None), 2: (("e02",), "dongcun"), 4: (("y03", "y02"), "yanjing"), 5: (("d01",), "district"),
        }  # fmt: skip
        people.change_person(session, SYSTEM, "y03", {"left_on": TODAY}, now=now)
        people.change_person(session, SYSTEM, "y02", {"left_on": TODAY}, now=now)
        assert levels(session, "dong-grid1")[4] == (("d01",), "district")


def test_a_level_is_set_as_a_whole(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        for wanted in (["e01", "e02"], ["e02", "e01"], ["e02"], ["e01", "y01"], [], ["y01"]):
            people.set_level(session, SYSTEM, "dongcun", "1", wanted, now=now)  # type: ignore[arg-type]
            assert levels(session, "dongcun") == ({1: (tuple(wanted), None)} if wanted else {})
        before = len(journal(session, "dongcun:1:1"))
        people.set_level(session, SYSTEM, "dongcun", 1, ["y01"], now=now)
        assert len(journal(session, "dongcun:1:1")) == before


def test_a_level_that_changed_meanwhile_conflicts(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        people.set_level(session, SYSTEM, "dongcun", 1, ["e01"], now=now, version=0)
        seen = people.chain_of(session, SYSTEM, "dongcun")[0].version
        people.set_level(session, SYSTEM, "dongcun", 1, ["e02"], now=now, version=seen)
        for stale in (seen, 0):
            with pytest.raises(Conflict):
                people.set_level(session, SYSTEM, "dongcun", 1, ["e01"], now=now, version=stale)


@pytest.mark.parametrize(
    ("level", "named"),
    [(0, ["e01"]), (10, ["e01"]), ("一", ["e01"]), (True, ["e01"]), (1, ["e01", "e02", "y01"]), (1, ["e01", "e01"])],
)
def test_a_bad_level_is_refused(town: Engine, now: datetime, level: Any, named: list[str]) -> None:
    with store.transaction(town) as session, pytest.raises(Refused):
        people.set_level(session, SYSTEM, "dongcun", level, named, now=now)


def test_nobody_out_of_sight_is_named_in_a_chain(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session, pytest.raises(NotFound):
        people.set_level(session, someone(session, "y01"), "dongcun", 4, ["d01"], now=now)


def test_roles_are_given_and_taken_by_an_admin_of_the_place(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        y03 = someone(session, "y03")
        people.grant(session, y03, "e02", "inspector", "dongcun", now=now)
        assert someone(session, "e02").holds == (("inspector", "/district/yanjing/dongcun/"),)
        listed = people.grants(session, y03, person="e02")
        assert [(one.person, one.role, one.unit) for one in listed] == [("e02", "inspector", "dongcun")]
        strangers = (("y01", "dongcun", Forbidden), ("y03", "bailu", NotFound), ("b01", "xicun", NotFound))
        for who, unit, refusal in strangers:
            with pytest.raises(refusal):
                people.grant(session, someone(session, who), "e02", "admin", unit, now=now)
            with pytest.raises(refusal):
                people.revoke(session, someone(session, who), "e02", "inspector", unit, now=now)
        with pytest.raises(NotFound):
            people.grant(session, y03, "b01", "viewer", "dongcun", now=now)
        with pytest.raises(Refused):
            people.grant(session, y03, "e02", "king", "dongcun", now=now)
        people.revoke(session, y03, "e02", "inspector", "dongcun", now=now)
        assert someone(session, "e02").holds == ()
        with pytest.raises(NotFound):
            people.revoke(session, y03, "e02", "inspector", "dongcun", now=now)
        assert session.execute(select(func.count()).select_from(Grant)).scalar_one() == 7
        assert {one.person for one in people.grants(session, someone(session, "b01"))} == {"b01"}
        assert [one.person for one in people.grants(session, someone(session, "e01"), person="e01")] == ["e01"]


def test_the_same_role_twice_conflicts(town: Engine, now: datetime) -> None:
    with pytest.raises(Conflict), store.transaction(town) as session:
        people.grant(session, SYSTEM, "y01", "coordinator", "yanjing", now=now)
