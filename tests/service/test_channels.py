"""Channels: entered by whoever may, checked, sealed, shown without secrets, tried for real."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Channel, Notice
from service import channels, store
from service.access import Actor
from service.couriers import Answer, MemoryCourier, Outcome
from service.couriers.addresses import new_key
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.secrets import opened, secret
from service.settings import settings
from tests.service import worlds
from tests.service.messages import NOON, TOKEN, robots
from tests.service.worlds import actor, row, rows
from tests.sinks import HttpSink, Reply

ADDRESS = f"wecombot://{TOKEN.format('a')}"
OTHER = f"dingtalk://{TOKEN.format('b')}?secret=SEC0123456789"


@pytest.fixture
def town(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The small town, with a key of its own to seal with."""
    monkeypatch.setenv("ZHIBAN_SECRET", new_key())
    settings.cache_clear()
    secret.cache_clear()
    yield worlds.found(engine)
    settings.cache_clear()
    secret.cache_clear()


def as_(engine: Engine, person: str) -> Actor:
    with store.reading(engine) as session:
        return actor(session, person)


def add(engine: Engine, by: str, now: datetime = NOON, **facts: Any) -> str:
    with store.transaction(engine) as session:
        return channels.add(session, actor(session, by), now=now, **({"address": ADDRESS} | facts))


def test_an_address_is_sealed_at_rest_and_shown_without_what_opens_it(town: Engine) -> None:
    key = add(town, "coord", person="grid1")
    found = row(town, Channel, key)
    assert (key, found.kind, found.rank) == ("person:grid1:1", "wecombot", 1)
    assert opened(found.sealed) == ADDRESS
    token = TOKEN.format("a")
    with store.reading(town) as session:
        (shown,) = channels.listed(session, actor(session, "coord"), person="grid1")
    for text in (str(found), str(shown), str(worlds.journal(town))):
        assert token not in text
    assert shown.shown.startswith("wecombot://****")
    assert not hasattr(shown, "sealed")


@pytest.mark.parametrize(
    ("by", "place", "error"),
    [
        ("grid1", {"person": "grid1"}, None),
        ("coord", {"person": "grid1"}, None),
        ("admin", {"unit": "v1"}, None),
        ("grid1", {"unit": "v1"}, NotFound),
        ("grid2", {"person": "grid1"}, NotFound),
        ("viewer", {"person": "grid1"}, Forbidden),
        ("viewer", {"unit": "v1"}, Forbidden),
        ("stranger", {"person": "grid1"}, NotFound),
        ("stranger", {"unit": "v1"}, NotFound),
        ("coord", {"person": "nobody"}, NotFound),
    ],
)
def test_one_s_own_and_those_one_keeps(town: Engine, by: str, place: dict[str, str], error: Any) -> None:
    if error is None:
        add(town, by, **place)
        return
    with pytest.raises(error):
        add(town, by, **place)
    assert rows(town, Channel) == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"address": "file:///etc/passwd"}, "address"),
        ({"address": "log://"}, "address"),
        ({"address": "json://10.0.0.1/"}, "address"),
        ({"address": "wecom://x"}, "address"),
        ({"rank": 0}, "rank"),
        ({"rank": 100}, "rank"),
        ({"unit": "v1"}, "person"),
    ],
)
def test_what_is_not_taken_is_refused_by_name(town: Engine, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        add(town, "coord", person="grid1", **facts)
    assert [fault.field for fault in refusal.value.faults] == [field]
    assert rows(town, Channel) == []


def test_the_same_address_twice_is_a_conflict_and_another_gets_the_next_number(town: Engine) -> None:
    add(town, "coord", person="grid1")
    with pytest.raises(Conflict):
        add(town, "coord", person="grid1", rank=2)
    assert add(town, "coord", person="grid1", address=OTHER, rank=2) == "person:grid1:2"
    assert add(town, "coord", person="grid2") == "person:grid2:1", "two people may stand in one group"


def test_a_changed_address_forgets_what_refused(town: Engine) -> None:
    key = add(town, "coord", person="grid1")
    add(town, "coord", person="grid1", address=OTHER)
    with store.transaction(town) as session:
        by = actor(session, "grid1")
        channels.change_channel(session, by, key, now=NOON, rank=5, version=1)
    with store.transaction(town) as session, pytest.raises(Conflict):
        channels.change_channel(session, by, key, now=NOON, rank=6, version=1)
    with store.transaction(town) as session, pytest.raises(Conflict):
        channels.change_channel(session, by, key, now=NOON, address=OTHER)
    memory = MemoryCourier()
    memory.refuse_next(code="93000", text="invalid")
    channels.try_out(town, by, key, now=NOON, desk=memory)
    assert row(town, Channel, key).refused == "93000 invalid"
    new = f"feishu://{TOKEN.format('c')}"
    with store.transaction(town) as session:
        channels.change_channel(session, by, key, now=NOON, address=new)
        channels.change_channel(session, by, key, now=NOON)
    found = row(town, Channel, key)
    assert (found.refused, found.rank, found.kind, opened(found.sealed)) == ("", 5, "feishu", new)


def test_a_removed_channel_is_gone(town: Engine) -> None:
    key = add(town, "coord", person="grid1")
    with store.transaction(town) as session:
        channels.remove_channel(session, actor(session, "grid1"), key, now=NOON)
    assert rows(town, Channel) == []
    with store.transaction(town) as session, pytest.raises(NotFound):
        channels.remove_channel(session, actor(session, "grid1"), key, now=NOON)


def test_a_trial_sends_a_real_message_and_answers_the_truth(town: Engine) -> None:
    key = add(town, "coord", person="grid1")
    by = as_(town, "grid1")
    with HttpSink() as sink, robots(sink.url) as desk:
        answer = channels.try_out(town, by, key, now=NOON, desk=desk)
        assert (answer.outcome, answer.code) == (Outcome.DELIVERED, "0")
        assert "grid1" in sink.seen[0].json["text"]["content"]
        sink.say(Reply.json({"errcode": 93000, "errmsg": "invalid webhook url"}))
        assert channels.try_out(town, by, key, now=NOON, desk=desk).outcome is Outcome.REFUSED
        assert row(town, Channel, key).refused.startswith("93000")
        assert channels.try_out(town, by, key, now=NOON, desk=desk).outcome is Outcome.DELIVERED
        assert row(town, Channel, key).refused == "", "it works again"
    assert rows(town, Notice) == [], "a trial is no promise"


def test_a_trial_counts_into_the_rate_of_the_address(town: Engine) -> None:
    key = add(town, "admin", unit="v1")
    by, memory = as_(town, "admin"), MemoryCourier()
    for _ in range(20):
        assert channels.try_out(town, by, key, now=NOON, desk=memory).outcome is Outcome.DELIVERED
    answer = channels.try_out(town, by, key, now=NOON + timedelta(seconds=5), desk=memory)
    assert answer == Answer(Outcome.SLOW_DOWN, "waiting", "", 60.0)
    assert len(memory.got) == 20
    assert "v1" in memory.got[0][1].body


def test_a_trial_of_what_no_key_opens_says_so(town: Engine) -> None:
    key = add(town, "coord", person="grid1")
    worlds.write(town, worlds.change(Channel, key, 1, "broken", {"sealed": "x"}))
    answer = channels.try_out(town, as_(town, "grid1"), key, now=NOON, desk=MemoryCourier())
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "seal")
    assert add(town, "coord", person="grid1") == "person:grid1:2"


def test_a_channel_removed_while_it_is_tried_is_let_be(town: Engine) -> None:
    key = add(town, "coord", person="grid1")

    class Removing(MemoryCourier):
        def send(self, address: str, message: Any) -> Answer:
            with store.transaction(town) as session:
                channels.remove_channel(session, actor(session, "grid1"), key, now=NOON)
            return super().send(address, message)

    assert channels.try_out(town, as_(town, "grid1"), key, now=NOON, desk=Removing()).outcome is Outcome.DELIVERED
    assert rows(town, Channel) == []
