"""What people do with notices: read them, see what did not arrive, have it sent again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models.kinds import NoticeState
from service import store
from service.couriers import MemoryCourier
from service.errors import Conflict, NotFound
from service.notices import acts as notices
from tests.service import worlds
from tests.service.messages import NOON, notice, owe, reach, send
from tests.service.worlds import actor

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def town(engine: Engine) -> Engine:
    return worlds.found(engine)


def acknowledge(engine: Engine, by: str, key: str) -> None:
    with store.transaction(engine) as session:
        notices.acknowledge(session, actor(session, by), key, now=LATER)


def lost(engine: Engine, by: str) -> list[str]:
    with store.reading(engine) as session:
        return [row.key for row in notices.dead_letters(session, actor(session, by)).items]


def resend(engine: Engine, by: str, *keys: str) -> int:
    with store.transaction(engine) as session:
        return notices.resend(session, actor(session, by), keys, now=LATER)


def refused(engine: Engine, *names: str, to: str = "grid1") -> list[str]:
    """Notices that no channel took."""
    reach(engine, to, f"json://{to}/")
    memory = MemoryCourier()
    memory.refuse_next(len(names))
    keys = owe(engine, *names, to=to, urgent=True)
    send(engine, NOON, memory)
    return keys


def test_what_was_read_on_the_page_is_not_sent_any_more(town: Engine) -> None:
    (key,) = owe(town, "p")
    acknowledge(town, "grid1", key)
    found = notice(town, key)
    assert (found.state, found.acknowledged_at, found.attend_at) == (NoticeState.acknowledged, LATER, None)
    assert send(town, LATER, MemoryCourier()).messages == 0
    acknowledge(town, "grid1", key)
    assert notice(town, key).version == found.version, "a second time changes nothing"
    assert [line[:2] for line in worlds.journal(town, "acknowledged")] == [("grid1", "acknowledged")]


def test_only_the_recipient_acknowledges(town: Engine) -> None:
    (key,) = owe(town, "p")
    for by in ("grid2", "coord"):
        with pytest.raises(NotFound):
            acknowledge(town, by, key)
    with pytest.raises(NotFound):
        acknowledge(town, "grid1", "none")


def test_a_sender_that_comes_too_late_leaves_it_acknowledged(town: Engine) -> None:
    """Read while the message was on its way: what the channel then answered changes nothing."""
    reach(town, "grid1", "json://a/")
    (key,) = owe(town, "p")

    class Reading(MemoryCourier):
        def send(self, address: str, message: Any) -> Any:
            acknowledge(town, "grid1", key)
            return super().send(address, message)

    send(town, NOON, Reading())
    assert notice(town, key).state == NoticeState.acknowledged


def test_dead_letters_are_listed_to_those_who_answer_for_the_people(town: Engine) -> None:
    keys = refused(town, "p", "q")
    owe(town, "on its way")
    assert set(lost(town, "coord")) == set(keys)
    assert lost(town, "stranger") == []
    assert lost(town, "grid1") == []


def test_what_may_still_arrive_is_no_dead_letter(town: Engine) -> None:
    reach(town, "grid1", "json://a/")
    (key,) = owe(town, "p")
    memory = MemoryCourier()
    memory.lose_next()
    send(town, NOON, memory)
    assert notice(town, key).state == NoticeState.unknown
    assert lost(town, "coord") == []
    with pytest.raises(Conflict):
        resend(town, "coord", key)


def test_dead_letters_are_sent_again(town: Engine) -> None:
    keys = refused(town, "p", "q")
    reach(town, "grid1", "json://new/", rank=2)
    assert resend(town, "coord", *keys, keys[0]) == 2
    memory = MemoryCourier()
    assert send(town, LATER, memory).delivered == 2
    assert {address for address, _ in memory.got} == {"json://new/"}
    assert lost(town, "coord") == []


def test_only_those_who_see_it_have_it_sent_again_and_only_what_was_given_up(town: Engine) -> None:
    (key,) = refused(town, "p")
    for by in ("stranger", "grid1", "inspector"):
        with pytest.raises(NotFound):
            resend(town, by, key)
    with pytest.raises(NotFound):
        resend(town, "coord", key, "none")
    assert notice(town, key).state == NoticeState.failed
    (calm,) = owe(town, "calm")
    with pytest.raises(Conflict):
        resend(town, "coord", key, calm)


def test_what_was_for_a_unit_s_group_is_seen_by_those_above_it(town: Engine) -> None:
    reach(town, "", "json://group/", unit="v1")
    (key,) = owe(town, "p", to="unit:v1")
    memory = MemoryCourier()
    memory.refuse_next()
    send(town, NOON, memory)
    with pytest.raises(NotFound):
        resend(town, "stranger", key)
    assert resend(town, "coord", key) == 1
