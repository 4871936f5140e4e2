"""Warnings over the API, and the one tap that acknowledges them: no sign-in, no harm in looking."""

import re
from datetime import timedelta
from typing import Any

import pytest

from models import AlertReceipt, Case, Notice
from service import settings
from service.couriers import MemoryCourier
from service.notices import delivery
from tests.service.worlds import row, rows
from tests.web.house import House, reasons

WARNING = {"unit": "town", "kinds": ["village"], "title": "暴雨橙色预警", "text": "转移危险区群众", "level": "orange"}
ADDRESS = "https://duty.example.org/zhiban/"
V1 = "alert:A-2026-000001:v1"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> MemoryCourier:
    """What leaves right after the commit."""
    memory = MemoryCourier()
    monkeypatch.setattr(delivery, "desk", lambda: memory)
    return memory


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBAN_ADDRESS", ADDRESS)
    settings.settings.cache_clear()


def broadcast(house: House, **more: Any) -> dict[str, Any]:
    answer = house.caller("coord").api("POST", "/alerts", json=WARNING | more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def links(sent: MemoryCourier) -> dict[str, str]:
    """Notice → the path of its link."""
    found = {}
    for _, message in sent.got:
        for link in re.findall(r"https://\S+", message.body):
            assert link.startswith("https://duty.example.org/zhiban/a/")
            found[message.key] = link.removeprefix("https://duty.example.org/zhiban")
    return found


def link_to(sent: MemoryCourier, person: str) -> str:
    return next(link for key, link in links(sent).items() if key.endswith(f":{person}"))


def test_a_warning_leaves_right_after_its_commit(house: House, sent: MemoryCourier) -> None:
    found = broadcast(house)
    assert (found["alert"]["units"], found["alert"]["silent"], found["chase"]) == (2, 2, [5, 10, 20])
    assert sorted(message.key for _, message in sent.got) == [f"{V1}:alert:grid1", f"{V1[:-2]}v2:alert:grid2"]
    assert {message.urgent for _, message in sent.got} == {True}
    assert "under Alerts" in sent.got[0][1].body or "预警" in sent.got[0][1].body
    assert links(sent) == {}, "nobody has said at which address the page can be reached"


def test_one_tap_acknowledges_and_looking_does_not(house: House, sent: MemoryCourier, address: None) -> None:
    broadcast(house)
    link, nobody = link_to(sent, "grid1"), house.caller()
    for _ in range(3):
        page = nobody.get(link)
        assert page.status_code == 200
        assert "转移危险区群众" in page.text
        assert "<button" in page.text
    assert row(house.engine, AlertReceipt, V1).acknowledged_at is None, "a preview of the link acknowledges nothing"
    house.now += timedelta(minutes=1)
    tapped = nobody.post(link)
    assert (tapped.status_code, tapped.headers["location"]) == (303, link)
    receipt = row(house.engine, AlertReceipt, V1)
    assert (receipt.acknowledged_by, receipt.how, receipt.acknowledged_at) == ("grid1", "link", house.now)
    assert row(house.engine, Case, f"case:{V1}").state == "ended"
    assert row(house.engine, Notice, f"{V1}:alert:grid1").state == "acknowledged"
    house.now += timedelta(minutes=1)
    assert nobody.post(link).status_code == 303
    assert row(house.engine, AlertReceipt, V1).acknowledged_at == receipt.acknowledged_at, "once is enough"
    again = nobody.get(link).text
    assert "Acknowledged by grid1" in again
    assert '<button class="main wide">' not in again


def test_a_link_is_good_for_one_receipt_and_person_and_for_a_week(
    house: House, sent: MemoryCourier, address: None
) -> None:
    broadcast(house)
    link, nobody = link_to(sent, "grid1"), house.caller()
    for bad in (link[:-1], link.replace("/a/", "/a/x"), "/a/nothing", f"/a/{'x' * 1_900}", "/a/" + "%F0%A0%AE%B7"):
        for answer in (nobody.get(bad), nobody.post(bad)):
            assert answer.status_code == 404, bad
            assert "转移" not in answer.text
    house.now += timedelta(days=7, seconds=-1)
    assert nobody.get(link).status_code == 200
    house.now += timedelta(seconds=2)
    assert (nobody.get(link).status_code, nobody.post(link).status_code) == (404, 404)
    assert row(house.engine, AlertReceipt, V1).acknowledged_at is None


def test_a_link_of_a_warning_that_is_over_says_so(house: House, sent: MemoryCourier, address: None) -> None:
    broadcast(house)
    link = link_to(sent, "grid1")
    over = house.caller("leader").api("POST", "/alerts/A-2026-000001/cancel", json={"reason": "误发"})
    assert over.status_code == 200
    assert "alert_cancelled" in " ".join(message.key for _, message in sent.got), "everybody told hears it at once"
    page = house.caller().get(link)
    assert "误发" in page.text
    assert house.caller().post(link).status_code == 409
    assert house.caller("leader").api("POST", "/alerts/A-2026-000001/end").status_code == 409


def test_receipts_say_who_was_told_when_and_how(house: House, sent: MemoryCourier) -> None:
    broadcast(house)
    coord = house.caller("coord")
    phoned = {"unit": "v2", "person": "grid2", "note": "电话接通"}
    assert coord.api("POST", "/alerts/A-2026-000001/acknowledge", json=phoned).status_code == 200
    found = {one["unit"]: one for one in coord.api("GET", "/alerts/A-2026-000001/receipts").json()["items"]}
    assert [told["recipient"] for told in found["v1"]["told"]] == ["grid1"]
    assert (found["v1"]["told"][0]["state"], found["v1"]["told"][0]["kind"]) == ("delivered", "alert")
    v2 = found["v2"]
    assert (v2["acknowledged_by"], v2["entered_by"], v2["how"], v2["note"]) == (
        "grid2", "coord", "on behalf", "电话接通",
    )  # fmt: skip
    silent = coord.api("GET", "/alerts/A-2026-000001/receipts?silent=true&limit=1").json()
    assert ([one["unit"] for one in silent["items"]], silent["next"]) == (["v1"], None)
    first = coord.api("GET", "/alerts/A-2026-000001/receipts?limit=1").json()
    assert [one["unit"] for one in first["items"]] == ["v1"]
    rest = coord.api("GET", f"/alerts/A-2026-000001/receipts?limit=1&after={first['next']}").json()
    assert ([one["unit"] for one in rest["items"]], rest["next"]) == (["v2"], None)


def test_the_same_call_again_warns_nobody_twice(house: House, sent: MemoryCourier) -> None:
    coord = house.caller("coord")
    first, second = (coord.api("POST", "/alerts", json=WARNING, headers={"Idempotency-Key": "storm"}) for _ in range(2))
    assert first.json() == second.json()
    assert len(rows(house.engine, AlertReceipt)) == 2
    assert len(sent.got) == 2


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"title": ""}, "title"), ({"text": "x" * 1_001}, "text"), ({"level": "purple"}, "level"),
        ({"kinds": ["mine"]}, "unit"), ({"kinds": ["moon"]}, "kinds.0"), ({"chase": []}, "chase"),
        ({"chase": [5, 5]}, "chase"), ({"chase": [0]}, "chase"), ({"tags": ["a,b"]}, "tags"),
    ],
)  # fmt: skip
def test_a_bad_warning_is_refused_by_its_field(house: House, bad: dict[str, Any], field: str) -> None:
    answer = house.caller("coord").api("POST", "/alerts", json=WARNING | bad)
    assert answer.status_code == 422, answer.text
    assert field in reasons(answer)
    assert rows(house.engine, AlertReceipt) == []


def test_a_tag_narrows_and_a_stranger_reaches_nobody(house: House) -> None:
    tagged = {"unit": "town", "tags": ["key"]}
    found = house.caller("coord").api("POST", "/alerts/preview", json=tagged).json()["items"]
    assert found == [{"unit": "e1", "people": ["boss1"], "via": "chain"}]
    assert house.caller("stranger").api("POST", "/alerts/preview", json=tagged).status_code == 404
    assert house.caller("inspector").api("POST", "/alerts", json=WARNING).status_code == 403
