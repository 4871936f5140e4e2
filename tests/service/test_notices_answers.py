"""What becomes of a notice by the channel's true answer: refusals, pauses, failures, silences, killed senders."""

from datetime import timedelta
from itertools import chain, repeat
from typing import Any

import pytest
from sqlalchemy import Engine

from models.kinds import NoticeState
from service.couriers import Answer, MemoryCourier, Message, Outcome
from service.couriers.addresses import SealBroken
from service.notices.claims import Terms
from service.notices.sending import Sender
from service.rules.notices import LEASE_FOR, SILENCED
from tests.service import worlds
from tests.service.messages import (
    NOON,
    TOKEN,
    bodies,
    notice,
    owe,
    reach,
    refusals,
    robots,
    send,
)
from tests.sinks import HttpSink, Reply

MINUTE = timedelta(minutes=1)
OWED, SENDING, DELIVERED = NoticeState.owed, NoticeState.sending, NoticeState.delivered


@pytest.fixture
def town(engine: Engine) -> Engine:
    return worlds.found(engine)


@pytest.fixture
def memory() -> MemoryCourier:
    return MemoryCourier()


# -- the robots' true answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("wecombot", {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1]"}),
        ("dingtalk", {"errcode": 300005, "errmsg": "token is not exist"}),
        ("feishu", {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}),
    ],
)
def test_a_refusal_is_never_delivered_and_goes_on_to_the_next_channel(
    town: Engine, kind: str, refusal: dict[str, Any]
) -> None:
    with HttpSink() as sink, robots(sink.url) as desk:
        first = reach(town, "grid1", f"{kind}://{TOKEN.format('a')}")
        second = reach(town, "grid1", f"{kind}://{TOKEN.format('b')}", rank=2)
        (key,) = owe(town, "p")
        sink.say(Reply.json(refusal))
        assert send(town, NOON, desk) == (2, 2, 1)
        assert len(sink.seen) == 2
        found = notice(town, key)
        assert (found.state, found.channel, found.attempts) == (DELIVERED, second, 1)
        code = str(next(iter(refusal.values())))
        assert code in refusals(town)[first]
        owe(town, "q")
        send(town, NOON, desk)
        assert len(sink.seen) == 3, "a channel that refused for good is not asked again"
    refused = [line for line in worlds.journal(town, "refused") if line[2] == first]
    assert len(refused) == 1


def test_after_every_channel_has_refused_it_is_a_dead_letter_and_so_is_what_follows(town: Engine) -> None:
    with HttpSink() as sink, robots(sink.url) as desk:
        reach(town, "grid1", f"wecombot://{TOKEN.format('a')}")
        (key,) = owe(town, "p")
        sink.say(Reply.json({"errcode": 93000, "errmsg": "invalid webhook url"}))
        assert send(town, NOON, desk) == (1, 1, 0)
        assert (notice(town, key).state, notice(town, key).attend_at) == (NoticeState.failed, None)
        (later,) = owe(town, "q")
        send(town, NOON, desk)
        assert len(sink.seen) == 1
        assert (notice(town, later).state, notice(town, later).answer) == (NoticeState.failed, f"channel {SILENCED}")


def test_a_refusal_of_the_words_leaves_the_channel_in_use(town: Engine) -> None:
    with HttpSink() as sink, robots(sink.url) as desk:
        reach(town, "grid1", f"dingtalk://{TOKEN.format('a')}")
        (key,) = owe(town, "p")
        sink.say(Reply.json({"errcode": 430102, "errmsg": "unfit text"}))
        send(town, NOON, desk)
        assert notice(town, key).state == NoticeState.failed
        assert refusals(town) == {}
        owe(town, "q")
        assert send(town, NOON, desk).delivered == 1


@pytest.mark.parametrize(
    ("kind", "answer", "waits"),
    [
        ("wecombot", Reply.json({"errcode": 45009, "errmsg": "api freq out of limit"}), 60),
        ("dingtalk", Reply.json({"errcode": 130101, "errmsg": "send too fast"}), 600),
        ("feishu", Reply.json({"code": 9499, "msg": "too many request"}, 429, headers={"Retry-After": "90"}), 90),
    ],
)
def test_a_channel_that_asks_to_wait_is_left_alone_until_then(
    town: Engine, kind: str, answer: Reply, waits: int
) -> None:
    with HttpSink() as sink, robots(sink.url) as desk:
        reach(town, "grid1", f"{kind}://{TOKEN.format('a')}")
        reach(town, "deputy", f"{kind}://{TOKEN.format('a')}")
        (key,) = owe(town, "p")
        sink.say(answer)
        assert send(town, NOON, desk).delivered == 0
        until_at = NOON + timedelta(seconds=waits)
        assert (notice(town, key).attend_at, notice(town, key).attempts) == (until_at, 0)
        (others,) = owe(town, "q", to="deputy")
        assert send(town, NOON + MINUTE / 2, desk).messages == 0
        assert notice(town, others).attend_at == until_at, "whoever else sends there waits too"
        assert len(sink.seen) == 1
        assert send(town, until_at, desk).delivered == 2


def test_a_failure_is_tried_again_with_growing_pauses(town: Engine, memory: MemoryCourier) -> None:
    reach(town, "grid1", "json://a/")
    (key,) = owe(town, "p")
    memory.fail_next(2)
    send(town, NOON, memory)
    assert notice(town, key).attend_at == NOON + MINUTE / 2
    send(town, NOON + MINUTE / 2, memory)
    assert notice(town, key).attend_at == NOON + MINUTE * 3 / 2
    send(town, NOON + 2 * MINUTE, memory)
    assert (notice(town, key).state, notice(town, key).attempts) == (DELIVERED, 3)
    assert {message.key for _, message in memory.tried} == {key}, "the key is the same for every attempt"


# -- silences ----------------------------------------------------------------------------------------------------------


def test_what_may_have_arrived_is_sent_again_with_a_mark(town: Engine, memory: MemoryCourier) -> None:
    reach(town, "grid1", "json://a/")
    (key,) = owe(town, "p")
    memory.lose_next(arrived=True)
    send(town, NOON, memory)
    assert (notice(town, key).state, notice(town, key).attend_at) == (NoticeState.unknown, NOON + MINUTE / 2)
    send(town, NOON + MINUTE, memory)
    first, second = bodies(memory)
    assert second.count("\n") == first.count("\n") + 1
    assert notice(town, key).state == DELIVERED


def test_on_a_channel_where_twice_is_worse_it_is_not_sent_again(town: Engine, memory: MemoryCourier) -> None:
    reach(town, "grid1", "json://a/")
    (key,) = owe(town, "p")
    memory.lose_next()
    terms = Terms(never_twice=frozenset({"json"}))
    send(town, NOON, memory, terms)
    assert (notice(town, key).state, notice(town, key).attend_at) == (NoticeState.unknown, None)
    assert send(town, NOON + MINUTE, memory, terms).messages == 0


class Killed(BaseException):
    """The process is gone."""


class Grave:
    """A desk at which the sender dies, before or after the message left."""

    def __init__(self, inner: MemoryCourier, *, after: bool) -> None:
        self.inner = inner
        self.after = after

    def send(self, address: str, message: Message) -> Answer:
        if self.after:
            self.inner.send(address, message)
        raise Killed


@pytest.mark.parametrize("after", [False, True])
def test_what_a_killed_sender_held_is_taken_up_when_its_lease_ends(
    town: Engine, memory: MemoryCourier, after: bool
) -> None:
    reach(town, "grid1", "json://a/")
    (key,) = owe(town, "p")
    with pytest.raises(Killed):
        send(town, NOON, Grave(memory, after=after))
    assert notice(town, key).state == SENDING
    assert send(town, NOON + LEASE_FOR - timedelta(seconds=1), memory).messages == 0
    never = Terms(never_twice=frozenset({"json"}))
    if after:
        assert send(town, NOON + LEASE_FOR, memory, never).messages == 0
        assert (notice(town, key).state, notice(town, key).answer[:5]) == (NoticeState.unknown, "lease")
        assert len(memory.got) == 1
    else:
        assert send(town, NOON + LEASE_FOR, memory).delivered == 1
        assert len(memory.got) == 1


def test_a_sender_whose_lease_runs_out_gives_back_what_it_has_not_begun(town: Engine, memory: MemoryCourier) -> None:
    """What waited behind slow channels for half a lease must not leave just as another sender takes it up."""
    reach(town, "grid1", "json://a/")
    (key,) = owe(town, "p")
    late = LEASE_FOR / 2 + timedelta(seconds=1)
    looks = chain([timedelta(0)] * 3, repeat(late))  # for the quiet hours, for what is due, for the claim; then at last
    sent = Sender(town, NOON, memory, str, Terms(), lambda: next(looks)).deliver()
    assert sent == (2, 2, 1), "given back, then claimed anew and sent"
    assert len(memory.got) == 1
    assert (notice(town, key).state, notice(town, key).attempts) == (DELIVERED, 1)
    assert notice(town, key).delivered_at == NOON + late


def test_one_bad_notice_keeps_no_other_from_leaving(town: Engine, memory: MemoryCourier) -> None:
    class Choking(MemoryCourier):
        def send(self, address: str, message: Message) -> Answer:
            if "bad" in message.title:
                raise ValueError("no words for it")
            return super().send(address, message)

    reach(town, "grid1", "json://a/")
    keys = owe(town, "bad", "good", urgent=True)
    desk = Choking()
    assert send(town, NOON, desk) == (2, 2, 1)
    bad = notice(town, keys[0])
    assert (bad.state, bad.answer, bad.attend_at) == (OWED, "ValueError no words for it", NOON + MINUTE / 2)


def test_an_address_that_no_key_opens_is_a_refusal(town: Engine, memory: MemoryCourier) -> None:
    def broken(sealed: str) -> str:
        raise SealBroken("another key")

    channel = reach(town, "grid1", "json://a/")
    (key,) = owe(town, "p")
    Sender(town, NOON, memory, broken, Terms(), timedelta).deliver()
    assert notice(town, key).state == NoticeState.failed
    assert refusals(town)[channel].startswith("seal")
    assert memory.tried == []


def test_outcomes_of_rules_and_couriers_have_the_same_names() -> None:
    assert {one.value for one in Outcome} == {"delivered", "refused", "slow_down", "failed", "unknown"}
