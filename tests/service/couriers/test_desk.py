"""The desk gives out the right courier; the one with a memory answers as told."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.couriers import (
    Answer,
    AppriseCourier,
    CourierDesk,
    DingTalkCourier,
    FeishuCourier,
    LarkCourier,
    LogCourier,
    MemoryCourier,
    Message,
    Outcome,
    PushDeerCourier,
    QmsgCourier,
    ServerChanCourier,
    WeComCourier,
    courier_for,
)
from service.couriers.addresses import AddressRefused, check
from tests.sinks import HttpSink

TOKEN = "693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aaa"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (f"wecombot://{TOKEN}", WeComCourier),
        (f"WeComBot://{TOKEN}", WeComCourier),
        (f"dingtalk://{TOKEN}", DingTalkCourier),
        (f"feishu://{TOKEN}", FeishuCourier),
        (f"lark://{TOKEN}", LarkCourier),
        ("schan://SCT1T", ServerChanCourier),
        ("pushdeer://PDU1T", PushDeerCourier),
        ("qq://abcdef", QmsgCourier),
        ("mailtos://a:b@example.org", AppriseCourier),
        ("json://example.org", AppriseCourier),
        ("wxpusher://AT/UID", AppriseCourier),
        ("log://", LogCourier),
    ],
)
def test_each_kind_has_its_courier(address: str, kind: type) -> None:
    assert type(courier_for(address)) is kind


@pytest.mark.parametrize("address", ["file:///etc/passwd", "wecom://x", "https://example.org", "", "memory://"])
def test_no_courier_goes_elsewhere(address: str, message: Message) -> None:
    with pytest.raises(AddressRefused):
        courier_for(address)
    with CourierDesk() as desk:
        assert desk.send(address, message).outcome is Outcome.REFUSED


def test_the_guard_is_asked_before_each_sending(sink: HttpSink, message: Message) -> None:
    address = f"json://127.0.0.1:{sink.port}/x"
    inside: set[bool] = {True}

    def guard(address: str) -> None:
        check(address, allowed_hosts=frozenset({"127.0.0.1"}), allow_private=True in inside)

    with CourierDesk(guard=guard) as desk:
        assert desk.send(address, message).outcome is Outcome.DELIVERED
        inside.clear()
        answer = desk.send(address, message)
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "address")
    assert "inside the network" in answer.text
    assert len(sink.seen) == 1


def test_gateways_stand_in_for_vendors_only() -> None:
    with pytest.raises(ValueError, match="json"):
        CourierDesk(base_urls={"json": "http://127.0.0.1:1"})


def test_a_malformed_address_is_refused_without_a_request(sink: HttpSink, desk: CourierDesk, message: Message) -> None:
    for address in ("wecombot://", "wecombot://short", f"wecombot://{TOKEN}/../x", f"dingtalk://{TOKEN}?secret="):
        assert desk.send(address, message).outcome is Outcome.REFUSED
    assert sink.seen == []


def test_the_memory_answers_as_told_and_then_delivers(message: Message) -> None:
    memory = MemoryCourier()
    memory.refuse_next(code="93000", text="invalid webhook url")
    memory.slow_down_next(retry_after=30)
    memory.fail_next(2)
    memory.lose_next(arrived=True)
    memory.lose_next()
    with CourierDesk(also={"memory": memory}) as desk:
        answers = [desk.send(f"memory://{i}", message) for i in range(7)]
    assert [answer.outcome.value for answer in answers] == [
        "refused", "slow_down", "failed", "failed", "unknown", "unknown", "delivered",
    ]  # fmt: skip
    assert answers[0] == Answer(Outcome.REFUSED, "93000", "invalid webhook url")
    assert answers[1].retry_after == 30
    assert memory.got == [("memory://4", message), ("memory://6", message)]
    assert len(memory.tried) == 7


def test_the_memory_loses_nothing_between_threads(message: Message) -> None:
    memory = MemoryCourier()
    memory.fail_next(100)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda i: memory.send(f"memory://{i}", message).outcome, range(500)))
    assert outcomes.count(Outcome.FAILED) == 100
    assert len(memory.got) == 400
    assert len({address for address, _ in memory.tried}) == 500


def test_one_desk_serves_many_threads(sink: HttpSink, desk: CourierDesk) -> None:
    def send(number: int) -> Outcome:
        return desk.send(f"wecombot://{TOKEN}", Message(f"k{number}", f"第 {number} 条", "请整改")).outcome

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(200))) == {Outcome.DELIVERED}
    assert {seen.json["text"]["content"] for seen in sink.seen} == {f"第 {i} 条\n请整改" for i in range(200)}
