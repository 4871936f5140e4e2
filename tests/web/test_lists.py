"""Lists page by page: nothing left out, nothing twice, whatever is added meanwhile; and only what is in sight."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from models import Task
from models.kinds import EnforcementKind
from service import store
from service.rules.steps import make
from tests.web.house import V1, V2, Caller, House


def add_tasks(house: House, marks: range, unit: str = "v1", **more: Any) -> None:
    """Tasks at a unit, due an hour apart, two of them at each instant."""
    steps = []
    for mark in marks:
        due_at = house.now + timedelta(hours=mark // 2)
        values = {
            "campaign": "drive", "activity": "drive:check", "unit": unit, "kind": "inspection", "phase": "",
            "planned_on": due_at.date(), "opens_at": house.now, "due_at": due_at,
            "closes_at": due_at + timedelta(days=2), "state": "open", "assignee": None, "note": "", "reason": "",
        }  # fmt: skip
        steps.append(make(Task, f"campaign:drive:check:m{mark:04}:{unit}", "made", {**values, **more}))
    with store.transaction(house.engine) as session:
        store.require(session, steps, now=house.now, by="tests")


def walk(caller: Caller, path: str) -> list[str]:
    """The keys of every page of a list, one after the other."""
    keys: list[str] = []
    after = ""
    for _ in range(200):
        page = caller.api("GET", f"{path}{after}").json()
        keys += [item["key"] for item in page["items"]]
        if page["next"] is None:
            return keys
        after = f"&after={page['next']}"
    raise AssertionError("the list never ends")


@pytest.mark.parametrize("limit", [1, 7, 200])
def test_a_list_has_every_row_once(house: House, limit: int) -> None:
    add_tasks(house, range(40))
    caller = house.caller("viewer")
    keys = walk(caller, f"/tasks?limit={limit}")
    assert len(keys) == len(set(keys)) == 42
    due = [item["due_at"] for item in caller.api("GET", "/tasks?limit=200").json()["items"]]
    assert due == sorted(due)


def test_rows_added_meanwhile_neither_hide_nor_repeat_the_others(house: House) -> None:
    add_tasks(house, range(0, 60, 2))
    caller = house.caller("viewer")
    first = caller.api("GET", "/tasks?limit=10").json()
    add_tasks(house, range(1, 60, 2))  # before, between and after what has been read
    rest = walk(caller, f"/tasks?limit=10&after={first['next']}")
    seen = [item["key"] for item in first["items"]] + rest
    assert len(seen) == len(set(seen))
    before = {f"campaign:drive:check:m{mark:04}:v1" for mark in range(0, 60, 2)} | {V1, V2}
    assert before <= set(seen)


def test_a_list_is_narrowed_by_each_question(house: House) -> None:
    add_tasks(house, range(4), unit="e1", kind="drill", state="planned")
    caller = house.caller("coord")

    def keys(query: str) -> set[str]:
        return {
            item["key"].rsplit(":", 2)[-1] + item["state"]
            for item in caller.api("GET", f"/tasks?{query}").json()["items"]
        }

    assert keys("unit=v1") == {"v1open", "e1planned"}  # e1 stands beneath v1
    assert keys("unit=v2") == {"v2open"}
    assert keys("kind=drill") == {"e1planned"}
    assert keys("state=open") == {"v1open", "v2open"}
    assert keys("state=open&state=planned") == {"v1open", "v2open", "e1planned"}
    assert keys("campaign=drive&person=grid1") == {"v1open"}
    assert keys("campaign=drives") == set()
    assert keys(f"due_before={(house.now + timedelta(minutes=30)).isoformat().replace('+', '%2B')}") == {"e1planned"}
    assert caller.api("GET", "/tasks?unit=c1").status_code == 404
    assert caller.api("GET", "/tasks?unit=none").status_code == 404
    assert caller.api("GET", "/tasks?unit=e3").json()["items"] == []


def test_everybody_sees_their_own_and_nothing_else(house: House) -> None:
    add_tasks(house, range(2), unit="v2", assignee="staff")
    add_tasks(house, range(2), unit="e3", co_assignee="staff")
    staff = walk(house.caller("staff"), "/tasks?limit=50")
    assert len(staff) == 4
    assert {key.rsplit(":", 1)[1] for key in staff} == {"v2", "e3"}
    assert walk(house.caller("stranger"), "/tasks?limit=50") == []
    assert set(walk(house.caller("staff"), "/tasks?person=staff")) == set(staff)
    assert walk(house.caller("staff"), "/tasks?person=grid1") == []


def test_the_newest_come_first_in_events_and_notices_and_the_journal(house: House) -> None:
    caller = house.caller("leader")
    for number in range(5):
        house.now += timedelta(minutes=1)
        registered = house.caller("coord").api("POST", "/events", json={"name": f"p{number}", "unit": "v1"})
        assert registered.status_code == 201
    names = [key.split(":")[0] for key in walk(caller, "/events?limit=2")]
    assert names == ["p4", "p3", "p2", "p1", "p0"]
    assert [key.split(":")[0] for key in walk(caller, "/events?name=p3")] == ["p3"]
    notices = caller.api("GET", "/notices?limit=1").json()
    assert len(walk(caller, "/notices?limit=1")) == len(set(walk(caller, "/notices?limit=1"))) >= 2
    assert notices["next"] is not None
    lines = caller.api("GET", f"/journal?subject={V1}&limit=1").json()
    older = caller.api("GET", f"/journal?subject={V1}&after={lines['next']}").json()
    assert lines["items"][0]["id"] > older["items"][0]["id"]


def test_units_people_and_campaigns_come_page_by_page(house: House) -> None:
    caller = house.caller("viewer")
    assert walk(caller, "/units?limit=2") == ["town", "v1", "e1", "e2", "v2", "e3", "h1"]
    assert len(walk(caller, "/people?limit=5")) == 12
    assert walk(caller, "/campaigns?limit=1") == ["drive"]


def test_the_campaigns_that_end_last_come_first(house: House) -> None:
    ends = {"late": "2027-02-01", "b-early": "2026-04-30", "a-early": "2026-04-30"}
    for key, to_on in ends.items():
        text = f"key: {key}\nname: {key}\nowner: town\nfrom: 2026-04-01\nto: {to_on}\nactivities: []\n"
        assert house.caller("coord").api("POST", "/campaigns", content=text).status_code == 200
    found = [key for key in walk(house.caller("viewer"), "/campaigns?limit=1") if key in ends]
    assert found == ["late", "a-early", "b-early"]


EVIDENCE = f"/tasks/{quote(V1, safe='')}/evidence"
# read whole by the service, and answered page by page like all others
SHORT = (
    "/seasons?", "/grants?", "/tokens?", "/channels?", "/checklists?", "/feeds?", f"{EVIDENCE}?", "/figures?",
    "/reports/templates?",
)  # fmt: skip


@pytest.fixture
def stocked(house: House) -> House:
    """The furnished town with two of everything that a short list holds; all of it is the admin's."""
    admin = house.caller("admin")
    for n in (1, 2):
        for path, body in (
            (
                "/seasons",
                {"kind": "flood", "unit": "town", "from": f"2026-0{n + 3}-01", "to": "2026-10-01", "name": "汛期"},
            ),
            ("/tokens", {"role": "viewer", "unit": "town", "label": f"{n}"}),
            ("/channels", {"person": "admin", "address": f"wecombot://693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aa{n}"}),
            ("/feeds", {"person": "admin"}),
            (EVIDENCE, {"note": f"第{n}条"}),
        ):
            answer = admin.api("POST", path, json=body)
            assert answer.status_code == 201, (path, answer.text)
        items = {"name": f"检查表{n}", "owner": "town", "items": ["甲"]}
        assert admin.api("PUT", f"/checklists/list{n}", json=items).status_code == 200
    return house


def test_short_lists_come_page_by_page_too(stocked: House) -> None:
    admin = stocked.caller("admin")
    for path in SHORT:
        whole = admin.api("GET", f"{path}limit=200").json()
        assert len(whole["items"]) > 1, path
        assert whole["next"] is None, path
        found, after = [], ""
        while True:
            page = admin.api("GET", f"{path}limit=1{after}").json()
            found += page["items"]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert found == whole["items"], path
        for wrong in ("after=nonsense", "after=WyIxIiwiMiIsIjMiXQ", "after=W3t9XQ", "limit=0"):
            answer = admin.api("GET", f"{path}{wrong}")
            assert answer.status_code == 422, (path, wrong, answer.text)
            assert answer.json()["errors"][0]["field"] == wrong.partition("=")[0]


def test_a_page_goes_on_where_the_one_before_ended_though_that_row_is_gone(stocked: House) -> None:
    admin = stocked.caller("admin")
    first = admin.api("GET", "/seasons?limit=1").json()
    (gone,) = first["items"]
    assert admin.api("DELETE", f"/seasons/{gone['key']}?version={gone['version']}&reason=x").status_code == 204
    rest = admin.api("GET", f"/seasons?after={first['next']}").json()["items"]
    assert [one["from_on"] for one in rest] == ["2026-05-01"]


@pytest.mark.parametrize(
    "path",
    ["/grants", "/days?from=2026-01-01&to=2026-01-02", "/tasks", "/enforcement", "/units/town/chain", "/reports"],
)
def test_a_question_that_a_list_does_not_know_is_refused_by_its_name(small_house: House, path: str) -> None:
    """Whoever misspells `unit` is not answered as if they had asked for everything."""
    joint = "&" if "?" in path else "?"
    answer = small_house.caller("admin").api("GET", f"{path}{joint}uint=v1")
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == ["uint"]


def test_an_unknown_kind_is_refused_with_those_that_there_are(small_house: House) -> None:
    answer = small_house.caller("admin").api("GET", "/enforcement?kind=fine")
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["field"] == "kind"
    assert all(kind.value in fault["reason"] for kind in EnforcementKind)
