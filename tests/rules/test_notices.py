"""Which notices go together, when they may leave, and what an answer makes of them."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.kinds import NoticeState
from service.rules import notices
from service.rules.days import Calendar
from service.rules.notices import (
    Bundle,
    ChannelFacts,
    NoticeFacts,
    Outcome,
    Route,
    bundles,
    choose,
    following,
    quiet_until,
    rationed,
    refuses_all,
    retry_after,
    settle,
)
from tests.rules.plans import at

CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"), {}, frozenset())
NOW = at("2026-03-04 10:00")
SECOND = timedelta(seconds=1)


def notice(key: str = "n1", recipient: str = "a", **facts: Any) -> NoticeFacts:
    known: dict[str, Any] = {
        "key": key, "version": 3, "kind": "task_assigned", "subject": "t", "recipient": recipient, "urgent": False,
        "facts": {}, "state": NoticeState.owed, "owed_at": NOW, "attempts": 0, "channel": "",
    }  # fmt: skip
    return NoticeFacts(**(known | facts))


def channel(key: str, kind: str = "wecombot", unit: str | None = None) -> ChannelFacts:
    return ChannelFacts(key, kind, "sealed", 1, unit)


ONE, TWO, GROUP = channel("one"), channel("two", "mailto"), channel("group", unit="town")
ROUTE = Route((ONE, TWO))


# -- quiet hours -------------------------------------------------------------------------------------------------------

OVERNIGHT, BY_DAY, NEVER = (time(21), time(7)), (time(12), time(14, 30)), (time(8), time(8))


@pytest.mark.parametrize(
    ("quiet", "now", "until_at"),
    [
        (OVERNIGHT, "2026-03-04 20:59", None),
        (OVERNIGHT, "2026-03-04 21:00", "2026-03-05 07:00"),
        (OVERNIGHT, "2026-03-04 23:59", "2026-03-05 07:00"),
        (OVERNIGHT, "2026-03-05 00:00", "2026-03-05 07:00"),
        (OVERNIGHT, "2026-03-05 06:59", "2026-03-05 07:00"),
        (OVERNIGHT, "2026-03-05 07:00", None),
        (BY_DAY, "2026-03-04 11:59", None),
        (BY_DAY, "2026-03-04 12:00", "2026-03-04 14:30"),
        (BY_DAY, "2026-03-04 14:30", None),
        (BY_DAY, "2026-03-04 23:00", None),
        (NEVER, "2026-03-04 08:00", None),
        (NEVER, "2026-03-04 20:00", None),
    ],
)
def test_quiet_hours(quiet: tuple[time, time], now: str, until_at: str | None) -> None:
    assert quiet_until(at(now), CALENDAR, quiet) == (at(until_at) if until_at else None)


times = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@settings(deadline=None, max_examples=300)
@given(st.tuples(times, times), st.integers(0, 60 * 24 * 3).map(lambda n: at("2026-03-04") + n * timedelta(minutes=1)))
def test_quiet_hours_end_ahead_and_within_a_day(quiet: tuple[time, time], now: datetime) -> None:
    until_at = quiet_until(now, CALENDAR, quiet)
    if until_at is not None:
        assert now < until_at <= now + timedelta(days=1)
        assert quiet_until(until_at, CALENDAR, quiet) is None


# -- what goes together ------------------------------------------------------------------------------------------------


def test_a_digest_for_each_person_and_channel_and_what_is_urgent_alone() -> None:
    found = bundles(
        [
            notice("1"), notice("2"), notice("3", urgent=True), notice("4", urgent=True), notice("5", "b"),
            notice("6", channel="two"), notice("7", "nobody"), notice("8", "nobody"), notice("9", "lonely"),
        ],
        {"a": ROUTE, "b": Route((TWO,)), "lonely": Route()},
    )  # fmt: skip
    assert [(one.channel, [n.key for n in one.notices]) for one in found] == [
        (ONE, ["1", "2"]), (ONE, ["3"]), (ONE, ["4"]), (TWO, ["5", "6"]), (None, ["7", "8"]), (None, ["9"]),
    ]  # fmt: skip


def test_a_group_gets_one_digest_for_all_its_people() -> None:
    found = bundles([notice("1"), notice("2", "b"), notice("3")], {"a": Route((GROUP,)), "b": Route((GROUP,))})
    (one,) = found
    assert one.recipients == ("a", "b")


def test_a_message_s_key_is_that_of_its_notices() -> None:
    both, turned = Bundle(ONE, (notice("1"), notice("2"))), Bundle(TWO, (notice("2"), notice("1")))
    assert Bundle(ONE, (notice("1"),)).key == "1"
    assert both.key == turned.key
    assert both.key != Bundle(ONE, (notice("1"), notice("2"), notice("3"))).key, "one more has come to them"


@pytest.mark.parametrize(
    ("current", "chosen", "next_one"), [("", ONE, TWO), ("one", ONE, TWO), ("two", TWO, None), ("gone", ONE, TWO)]
)
def test_the_channel_it_is_at_and_the_next(current: str, chosen: ChannelFacts, next_one: ChannelFacts | None) -> None:
    assert choose(ROUTE, current) == chosen
    assert following(ROUTE, chosen) == next_one


def test_no_channel_and_none_after_one_that_is_gone() -> None:
    assert choose(Route(), "one") is None
    assert following(ROUTE, None) is None
    assert following(ROUTE, channel("gone")) is None


# -- how many may leave ------------------------------------------------------------------------------------------------


def singles(many: int, **facts: Any) -> list[Bundle]:
    return [Bundle(ONE, (notice(f"{n}", owed_at=NOW + n * SECOND, **facts),)) for n in range(many)]


@pytest.mark.parametrize(
    ("many", "free", "sizes", "waiting"),
    [(3, 5, [1, 1, 1], 0), (3, 3, [1, 1, 1], 0), (5, 3, [1, 1, 3], 0), (5, 1, [5], 0), (5, 0, [], 5), (0, 0, [], 0)],
)
def test_what_is_too_much_goes_together_or_waits(many: int, free: int, sizes: list[int], waiting: int) -> None:
    leave, wait = rationed(singles(many, urgent=True), free)
    assert [len(one.notices) for one in leave] == sizes
    assert len(wait) == waiting


def test_the_urgent_go_first_and_two_channels_of_one_address_are_not_mixed() -> None:
    calm, hot = singles(1)[0], singles(3, urgent=True)[2]
    other = Bundle(TWO, (notice("x", owed_at=NOW + timedelta(days=1)),))
    leave, wait = rationed([calm, hot], 1)
    assert [n.key for n in leave[0].notices] == ["2", "0"]
    leave, wait = rationed([calm, hot, other], 2)
    assert [[n.key for n in one.notices] for one in leave] == [["2"], ["0"]]
    assert wait == [other]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from((ONE, TWO)), st.integers(1, 4)), max_size=12), st.integers(0, 9)
)
def test_rationing_drops_nothing_and_never_lets_too_many_go(given_: list[Any], free: int) -> None:
    ready = [
        Bundle(one, tuple(notice(f"{n}.{m}", urgent=urgent) for m in range(size)))
        for n, (urgent, one, size) in enumerate(given_)
    ]
    leave, wait = rationed(ready, free)
    assert len(leave) <= free
    assert not wait or len(leave) == free
    keys = sorted(n.key for one in [*leave, *wait] for n in one.notices)
    assert keys == sorted(n.key for one in ready for n in one.notices)


# -- what an answer makes of it ----------------------------------------------------------------------------------------


def settled(outcome: Outcome, one: NoticeFacts | None = None, through: ChannelFacts | None = ONE) -> dict[str, Any]:
    (step,) = settle(Bundle(through, (one or notice(),)), outcome, {"a": ROUTE}, NOW)
    assert (step.key, step.expects, step.act) == ("n1", 3, outcome.name)
    return step.values


def test_delivered_is_the_end() -> None:
    assert settled(Outcome("delivered", "0", "ok")) == {
        "state": NoticeState.delivered, "claim": "", "answer": "0 ok", "channel": "one", "delivered_at": NOW,
        "attend_at": None, "attempts": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "attempts", "expected"),
    [
        # (state, channel, attempts, waits)
        (Outcome("unsent"), 2, (NoticeState.owed, "one", 2, timedelta(0))),
        (Outcome("slow_down", wait_for=timedelta(minutes=10)), 2, (NoticeState.owed, "one", 2, timedelta(minutes=10))),
        (Outcome("slow_down", wait_for=timedelta(days=99)), 2, (NoticeState.owed, "one", 2, timedelta(days=1))),
        (Outcome("slow_down"), 0, (NoticeState.owed, "one", 0, 30 * SECOND)),
        (Outcome("failed"), 0, (NoticeState.owed, "one", 1, 30 * SECOND)),
        (Outcome("failed"), 3, (NoticeState.owed, "one", 4, 240 * SECOND)),
        (Outcome("unknown"), 0, (NoticeState.unknown, "one", 1, 30 * SECOND)),
        (Outcome("refused"), 0, (NoticeState.owed, "two", 0, timedelta(0))),
        (Outcome("failed"), 7, (NoticeState.owed, "two", 0, timedelta(0))),
        (Outcome("unknown"), 7, (NoticeState.unknown, "two", 0, timedelta(0))),
    ],
)
def test_what_is_not_delivered_is_tried_again_or_elsewhere(
    outcome: Outcome, attempts: int, expected: tuple[Any, ...]
) -> None:
    values = settled(outcome, notice(attempts=attempts))
    waits = values["attend_at"] - NOW
    assert (values["state"], values["channel"], values["attempts"], waits) == expected
    assert values["claim"] == ""


@pytest.mark.parametrize(
    ("outcome", "attempts", "state"),
    [
        (Outcome("refused"), 0, NoticeState.failed),
        (Outcome("failed"), 7, NoticeState.failed),
        (Outcome("unknown"), 7, NoticeState.unknown),
        (Outcome("unknown", final=True), 0, NoticeState.unknown),
    ],
)
def test_after_the_last_channel_it_is_a_dead_letter(outcome: Outcome, attempts: int, state: str) -> None:
    values = settled(outcome, notice(attempts=attempts), TWO)
    assert (values["state"], values["attend_at"]) == (state, None)


def test_a_refusal_without_any_channel_is_a_dead_letter() -> None:
    values = settled(Outcome("refused", "channel", "none"), through=None)
    assert (values["state"], values["channel"], values["answer"]) == (NoticeState.failed, "", "channel none")


def test_what_may_have_arrived_stays_marked_until_it_surely_has() -> None:
    lapsed = notice(state=NoticeState.sending)
    assert lapsed.again
    assert not notice().again
    assert settled(Outcome("failed"), lapsed)["state"] == NoticeState.unknown
    assert settled(Outcome("delivered"), lapsed)["state"] == NoticeState.delivered


@pytest.mark.parametrize(
    ("kind", "outcome", "expected"),
    [
        ("wecombot", Outcome("refused", "93000"), True),
        ("wecombot", Outcome("refused", "45002"), False),
        ("dingtalk", Outcome("refused", "430102"), False),
        ("json", Outcome("refused", "http 404"), True),
        ("wecombot", Outcome("failed", "93000"), False),
    ],
)
def test_a_refusal_of_the_words_is_none_of_the_channel(kind: str, outcome: Outcome, expected: bool) -> None:
    assert refuses_all(kind, outcome) is expected


def test_pauses_grow_to_an_hour() -> None:
    waits = [retry_after(n).total_seconds() for n in (1, 2, 3, 7, 8, 1000)]
    assert waits == [30, 60, 120, 1920, 3600, 3600]
    assert notices.LONGEST_RETRY_AFTER.total_seconds() == 3600
