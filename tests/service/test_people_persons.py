"""Acts on people: entered, changed, seen, gone."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from models import Token
from service import people, store
from service.access import SYSTEM
from service.errors import Forbidden, NotFound, Refused
from service.signin import sessions as signin
from tests.service.towns import someone

TODAY = date(2026, 11, 23)


def test_people_are_entered_changed_and_seen_by_those_above(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        y01 = someone(session, "y01")
        given = {"post": "安全员", "mobile": "+86 138-0013-0001", "email": "a@example.com", "wecom": "zhang"}
        people.add_person(session, y01, now=now, code="x01", name="张三", unit="xicun", language="en", **given)
        people.change_person(session, y01, "x01", {"unit": "huagong", "mobile": "１３８００１３０００２"}, now=now)
        found = people.person(session, y01, "x01")
        assert (found.unit, found.mobile, found.email, found.version) == ("huagong", "13800130002", "a@example.com", 2)
        assert people.person(session, someone(session, "e01"), "e01").name == "东村网格员"
        for who, code in (("b01", "x01"), ("e01", "e02"), ("y01", "none")):
            with pytest.raises(NotFound):
                people.person(session, someone(session, who), code)
        with pytest.raises(NotFound):
            people.change_person(session, someone(session, "b01"), "x01", {"post": "x"}, now=now)
        with pytest.raises(Forbidden):
            people.change_person(session, someone(session, "y04"), "x01", {"post": "x"}, now=now)
        with pytest.raises(Forbidden):
            people.change_person(session, someone(session, "e01"), "e01", {"post": "主任"}, now=now)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "a b"), ("code", "zhiban"), ("name", ""), ("mobile", "1380013"), ("mobile", "23800130001"),
        ("mobile", "+1 13800130001"), ("email", "a@"), ("email", "a b@c.d"), ("email", "a,b@c.d"), ("language", "fr"),
        ("unit", ""), ("left_on", "2026-11-23"), ("shoe", "43"), ("wecom", 5),
    ],
)  # fmt: skip
def test_a_bad_field_of_a_person_is_named(town: Engine, now: datetime, field: str, value: Any) -> None:
    given: dict[str, Any] = {"code": "p1", "name": "某", "unit": "yanjing", field: value}
    with store.transaction(town) as session, pytest.raises(Refused) as refused:
        people.add_person(session, SYSTEM, now=now, **given)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_pages_of_people(town: Engine) -> None:
    with store.reading(town) as session:
        y01 = someone(session, "y01")
        first = people.people(session, y01, limit=3)
        rest = people.people(session, y01, limit=3, after=first.next)
        assert [p.key for p in (*first.items, *rest.items)] == ["e01", "e02", "y01", "y02", "y03", "y04"]
        assert rest.next is None
        assert [p.key for p in people.people(session, y01, within="dongcun").items] == ["e01", "e02"]
        assert [p.key for p in people.people(session, y01, unit="dongcun").items] == ["e02"]
        assert [p.key for p in people.people(session, y01, query="网格").items] == ["e01"]
        assert people.people(session, someone(session, "e01")).items == []


def test_who_leaves_is_shut_out(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        secret = signin.issue_token(session, SYSTEM, "y01", "coordinator", "xicun", now=now)
        with pytest.raises(Refused):
            people.change_person(session, SYSTEM, "y01", {"left_on": TODAY + timedelta(1)}, now=now)
        people.change_person(session, SYSTEM, "y01", {"left_on": TODAY}, now=now)
        assert someone(session, "y01").holds == ()
        assert session.execute(select(col(Token.revoked_at))).scalar_one() == now
        with pytest.raises(Refused):
            people.grant(session, SYSTEM, "y01", "viewer", "yanjing", now=now)
        with pytest.raises(Refused):
            people.set_level(session, SYSTEM, "yanjing", 2, ["y01"], now=now)
        people.change_person(session, SYSTEM, "y01", {"left_on": None}, now=now)
        assert someone(session, "y01").holds == ()
        with pytest.raises(signin.Unknown):
            signin.token_actor(session, secret, now=now)
        assert "y01" in [person.key for person in people.people(session, SYSTEM).items]
