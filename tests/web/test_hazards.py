"""Hazards over the API: each act once, by the people who do it."""

from typing import Any

import pytest
from httpx import Response

from tests.web.house import Caller, House, moved, reasons
from tests.web.ledger import MAJOR

NEW = {"unit": "e1", "description": "配电箱无防护盖 𠮷⚡", "source": "inspection"}


def report(caller: Caller, **what: Any) -> dict[str, Any]:
    answer = caller.api("POST", "/hazards", json=NEW | what)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["hazard"]
    return made


def act(caller: Caller, code: str, name: str, body: Any = None) -> Response:
    return caller.api("POST", f"/hazards/{code}/{name}", **({} if body is None else {"json": body}))


def state(answer: Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["hazard"]["state"])


def test_a_hazard_is_found_rectified_sent_back_rectified_again_and_closed(house: House) -> None:
    inspector, coord = house.caller("inspector"), house.caller("coord")
    made = report(inspector, place="二号车间")
    code = made["key"]
    assert (code, made["state"], made["unit_name"], made["overdue"]) == ("H-2026-000001", "registered", "e1", False)
    assigned = act(coord, code, "assign", {"responsible": "staff", "measures": "加装防护盖", "version": 1})
    assert state(assigned) == "assigned"
    assert assigned.json()["hazard"]["responsible"] == "staff"
    doer = house.caller("staff")
    assert state(act(doer, code, "begin")) == "rectifying"
    assert reasons(act(doer, code, "submit", {})).keys() == {"note"}
    assert state(act(doer, code, "submit", {"note": "已加装"})) == "submitted"
    assert act(doer, code, "accept").status_code == 403
    assert state(act(inspector, code, "reject", {"reason": "未固定"})) == "rectifying"
    assert state(act(doer, code, "submit", {"note": "已固定"})) == "submitted"
    closed = act(inspector, code, "accept")
    assert state(closed) == "closed"
    whole = closed.json()
    (cycle,) = whole["cycles"]
    assert (cycle["rejections"], cycle["closed_in_time"], cycle["accepted_by"]) == (1, True, "inspector")
    assert [look["key"] for look in whole["rechecks"]] == [f"hazard:{code}:recheck:1.1", f"hazard:{code}:recheck:1.2"]
    acts = {line["act"] for line in whole["journal"]}
    assert {"reported", "assigned", "begun", "submitted", "rejected", "closed"} <= acts
    assert act(inspector, code, "void", {"reason": "x"}).status_code == 403
    late = act(house.caller("coord", "zh"), code, "void", {"reason": "x"})
    assert (late.status_code, late.json()["detail"]) == (409, "隐患现为已销号，不能这样操作")


def test_a_major_one_needs_the_five_assurances_and_approval(house: House) -> None:
    inspector, coord, leader = (house.caller(who) for who in ("inspector", "coord", "leader"))
    code = report(inspector, level="重大")["key"]
    assert state(act(coord, code, "assign", {"responsible": "staff"})) == "assigned"
    doer = house.caller("staff")
    assert reasons(act(doer, code, "begin")).keys() == {"measures", "funds_yuan", "contingency"}
    assert state(act(coord, code, "assign", MAJOR)) == "assigned"
    assert state(act(doer, code, "begin")) == "rectifying"
    assert state(act(doer, code, "submit", {"note": "已更换"})) == "submitted"
    assert act(leader, code, "approve").status_code == 409
    assert state(act(inspector, code, "accept")) == "submitted"
    assert act(inspector, code, "approve").status_code == 403
    assert state(act(leader, code, "approve")) == "closed"


def test_terms_are_moved_listed_delisted_ranked_and_struck(house: House) -> None:
    leader, coord = house.caller("leader"), house.caller("coord")
    made = report(coord, due_on="2026-03-10", code="隐患.7-甲")
    code = made["key"]
    extended = act(leader, code, "extend", {"due_on": "2026-03-20", "reason": "材料未到"}).json()
    assert extended["cycles"][0]["first_due_at"] == made["due_at"] < extended["hazard"]["due_at"]
    assert extended["extensions"][0]["to_at"] == extended["hazard"]["due_at"]
    assert reasons(act(leader, code, "extend", {"due_on": "2026-03-15", "reason": "x"})).keys() == {"due_on"}
    listed = act(leader, code, "supervise", {"supervisor": "chief"}).json()["hazard"]
    assert (listed["supervisor"], listed["supervised_on"]) == ("chief", "2026-03-02")
    assert act(leader, code, "delist", {"reason": "已控制"}).json()["hazard"]["delisted_on"] == "2026-03-02"
    assert act(leader, code, "delist").status_code == 409
    assert act(coord, code, "rank", {"rank": 1}).json()["hazard"]["rank"] == 1
    assert act(coord, code, "rank", {"rank": None}).json()["hazard"]["rank"] is None
    assert reasons(act(coord, code, "rank", {"rank": 0})).keys() == {"rank"}
    moved(house, 30)
    assert coord.api("GET", f"/hazards/{code}").json()["hazard"]["overdue"]
    assert act(leader, code, "extend", {"due_on": "2026-06-01", "reason": "x"}).status_code == 409
    assert state(act(leader, code, "void", {"reason": "重复登记"})) == "void"
    assert not coord.api("GET", f"/hazards/{code}").json()["hazard"]["overdue"]


def test_a_report_twice_with_one_key_is_one_hazard(house: House) -> None:
    caller = house.caller("inspector")
    sent = [caller.api("POST", "/hazards", json=NEW, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert sent[0].content == sent[1].content
    assert sent[1].headers["idempotency-replayed"] == "true"
    assert len(caller.api("GET", "/hazards").json()["items"]) == 1


BAD: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({"level": "huge"}, {"level"}),
    ({"mode": "later", "source": "moon"}, {"mode", "source"}),
    ({"found_on": "2026-03-03"}, {"found_on"}),
    ({"due_on": "2026-03-01"}, {"due_on"}),
    ({"level": "major", "mode": "on_spot"}, {"mode"}),
    ({"description": " "}, {"description"}),
    ({"description": "险" * 200_000}, {"description"}),
    ({"description": "险" * 10_001}, {"description"}),
    ({"code": "a/b"}, {"code"}),
    ({"code": "hazard:1"}, {"code"}),
    ({"campaign": "none"}, {"campaign"}),
    ({"task": "none"}, {"task"}),
    ({"colour": "red"}, {"colour"}),
    ({"rank": 1.5}, {"rank"}),
)


@pytest.mark.parametrize(("what", "fields"), BAD, ids=[str(list(row[0])) + str(n) for n, row in enumerate(BAD)])
def test_what_is_wrong_is_named_and_nothing_is_kept(small_house: House, what: dict[str, Any], fields: set[str]) -> None:
    caller = small_house.caller("inspector")
    answer = caller.api("POST", "/hazards", json=NEW | what)
    assert answer.status_code == 422, answer.text
    assert reasons(answer).keys() == fields
    assert caller.api("GET", "/hazards").json()["items"] == []


def test_a_place_out_of_sight_and_a_code_that_stands(small_house: House) -> None:
    caller = small_house.caller("inspector")
    assert caller.api("POST", "/hazards", json=NEW | {"unit": "c1"}).status_code == 404
    report(caller, code="A-1")
    assert caller.api("POST", "/hazards", json=NEW | {"code": "A-1"}).status_code == 409


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("assign", {"responsible": "staff"}), ("begin", {}), ("submit", {"note": "x"}), ("accept", {}),
        ("approve", {}), ("reject", {"reason": "x"}), ("extend", {"reason": "x", "due_on": "2026-05-01"}),
        ("supervise", {"supervisor": "chief"}), ("delist", {}), ("rank", {"rank": 1}), ("void", {"reason": "x"}),
    ],
)  # fmt: skip
def test_a_stale_version_of_a_hazard_is_refused(small_house: House, name: str, body: dict[str, Any]) -> None:
    admin = small_house.caller("admin")
    code = report(small_house.caller("inspector"))["key"]
    assert act(admin, code, name, body | {"version": 99}).status_code == 409
    assert act(admin, "none", name, body).status_code == 404
