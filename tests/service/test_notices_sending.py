"""What leaves together, and when: digests, quiet hours, the rate of an address, groups, and what can't wait."""

import gc
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from models import Allowance, Notice
from models.kinds import NoticeState
from service.couriers import MemoryCourier
from service.notices.claims import MESSAGES_AT_ONCE, Terms
from service.notices.sending import WRITTEN_AT_ONCE
from tests.service import worlds
from tests.service.messages import (
    NOON,
    TERMS,
    TOKEN,
    bodies,
    due_at,
    notice,
    owe,
    reach,
    robots,
    send,
    states,
)
from tests.service.worlds import at, rows
from tests.sinks import HttpSink

MINUTE = timedelta(minutes=1)
OWED, SENDING, DELIVERED = NoticeState.owed, NoticeState.sending, NoticeState.delivered


@pytest.fixture
def town(engine: Engine) -> Engine:
    return worlds.found(engine)


@pytest.fixture
def memory() -> MemoryCourier:
    return MemoryCourier()


def test_one_digest_for_each_person_and_channel_and_the_urgent_alone(town: Engine, memory: MemoryCourier) -> None:
    reach(town, "grid1", "json://a/")
    reach(town, "deputy", "json://b/")
    owe(town, "p", "q")
    owe(town, "r", urgent=True)
    owe(town, "s", to="deputy")
    assert send(town, NOON, memory) == (3, 4, 4)
    assert {(address, message.urgent) for address, message in memory.got} == {
        ("json://a/", False), ("json://a/", True), ("json://b/", False),
    }  # fmt: skip
    assert set(states(town).values()) == {DELIVERED}
    assert send(town, NOON, memory) == (0, 0, 0), "nothing leaves twice"


def test_a_digest_lists_the_newest_first_and_says_the_channel_s_room(town: Engine, memory: MemoryCourier) -> None:
    reach(town, "grid1", "json://a/")
    owe(town, "older", owed_at=NOON - MINUTE)
    owe(town, "newer")
    send(town, NOON, memory)
    (text,) = bodies(memory)
    assert text.index("newer") < text.index("older")


def test_what_is_not_due_yet_stays(town: Engine, memory: MemoryCourier) -> None:
    owe(town, "p", owed_at=NOON + MINUTE)
    assert send(town, NOON, memory).messages == 0
    assert send(town, NOON + MINUTE, memory).messages == 1


def test_quiet_hours_hold_back_all_but_the_urgent(town: Engine, memory: MemoryCourier) -> None:
    reach(town, "grid1", "json://a/")
    night = at("2026-03-04 23:00")
    (calm,) = owe(town, "calm", owed_at=night)
    owe(town, "hot", owed_at=night, urgent=True)
    assert send(town, night, memory).notices == 1
    assert states(town) == {"calm": OWED, "hot": DELIVERED}
    assert notice(town, calm).attend_at == at("2026-03-05 07:00")
    assert send(town, at("2026-03-05 07:00"), memory).notices == 1
    always = Terms(quiet=(at("2026-03-04 08:00").time(), at("2026-03-04 08:00").time()))
    owe(town, "late", owed_at=night)
    assert send(town, night, memory, always).notices == 1


def test_whoever_has_no_channel_finds_it_on_their_page(town: Engine, memory: MemoryCourier) -> None:
    (key,) = owe(town, "p")
    send(town, NOON, memory)
    ((address, _),) = memory.got
    assert address == "log://"
    assert (notice(town, key).state, notice(town, key).channel) == (DELIVERED, "")


# -- the rate of an address --------------------------------------------------------------------------------------------


def test_more_than_twenty_a_minute_go_together_or_wait_and_none_is_dropped(town: Engine) -> None:
    with HttpSink(limit=20) as sink, robots(sink.url) as desk:
        reach(town, "grid1", f"wecombot://{TOKEN.format('a')}")
        owe(town, *(f"p{n:02}" for n in range(30)), urgent=True)
        assert send(town, NOON, desk) == (20, 30, 30), "the last eleven in one message"
        (waiting,) = owe(town, "q", urgent=True)
        assert send(town, NOON + MINUTE / 2, desk).messages == 0
        assert notice(town, waiting).state == OWED
        assert NOON + MINUTE < notice(town, waiting).attend_at < NOON + 2 * MINUTE
        assert len(sink.seen) == 20


def test_two_people_at_one_robot_share_its_rate(town: Engine, memory: MemoryCourier) -> None:
    for person in ("grid1", "deputy"):
        reach(town, person, "wecombot://same")
        owe(town, *(f"{person}{n}" for n in range(3)), to=person, urgent=True)
    assert send(town, NOON, memory, Terms(a_minute=4)).messages <= 4
    assert len(rows(town, Allowance)) == 1
    send(town, NOON + 2 * MINUTE, memory, Terms(a_minute=4))
    assert set(states(town).values()) == {DELIVERED}


def test_the_allowance_s_name_holds_nothing_of_the_address(town: Engine, memory: MemoryCourier) -> None:
    reach(town, "grid1", f"wecombot://{TOKEN.format('a')}")
    owe(town, "p")
    send(town, NOON, memory)
    (book,) = rows(town, Allowance)
    assert len(book.key) == 64
    assert "693a" not in book.key


# -- groups ------------------------------------------------------------------------------------------------------------


def test_who_has_no_channel_is_called_up_in_the_nearest_group_above(town: Engine) -> None:
    with HttpSink() as sink, robots(sink.url) as desk:
        reach(town, "", f"wecombot://{TOKEN.format('a')}", unit="town")
        reach(town, "", f"wecombot://{TOKEN.format('b')}", unit="v1")
        owe(town, "p", "q", to="grid1")
        owe(town, "r", to="boss1")
        owe(town, "s", to="chief")
        assert send(town, NOON, desk) == (2, 4, 4)
        by_token = {seen.query["key"][-1]: seen.json["text"] for seen in sink.seen}
    village = by_token["b"]
    assert set(village["mentioned_mobile_list"]) == {"13800130000", "13800130005"}
    for line in ("grid1: ", "boss1: ", "p", "q", "r"):
        assert line in village["content"]
    assert by_token["a"]["mentioned_mobile_list"] == ["13800130003"]


def test_a_group_takes_over_when_a_person_s_own_channel_has_refused(town: Engine, memory: MemoryCourier) -> None:
    reach(town, "grid1", "json://own/")
    group = reach(town, "", "json://group/", unit="v1")
    (key,) = owe(town, "p")
    memory.refuse_next()
    assert send(town, NOON, memory).delivered == 1
    assert notice(town, key).channel == group


def test_what_is_for_a_whole_unit_goes_to_its_group(town: Engine, memory: MemoryCourier) -> None:
    reach(town, "", "json://group/", unit="v1")
    owe(town, "p", to="unit:v1", urgent=True)
    assert send(town, NOON, memory).delivered == 1
    assert memory.got[0][0] == "json://group/"
    assert memory.got[0][1].mentions == ()


# -- at once -----------------------------------------------------------------------------------------------------------


def test_what_is_urgent_may_leave_at_once_and_only_that(town: Engine, memory: MemoryCourier) -> None:
    hot, calm, other = (
        *owe(town, "hot", urgent=True, subject="alert"), *owe(town, "calm", subject="alert"),
        *owe(town, "other", urgent=True),
    )  # fmt: skip
    assert send(town, NOON, memory, only=("alert",)).notices == 1
    assert send(town, NOON, memory, only=(other,)).notices == 1
    found = [notice(town, key).state for key in (hot, calm, other)]
    assert found == [DELIVERED, OWED, DELIVERED]
    due_at(town, calm, NOON + MINUTE)
    assert send(town, NOON, memory).messages == 0


def test_more_than_fit_into_the_air_leave_once_each(town: Engine, memory: MemoryCourier) -> None:
    many = 3 * MESSAGES_AT_ONCE
    frozen = gc.get_freeze_count()
    owe(town, *(f"t{n}" for n in range(many)), to="nobody", urgent=True)
    assert send(town, NOON, memory) == (many, many, many)
    assert len({message.key for _, message in memory.got}) == len(memory.got) == many
    assert {one.attempts for one in rows(town, Notice)} == {1}
    assert gc.get_freeze_count() == frozen, "the collector is left as it was found"


STUMBLES = {
    "sqlite": (
        "CREATE TRIGGER stumble BEFORE UPDATE ON notice WHEN NEW.subject = 't0' AND NEW.state = 'delivered' "
        "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        "DROP TRIGGER stumble",
    ),
    "postgresql": (
        "CREATE FUNCTION stumble() RETURNS trigger AS $$ BEGIN IF NEW.subject = 't0' AND NEW.state = 'delivered' "
        "THEN RAISE integrity_constraint_violation; END IF; RETURN NEW; END $$ LANGUAGE plpgsql; "
        "CREATE TRIGGER stumble BEFORE UPDATE ON notice FOR EACH ROW EXECUTE FUNCTION stumble()",
        "DROP FUNCTION stumble CASCADE",
    ),
}


def test_what_could_not_be_written_down_is_sent_again_after_its_lease_and_the_rest_is_not(
    town: Engine, memory: MemoryCourier
) -> None:
    names = [f"t{n}" for n in range(3 * WRITTEN_AT_ONCE)]
    owe(town, *names, to="nobody", urgent=True)
    stumble, recover = STUMBLES[town.dialect.name]
    with town.begin() as connection:
        connection.exec_driver_sql(stumble)
    with pytest.raises(IntegrityError):
        send(town, NOON, memory)
    with town.begin() as connection:
        connection.exec_driver_sql(recover)
    left = [name for name, state in states(town).items() if state == SENDING]
    assert len(left) == WRITTEN_AT_ONCE
    assert "t0" in left
    assert send(town, NOON + MINUTE, memory).messages == 0
    assert send(town, NOON + TERMS.lease, memory).delivered == WRITTEN_AT_ONCE
    assert set(states(town).values()) == {DELIVERED}
    twice = [key for key, times in Counter(message.key for _, message in memory.got).items() if times > 1]
    assert {key.partition(":")[0] for key in twice} == set(left)
