"""What a channel answered is said in words, with what helps to mend it and without the names of Python's classes."""

from collections.abc import Iterator

import pytest

from service.couriers.apprise import AppriseCourier
from service.couriers.base import Answer, Message
from service.couriers.wecom import WeComCourier
from service.couriers.wire import ClientWire, Pool, Wire
from service.notices.answers import CLASS, plainly
from tests.sinks import HttpSink, Reply, dead_port

HELLO = Message("k", "标题", "正文")
ROBOT = "wecombot://abcdefghij"


@pytest.fixture(params=[Pool, ClientWire])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    made: Wire = request.param()
    yield made
    made.close()


def said(answer: Answer, locale: str = "en") -> str:
    words = plainly(f"{answer.code} {answer.text}", locale)
    assert not CLASS.search(words), words
    return words


def test_a_connection_that_fails_says_why(wire: Wire) -> None:
    def tried(base: str) -> str:
        return said(WeComCourier(wire=wire, base_url=base).send(ROBOT, HELLO))

    assert (
        tried(f"http://127.0.0.1:{dead_port()}") == "the host refuses the connection ([Errno 111] Connection refused)"
    )
    assert tried("http://nowhere.invalid").startswith("no host of that name is found (")
    with HttpSink() as sink:
        assert tried(sink.url.replace("http:", "https:")).startswith("no secure connection can be made (TLS) (")
        sink.say(Reply(cut="before"))
        assert tried(sink.url).startswith("the connection broke off")
        sink.say(Reply(502, b"<h1>Bad gateway</h1>\r\n"))
        assert tried(sink.url) == "the other side has a trouble of its own (HTTP 502 <h1>Bad gateway</h1>)"
        sink.say(Reply.json({"errcode": 93000, "errmsg": "invalid webhook url"}))
        assert tried(sink.url) == "code 93000 (invalid webhook url)"


def test_so_does_what_goes_through_the_library() -> None:
    courier = AppriseCourier()
    assert said(courier.send(f"json://127.0.0.1:{dead_port()}/x", HELLO), "zh_CN").startswith(
        "对方主机拒绝连接（[Errno 111]"
    )
    assert said(courier.send("json://nowhere.invalid/x", HELLO)).startswith("no host of that name is found (")
    with HttpSink() as sink:
        sink.say(Reply(404, b"no such door"))
        gone = courier.send(f"json://{sink.url.removeprefix('http://')}/hook", HELLO)
    assert said(gone, "zh_CN") == "该地址上没有对应的服务（HTTP 404 no such door）"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("connect timed out", "no answer came in time (timed out)"),
        ("connect ConnectTimeout", "no answer came in time"),
        ("connect ConnectError", "no connection can be made"),
        ("connect [Errno 113] No route to host", "no way leads to that host from here ([Errno 113] No route to host)"),
        ("broken wire Server disconnected without sending a response.",
         "the connection broke off (Server disconnected without sending a response.)"),
        ("http 401", "the other side does not let us in: a token or password is wrong (HTTP 401)"),
        ("http 422 {\"why\": 1}", "the other side does not take the message as it is (HTTP 422 {\"why\": 1})"),
        ("smtp 535 (535, b'bad')",
         "the mail server does not take the user name or the password (SMTP 535 (535, b'bad'))"),
        ("smtp 450 later", "the mail server asks to try again later (SMTP 450 later)"),
        ("seal the address can't be opened with the key in force", "the address can't be opened with the key in force"),
        ("address this is not an address of the kind json", "this is no address of its kind"),
        ("waiting", "as many messages as a minute allows have been sent"),
        ("ValueError no words for it", "something unforeseen went wrong here (no words for it)"),
        ("0 ok", "code 0 (ok)"),
        ("ok", "ok"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_kept_of_an_answer_in_words(answer: str, words: str) -> None:
    assert plainly(answer, "en") == words


def test_a_long_answer_is_cut() -> None:
    assert len(plainly("http 500 " + "x" * 5_000, "en")) < 300
