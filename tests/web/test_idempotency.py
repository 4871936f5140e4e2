"""Idempotency-Key: the same call again is answered the same and does nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from models import Answered, Event
from models.base import table_of
from service import answered, store
from tests.web.house import HANDED_IN, V1, House, reasons

EVENT = {"name": "project", "unit": "v1"}
KEY = {"Idempotency-Key": "9f0c"}


def count(house: House, table: type) -> int:
    with store.reading(house.engine) as session:
        return int(session.execute(select(func.count()).select_from(table_of(table))).scalar_one())


def test_the_same_call_again_is_answered_the_same(house: House) -> None:
    caller = house.caller("inspector")
    first = caller.api("POST", f"/tasks/{V1}/submit", json=HANDED_IN, headers=KEY)
    again = caller.api("POST", f"/tasks/{V1}/submit", json=HANDED_IN, headers=KEY)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    without = caller.api("POST", f"/tasks/{V1}/submit", json=HANDED_IN)
    assert without.status_code == 409


def test_another_body_another_caller_another_call(house: House) -> None:
    caller = house.caller("coord")
    assert caller.api("POST", "/events", json=EVENT, headers=KEY).status_code == 201
    other = caller.api("POST", "/events", json=EVENT | {"note": "x"}, headers=KEY)
    assert other.status_code == 422
    assert set(reasons(other)) == {"Idempotency-Key"}
    house.now += timedelta(seconds=1)
    assert house.caller("admin").api("POST", "/events", json=EVENT, headers=KEY).status_code == 201
    person = {"code": "n1", "name": "新人", "unit": "v1"}
    assert caller.api("POST", "/people", json=person, headers=KEY).status_code == 201
    assert count(house, Event) == 2


def test_a_call_that_was_refused_may_be_tried_again(house: House) -> None:
    caller = house.caller("coord")
    assert caller.api("POST", "/events", json={"name": "approved:x", "unit": "v1"}, headers=KEY).status_code == 422
    assert count(house, Answered) == 0
    assert caller.api("POST", "/events", json=EVENT, headers=KEY).status_code == 201


def test_of_many_at_once_one_wins_and_all_hear_the_same(house: House) -> None:
    def call(_: int) -> tuple[int, bytes]:
        caller = house.beside().caller("coord")
        answer = caller.api("POST", "/events", json=EVENT, headers=KEY)
        caller.house.leave()
        return answer.status_code, answer.content

    with ThreadPoolExecutor(6) as pool:
        heard = set(pool.map(call, range(6)))
    assert len(heard) == 1
    assert heard.pop()[0] == 201
    assert count(house, Event) == 1


def test_a_secret_is_kept_sealed(house: House) -> None:
    caller = house.caller("admin")
    form = {"role": "viewer", "unit": "town"}
    token = caller.api("POST", "/tokens", json=form, headers=KEY).json()["token"]
    assert caller.api("POST", "/tokens", json=form, headers=KEY).json()["token"] == token
    with store.reading(house.engine) as session:
        (row,) = session.execute(select(table_of(Answered))).all()
    assert token not in str(tuple(row))
    assert KEY["Idempotency-Key"] not in str(tuple(row))


def test_a_key_is_plain_and_short(small_house: House) -> None:
    caller = small_house.caller("coord")
    for key in ("", "x" * 201, "a\tb"):
        answer = caller.api("POST", "/events", json=EVENT, headers={"Idempotency-Key": key})
        assert answer.status_code == 422, key


def test_answers_are_forgotten_after_two_days(house: House) -> None:
    house.caller("coord").api("POST", "/events", json=EVENT, headers=KEY)
    answered.sweep(house.engine, house.now + timedelta(days=1))
    assert count(house, Answered) == 1
    answered.sweep(house.engine, house.now + timedelta(days=3))
    assert count(house, Answered) == 0
