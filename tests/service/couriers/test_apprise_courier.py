"""What goes through Apprise really arrives, and what fails is told apart by what the other side said."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from service.couriers import AppriseCourier, Message, Outcome
from service.couriers.apprise import judge
from tests.sinks import HttpSink, MailSink, Reply, dead_port

COURIER = AppriseCourier(connect_for=1.0, read_for=0.3, mail_for=2.0)
D, R, S, F, U = Outcome.DELIVERED, Outcome.REFUSED, Outcome.SLOW_DOWN, Outcome.FAILED, Outcome.UNKNOWN


@pytest.fixture
def mail() -> Iterator[MailSink]:
    with MailSink() as mail:
        yield mail


def mailto(mail: MailSink) -> str:
    return f"mailto://{mail.place}?from=zhiban%40example.org&to=lin%40example.org"


def test_a_mail_arrives_as_written(mail: MailSink) -> None:
    message = Message("hazard:YJ-0042:due", "隐患整改到期\r\nBcc: x@example.org", "三楼 <b>出口</b> & 𠮷\n\n请整改")
    assert COURIER.send(mailto(mail), message).outcome is D
    (seen,) = mail.seen
    assert (seen.sender, seen.receivers) == ("zhiban@example.org", ("lin@example.org",))
    assert seen.subject == "隐患整改到期 Bcc: x@example.org"
    assert seen.message["Bcc"] is None
    assert seen.text.split() == ["三楼", "<b>出口</b>", "&", "𠮷", "请整改"]
    assert seen.message.get_content_type() == "text/plain"
    assert seen.message["X-Notice-Key"] == "hazard:YJ-0042:due"


def test_what_a_mail_server_says(mail: MailSink, message: Message) -> None:
    mail.say_at_rcpt("550 5.1.1 No such user", "451 4.7.1 Greylisted")
    mail.say_at_data("552 5.3.4 Too big", "450 4.2.2 Mailbox full")
    mail.hang_up_at_data()
    answers = [COURIER.send(mailto(mail), message) for _ in range(6)]
    assert [(a.outcome, a.code) for a in answers] == [
        (R, "smtp 550"),
        (F, "smtp 451"),
        (R, "smtp 552"),
        (F, "smtp 450"),
        (U, "broken wire"),
        (D, "ok"),
    ]
    assert "No such user" in answers[0].text
    assert len(mail.seen) == 2


def test_a_mail_server_that_lets_nobody_in_or_is_gone(message: Message) -> None:
    with MailSink(password="open-sesame") as mail:
        address = f"mailto://zhiban:%s@{mail.place}?from=zhiban%%40example.org&to=lin%%40example.org"
        assert COURIER.send(address % "open-sesame", message).outcome is D
        answer = COURIER.send(address % "wrong-word", message)
        assert (answer.outcome, answer.code) == (R, "smtp 535")
        assert "wrong-word" not in answer.text
    gone = f"mailto://127.0.0.1:{dead_port()}?from=zhiban%40example.org&to=lin%40example.org"
    assert COURIER.send(gone, message).outcome is F


def test_a_hook_gets_title_body_and_key(sink: HttpSink, message: Message) -> None:
    address = f"json://127.0.0.1:{sink.port}/hooks/zhiban?+X-Token=t0ps3cret"
    assert COURIER.send(address, message).outcome is D
    (seen,) = sink.seen
    assert seen.path == "/hooks/zhiban"
    assert seen.headers["X-Token"] == "t0ps3cret"
    assert (seen.json["title"], seen.json["message"]) == (message.title, message.body)
    assert (seen.json["key"], seen.json["type"]) == (message.key, "info")
    assert COURIER.send(f"form://127.0.0.1:{sink.port}/f", Message("k", "t", "b", urgent=True)).outcome is D
    assert (sink.seen[1].form["message"], sink.seen[1].form["type"]) == ("b", "warning")


STATUSES = [
    (Reply(201), D, "ok"),
    (Reply(400), R, "http 400"),
    (Reply(401), R, "http 401"),
    (Reply(403), R, "http 403"),
    (Reply(404), R, "http 404"),
    (Reply(410), R, "http 410"),
    (Reply(429), S, "http 429"),
    (Reply(500, b"oops"), F, "http 500"),
    (Reply(503), F, "http 503"),
    (Reply(cut="before"), U, "broken wire"),
    (Reply(after=0.5), U, "broken wire"),
]


@pytest.mark.parametrize(("reply", "outcome", "code"), STATUSES)
def test_what_a_hook_says(sink: HttpSink, message: Message, reply: Reply, outcome: Outcome, code: str) -> None:
    sink.say(reply)
    answer = COURIER.send(f"json://127.0.0.1:{sink.port}/hooks/s3cretpath", message)
    assert (answer.outcome, answer.code) == (outcome, code)
    assert "s3cretpath" not in answer.text
    assert len(sink.seen) == 1


def test_a_closed_port_fails_and_redirects_are_not_followed(sink: HttpSink, message: Message) -> None:
    answer = COURIER.send(f"json://127.0.0.1:{dead_port()}/hooks/s3cretpath", message)
    assert (answer.outcome, answer.code) == (F, "connect")
    assert "s3cretpath" not in answer.text
    sink.say(Reply(307, headers={"Location": f"{sink.url}/inside"}))
    assert COURIER.send(f"json://127.0.0.1:{sink.port}/x", message).outcome is not D
    assert [seen.path for seen in sink.seen] == ["/x"]


@pytest.mark.parametrize("kind", ["gotify", "ntfy", "bark"])
def test_push_servers_of_ones_own(sink: HttpSink, message: Message, kind: str) -> None:
    address = f"{kind}://127.0.0.1:{sink.port}/Aa0123456789xyz"
    sink.say(
        Reply.json({"code": 200, "message": "success"}), Reply.json({"code": 400, "error": "bad"}, 400), Reply(429)
    )
    assert [COURIER.send(address, message).outcome for _ in range(3)] == [D, R, S]
    assert "三楼" in sink.seen[0].body.decode() or "三楼" in str(sink.seen[0].json)


def test_answers_of_many_threads_are_not_mixed_up(sink: HttpSink, message: Message) -> None:
    with HttpSink() as other, ThreadPoolExecutor(8) as pool:
        other.say(*[Reply(404)] * 20)
        ports = [sink.port, other.port] * 20
        answers = list(pool.map(lambda port: COURIER.send(f"json://127.0.0.1:{port}/x", message), ports))
    assert [a.outcome for a in answers] == [D, R] * 20
    assert all("404" in a.text for a in answers[1::2])


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "syslog://",
        "json://",
        "mailto://",
        "pushplus://short",
        "json://allowed.example@127.0.0.1@x/",
        "wecombot://693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aaa",
        "no address at all",
    ],
)
def test_an_address_that_is_none_is_refused(address: str, message: Message) -> None:
    answer = COURIER.send(address, message)
    assert (answer.outcome, answer.code) == (R, "address")


W, G = logging.WARNING, logging.DEBUG


@pytest.mark.parametrize(
    ("kind", "line", "outcome", "code"),
    [
        ("pushplus", "Failed to send PushPlus notification: code=907: Token does not exist.", R, "907"),
        ("pushplus", "Failed to send PushPlus notification: code=900: System exception.", S, "900"),
        ("pushplus", "Failed to send PushPlus notification: code=999: 服务端验证错误.", F, "999"),
        ("wxpusher", "Failed to send WxPusher notification, code=200/1002: wrong", R, "1002"),
        ("wxpusher", "Failed to send WxPusher notification, code=200/1008: slow", S, "1008"),
        ("wxpusher", "Failed to send WxPusher notification, code=200/unk: None", F, "connect"),
        ("wechat", "Failed to send WeChat (WeCom) notification: errcode=60020: not allow.", R, "60020"),
        ("wechat", "Failed to send WeChat (WeCom) notification: errcode=45009: freq.", S, "45009"),
        ("wechat", "Failed to send WeChat (WeCom) notification: Server error., error=500.", F, "http 500"),
    ],
)
def test_services_codes_in_apprises_words(kind: str, line: str, outcome: Outcome, code: str) -> None:
    answer = judge(kind, [(G, "Payload: error=404"), (W, line)])
    assert (answer.outcome, answer.code) == (outcome, code)


def test_a_plugin_that_breaks_is_a_failure(mail: MailSink, message: Message) -> None:
    """smtplib can't encode such a password, and says so with an error Apprise lets through."""
    with MailSink(password="x") as strict:
        address = f"mailto://zhiban:%E5%AF%86%E7%A0%81@{strict.place}?from=zhiban%40example.org&to=lin%40example.org"
        answer = COURIER.send(address, message)
    assert (answer.outcome, answer.code) == (F, "UnicodeEncodeError")
    assert "密码" not in answer.text


def test_a_target_that_would_send_elsewhere_is_none() -> None:
    """Two readers of one address may differ: what counts is where Apprise would go."""
    other = SimpleNamespace(host="evil.example.com")
    library = SimpleNamespace(AppriseAsset=SimpleNamespace, Apprise=SimpleNamespace(instantiate=lambda *_, **__: other))
    assert COURIER._target(library, "json://evil.example.com/x", "json") is other
    assert COURIER._target(library, "json://hooks.example.org/x", "json") is None
    assert COURIER._target(library, "json://example.com/x", "json") is None
    assert COURIER._target(library, "mailto://lin@example.com", "mailto") is other
