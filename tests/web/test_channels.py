"""Channels over the API: added, tried, changed and taken away, and no answer ever holds an address whole."""

import pytest

from models import Notice
from service import store
from service.couriers import MemoryCourier
from service.rules.steps import make
from tests.web.house import V1, House, reasons
from tests.web.ledger import ROBOT
from tests.web.sending import send, went

MINE = {"person": "staff", "address": ROBOT.format(3)}
KEY = "person:staff:1"


def test_ones_own_is_added_tried_changed_and_taken_away(house: House, rung: MemoryCourier) -> None:
    staff = house.caller("staff")
    made = staff.api("POST", "/channels", json=MINE)
    assert (made.status_code, made.json()["key"], made.json()["kind"]) == (201, KEY, "wecombot")
    assert staff.api("POST", "/channels", json=MINE).status_code == 409
    tried = staff.api("POST", f"/channels/{KEY}/test").json()
    assert tried["outcome"] == "delivered"
    ((address, message),) = rung.got
    assert address == MINE["address"]
    assert "staff" in message.body
    rung.refuse_next(code="93000", text="invalid webhook url")
    assert staff.api("POST", f"/channels/{KEY}/test").json()["outcome"] == "refused"
    refused = staff.api("GET", "/channels").json()["items"][0]
    assert refused["refused"]
    changed = staff.api("PATCH", f"/channels/{KEY}", json={"address": ROBOT.format(4), "version": refused["version"]})
    assert (changed.json()["refused"], changed.json()["rank"]) == ("", 1)
    assert staff.api("PATCH", f"/channels/{KEY}", json={"rank": 2, "version": 1}).status_code == 409
    assert staff.api("DELETE", f"/channels/{KEY}?version=99").status_code == 409
    assert staff.api("DELETE", f"/channels/{KEY}").status_code == 204
    assert staff.api("GET", "/channels").json()["items"] == []
    assert staff.api("POST", f"/channels/{KEY}/test").status_code == 404


def test_a_test_with_one_key_rings_once(house: House, rung: MemoryCourier) -> None:
    staff = house.caller("staff")
    staff.api("POST", "/channels", json=MINE)
    sent = [staff.api("POST", f"/channels/{KEY}/test", headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert sent[0].content == sent[1].content
    assert sent[1].headers["idempotency-replayed"] == "true"
    assert len(rung.got) == 1


def test_no_answer_holds_an_address(house: House) -> None:
    coord = house.caller("coord")
    secret = MINE["address"].partition("://")[2]
    answers = [
        coord.api("POST", "/channels", json={"unit": "v1", "address": MINE["address"], "rank": 3}),
        coord.api("GET", "/channels?unit=v1"),
        coord.api("PATCH", "/channels/unit:v1:1", json={"rank": 4}),
        coord.api("POST", "/channels/unit:v1:1/test"),
        coord.api("GET", "/journal?subject=v1"),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200]
    assert all(secret not in answer.text for answer in answers)
    assert answers[2].json()["rank"] == 4


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"address": "file:///etc/passwd", "person": "grid1"}, "address"),
        ({"address": "json://127.0.0.1/x", "person": "grid1"}, "address"),
        ({"address": "log://x", "person": "grid1"}, "address"),
        ({"address": "", "person": "grid1"}, "address"),
        ({"address": ROBOT.format(5), "person": "grid1", "unit": "v1"}, "person"),
        ({"address": ROBOT.format(5)}, "person"),
        ({"address": ROBOT.format(5), "person": "grid1", "rank": 0}, "rank"),
    ],
)
def test_an_address_that_is_not_taken_is_named(small_house: House, form: dict[str, object], field: str) -> None:
    answer = small_house.caller("coord").api("POST", "/channels", json=form)
    assert (answer.status_code, set(reasons(answer))) == (422, {field})


def test_others_channels_are_theirs(small_house: House) -> None:
    staff = small_house.caller("staff")
    assert staff.api("POST", "/channels", json=MINE | {"person": "grid1"}).status_code == 403
    assert staff.api("GET", "/channels?person=stranger").status_code == 404
    assert staff.api("GET", "/channels?person=grid1&unit=v1").status_code == 422


def test_the_page_says_in_words_what_a_channel_answered(small_house: House, rung: MemoryCourier) -> None:
    small_house.caller("staff").api("POST", "/channels", json=MINE)
    me = small_house.browser("staff", "zh-CN")
    rung.fail_next(code="connect", text="[Errno 111] Connection refused")
    rung.refuse_next(code="http 403", text="who are you")
    went(send(me, "/channels", f"/channels/{KEY}/test", {}))
    assert "消息未送达：对方主机拒绝连接（[Errno 111] Connection refused）" in me.get("/channels").text
    went(send(me, "/channels", f"/channels/{KEY}/test", {}))
    assert me.get("/channels").text.count("对方拒绝访问，令牌或密码有误（HTTP 403 who are you）") == 2, "said and kept"


def test_the_journey_of_a_message_says_in_words_what_was_answered(small_house: House) -> None:
    values = {
        "kind": "task_overdue", "subject": V1, "recipient": "staff", "facts": {"name": "查", "unit": "v1"},
        "attempts": 3, "owed_at": small_house.now, "state": "failed", "channel": "json",
        "answer": "connect ConnectTimeout",
    }  # fmt: skip
    with store.transaction(small_house.engine) as session:
        store.apply(session, [make(Notice, "told", "owed", values)], now=small_house.now, by="tests")
    page = small_house.browser("staff", "zh-CN").get("/notices/told", headers={"Accept": "text/html"}).text
    assert "渠道答复：对方未在时限内应答" in page
    assert "ConnectTimeout" not in page
