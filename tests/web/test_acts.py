"""Units, people, days, campaigns, checklists and sheets over the API: what was asked for stands afterwards."""

import pytest

from tests.service.worlds import drive, once
from tests.web.house import HANDED_IN, V1, House, reasons

SHEET = "编码,名称,上级编码,类型\nv9,新村,town,村\n"


def test_a_unit_is_added_changed_tagged_and_closed(house: House) -> None:
    coord = house.caller("coord")
    made = coord.api("POST", "/units", json={"code": "v9", "name": "新村", "kind": "village", "parent": "town"})
    assert made.json()["path"] == "/town/v9/"
    changed = coord.api("PATCH", "/units/v9", json={"version": 1, "risk": "red", "tags": ["重点", "矿区"]}).json()
    assert (changed["risk"], changed["tags"]) == ("red", ["矿区", "重点"])
    fewer = coord.api("PATCH", "/units/v9", json={"tags": ["矿区"], "closed_on": str(house.now.date())}).json()
    assert (fewer["tags"], fewer["closed_on"]) == (["矿区"], str(house.now.date()))
    assert "v9" not in coord.api("GET", "/units").text
    assert "v9" in coord.api("GET", "/units?closed=true").text


def test_a_sheet_is_tried_taken_and_taken_again(house: House) -> None:
    coord = house.caller("coord")
    files = {"sheet": ("单位.csv", SHEET.encode(), "text/csv")}
    tried = coord.api("POST", "/imports/units?dry_run=true", files=files).json()
    assert (tried["read"], tried["made"], tried["refused"]) == (1, 1, 0)
    assert coord.api("GET", "/units/v9").status_code == 404
    assert coord.api("POST", "/imports/units", files=files).json()["made"] == 1
    assert coord.api("GET", "/units/v9").json()["name"] == "新村"
    assert coord.api("POST", "/imports/units", files=files).json()["unchanged"] == 1
    wrong = {"sheet": ("单位.csv", SHEET.replace("村\n", "城堡\n").encode(), "text/csv")}
    refused = coord.api("POST", "/imports/units", files=wrong)
    assert refused.status_code == 422
    assert any("2" in field for field in reasons(refused))
    assert coord.api("POST", "/imports/units", content=b"x").status_code == 422
    assert coord.api("POST", "/imports/castles", files=files).status_code == 404
    empty = coord.api("GET", "/imports/units/sheet")
    assert empty.content.startswith(b"PK")


def test_a_person_a_level_of_the_chain_and_a_role(house: House) -> None:
    admin = house.caller("admin")
    person = {"code": "n1", "name": "新人", "unit": "v1", "mobile": "13800130077"}
    assert house.caller("coord").api("POST", "/people", json=person).json()["mobile"] == "13800130077"
    levels = house.caller("coord").api("PUT", "/units/h1/chain/1", json={"people": ["grid2", "n1"]}).json()["items"]
    assert [holder["person"] for holder in levels[0]["people"]] == ["grid2", "n1"]
    given = admin.api("POST", "/grants", json={"person": "n1", "role": "staff", "unit": "v1"})
    assert given.status_code == 201
    assert admin.api("POST", "/grants", json={"person": "n1", "role": "staff", "unit": "v1"}).status_code == 409
    held = admin.api("GET", "/grants?person=n1").json()["items"]
    assert [(grant["role"], grant["unit"]) for grant in held] == [("staff", "v1")]


def test_a_campaign_is_drafted_previewed_run_and_followed(house: House) -> None:
    coord, leader = house.caller("coord"), house.caller("leader")
    text = drive(once("2026-06-01", name="汛前检查"), key="second", name="汛期行动")
    assert coord.api("POST", "/campaigns/check", content=text).json() == {
        "key": "second",
        "name": "汛期行动",
        "activities": 1,
    }
    assert coord.api("GET", "/campaigns/second").status_code == 404
    drafted = coord.api("POST", "/campaigns", content=text.encode("utf-8-sig")).json()
    assert (drafted["campaign"]["state"], drafted["campaign"]["plan"]) == ("draft", 1)
    page = coord.api("GET", "/campaigns/second/preview?from=2026-06-01&to=2026-06-30&limit=1").json()
    rest = coord.api("GET", f"/campaigns/second/preview?from=2026-06-01&to=2026-06-30&after={page['next']}").json()
    assert {task["unit"] for task in page["items"] + rest["items"]} == {"v1", "v2"}
    assert coord.api("POST", "/campaigns", content=text).json()["campaign"]["plan"] == 1
    changed = coord.api("POST", "/campaigns", content=text.replace("2026-06-01", "2026-06-02")).json()
    assert changed["campaign"]["plan"] == 2
    stale = leader.api("POST", "/campaigns/second/activate", json={"version": 1})
    assert stale.status_code == 409
    for act, state in (("activate", "active"), ("pause", "paused"), ("resume", "active"), ("close", "closed")):
        assert leader.api("POST", f"/campaigns/second/{act}").json()["campaign"]["state"] == state
    assert leader.api("POST", "/campaigns/second/resume").status_code == 409
    assert coord.api("POST", "/campaigns", content=text).status_code == 409


def test_a_wrong_campaign_names_its_lines(small_house: House) -> None:
    answer = small_house.caller("coord").api(
        "POST", "/campaigns", content="key: x\nname: y\nowner: town\ncolour: red\n"
    )
    assert answer.status_code == 422
    assert any(field.startswith("line 4") for field in reasons(answer))


def test_progress_adds_up_whatever_it_is_told_by(house: House) -> None:
    assert house.caller("inspector").api("POST", f"/tasks/{V1}/submit", json=HANDED_IN).status_code == 200
    assert house.caller("leader").api("POST", f"/tasks/{V1}/accept").status_code == 200
    viewer = house.caller("viewer")
    for by, keys in {
        "phase": {"排查整治"}, "kind": {"inspection"}, "activity": {"drive:check"}, "unit": {"v1", "v2"},
    }.items():  # fmt: skip
        found = viewer.api("GET", f"/campaigns/drive/progress?by={by}").json()
        total = found["total"]
        assert (total["owed"], total["done"], total["rate"]) == (2, 1, 50.0)
        assert (total["due_this_year"], total["done_this_year"]) == (2, 1)
        assert {group["key"] for group in found["groups"]} == keys
        for name in ("owed", "done", "due_this_year", "late", "overdue"):
            assert sum(group["counts"][name] for group in found["groups"]) == total[name]
    beneath = viewer.api("GET", "/campaigns/drive/progress?by=unit&unit=v1").json()
    assert (beneath["total"]["owed"], beneath["total"]["done"]) == (1, 1)
    assert viewer.api("GET", "/campaigns/drive/progress?unit=c1").status_code == 404


def test_days_tell_festivals_and_a_season_is_declared_changed_and_taken_back(house: House) -> None:
    coord = house.caller("coord")
    days = {day["on"]: day for day in coord.api("GET", "/days?from=2026-01-01&to=2026-02-28").json()["items"]}
    assert (days["2026-01-01"]["festival"], days["2026-01-01"]["working"]) == ("new_year", False)
    assert (days["2026-01-04"]["class"], days["2026-01-04"]["working"]) == ("makeup_workday", True)
    season = {"kind": "flood", "unit": "town", "from": "2026-04-15", "to": "2026-10-15", "name": "汛期"}
    made = coord.api("POST", "/seasons", json=season).json()
    assert coord.api("POST", "/seasons", json=season).status_code == 409
    other = {"version": made["version"], "name": "主汛期", "from": "2026-05-01", "to": "2026-09-30"}
    assert coord.api("PATCH", f"/seasons/{made['key']}", json=other).json()["from_on"] == "2026-05-01"
    assert coord.api("PATCH", f"/seasons/{made['key']}", json=other).status_code == 409
    assert coord.api("DELETE", f"/seasons/{made['key']}?version=2&reason=误录").status_code == 204
    assert coord.api("GET", "/seasons").json()["items"] == []


def test_a_checklist_is_put_and_put_again(house: House) -> None:
    coord = house.caller("coord")
    form = {"name": "汛期检查表", "owner": "town", "items": ["排水沟", "沙袋", "电话"]}
    made = coord.api("PUT", "/checklists/flood", json=form).json()
    assert [item["key"] for item in made["items"]] == ["flood:1", "flood:2", "flood:3"]
    again = coord.api("PUT", "/checklists/flood", json=form | {"items": ["排水沟", "照明"], "version": 1}).json()
    assert ([item["text"] for item in again["items"]], again["version"]) == (["排水沟", "照明"], 2)
    assert coord.api("PUT", "/checklists/flood", json=form | {"version": 1}).status_code == 409
    assert coord.api("PUT", "/checklists/flood", json=form | {"items": ["  "]}).status_code == 422
    assert house.caller("staff").api("GET", "/checklists/flood").status_code == 200
    assert house.caller("stranger").api("PUT", "/checklists/flood", json=form | {"owner": "city"}).status_code == 409


STALE: tuple[tuple[str, dict[str, object]], ...] = (
    ("accept", {}),
    ("reject", {"reason": "x"}),
    ("reassign", {"reason": "x", "person": "staff"}),
    ("cancel", {"reason": "x"}),
    ("open", {}),
    ("submit", HANDED_IN),
)


@pytest.mark.parametrize(("act", "body"), STALE, ids=[row[0] for row in STALE])
def test_a_stale_version_is_refused(house: House, act: str, body: dict[str, object]) -> None:
    answer = house.caller("coord").api("POST", f"/tasks/{V1}/{act}", json={**body, "version": 99})
    assert answer.status_code == 409
