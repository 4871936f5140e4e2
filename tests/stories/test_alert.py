"""A storm warning to twelve villages at night, of which three are silent."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Alert, AlertReceipt, Case, Grant, Notice, Watch
from models.base import table_of
from service import auditor, store, sweeps
from service.alerts import acts as alerts
from service.couriers import MemoryCourier
from service.rules.steps import make
from tests.service.hazard_worlds import act
from tests.service.messages import reach, send
from tests.service.worlds import at, chain_steps, person_steps, row, rows, unit_steps, write

STORM = at("2026-06-06 01:30")
MINUTE = timedelta(minutes=1)
VILLAGES = [f"v{n:02}" for n in range(1, 13)]
GRANTS = (("coord", "coordinator", "town"), ("viewer", "viewer", "town"), ("stranger", "coordinator", "city"))


@pytest.fixture
def town(engine: Engine) -> Engine:
    """A town of twelve villages: each has its secretary, deputies and chief are the town's; v01 keeps a watch."""
    tree = [("town", None, "town", "", ""), *((code, "town", "village", "", "") for code in VILLAGES)]
    tree += [("e1", "v01", "enterprise", "", ""), ("city", None, "town", "", "")]
    people = [("deputy", "town"), ("chief", "town"), ("coord", "town"), ("viewer", "town"), ("stranger", "city")]
    people += [(f"s{code}", code) for code in VILLAGES] + [("night1", "v01"), ("night2", "v01"), ("gone", "v01")]
    chain = [("town", 2, "deputy"), ("town", 3, "chief"), *((code, 1, f"s{code}") for code in VILLAGES)]
    grants = [
        make(Grant, f"{who}:{role}:{unit}", "made", {"person": who, "role": role, "unit": unit})
        for who, role, unit in GRANTS
    ]
    facts = {"unit": "v01", "role": "officer", "starts_at": at("2026-06-05 20:00"), "ends_at": at("2026-06-06 08:00")}
    watches = [
        make(Watch, f"w{n}", "made", facts | {"served_by": who, "turn_of": who, "state": state})
        for n, (who, state) in enumerate((("gone", "absent"), ("night1", "on_duty"), ("night2", "published")))
    ]
    write(engine, *unit_steps(tree), *person_steps(people), *chain_steps(chain), *grants, *watches)
    for n, (person, _) in enumerate(people):
        reach(engine, person, f"wecombot://12345678-1234-1234-1234-1234567890{n:02}")
    return engine


class Night:
    """The town from one minute to the next: swept, what is owed sent, and the auditor content all the while."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.memory = MemoryCourier()

    def until(self, first: datetime, last: datetime) -> None:
        now = first
        while now <= last:
            sweeps.sweep(self.engine, now, only=("incidents", "alerts", "cases"))
            send(self.engine, now, self.memory)
            with store.reading(self.engine) as session:
                assert [one for one in auditor.audit(session, now) if not one.well] == []
            now += MINUTE

    def told(self, kind: str) -> list[tuple[int, str]]:
        """After how many minutes who has been told so."""
        found = rows(self.engine, Notice, table_of(Notice).c.kind == kind)
        return sorted(((one.owed_at - STORM) // MINUTE, one.recipient) for one in found)


def storm(engine: Engine, **more: Any) -> str:
    given = {"unit": "town", "kinds": ["village"], "title": "暴雨橙色预警", "text": "转移危险区群众", "level": "orange"}
    return str(act(engine, alerts.broadcast, "coord", now=STORM, **(given | more)))


def test_three_of_twelve_are_silent(town: Engine) -> None:
    night, key = Night(town), storm(town)
    assert key == "A-2026-000001"
    receipts = {one.unit: one for one in rows(town, AlertReceipt)}
    assert sorted(receipts) == VILLAGES, "neither the town nor its enterprises"
    assert (receipts["v01"].person, receipts["v01"].co_person, receipts["v01"].via) == ("night1", "night2", "duty")
    assert (receipts["v02"].person, receipts["v02"].co_person, receipts["v02"].via) == ("sv02", None, "chain")
    night.until(STORM, STORM + MINUTE)
    assert len(night.memory.got) == 13, "twelve villages, one with two officers, whatever the hour"
    assert {message.urgent for _, message in night.memory.got} == {True}

    for code in VILLAGES[3:]:
        act(town, alerts.acknowledge, f"s{code}", key, code, now=STORM + 2 * MINUTE)
    night.until(STORM + 2 * MINUTE, STORM + 61 * MINUTE)
    # v01 told its watch first, so its chain begins with the secretary; the others go on above theirs
    assert night.told("escalated") == [
        (5, "deputy"), (5, "deputy"), (5, "sv01"), (10, "chief"), (10, "chief"), (10, "deputy"), (20, "chief"),
    ]  # fmt: skip
    repeats = night.told("still_open")
    assert {who for _, who in repeats} == {"chief"}
    assert [minute for minute, _ in repeats] == [30, 30, 40, 50, 50, 60], "again every twenty minutes, never silent"
    assert night.told("alert_silent") == [(20, "coord"), (40, "coord"), (60, "coord")]

    act(town, alerts.acknowledge, "coord", key, "v01", now=STORM + 62 * MINUTE, person="night1", note="电话接通")
    one = row(town, AlertReceipt, f"alert:{key}:v01")
    assert (one.acknowledged_by, one.entered_by, one.how, one.note) == ("night1", "coord", "on behalf", "电话接通")
    act(town, alerts.end, "coord", key, now=STORM + 63 * MINUTE, reason="雨停")
    assert {case.state for case in rows(town, Case)} == {"ended"}
    assert row(town, Alert, key).state == "ended"
    heard = {who for _, who in night.told("alert_ended")}
    assert heard == {f"s{code}" for code in VILLAGES} | {"night1", "night2", "deputy", "chief"}
    before = len(rows(town, Notice))
    night.until(STORM + 64 * MINUTE, STORM + 120 * MINUTE)
    assert len(rows(town, Notice)) == before
