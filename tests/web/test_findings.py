"""Findings handed in with a task: hazards of the task's unit, linked to it, all or nothing."""

from typing import Any

import pytest

from tests.web.house import HANDED_IN, V1, House, reasons

FOUND: list[dict[str, Any]] = [
    {"description": "灭火器过期", "place": "一楼", "category": "消防"},
    {"description": "除尘管道积尘", "level": "major", "due_on": "2026-03-20"},
    {"description": "通道堆物", "mode": "on_spot"},
]


def test_what_is_found_goes_into_the_ledger_with_the_task(house: House) -> None:
    caller = house.caller("inspector")
    body = HANDED_IN | {"findings": FOUND}
    whole = caller.api("POST", f"/tasks/{V1}/submit", json=body).json()
    assert whole["task"]["state"] == "submitted"
    assert whole["hazards"] == ["H-2026-000001", "H-2026-000002", "H-2026-000003"]
    items = caller.api("GET", f"/hazards?task={V1}").json()["items"][::-1]
    assert [one["description"] for one in items] == [one["description"] for one in FOUND]
    assert {(one["source"], one["campaign"], one["task"], one["unit"], one["found_by"]) for one in items} == {
        ("inspection", "drive", V1, "v1", "inspector")
    }
    assert [one["level"] for one in items] == ["general", "major", "general"]
    assert [one["mode"] for one in items] == ["by_deadline", "by_deadline", "on_spot"]
    assert caller.api("POST", f"/tasks/{V1}/submit", json=body).status_code == 409


def test_a_submission_made_again_enters_only_what_is_new(house: House) -> None:
    caller = house.caller("inspector")
    caller.api("POST", f"/tasks/{V1}/submit", json=HANDED_IN | {"findings": FOUND[:2]})
    assert house.caller("leader").api("POST", f"/tasks/{V1}/reject", json={"reason": "漏查"}).status_code == 200
    whole = caller.api("POST", f"/tasks/{V1}/submit", json=HANDED_IN | {"findings": FOUND}).json()
    assert len(whole["hazards"]) == 3


def test_an_assignee_without_a_role_there_may_say_what_they_found(house: House) -> None:
    given = {"person": "staff", "reason": "代查"}
    task = V1.replace(":v1", ":v2")
    assert house.caller("coord").api("POST", f"/tasks/{task}/reassign", json=given).status_code == 200
    staff = house.caller("staff")
    whole = staff.api("POST", f"/tasks/{task}/submit", json=HANDED_IN | {"findings": FOUND[:1]})
    assert len(whole.json()["hazards"]) == 1
    assert [one["unit"] for one in staff.api("GET", "/hazards").json()["items"]] == ["v2"]


@pytest.mark.parametrize(
    ("last", "fields"),
    [
        ({"description": " "}, {"findings.3.description"}),
        ({"description": "x", "level": "huge", "mode": "later"}, {"findings.3.level", "findings.3.mode"}),
        ({"description": "x", "due_on": "2026-03-01"}, {"findings.3.due_on"}),
        ({"description": "x", "level": "major", "mode": "on_spot"}, {"findings.3.mode"}),
        ({"description": "x", "unit": "e1"}, {"findings.3.unit"}),
        ({}, {"findings.3.description"}),
    ],
)
def test_one_bad_finding_and_nothing_is_kept(house: House, last: dict[str, Any], fields: set[str]) -> None:
    caller = house.caller("inspector")
    answer = caller.api("POST", f"/tasks/{V1}/submit", json=HANDED_IN | {"findings": [*FOUND, last]})
    assert (answer.status_code, set(reasons(answer))) == (422, fields)
    assert caller.task()["state"] == "open"
    assert caller.api("GET", "/hazards").json()["items"] == []
    assert caller.api("GET", f"/tasks/{V1}").json()["figures"] == []
