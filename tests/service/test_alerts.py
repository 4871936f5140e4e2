"""Acts on alerts: whom they reach, who may acknowledge for whom, how they end, and what thirty days asleep leave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col

from models import Alert, AlertReceipt, Case, Journal, Notice, Unit, UnitTag
from models.base import table_of
from service import store, sweeps
from service.access import SYSTEM, actor_for
from service.alerts import acts as alerts
from service.alerts import links
from service.alerts import lists as alert_lists
from service.alerts import taps as alert_taps
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.notices import acts as notices
from service.rules.steps import change, make
from tests.service.hazard_worlds import act
from tests.service.worlds import at, counting, found, row, rows, write

NOW = at("2026-06-06 01:30")
MINUTE = timedelta(minutes=1)
KEY = "A-2026-000001"


@pytest.fixture
def town(engine: Engine) -> Engine:
    return found(engine)


def broadcast(engine: Engine, who: str = "coord", **what: Any) -> str:
    given = {"unit": "town", "title": "暴雨预警", "text": "转移群众", "now": NOW}
    return str(act(engine, alerts.broadcast, who, **(given | what)))


def units(engine: Engine) -> list[str]:
    return [one.unit for one in rows(engine, AlertReceipt)]


def sight(engine: Engine, who: str, **what: Any) -> list[str]:
    with store.reading(engine) as session:
        return [one["key"] for one in alert_lists.alerts(session, actor_for(session, who), **what).items]


def seen(engine: Engine, who: str) -> list[str]:
    """The units whose receipts somebody sees."""
    with store.reading(engine) as session:
        return [one["unit"] for one in alert_lists.receipts(session, actor_for(session, who), KEY).items]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({}, ["e1", "e2", "e3", "h1", "town", "v1", "v2"]),
        ({"unit": "v1"}, ["e1", "e2", "v1"]),
        ({"kinds": ["village", "hazard_point"]}, ["h1", "v1", "v2"]),
        ({"tags": ["key"]}, ["e1"]),
        ({"tags": ["key", "none"], "kinds": ["enterprise"]}, ["e1"]),
    ],
)
def test_the_units_of_a_subtree_narrowed_by_kinds_and_tags(
    town: Engine, what: dict[str, Any], expected: list[str]
) -> None:
    broadcast(town, **what)
    assert units(town) == expected
    assert row(town, Alert, KEY).units == len(expected)


def test_closed_units_and_tags_of_yesterday_are_left_out(town: Engine) -> None:
    write(town, change(Unit, "v2", 1, "closed", {"closed_on": date(2026, 6, 1)}))
    assert broadcast(town, kinds=["village"])
    assert units(town) == ["v1"]
    spans = (("a", date(2026, 1, 1), date(2026, 6, 5)), ("b", date(2026, 6, 7), None), ("c", date(2026, 1, 1), None))
    for unit, (tag, from_on, until_on) in zip(("e1", "e2", "e3"), spans, strict=True):
        facts = {"unit": unit, "tag": "dam", "from_on": from_on, "until_on": until_on}
        write(town, make(UnitTag, f"{unit}:{tag}", "made", facts))
    with store.reading(town) as session:
        coord = actor_for(session, "coord")
        found = alerts.preview(session, coord, now=NOW, unit="town", tags=["dam"])
        assert [one["unit"] for one in found] == ["e3"]
        with pytest.raises(Refused):
            alerts.preview(session, coord, now=NOW, unit="town", kinds=["moon"])


def test_where_nobody_answers_the_sender_must_reach_them(town: Engine) -> None:
    tree = {"name": "孤岛", "parent": None, "path": "/island/", "kind": "village"}
    write(town, make(Unit, "island", "made", tree))
    act(town, alerts.broadcast, SYSTEM, unit="island", title="台风", text="避险", now=NOW)
    receipt = row(town, AlertReceipt, f"alert:{KEY}:island")
    assert (receipt.person, receipt.via) == ("zhiban", "nobody")


def test_who_may_broadcast_see_and_acknowledge(town: Engine) -> None:
    for who, error in (("inspector", Forbidden), ("viewer", Forbidden), ("stranger", NotFound)):
        with pytest.raises(error):
            broadcast(town, who)
    broadcast(town, kinds=["village"])
    for who in ("viewer", "coord", "grid1", "deputy", "mayor"):  # mayor stands on the ladder only
        assert sight(town, who) == [KEY]
    for who in ("stranger", "boss1", "staff"):
        assert sight(town, who) == []
    assert (seen(town, "viewer"), seen(town, "grid1"), seen(town, "deputy")) == (["v1", "v2"], ["v1"], ["v1"])
    for who, unit, error in (
        ("viewer", "v1", Forbidden), ("grid1", "v2", NotFound), ("stranger", "v1", NotFound), ("staff", "v1", NotFound),
        ("coord", "e1", NotFound), ("coord", "none", NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            act(town, alerts.acknowledge, who, KEY, unit, now=NOW)
    act(town, alerts.acknowledge, "grid1", KEY, "v1", now=NOW + MINUTE)
    one = row(town, AlertReceipt, f"alert:{KEY}:v1")
    assert (one.acknowledged_by, one.entered_by, one.how) == ("grid1", None, "by hand")
    act(town, alerts.acknowledge, "coord", KEY, "v1", now=NOW + 2 * MINUTE, person="deputy")
    assert row(town, AlertReceipt, one.key).acknowledged_at == NOW + MINUTE, "the first counts"
    act(town, alerts.acknowledge, "mayor", KEY, "v2", now=NOW + 2 * MINUTE, note="已赴现场")
    assert row(town, AlertReceipt, f"alert:{KEY}:v2").how == "by hand", "whoever stands on the ladder may say so"


def test_ending_is_told_and_final(town: Engine) -> None:
    broadcast(town, kinds=["village"])
    sweeps.sweep(town, NOW + 5 * MINUTE, only=("alerts", "cases"))
    with pytest.raises(Forbidden):
        act(town, alerts.end, "grid1", KEY, now=NOW + 6 * MINUTE)
    with pytest.raises(NotFound):
        act(town, alerts.end, "stranger", KEY, now=NOW + 6 * MINUTE)
    with pytest.raises(Conflict):
        act(town, alerts.end, "leader", KEY, now=NOW + 6 * MINUTE, version=9)
    with pytest.raises(Refused):
        act(town, alerts.cancel, "leader", KEY, now=NOW + 6 * MINUTE, reason=" ")
    act(town, alerts.end, "leader", KEY, now=NOW + 6 * MINUTE)
    heard = {one.recipient for one in rows(town, Notice, table_of(Notice).c.kind == "alert_ended")}
    assert heard == {"grid1", "grid2", "deputy", "chief", "mayor"}, "v2 has nobody on level 2: the chief was next"
    for again in (alerts.end, alerts.cancel):
        with pytest.raises(Conflict):
            act(town, again, "leader", KEY, now=NOW + 7 * MINUTE, reason="x")
    with pytest.raises(Conflict):
        act(town, alerts.acknowledge, "grid1", KEY, "v1", now=NOW + 7 * MINUTE)


def test_a_day_asleep_ends_as_a_day_awake(town: Engine, engine: Engine) -> None:
    broadcast(town, kinds=["village"])
    sweeps.sweep(town, NOW + timedelta(days=1), only=("alerts", "cases"))
    told = {(one.kind, one.recipient) for one in rows(town, Notice)}
    assert ("alert_silent", "coord") in told
    assert ("still_open", "chief") in told
    many = len(rows(town, Notice))
    sweeps.sweep(town, NOW + timedelta(days=1), only=("alerts", "cases"))
    assert len(rows(town, Notice)) == many, "a second sweep at one instant owes nothing"
    assert {case.state for case in rows(town, Case)} == {"open"}
    for unit in ("v1", "v2"):
        act(town, alerts.acknowledge, "coord", KEY, unit, now=NOW + timedelta(days=1))
    sweeps.sweep(town, NOW + timedelta(days=2), only=("alerts", "cases"))
    assert len(rows(town, Notice)) == many
    assert row(town, Alert, KEY).attend_at is None


def test_it_is_set_based(town: Engine) -> None:
    with counting(town) as one:
        broadcast(town, kinds=["mine", "town"])
    with counting(town) as many:
        broadcast(town)
    assert len(many) <= len(one) + 2, "seven units cost what one does"
    with counting(town) as listed:
        sight(town, "coord")
        seen(town, "coord")
    assert len(listed) <= 10


def test_reading_the_notice_of_a_warning_acknowledges_it(town: Engine) -> None:
    broadcast(town, kinds=["village"])
    sweeps.sweep(town, NOW + 5 * MINUTE, only=("cases",))
    first, chased = f"alert:{KEY}:v1:alert:grid1", f"case:alert:{KEY}:v1:escalated.1:deputy"
    act(town, notices.acknowledge, "deputy", chased, now=NOW + 6 * MINUTE)
    assert row(town, AlertReceipt, f"alert:{KEY}:v1").acknowledged_at is None, "to hear of it is not to have it"
    for _ in range(2):
        act(town, notices.acknowledge, "grid1", first, now=NOW + 7 * MINUTE)
    one = row(town, AlertReceipt, f"alert:{KEY}:v1")
    assert (one.acknowledged_by, one.how, one.acknowledged_at) == ("grid1", "by hand", NOW + 7 * MINUTE)
    assert row(town, Notice, first).state == "acknowledged"
    act(town, alerts.end, "leader", KEY, now=NOW + 8 * MINUTE)
    act(town, notices.acknowledge, "grid2", f"alert:{KEY}:v2:alert:grid2", now=NOW + 9 * MINUTE)
    assert row(town, AlertReceipt, f"alert:{KEY}:v2").acknowledged_at is None, "it was over"


def test_an_alert_ends_when_its_validity_is_over(town: Engine) -> None:
    ends = NOW + 12 * MINUTE
    broadcast(town, unit="v1", until_at=ends)
    sweeps.sweep(town, NOW + 11 * MINUTE)
    assert row(town, Alert, KEY).state == "open"
    chased = len(rows(town, Notice))
    sweeps.sweep(town, NOW + 60 * MINUTE)
    alert = row(town, Alert, KEY)
    assert (alert.state, alert.ended_at, alert.ended_by, alert.attend_at) == ("ended", ends, None, None)
    assert {case.state for case in rows(town, Case)} == {"ended"}
    assert len(rows(town, Notice)) == chased, "nobody is told of what they know"
    assert sum(done.applied for done in sweeps.sweep(town, NOW + 60 * MINUTE).values()) == 0
    with pytest.raises(Conflict):
        act(town, alerts.acknowledge, "grid1", KEY, "v1", now=NOW + 61 * MINUTE)


@pytest.mark.parametrize("minutes", [-1, 0, 61 * 24 * 60])
def test_a_validity_that_is_over_or_too_long_is_refused(town: Engine, minutes: int) -> None:
    with pytest.raises(Refused) as refused:
        broadcast(town, until_at=NOW + minutes * MINUTE)
    assert [fault.field for fault in refused.value.faults] == ["until_at"]
    assert rows(town, Alert) == []


def test_two_taps_at_one_instant_are_one_acknowledgement(town: Engine) -> None:
    """All see it open; one writes it down, and the others find it so, on both engines."""
    broadcast(town, unit="v1", kinds=["village"])
    receipt = row(town, AlertReceipt, f"alert:{KEY}:v1")
    link = links.signed(receipt.key, receipt.person, NOW)
    start = Barrier(4)

    def tap(_: int) -> None:
        start.wait()
        with store.transaction(town) as session:
            alert_taps.tap(session, link, now=NOW + MINUTE)

    with ThreadPoolExecutor(4) as hands:
        assert list(hands.map(tap, range(4))) == [None] * 4
    after = row(town, AlertReceipt, receipt.key)
    assert (after.acknowledged_by, after.how, after.version) == (receipt.person, "link", receipt.version + 1)
    said = [one for one in rows(town, Journal, col(Journal.subject) == receipt.key) if one.act == "acknowledged"]
    assert len(said) == 1
