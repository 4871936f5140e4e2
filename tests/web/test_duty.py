"""Duty over the API: drafted with its proof, edited, published, swapped, served, handed over, checked."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from models import RosterVersion, Watch
from models.base import table_of
from service.web.api import rosters as rosters_api
from tests.service import worlds
from tests.service.duty_worlds import FILE
from tests.web.duty import AHEAD, CHECK, EMPTY, FAR, LEADER, OFFICER, OVER, SWAP, SWAPPED, TABLE, keep
from tests.web.house import House, reasons
from tests.web.test_lists import walk

WEEK = {"from": "2026-04-01", "to": "2026-04-07", "seconds": 10}


@pytest.fixture
def kept(house: House) -> House:
    keep(house.engine)
    return house


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def watch_of(house: House, key: str) -> Any:
    return worlds.row(house.engine, Watch, key)


def test_a_draft_comes_with_its_proof_and_is_written_down_once(kept: House) -> None:
    coord = kept.caller("coord")
    key = {"Idempotency-Key": "april"}
    first = coord.api("POST", "/rosters/night/draft", json=WEEK, headers=key)
    made = ok(first, 201)
    assert made["version"]["number"] == 3
    assert made["proof"]["status"] == "optimal"
    assert made["version"]["objective"] == made["version"]["bound"] == made["weighed"]["objective"]
    assert "officer" in made["version"]["bound_source"]
    assert set(made["proof"]["spread"]) == {"leader", "officer"}
    assert len(made["moved"]) == len(made["seats"]) == 17  # Qingming asks for two leaders on its three days
    again = coord.api("POST", "/rosters/night/draft", json=WEEK, headers=key)
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    other = coord.api("POST", "/rosters/night/draft", json=WEEK | {"seconds": 9}, headers=key)
    assert set(reasons(other)) == {"Idempotency-Key"}
    assert len(worlds.rows(kept.engine, RosterVersion)) == 3


def test_too_many_drafts_at_once_are_refused_and_not_kept_waiting(kept: House) -> None:
    coord = kept.caller("coord")
    with rosters_api.one_of_few(), rosters_api.one_of_few():
        busy = coord.api("POST", "/rosters/night/draft", json=WEEK)
        assert busy.status_code == 409
    ok(coord.api("POST", "/rosters/night/draft", json=WEEK), 201)


def test_a_wrong_stretch_is_named(kept: House) -> None:
    coord = kept.caller("coord")
    for form, field in (
        ({"from": "2026-04-07", "to": "2026-04-01"}, "to"),
        ({"from": "2026-04-01", "to": "2027-12-01"}, "to"),
        (WEEK | {"seconds": 3600}, "seconds"),
        (WEEK | {"seed": -1}, "seed"),
        ({"from": "2026-04-01"}, "to"),
    ):
        answer = coord.api("POST", "/rosters/night/draft", json=form)
        assert (answer.status_code, set(reasons(answer))) == (422, {field}), form


def test_an_edit_is_weighed_and_a_broken_rule_needs_a_reason(kept: House) -> None:
    coord = kept.caller("coord")
    whole = ok(coord.api("GET", "/rosters/night/versions/2"))
    officers = [seat for seat in whole["seats"] if seat["role"] == "officer"]
    path = "/rosters/night/versions/2/edit"
    edit = {"seat": officers[1]["key"], "person": officers[0]["person"]}
    refused = coord.api("POST", path, json=edit)
    assert refused.status_code == 422
    assert "without the rest owed" in reasons(refused)["person"]
    chinese = kept.caller("coord", language="zh-CN").api("POST", path, json=edit)
    assert "间隔休息不足" in reasons(chinese)["person"]
    stale = coord.api("POST", path, json=edit | {"reason": "本人要求", "version": 9})
    assert stale.status_code == 409
    done = ok(coord.api("POST", path, json=edit | {"reason": "本人要求", "version": whole["version"]["version"]}))
    assert len(done["newly_broken"]) >= 1
    assert set(done["newly_broken"]) <= set(done["weighed"]["broken"])
    assert done["weighed"]["objective"] >= whole["weighed"]["objective"]
    published = ok(kept.caller("leader").api("POST", "/rosters/night/publish", json={"number": 2}))
    assert published["version"]["state"] == "published"
    assert published["weighed"] is None
    assert coord.api("POST", "/rosters/night/discard", json={"number": 2}).status_code == 409


def test_a_roster_is_changed_retired_and_brought_back(kept: House) -> None:
    coord = kept.caller("coord")
    wrong = coord.api("POST", "/rosters", content=FILE.replace("mayor", "nobody"))
    assert wrong.status_code == 422
    assert "nobody" in str(wrong.json()["errors"])
    slash = coord.api("POST", "/rosters", content=FILE.replace("role: officer", "role: 'a/b'"))
    assert set(reasons(slash)) == {"line 12: roles[1].role"}, slash.text
    assert coord.api("POST", "/rosters?version=9", content=FILE).status_code == 409
    ahead = ok(coord.api("GET", "/watches?roster=night&from=2026-03-03&limit=200"))["items"]
    retired = ok(kept.caller("leader").api("POST", "/rosters/night/retire", json={"reason": "并入县值班"}))
    assert retired["roster"]["retired"] is True
    states = {one["state"] for one in ok(coord.api("GET", "/watches?roster=night&from=2026-03-03&limit=200"))["items"]}
    assert (len(ahead) > 30, states) == (True, {"cancelled"})
    assert worlds.row(kept.engine, Watch, OFFICER).state == "on_duty"
    assert ok(coord.api("GET", "/rosters/night/versions"))["items"][0]["state"] == "discarded"
    assert ok(coord.api("GET", "/rosters"))["items"] == []
    assert len(ok(coord.api("GET", "/rosters?retired=true"))["items"]) == 1
    assert coord.api("POST", "/rosters/night/draft", json=WEEK).status_code == 409
    assert ok(coord.api("POST", "/rosters", content=FILE))["roster"]["retired"] is False


def test_a_swap_is_asked_accepted_and_seen_by_whom_it_concerns(kept: House) -> None:
    coord = kept.caller("coord")
    watch = ok(coord.api("GET", f"/watches/{FAR}"))["watch"]
    mine = ok(coord.api("POST", "/swaps", json={"watch": FAR, "asked_of": "chief", "reason": "学习"}), 201)
    assert mine["asked_by"] == watch["served_by"]
    taken_back = ok(coord.api("POST", f"/swaps/{mine['key']}/withdraw"))
    assert taken_back["state"] == "withdrawn"
    assert walk(kept.caller("staff"), "/swaps?limit=1") == [SWAP] * (watch_of(kept, SWAPPED).served_by == "staff")
    listed = ok(coord.api("GET", "/swaps?roster=night&state=asked"))["items"]
    assert SWAP in {one["key"] for one in listed}
    declined = ok(coord.api("POST", f"/swaps/{SWAP}/decline", json={"reason": "当日另有任务"}))
    assert (declined["state"], declined["answered_by"]) == ("declined", "coord")
    assert coord.api("POST", f"/swaps/{SWAP}/accept").status_code == 409
    asked = ok(coord.api("POST", "/swaps", json={"watch": SWAPPED, "asked_of": "admin"}), 201)
    refused = coord.api("POST", f"/swaps/{asked['key']}/accept")
    assert refused.status_code == 422  # not a member: a planner needs a reason
    done = ok(coord.api("POST", f"/swaps/{asked['key']}/accept", json={"reason": "领导同意"}))
    assert done["broken"]
    after = ok(coord.api("GET", f"/watches/{SWAPPED}"))
    assert (after["watch"]["served_by"], after["watch"]["sequence"]) == ("admin", 1)
    assert after["watch"]["turn_of"] != "admin"
    assert {line["act"] for line in after["journal"]} >= {"published", "swapped"}


def test_a_watch_is_served_logged_and_handed_over(kept: House) -> None:
    coord = kept.caller("coord")
    whole = ok(coord.api("POST", f"/watches/{OFFICER}/log", json={"text": "接县局电话"}), 201)
    assert [(line["text"], line["matter"]) for line in whole["log"]] == [("水库水位偏高", True), ("接县局电话", False)]
    assert len(whole["matters"]) == 1
    early = coord.api("POST", f"/watches/{OFFICER}/hand-over", json={"note": "水位仍高"})
    assert early.status_code == 409
    assert "from two hours before it ends" in early.json()["detail"]
    kept.now += timedelta(hours=23)
    over = ok(coord.api("POST", f"/watches/{OFFICER}/hand-over", json={"note": "水位仍高"}))
    assert over["watch"]["state"] == "handed_over"
    following = "night:2026-03-03:watch:officer:1"
    ok(coord.api("POST", f"/watches/{following}/check-in"))
    assert [one["text"] for one in ok(coord.api("GET", f"/watches/{following}"))["matters"]] == ["水库水位偏高"]
    settled = ok(coord.api("POST", f"/watches/{OFFICER}/log/1/settle"))
    assert settled["matters"] == []
    assert coord.api("POST", f"/watches/{OFFICER}/log/1/settle").status_code == 409
    assert coord.api("POST", f"/watches/{OFFICER}/log/2/settle").status_code == 404
    assert coord.api("POST", f"/watches/{following}/log", json={"text": " "}).status_code == 422


def test_an_absence_opens_a_gap_that_the_fairest_may_fill(kept: House) -> None:
    coord = kept.caller("coord")
    person = ok(coord.api("GET", f"/watches/{AHEAD}"))["watch"]["served_by"]
    away = ok(coord.api("POST", "/absences", json={"person": person, "from": "2026-03-06", "to": "2026-03-06"}), 201)
    over = coord.api("POST", "/absences", json={"person": person, "from": "2026-03-01", "to": "2026-03-06"})
    assert over.status_code == 409
    (gap,) = ok(coord.api("GET", "/rosters/night/gaps"))["items"]
    assert gap["watch"] == AHEAD
    assert [one["breaks"] == [] for one in gap["candidates"]] == sorted(
        (one["breaks"] == [] for one in gap["candidates"]), reverse=True
    )
    form = {"person": gap["candidates"][0]["person"], "reason": "补缺"}
    ok(coord.api("POST", f"/watches/{AHEAD}/substitute", json=form))
    assert ok(coord.api("GET", "/rosters/night/gaps"))["items"] == []
    assert coord.api("DELETE", f"/absences/{away['key']}?version=7").status_code == 409
    assert coord.api("DELETE", f"/absences/{away['key']}").status_code == 204


def test_presence_is_drawn_made_and_hidden_from_whoever_is_checked(kept: House) -> None:
    coord = kept.caller("coord")
    drawn = ok(
        coord.api("POST", "/presence-checks/draws", json={"roster": "night", "on": "2026-03-05", "count": 2}), 201
    )
    assert (drawn["draw"]["population"], drawn["draw"]["size"], len(drawn["checks"])) == (2, 2, 2)
    served = worlds.row(kept.engine, Watch, OFFICER).served_by
    if served == "inspector":
        assert CHECK not in {one["key"] for one in ok(kept.caller("inspector").api("GET", "/presence-checks"))["items"]}
    assert CHECK in {one["key"] for one in ok(coord.api("GET", "/presence-checks?made=false"))["items"]}
    assert ok(kept.caller("viewer").api("GET", "/presence-checks"))["items"] == []
    assert ok(kept.caller("viewer").api("GET", f"/watches/{OFFICER}"))["checks"] == []
    made = ok(coord.api("POST", f"/presence-checks/{CHECK}/result", json={"present": False, "note": "无人接听"}))
    assert (made["present"], made["made_by"]) == (False, "coord")
    assert ok(kept.caller("viewer").api("GET", f"/watches/{OFFICER}"))["watch"]["state"] == "absent"
    nobody = coord.api("POST", "/presence-checks/draws", json={"roster": "night", "on": "2026-05-05"})
    assert nobody.status_code == 409


def test_watches_come_page_by_page_and_are_narrowed(kept: House) -> None:
    viewer = kept.caller("viewer")
    every = walk(viewer, "/watches?limit=7")
    assert len(every) == len(set(every)) == 40
    assert walk(viewer, "/watches?limit=50&unit=town&roster=night") == every
    assert len(walk(viewer, "/watches?limit=50&from=2026-03-05&to=2026-03-06")) == 4
    assert walk(viewer, "/watches?limit=50&state=on_duty") == [OVER, OFFICER]
    assert viewer.api("GET", "/watches?unit=c1").status_code == 404
    for query in ("state=gone", "from=2026", "limit=0", "colour=red"):
        assert viewer.api("GET", f"/watches?{query}").status_code == 422, query
    mine = walk(kept.caller("staff"), "/watches?limit=50&person=staff")
    assert 3 <= len(mine) < 40
    assert walk(kept.caller("staff"), "/watches?limit=50") == every  # serves on the roster
    assert walk(kept.caller("stranger"), "/watches?limit=50") == []


def test_fairness_counts_turns_and_what_was_really_served(kept: House) -> None:
    kept.now += timedelta(days=30)
    rows = ok(kept.caller("viewer").api("GET", "/rosters/night/fairness"))["items"]
    officers = [one for one in rows if one["role"] == "officer"]
    assert sum(one["turns"]["total"] for one in officers) == 20
    assert max(one["level"]["total"] for one in officers) - min(one["level"]["total"] for one in officers) <= 1
    stands = worlds.rows(kept.engine, Watch, table_of(Watch).c.role == "officer")
    assert {one["person"]: one["served"]["total"] for one in officers} == {
        who: len([row for row in stands if row.served_by == who]) for who in {one["person"] for one in officers}
    }


def test_the_table_is_read_printed_and_said_to_be_up(kept: House) -> None:
    coord = kept.caller("coord", language="zh-CN")
    shown = ok(coord.api("GET", "/rosters/night/table?month=2026-03"))
    assert (len(shown["rows"]), shown["roles"]) == (31, ["leader", "officer", "standby"])
    printed = coord.api("GET", "/rosters/night/table.xlsx?month=2026-03")
    assert load_workbook(io.BytesIO(printed.content)).sheetnames == ["值班表", "月历"]
    holiday = coord.api("GET", f"/duty-tables/{TABLE}/table.xlsx")
    assert load_workbook(io.BytesIO(holiday.content))["值班表"]["A4"].value == "2026-04-04"
    for month in ("2026-13", "2026", "x"):
        assert coord.api("GET", f"/rosters/night/table?month={month}").status_code == 422
    done = ok(coord.api("POST", f"/duty-tables/{TABLE}/done", json={"how": "posted", "note": "大厅"}))
    assert (done["state"], done["done_by"]) == ("done", "coord")
    assert coord.api("POST", f"/duty-tables/{TABLE}/done", json={"how": "sent"}).status_code == 409
    assert [one["key"] for one in ok(coord.api("GET", "/rosters/night/tables"))["items"]] == [TABLE]


def test_a_watch_is_taken_over_now_and_a_wish_is_kept_and_taken_back(kept: House) -> None:
    coord = kept.caller("coord")
    taken = ok(coord.api("POST", f"/watches/{LEADER}/take", json={"person": "deputy", "reason": "突发疾病"}))
    assert (taken["watch"]["served_by"], taken["watch"]["state"]) == ("deputy", "on_duty")
    assert coord.api("POST", f"/watches/{EMPTY}/take").status_code == 409
    wish = ok(coord.api("POST", "/wishes", json={"on": "2026-04-02", "want": True, "weight": 5}))
    assert (wish["person"], wish["weight"]) == ("coord", 5)
    assert ok(coord.api("POST", "/wishes", json={"on": "2026-04-02", "weight": 2}))["want"] is False
    assert set(reasons(coord.api("POST", "/wishes", json={"on": "2026-04-02", "weight": 0}))) == {"weight"}
    assert coord.api("DELETE", f"/wishes/{wish['key']}?version=2").status_code == 204
    assert coord.api("DELETE", f"/wishes/{wish['key']}").status_code == 404
    assert date.fromisoformat(wish["on"]) == date(2026, 4, 2)
