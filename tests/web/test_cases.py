"""Cases over the API: who climbs, when it was due and when it was really taken, and a pause that is never for ever."""

from datetime import timedelta

import pytest

from tests.web.house import House, reasons
from tests.web.ledger import CASE, LOOK, settle
from tests.web.test_lists import walk


@pytest.fixture
def town(house: House) -> House:
    settle(house.engine)
    return house


def test_a_case_is_listed_read_and_acknowledged(town: House) -> None:
    leader = town.caller("leader")
    assert walk(leader, "/cases?state=open") == walk(leader, "/cases?unit=v1") == [CASE]
    assert walk(leader, "/cases?state=ended") == walk(leader, "/cases?unit=v2") == []
    assert walk(leader, "/cases?subject=hazard:late:1") == [CASE]
    assert leader.api("GET", "/cases?unit=c1").status_code == 404
    whole = leader.api("GET", f"/cases/{CASE}").json()
    first = whole["rungs"][0]
    assert (first["person"], first["state"]) == ("boss1", "taken")
    assert first["due_at"] < first["taken_at"]  # nobody swept in between: the true instant stands beside the real one
    until = (town.now + timedelta(days=3)).isoformat()
    body = {"until_at": until, "note": "配件周四到货", "version": whole["case"]["version"]}
    paused = leader.api("POST", f"/cases/{CASE}/acknowledge", json=body).json()
    assert (paused["case"]["acknowledged_by"], paused["case"]["state"]) == ("leader", "open")
    assert paused["case"]["attend_at"] >= paused["case"]["paused_until_at"]
    assert leader.api("POST", f"/cases/{CASE}/acknowledge", json=body).status_code == 409


@pytest.mark.parametrize("days", [0, -1, 15])
def test_a_pause_lies_ahead_and_ends(town: House, days: int) -> None:
    body = {"until_at": (town.now + timedelta(days=days)).isoformat()}
    answer = town.caller("leader").api("POST", f"/cases/{CASE}/acknowledge", json=body)
    assert answer.status_code == 422
    assert reasons(answer).keys() == {"until_at"}


def test_a_pause_without_a_zone_is_refused(town: House) -> None:
    answer = town.caller("leader").api("POST", f"/cases/{CASE}/acknowledge", json={"until_at": "2026-03-05T09:00:00"})
    assert (answer.status_code, set(reasons(answer))) == (422, {"until_at"})


@pytest.mark.parametrize("subject", ["new", LOOK, "E-2026-000001", CASE, "new:1"])
def test_the_journal_tells_of_the_ledger_to_those_who_decide(small_house: House, subject: str) -> None:
    settle(small_house.engine)
    path = f"/journal?subject={subject}"
    assert small_house.caller("leader").api("GET", path).status_code == 200
    assert small_house.caller("viewer").api("GET", path).status_code == 403
    assert small_house.caller("stranger").api("GET", path).status_code == 404
