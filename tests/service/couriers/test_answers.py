"""The robots' answers are read for what they say: a refusal is never delivered."""

from datetime import UTC, datetime

import httpx
import pytest

from service.couriers import CourierDesk, Message, Outcome, WeComCourier
from service.couriers.robots import seconds_of
from service.couriers.wire import ClientWire, Pool
from tests.sinks import HttpSink, Reply, dead_port

D, R, S, F, U = Outcome.DELIVERED, Outcome.REFUSED, Outcome.SLOW_DOWN, Outcome.FAILED, Outcome.UNKNOWN
ADDRESSES = {
    "wecombot": "wecombot://693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aaa",
    "dingtalk": "dingtalk://0123456789abcdef0123456789abcdef",
    "feishu": "feishu://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "lark": "lark://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "schan": "schan://SCT0000TaaaaBBBBccccDDDD",
    "pushdeer": "pushdeer://PDU0000TaaaaBBBBccccDDDD",
    "qq": "qq://0123456789abcdef0123456789abcdef",
}
TOO_LONG_WORDS = "Invalid input : content exceed max length. invalid Request Parameter, hint: [1564552858_1_d717]"
SIGN = "sign match fail or timestamp is not within one hour from current time"
PSM = "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]"

SPOKEN = [
    ("wecombot", {"errcode": 0, "errmsg": "ok"}, D, "0", None),
    ("wecombot", {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1592021214_50_551f]"}, R, "93000", None),
    ("wecombot", {"errcode": 93000, "errmsg": TOO_LONG_WORDS}, R, "93000", None),
    ("wecombot", {"errcode": 93008, "errmsg": "not in group"}, R, "93008", None),
    ("wecombot", {"errcode": 40008, "errmsg": "invalid message type"}, R, "40008", None),
    ("wecombot", {"errcode": 40058, "errmsg": "invalid Request Parameter"}, R, "40058", None),
    ("wecombot", {"errcode": 44004, "errmsg": "empty content"}, R, "44004", None),
    ("wecombot", {"errcode": 45009, "errmsg": "api freq out of limit"}, S, "45009", 60),
    ("wecombot", {"errcode": 45033, "errmsg": "api concurrent out of limit"}, S, "45033", 60),
    ("wecombot", {"errcode": -1, "errmsg": "system busy"}, F, "-1", None),
    ("wecombot", {"errcode": 777777, "errmsg": "new"}, F, "777777", None),
    ("wecombot", {"errcode": 777778, "errmsg": "called too frequently"}, S, "777778", None),
    ("wecombot", {"errcode": "0", "errmsg": "ok"}, D, "0", None),
    ("wecombot", {"errcode": True, "errmsg": "ok"}, F, "unreadable", None),
    ("wecombot", {"errcode": None}, F, "unreadable", None),
    ("wecombot", {"hello": "world"}, F, "unreadable", None),
    ("wecombot", [0], F, "unreadable", None),
    ("dingtalk", {"errcode": 0, "errmsg": "ok"}, D, "0", None),
    ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, R, "310000", None),
    ("dingtalk", {"errcode": 310000, "errmsg": "sign not match, more: [https://example.org]"}, R, "310000", None),
    ("dingtalk", {"errcode": 310000, "errmsg": "ip 203.0.113.9 not in whitelist"}, R, "310000", None),
    ("dingtalk", {"errcode": 310000, "errmsg": "invalid timestamp"}, F, "310000", None),
    ("dingtalk", {"errcode": 300001, "errmsg": "token is not exist"}, R, "300001", None),
    ("dingtalk", {"errcode": 300005, "errmsg": "token is not exist"}, R, "300005", None),
    ("dingtalk", {"errcode": 400013, "errmsg": "群已被解散"}, R, "400013", None),
    ("dingtalk", {"errcode": 400101, "errmsg": "access_token不存在"}, R, "400101", None),
    ("dingtalk", {"errcode": 400102, "errmsg": "机器人已停用"}, R, "400102", None),
    ("dingtalk", {"errcode": 430102, "errmsg": "含有不合适的文本"}, R, "430102", None),
    ("dingtalk", {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}, S, "130101", 600),
    ("dingtalk", {"errcode": 410100, "errmsg": "发送速度太快而限流"}, S, "410100", 600),
    ("dingtalk", {"errcode": -1, "errmsg": "系统繁忙"}, F, "-1", None),
    ("dingtalk", {"errcode": 660026, "errmsg": "限流"}, S, "660026", None),
    ("feishu", {"StatusCode": 0, "StatusMessage": "success"}, D, "0", None),
    ("feishu", {"code": 0, "msg": "success", "data": {}}, D, "0", None),
    ("feishu", {"StatusCode": 0, "StatusMessage": "", "code": 9499, "msg": "too many request"}, S, "9499", None),
    ("feishu", {"code": 9499, "msg": "Bad Request", "data": {}}, R, "9499", None),
    ("feishu", {"code": 11232, "data": {}, "msg": PSM}, S, "11232", None),
    ("feishu", {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}, R, "19001", None),
    ("feishu", {"StatusCode": 0, "StatusMessage": "", "code": 19007, "msg": "Bot Not Enabled"}, R, "19007", None),
    ("feishu", {"code": 19021, "msg": SIGN}, R, "19021", None),
    ("feishu", {"code": 19022, "msg": "Ip Not Allowed"}, R, "19022", None),
    ("feishu", {"code": 19024, "msg": "Key Words Not Found"}, R, "19024", None),
    ("feishu", {"code": 123456, "msg": "internal"}, F, "123456", None),
    ("lark", {"code": 19001, "msg": "param invalid"}, R, "19001", None),
    ("schan", {"code": 0, "message": "", "data": {"errno": 0}}, D, "0", None),
    ("schan", {"code": 40001, "message": "[AUTH]错误的Key", "scode": 461}, R, "40001", None),
    ("schan", {"code": 40001, "message": "[AUTH]超过当天的发送次数限制[5]", "scode": 471}, S, "40001", 3600),
    ("schan", {"code": 20001, "message": "[INPUT]title 不能为空", "scode": 460}, R, "20001", None),
    ("pushdeer", {"code": 0, "content": {"result": ['{"success":"ok"}']}}, D, "0", None),
    ("pushdeer", {"code": 0, "content": {"result": []}}, R, "80403", None),
    ("pushdeer", {"code": 80501, "error": "参数错误"}, R, "80501", None),
    ("qq", {"success": True, "reason": "操作成功", "code": 0, "info": {}}, D, "0", None),
    ("qq", {"success": False, "reason": "推送失败", "code": 500, "info": None}, F, "500", None),
]


@pytest.mark.parametrize(("kind", "spoken", "outcome", "code", "wait"), SPOKEN)
def test_what_a_robot_says_with_status_200(
    sink: HttpSink,
    desk: CourierDesk,
    message: Message,
    kind: str,
    spoken: object,
    outcome: Outcome,
    code: str,
    wait: float | None,
) -> None:
    sink.say(Reply.json(spoken))
    answer = desk.send(ADDRESSES[kind], message)
    assert (answer.outcome, answer.code, answer.retry_after) == (outcome, code, wait)
    assert len(sink.seen) == 1


BUSY = {"Retry-After": "17"}
DATED = {"Retry-After": "Fri, 08 May 2026 01:32:00 GMT"}
STATUSES = [
    (Reply(429, b"slow"), S, "http 429", None),
    (Reply(429, headers=BUSY), S, "http 429", 17),
    (Reply(429, headers=DATED), S, "http 429", 120),
    (Reply(429, headers={"Retry-After": "soon"}), S, "http 429", None),
    (Reply(503, headers=BUSY), S, "http 503", 17),
    (Reply(503), F, "http 503", None),
    (Reply(500, b"oops"), F, "http 500", None),
    (Reply(502, b"<html>"), F, "http 502", None),
    (Reply(302, headers={"Location": "http://127.0.0.1:1/"}), F, "http 302", None),
    (Reply(400, b"bad"), R, "http 400", None),
    (Reply(401), R, "http 401", None),
    (Reply(403), R, "http 403", None),
    (Reply(404), R, "http 404", None),
    (Reply(410), R, "http 410", None),
    (Reply(200, b"<html>captive portal</html>"), F, "unreadable", None),
    (Reply(200), F, "unreadable", None),
    (Reply(200, b"[" * 60_000), F, "unreadable", None),
    (Reply(200, b" " * 200_000 + b'{"errcode":0}'), F, "unreadable", None),
    (Reply.json({"errcode": 0, "errmsg": "ok"}, 500), F, "http 500", None),
    (Reply(cut="before"), U, "broken wire", None),
    (Reply(200, b'{"errcode":0,', cut="middle"), U, "broken wire", None),
]


@pytest.mark.parametrize(("reply", "outcome", "code", "wait"), STATUSES)
@pytest.mark.parametrize("kind", ["wecombot", "dingtalk"])
def test_what_the_status_says_where_the_body_does_not(
    sink: HttpSink,
    desk: CourierDesk,
    message: Message,
    kind: str,
    reply: Reply,
    outcome: Outcome,
    code: str,
    wait: float,
) -> None:
    sink.say(reply)
    answer = desk.send(ADDRESSES[kind], message)
    assert (answer.outcome, answer.code, answer.retry_after) == (outcome, code, wait)
    assert len(answer.text) <= 500


def test_a_code_that_is_known_outweighs_the_status_and_a_header_the_table(
    sink: HttpSink, desk: CourierDesk, message: Message
) -> None:
    limited = {"errcode": 45009, "errmsg": "api freq out of limit"}
    sink.say(
        Reply.json(limited, 400),
        Reply.json(limited, headers=BUSY),
        Reply.json({"errcode": 777777, "errmsg": "new"}, 400),
        Reply.json({"errcode": 777777, "errmsg": "new"}, 500),
    )
    answers = [desk.send(ADDRESSES["wecombot"], message) for _ in range(4)]
    assert [(a.outcome, a.code, a.retry_after) for a in answers] == [
        (S, "45009", 60),
        (S, "45009", 17),
        (R, "http 400", None),
        (F, "http 500", None),
    ]


@pytest.mark.parametrize("kind", sorted(ADDRESSES))
def test_each_robot_delivers_to_a_channel_that_agrees(
    sink: HttpSink, desk: CourierDesk, message: Message, kind: str
) -> None:
    assert desk.send(ADDRESSES[kind], message).outcome is D
    body = sink.seen[0].body
    words = body.decode() if body.startswith(b"{") else " ".join(sink.seen[0].form.values())
    assert "隐患整改到期" in words
    assert "三楼西侧安全出口被货物堵塞" in words


def test_a_closed_port_fails_and_a_slow_answer_is_unknown(sink: HttpSink, message: Message) -> None:
    for wire in (Pool(), ClientWire()):
        gone = WeComCourier(wire=wire, base_url=f"http://127.0.0.1:{dead_port()}")
        answer = gone.send(ADDRESSES["wecombot"], message)
        assert (answer.outcome, answer.code) == (F, "connect")
        sink.say(Reply.json({"errcode": 0}, after=0.4))
        hasty = WeComCourier(wire=wire, base_url=sink.url, timeout=httpx.Timeout(0.2))
        assert hasty.send(ADDRESSES["wecombot"], message).outcome is U
        wire.close()
    assert len(sink.seen) == 2


def test_the_rate_limit_of_a_robot_is_heard(message: Message) -> None:
    kinds = ("wecombot", "dingtalk", "feishu")
    with HttpSink(limit=2) as sink, CourierDesk(base_urls=dict.fromkeys(kinds, sink.url)) as desk:
        for kind in kinds:
            assert [desk.send(ADDRESSES[kind], message).outcome for _ in range(3)] == [D, D, S]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 30 ", 30.0),
        ("Fri, 08 May 2026 01:31:30 GMT", 90.0),
        ("Fri, 08 May 2026 01:00:00 GMT", 0.0),
        ("-5", None),
        ("1.5", None),
        ("tomorrow", None),
        ("", None),
        (None, None),
        ("9" * 40, None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header, datetime(2026, 5, 8, 1, 30, tzinfo=UTC)) == seconds
