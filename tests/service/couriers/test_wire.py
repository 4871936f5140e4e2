"""The two wires: what a robot is sent and what comes back is the same on both."""

import gzip
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from service.couriers.wire import LONGEST_ANSWER, BrokenWire, ClientWire, Letter, NeverSent, Pool, Wire, wire_out
from tests.sinks import HttpSink, Reply, dead_port

BODY = '{"msgtype": "text", "text": {"content": "𠮷田镇"}}'.encode()
SIGNED = {"access_token": "k" * 8, "sign": "a+b/c=="}


@pytest.fixture(params=[Pool, ClientWire])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    with closing(request.param()) as wire:
        yield wire


def letter(sink: HttpSink) -> Letter:
    return Letter(f"{sink.url}/robot/send", BODY, SIGNED)


def test_the_letter_arrives_as_it_was_written(sink: HttpSink, wire: Wire) -> None:
    reply = wire.post(letter(sink))
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.content == b'{"errcode": 0, "errmsg": "ok"}'
    seen = sink.seen[0]
    assert (seen.path, seen.query, seen.body) == ("/robot/send", SIGNED, BODY)
    assert seen.headers["Content-Type"] == "application/json; charset=utf-8"
    assert seen.headers["Host"] == f"127.0.0.1:{sink.port}"


def test_a_gateway_may_want_a_name_and_a_password(sink: HttpSink, wire: Wire) -> None:
    wire.post(letter(sink)._replace(url=f"http://zhiban:a%40b@127.0.0.1:{sink.port}/robot/send"))
    assert sink.seen[0].headers["Authorization"] == "Basic emhpYmFuOmFAYg=="
    assert sink.seen[0].headers["Host"] == f"127.0.0.1:{sink.port}"


def test_one_connection_carries_many(sink: HttpSink, wire: Wire) -> None:
    for _ in range(5):
        wire.post(letter(sink))
    assert len(sink.seen) == 5
    assert sink.connections == 1


def test_an_answer_beyond_any_robot_s_is_not_read_to_its_end(sink: HttpSink, wire: Wire) -> None:
    sink.say(Reply(200, b"x" * 5_000_000))
    assert LONGEST_ANSWER < len(wire.post(letter(sink)).content) < 10 * LONGEST_ANSWER
    assert wire.post(letter(sink)).status == 200


def test_nobody_is_led_elsewhere(sink: HttpSink, wire: Wire) -> None:
    sink.say(Reply(307, headers={"Location": f"{sink.url}/elsewhere", "Set-Cookie": "kept=1"}))
    assert wire.post(letter(sink)).status == 307
    assert [seen.path for seen in sink.seen] == ["/robot/send"]


def test_a_packed_answer_is_unpacked_asked_for_or_not(sink: HttpSink, wire: Wire) -> None:
    sink.say(Reply(200, gzip.compress(b'{"errcode": 93000}'), {"Content-Encoding": "gzip"}))
    assert wire.post(letter(sink)).content == b'{"errcode": 93000}'


def test_what_may_have_arrived_is_told_from_what_never_left(sink: HttpSink, wire: Wire) -> None:
    for cut in ("before", "middle"):
        sink.say(Reply(200, b"{}", cut=cut))
        with pytest.raises(BrokenWire):
            wire.post(letter(sink))
    sink.say(Reply(200, b"{}", after=0.3))
    with pytest.raises(BrokenWire):
        wire.post(letter(sink), httpx.Timeout(0.1))
    for url in (f"http://127.0.0.1:{dead_port()}/", "http://[::", "ftp://127.0.0.1/"):
        with pytest.raises(NeverSent):
            wire.post(Letter(url, BODY))
    assert len(sink.seen) == 3


def test_no_secure_connection_is_made_to_whom_nobody_vouches_for(sink: HttpSink, wire: Wire) -> None:
    with pytest.raises(NeverSent):
        wire.post(Letter(f"https://127.0.0.1:{sink.port}/robot/send", BODY))
    assert sink.seen == []


def test_where_the_environment_names_a_proxy_the_letter_goes_through_it(
    sink: HttpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert isinstance(wire_out(), Pool)
    monkeypatch.setenv("http_proxy", sink.url)
    with closing(wire_out()) as wire:
        assert wire.post(Letter("http://robots.example.org/robot/send", BODY)).status == 200
    assert sink.seen[0].headers["Host"] == "robots.example.org"
