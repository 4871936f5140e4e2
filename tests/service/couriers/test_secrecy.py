"""Addresses are shown without what opens them, kept sealed, and never repeated in answers or logs."""

import io
import logging
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from service.couriers import CourierDesk, LogCourier, Message, Outcome
from service.couriers.addresses import SealBroken, host_of, new_key, reseal, seal, shown, unseal
from service.couriers.apprise import loaded_library
from service.couriers.secrecy import without_secrets
from service.couriers.shown import secrets_of
from service.couriers.wire import ClientWire, Pool
from tests.sinks import HttpSink, Reply, dead_port

TOKEN = "693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aaa"
SECRET = "SEC0123456789abcdef"


@pytest.mark.parametrize(
    ("address", "form"),
    [
        (f"wecombot://{TOKEN}", "wecombot://****5aaa"),
        (f"dingtalk://{TOKEN}?secret={SECRET}", "dingtalk://****5aaa"),
        ("schan://SCT0000Tabcd", "schan://****"),
        ("wechat://corpid:topsecret@1000002/@lin", "wechat://****"),
        ("jsons://hooks.example.org:8443/a/b?+X-Token=abc", "jsons://hooks.example.org:8443/****"),
        ("json://hooks.example.org", "json://hooks.example.org"),
        ("ntfys://me:pw@hooks.example.org/topic", "ntfys://hooks.example.org/****"),
        ("mailtos://zhiban:pw@mail.example.org?to=lin%40example.org", "mailtos://mail.example.org?to=lin@example.org"),
        ("mailto://lin:pw@mail.example.org:25", "mailto://mail.example.org:25?to=lin@mail.example.org"),
        ("https://qyapi.example.org/send?key=topsecret", "****"),
        ("topsecret", "****"),
        ("", "****"),
    ],
)
def test_an_address_as_it_is_shown(address: str, form: str) -> None:
    assert shown(address) == form


FORMS = [
    "wecombot://{}",
    "dingtalk://abcdefgh?secret={}",
    "feishu://{}",
    "schan://{}",
    "jsons://host.example/{}",
    "json://u:{}@host.example",
    "json://host.example/?+Authorization=Bearer%20{}",
    "mailto://u:{}@host.example?to=a@b.example",
    "mailto://u@host.example?pass={}&to=a@b.example",
    "wxpusher://{}/UID",
    "pushplus://{}",
    "wechat://c:{}@1/u",
    "{}",
    "x://{}",
]


@given(st.text(alphabet="0123456789+%", min_size=8, max_size=64), st.sampled_from(FORMS))
def test_no_secret_is_shown_or_missed_by_the_redaction(word: str, form: str) -> None:
    secret = f"s{word}"
    address = form.format(quote(secret, safe="+"))
    assert secret not in shown(address)
    assert quote(secret, safe="+") not in shown(address)
    text = f"could not reach {address}: {secret} or {quote(secret)}"
    assert secret not in without_secrets(text, secrets_of(address))


def test_words_that_hold_secrets() -> None:
    text = f"POST /send?key={TOKEN}&sign=abc%2B failed; token: zzz9 password='hunter2' {SECRET.lower()}"
    clean = without_secrets(text, [TOKEN, SECRET])
    for word in (TOKEN, "abc%2B", "zzz9", "hunter2", SECRET.lower()):
        assert word not in clean
    assert len(without_secrets("隐" * 2000, [])) == 500
    assert without_secrets("ok", ["", "ok"]) == "ok"


def test_the_seal_opens_with_its_key_only_and_keys_can_be_changed() -> None:
    old, new, other = new_key(), new_key(), new_key()
    sealed = seal(f"wecombot://{TOKEN}", old)
    assert TOKEN not in sealed
    assert unseal(sealed, old) == f"wecombot://{TOKEN}"
    assert unseal(sealed, f"{new},{old}") == unseal(sealed, [new, old])
    fresh = reseal(sealed, [new, old])
    assert unseal(fresh, new) == f"wecombot://{TOKEN}"
    for broken, key in ((fresh, old), (sealed, other), (sealed[:-3], old), ("", old), ("隐", old)):
        with pytest.raises(SealBroken) as told:
            unseal(broken, key)
        assert key not in str(told.value)
    nothing: list[str] = []
    for bad in ("", " , ", "short", nothing):
        with pytest.raises(ValueError, match="key"):
            seal("x", bad)


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """All that the standard logging would write, down to the last detail."""
    paper = io.StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(paper)
    level = root.level
    root.addHandler(handler)
    root.setLevel(1)
    yield paper
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("wire", [Pool, ClientWire])
def test_no_log_and_no_answer_repeats_a_secret(
    everything_logged: io.StringIO, message: Message, wire: type[Pool | ClientWire]
) -> None:
    kinds = ("wecombot", "dingtalk", "feishu", "schan", "pushdeer", "qq")
    gossip = {
        "errcode": 93000,
        "code": 19001,
        "errmsg": f"bad key={TOKEN}",
        "msg": f"{TOKEN} {SECRET}",
        "message": TOKEN,
    }
    with (
        HttpSink() as sink,
        closing(wire()) as out,
        CourierDesk(base_urls=dict.fromkeys(kinds, sink.url), wire=out) as desk,
        capture_logs() as structured,
    ):
        robots = [f"{kind}://{TOKEN}" for kind in kinds]
        robots += [f"{kind}://{TOKEN}?secret={SECRET}" for kind in ("dingtalk", "feishu")]
        hooks = [f"json://user:{SECRET}@127.0.0.1:{port}/{TOKEN}" for port in (sink.port, dead_port())]
        for reply in (Reply.json(gossip), Reply(500, TOKEN.encode()), Reply(cut="before")):
            for address in [*robots, *hooks]:
                sink.say(reply)
                answer = desk.send(address, message)
                assert answer.outcome is not Outcome.DELIVERED or address in hooks
                assert TOKEN not in answer.text
                assert SECRET not in address or SECRET not in answer.text
        desk.send(f"log://{TOKEN}", message)
    written = everything_logged.getvalue() + str(structured)
    assert "notice" in written
    assert ("HTTP Request: POST http://127.0.0.1/****" in written) is (wire is ClientWire)
    assert TOKEN not in written
    assert SECRET not in written


def test_the_log_courier_writes_who_and_what_for_and_no_more(message: Message) -> None:
    with capture_logs() as lines:
        answer = LogCourier().send(f"wecombot://{TOKEN}", message)
    assert answer.outcome is Outcome.DELIVERED
    assert lines == [
        {
            "event": "notice",
            "log_level": "info",
            "key": message.key,
            "to": "wecombot://****5aaa",
            "title": message.title,
            "characters": len(message.body),
            "mentions": 0,
            "urgent": False,
        }
    ]


@pytest.mark.parametrize(
    "address",
    [
        "json://hooks.example.org/x",
        "json://u:p@hooks.example.org:80/x?+X-Token=a+b",
        "json://HOOKS.example.org./x",
        "ntfys://deep.example.net/topic",
        "barks://hooks.example.org/KEY",
        "gotify://hooks.example.org/Aa0123456789xyz",
        "mailto://lin:pw@mail.example.org:25",
        "mailtos://u:pw@hooks.example.org?smtp=mail.example.org&to=lin@example.org",
        "mailtos://u:pw@qq.com?to=lin@example.org",
        "mailto://u:pw@example.org?from=a@qq.com&to=lin@gmail.com",
    ],
)
def test_apprise_reads_the_host_we_checked(address: str) -> None:
    found = loaded_library().Apprise.instantiate(address)
    to = str(getattr(found, "smtp_host", None) or found.host).lower()
    assert to == host_of(address) or (address.startswith("mailto") and to.endswith(f".{host_of(address)}"))
