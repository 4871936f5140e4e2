"""Incidents over the API: entered once however often sent, told at once, corrected, reported upward, compared."""

from datetime import timedelta
from typing import Any

import pytest

from models import Incident, IncidentReport
from service import sweeps
from service.couriers import MemoryCourier
from service.notices import delivery
from tests.service.worlds import rows
from tests.web.house import House, reasons

NEW: dict[str, Any] = {
    "unit": "v1", "kind": "accident", "category": "road", "description": "客车侧翻", "place": "县道12公里处",
    "happened_at": "2026-03-02T08:40:00+08:00", "known_at": "2026-03-02T08:50:00+08:00", "injured": 3,
}  # fmt: skip
KEY = "I-2026-000001"


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> MemoryCourier:
    """What leaves right after the commit."""
    memory = MemoryCourier()
    monkeypatch.setattr(delivery, "desk", lambda: memory)
    return memory


def report(house: House, who: str = "inspector", **more: Any) -> dict[str, Any]:
    answer = house.caller(who).api("POST", "/incidents", json=NEW | more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_same_report_twice_is_one_incident_and_is_told_once(house: House, sent: MemoryCourier) -> None:
    inspector = house.caller("inspector")
    first, second = (
        inspector.api("POST", "/incidents", json=NEW, headers={"Idempotency-Key": "crash"}) for _ in range(2)
    )
    assert (first.status_code, first.json()) == (201, second.json())
    assert [one.key for one in rows(house.engine, Incident)] == [KEY]
    told = sorted(message.key.split(":")[-1] for _, message in sent.got)
    assert told == ["coord", "grid1", "grid1"], "once that it happened, once that it is to be reported"
    assert {message.urgent for _, message in sent.got} == {True}


def test_what_an_incident_answers(house: House) -> None:
    found = report(house)
    assert found["incident"] | {"grade": "ordinary", "state": "open", "lines": 1, "overdue": False} == found["incident"]
    assert found["clocks"] == {
        "basis": "国务院令第493号", "office_minutes": 60, "level_minutes": 120, "phone_minutes": None, "levels": None,
        "changes_days": 7,
    }  # fmt: skip
    standing = {one["key"].split(":", 2)[2]: one["standing"] for one in found["reports"]}
    assert standing == {"first:0": "made", "first:1": "owed", "closing:1": "waiting"}
    assert found["incident"]["ends_at"].startswith("2026-03-09T16:00:00"), "seven days for the road"


def test_late_is_seen_and_a_report_upward_is_made(house: House) -> None:
    key = report(house)["incident"]["key"]
    house.now += timedelta(hours=2)
    coord = house.caller("coord")
    assert coord.api("GET", f"/incidents/{key}").json()["incident"]["overdue"] is True
    assert [one["key"] for one in coord.api("GET", "/incidents?overdue=true").json()["items"]] == [key]
    body = {"report": f"incident:{key}:first:1", "text": "已报镇应急办"}
    made = coord.api("POST", f"/incidents/{key}/report-up", json=body).json()
    assert {one["key"][-7:]: one["standing"] for one in made["reports"]}["first:1"] == "late"
    assert coord.api("POST", f"/incidents/{key}/report-up", json=body).status_code == 409
    assert coord.api("POST", f"/incidents/{key}/report-up", json=body | {"version": 1}).status_code == 409


def test_each_report_is_owed_once_in_what_happened(house: House) -> None:
    key = report(house)["incident"]["key"]
    house.now += timedelta(days=7, hours=15, minutes=10)
    sweeps.sweep(house.engine, house.now)
    journal = house.caller("coord").api("GET", f"/incidents/{key}").json()["journal"]
    owed = [line["subject"] for line in journal if line["act"] == "report owed"]
    assert sorted(owed) == [f"incident:{key}:closing:1", f"incident:{key}:first:1"]
    upward = {"report": f"incident:{key}:first:1", "text": "已报镇应急办"}
    assert house.caller("coord").api("POST", f"/incidents/{key}/report-up", json=upward).status_code == 200
    page = house.browser("coord").get(f"/incidents/{key}", headers={"Accept": "text/html"}).text
    happened = page[page.index('class="journal"') :]
    assert (happened.count("report owed"), happened.count("report to come")) == (2, 1)
    assert "report made" not in happened, "the line of the report itself says more"


def test_a_correction_asks_for_follow_ups_at_once(house: House, sent: MemoryCourier) -> None:
    key = report(house)["incident"]["key"]
    before = len(sent.got)
    house.now += timedelta(minutes=5)
    coord = house.caller("coord")
    again = coord.api("POST", f"/incidents/{key}/correct", json={"reason": "一人不治", "deaths": 1, "injured": 2})
    assert [(one["nth"], one["deaths"], one["injured"]) for one in again.json()["lines"]] == [(1, 0, 3), (2, 1, 2)]
    assert "incident_report_due" in " ".join(message.key for _, message in sent.got[before:])
    assert f"incident:{key}:change1:1" in {one.key for one in rows(house.engine, IncidentReport)}


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"kind": "storm"}, "kind"), ({"happened_at": "2026-03-02T10:00:00+08:00"}, "happened_at"),
        ({"happened_at": "2026-03-02T08:40:00"}, "happened_at"), ({"deaths": -1}, "deaths"), ({"x": 1}, "x"),
        ({"description": ""}, "description"), ({"known_at": "2026-03-02T08:00:00+08:00"}, "known_at"),
    ],
)  # fmt: skip
def test_a_bad_report_is_refused_by_its_field(house: House, bad: dict[str, Any], field: str) -> None:
    answer = house.caller("inspector").api("POST", "/incidents", json=NEW | bad)
    assert answer.status_code == 422, answer.text
    assert field in reasons(answer)
    assert rows(house.engine, Incident) == []


def test_two_periods_are_compared(house: House) -> None:
    report(house)
    report(house, happened_at="2025-02-02T08:40:00+08:00", known_at="2025-02-02T08:50:00+08:00", deaths=1)
    viewer = house.caller("viewer")
    path = "/incidents/statistics?unit=town&from=2026-01-01&to=2026-03-31"
    found = viewer.api("GET", path).json()
    assert found["kinds"]["accident"]["deaths"] == {"now": 0, "before": 1, "change": -100.0}
    assert found["kinds"]["total"]["count"] == {"now": 1, "before": 1, "change": 0.0}
    own = viewer.api("GET", f"{path}&before_from=2025-03-01&before_to=2025-03-31").json()
    assert own["kinds"]["total"]["count"] == {"now": 1, "before": 0, "change": None}
    assert reasons(viewer.api("GET", f"{path}&before_from=2025-03-01")) == {"before_to": "is missing"}
    assert viewer.api("GET", path.replace("2026-03-31", "2025-03-31")).status_code == 422
