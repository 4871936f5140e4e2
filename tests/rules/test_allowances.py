"""Allowances: never more than so many messages to one address within any minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.rules.allowances import MINUTE, AllowanceFacts, block, free, recent, spend

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def facts(sent: list[int] | None = None, blocked_until_at: datetime | None = None) -> AllowanceFacts:
    return AllowanceFacts("hash", 2, sent or [], blocked_until_at)


def spent(known: AllowanceFacts, at: datetime, many: int) -> AllowanceFacts:
    step = spend(known, at, many)
    assert (step.key, step.expects, step.act) == ("hash", known.version, "spent")
    return known._replace(version=known.version + 1, **step.values)


def test_a_burst_may_leave_at_once_and_what_comes_after_waits_for_its_minute() -> None:
    assert free(facts(), NOW, 20) == (20, NOW)
    after = spent(facts(), NOW, 20)
    assert free(after, NOW, 20) == (0, NOW + MINUTE)
    assert free(after, NOW + MINUTE - timedelta(milliseconds=1), 20).now == 0
    assert free(after, NOW + MINUTE, 20).now == 20


def test_one_leaves_for_each_that_is_a_minute_old() -> None:
    known = spent(spent(facts(), NOW, 1), NOW + timedelta(seconds=30), 2)
    at = NOW + MINUTE
    assert free(known, at - timedelta(seconds=1), 3) == (0, at)
    assert free(known, at, 3).now == 1


def test_a_channel_that_asked_to_wait_gets_nothing_until_then() -> None:
    until_at = NOW + timedelta(minutes=10)
    step = block(facts(), until_at)
    assert (step.act, step.values) == ("blocked", {"blocked_until_at": until_at})
    blocked = facts(blocked_until_at=until_at)
    assert free(blocked, NOW, 20) == (0, until_at)
    assert free(blocked, until_at, 20).now == 20
    assert block(blocked, NOW).values == {"blocked_until_at": until_at}, "the later instant counts"


def test_a_clock_that_was_set_back_blocks_nobody_for_ever() -> None:
    ahead = spent(facts(), NOW + timedelta(days=3), 20)
    assert free(ahead, NOW, 20) == (0, NOW + MINUTE)
    assert spent(ahead, NOW, 0).sent == recent(ahead.sent, NOW)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 9)), max_size=30), st.integers(1, 8))
def test_no_minute_ever_holds_more(asked: list[tuple[int, int]], most: int) -> None:
    known, at, sent = facts(), NOW, list[datetime]()
    for wait, wanted in asked:
        at += timedelta(milliseconds=wait)
        open_ = free(known, at, most)
        assert open_.next_at >= at
        many = min(wanted, open_.now)
        known = spent(known, at, many)
        sent += [at] * many
        if not open_.now:
            assert free(known, open_.next_at, most).now >= 1, "who waits as told may send"
    for one in sent:
        assert sum(one - timedelta(minutes=1) < other <= one for other in sent) <= most
