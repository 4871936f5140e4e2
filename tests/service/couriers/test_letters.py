"""What each channel is sent: mentions its way, signatures it accepts, lengths it takes."""

import json
from datetime import timedelta

import pytest

from service.couriers import CourierDesk, DingTalkCourier, FeishuCourier, Message, Outcome, WeComCourier
from service.couriers.dingtalk import signature as dingtalk_signature
from service.couriers.feishu import signature as feishu_signature
from service.couriers.pushers import ServerChanCourier
from service.couriers.robots import Target, mobiles
from service.couriers.sizes import MARK
from tests.service.couriers.conftest import NOW
from tests.sinks import HttpSink

WECOM = "wecombot://693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aaa"
DINGTALK = "dingtalk://0123456789abcdef0123456789abcdef"
FEISHU = "feishu://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
CALLING = Message(
    "k", "到期", "请整改", ("13800130001", "+86 138-0013-0002", "13800130001", "lin"), True, ("林安", "周平")
)
DINGTALK_BY_OPENSSL = "tGWkA5eQOQNCNPDgphtxIoNLO+/gD8Lcb705KQoRzeY="
FEISHU_BY_OPENSSL = "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
LONG = "𠮷野家三楼👨‍👩‍👧安全出口被堵。" * 20_000


def test_mobiles_are_bare_and_once() -> None:
    assert mobiles(CALLING) == ["13800130001", "13800130002"]


def test_wecom_mentions_in_text_only(sink: HttpSink, desk: CourierDesk) -> None:
    desk.send(WECOM, CALLING)
    assert sink.seen[0].json == {
        "msgtype": "text",
        "text": {"content": "到期\n请整改", "mentioned_mobile_list": ["13800130001", "13800130002"]},
    }
    assert sink.seen[0].query == {"key": "693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aaa"}


def test_wecom_goes_over_to_markdown_only_where_nobody_is_called(sink: HttpSink, desk: CourierDesk) -> None:
    just = Message("k", "到期", "隐" * 680)
    for message in (just, Message("k", "到期", "隐" * 681), Message("k", "到期", LONG, ("13800130001",))):
        assert desk.send(WECOM, message).outcome is Outcome.DELIVERED
    kinds = [seen.json["msgtype"] for seen in sink.seen]
    assert kinds == ["text", "markdown", "text"]
    assert len(sink.seen[0].json["text"]["content"].encode()) == 2047
    assert sink.seen[2].json["text"]["mentioned_mobile_list"] == ["13800130001"]


@pytest.mark.parametrize(("mentions", "most"), [(("13800130001",), 2048), ((), 4096)])
def test_wecom_is_cut_to_its_length(sink: HttpSink, desk: CourierDesk, mentions: tuple[str, ...], most: int) -> None:
    assert desk.send(WECOM, Message("k", "到期", LONG, mentions)).outcome is Outcome.DELIVERED
    sent = sink.seen[0].json
    content = sent[sent["msgtype"]]["content"]
    assert most - 40 < len(content.encode()) <= most
    assert content.endswith(MARK)
    assert f"到期\n{LONG}".startswith(content.removesuffix(MARK))


def test_a_stranger_calls_up_nobody() -> None:
    trick = Message("k", "到期", '<@all> <font color="warning">x</font>' + "字" * 1000)
    body = json.loads(WeComCourier().letter(Target("k" * 8), trick).body)
    assert "<@" not in body["markdown"]["content"]
    assert "<font" not in body["markdown"]["content"]
    trick = Message(
        "k", '<at user_id="all">', 'x <AT user_id="all">所有人</at> < at y', (), False, ('<at user_id="all">',)
    )
    text = json.loads(FeishuCourier().letter(Target("k" * 8), trick).body)["content"]["text"]
    assert "<" not in text
    assert text.count("＜") == 5


def test_dingtalk_text_leaves_the_mentions_to_dingtalk(sink: HttpSink, desk: CourierDesk) -> None:
    desk.send(DINGTALK, CALLING)
    assert sink.seen[0].json == {
        "msgtype": "text",
        "text": {"content": "到期\n请整改"},
        "at": {"atMobiles": ["13800130001", "13800130002"], "isAtAll": False},
    }
    assert sink.seen[0].query == {"access_token": DINGTALK.removeprefix("dingtalk://")}


def test_dingtalk_markdown_names_the_mentions_in_the_text(sink: HttpSink) -> None:
    courier = DingTalkCourier(style="markdown", base_url=sink.url)
    assert courier.send(DINGTALK, CALLING).outcome is Outcome.DELIVERED
    assert courier.send(DINGTALK, Message("k", "到期", LONG, ("13800130001",))).outcome is Outcome.DELIVERED
    courier.close()
    sent = sink.seen[0].json
    assert sent["msgtype"] == "markdown"
    assert sent["markdown"]["title"] == "到期"
    assert sent["markdown"]["text"] == "#### 到期\n\n请整改\n\n@13800130001 @13800130002"
    assert sent["at"] == {"atMobiles": ["13800130001", "13800130002"], "isAtAll": False}
    # The mention outlives the cut.
    assert 19_900 < len(sink.seen[1].body) <= 20_000
    assert sink.seen[1].json["markdown"]["text"].endswith(f"{MARK}\n\n@13800130001")


def test_feishu_names_people_and_never_their_mobiles(sink: HttpSink, desk: CourierDesk) -> None:
    desk.send(FEISHU, CALLING)
    assert sink.seen[0].json == {"msg_type": "text", "content": {"text": "@林安 @周平\n到期\n请整改"}}
    assert b"1380013" not in sink.seen[0].body


@pytest.mark.parametrize("address", [DINGTALK, FEISHU])
def test_a_long_body_is_cut_to_20_000_bytes(sink: HttpSink, desk: CourierDesk, address: str) -> None:
    quoted = LONG.replace("。", '"\n')
    assert desk.send(address, Message("k", "到期", quoted)).outcome is Outcome.DELIVERED
    assert 19_900 < len(sink.seen[0].body) <= 20_000
    assert MARK in sink.seen[0].body.decode()


@pytest.mark.parametrize(
    ("kind", "secret"), [("dingtalk", "SEC" + "0f" * 32), ("feishu", "aB3+/x=9zQ"), ("lark", "s3cretWord")]
)
def test_signatures_are_accepted_by_who_recomputes_them(
    sink: HttpSink, desk: CourierDesk, message: Message, kind: str, secret: str
) -> None:
    token = "0123456789abcdef"
    sink.secrets[token] = secret
    quoted = secret.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    signed, unsigned, other = (f"{kind}://{token}{end}" for end in (f"?secret={quoted}", "", "?secret=SECother1"))
    assert desk.send(signed, message).outcome is Outcome.DELIVERED
    assert desk.send(other, message).outcome is Outcome.REFUSED
    answer = desk.send(unsigned, message)
    assert (answer.outcome is Outcome.DELIVERED) is False
    assert secret.encode() not in sink.seen[0].body
    assert secret not in str(sink.seen[0].query)


def test_a_clock_two_hours_wrong_is_told_from_a_wrong_secret(sink: HttpSink, message: Message) -> None:
    sink.secrets["0123456789abcdef"] = "SECabc"
    with CourierDesk(clock=lambda: NOW - timedelta(hours=2), base_urls={"dingtalk": sink.url}) as late:
        answer = late.send("dingtalk://0123456789abcdef?secret=SECabc", message)
    assert (answer.outcome, answer.code) == (Outcome.FAILED, "310000")


def test_signatures_against_values_computed_elsewhere() -> None:
    """Reckoned once with openssl: printf '%s\\n%s' | openssl dgst -sha256 -hmac … -binary | base64."""
    assert dingtalk_signature("SECdemo", "1599360473000") == DINGTALK_BY_OPENSSL
    assert feishu_signature("demo", "1599360473") == FEISHU_BY_OPENSSL


def test_serverchan_titles_and_editions() -> None:
    message = Message("k", "逾" * 40, "一\n二")
    letter = ServerChanCourier().letter(Target("SCT123Tabc"), message)
    assert letter.url == "https://sctapi.ftqq.com/SCT123Tabc.send"
    third = ServerChanCourier().letter(Target("sctp456tabc"), message)
    assert third.url == "https://456.push.ft07.com/send/sctp456tabc.send"
    gateway = ServerChanCourier(base_url="http://gateway.example:8080/sc/").letter(Target("sctp456tabc"), message)
    assert gateway.url == "http://gateway.example:8080/sc/sctp456tabc.send"


def test_the_vendors_are_where_they_are() -> None:
    target = Target("t" * 8)
    assert WeComCourier().letter(target, CALLING).url == "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
    assert DingTalkCourier().letter(target, CALLING).url == "https://oapi.dingtalk.com/robot/send"
    assert FeishuCourier().letter(target, CALLING).url == "https://open.feishu.cn/open-apis/bot/v2/hook/tttttttt"
