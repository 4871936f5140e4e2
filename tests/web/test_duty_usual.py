"""The usual roster made by its form: the same as by its file, its faults beside the fields, and for planners alone."""

import re
from typing import Any

import pytest

from models import Roster, Unit
from models.base import table_of
from models.duty import RosterMember
from service.duty.file import read
from service.rules.steps import make
from tests.service import worlds
from tests.web.house import House
from tests.web.sending import faults_of, send, went

PAGE = "/duty/+usual"
FILE = """key: "town-24"
name: "24小时值班"
owner: "town"
phone: "13800130000"
checks_a_week: 2
watch: {starts: "08:00", hours: 24}
roles:
  - {role: leader, need: {default: 1, holiday: 2, sensitive: 2}, members: ["chief", "mayor", "deputy"], rest_days: 1}
  - {role: standby, need: {default: 1}, members: ["inspector", "leader"]}
"""
FORM: dict[str, Any] = {
    "name": "24小时值班", "phone": "13800130000", "checks_a_week": "2", "divided": "one", "starts": "08:00",
    "hours": "24", "leader[default]": "1", "leader[holiday]": "2", "leader[sensitive]": "2", "leader[rest_days]": "1",
    "leader[members]": ["chief", "mayor", "deputy"], "officer[rest_days]": "1", "standby[default]": "1",
    "standby[members]": ["inspector", "leader"], "standby[rest_days]": "",
}  # fmt: skip
OWN = ("name", "owner", "phone", "note", "drafted_ahead_days", "checks_a_week", "retired")


def members(house: House, roster: str) -> set[tuple[str, str]]:
    rows = worlds.rows(house.engine, RosterMember, table_of(RosterMember).c.roster == roster)
    return {(row.role, row.person) for row in rows}


def test_a_roster_made_by_the_form_is_the_one_made_by_the_file(small_house: House) -> None:
    coord = small_house.browser("coord")
    assert went(send(coord, PAGE, PAGE, FORM)) == "/duty/town-24/draft"
    made = worlds.row(small_house.engine, Roster, "town-24")
    assert made.text == FILE
    went(send(coord, "/duty/+new", "/duty/+new", {"text": FILE.replace("town-24", "by-file")}))
    filed = worlds.row(small_house.engine, Roster, "by-file")
    assert [getattr(made, name) for name in OWN] == [getattr(filed, name) for name in OWN]
    assert members(small_house, "town-24") == members(small_house, "by-file")
    # the same form again, filled in anew: another roster beside it, never that one changed
    assert went(send(coord, PAGE, PAGE, FORM)) == "/duty/town-24-2/draft"
    assert worlds.row(small_house.engine, Roster, "town-24").version == made.version


@pytest.mark.parametrize(
    ("divided", "starts"),
    [("two", {"day": 510, "night": 1230}), ("three", {"day": 510, "evening": 990, "night": 30})],
)
def test_a_day_in_shifts_begins_when_it_was_said(small_house: House, divided: str, starts: dict[str, int]) -> None:
    coord = small_house.browser("coord")
    form = FORM | {"divided": divided, "starts": "08:30", "key": "shifts", "name": "值班"}
    assert went(send(coord, PAGE, PAGE, form)) == "/duty/shifts/draft"
    found = read(worlds.row(small_house.engine, Roster, "shifts").text).problem.watches
    assert {one.code: one.starts for one in found} == starts
    assert sum(one.minutes for one in found) == 24 * 60


def test_what_is_wrong_is_said_beside_its_field_and_leaves_nothing(small_house: House) -> None:
    coord = small_house.browser("coord")
    wrong = FORM | {
        "key": "Not A Key!", "name": " ", "starts": "8 o'clock", "hours": "0", "checks_a_week": "often",
        "officer[default]": "1",
    }  # fmt: skip
    assert faults_of(send(coord, PAGE, PAGE, wrong)) == [
        "empty or too long", "expected a time like 08:00, not 8 o&#39;clock", "a watch lasts longer than nothing",
        "expected a whole number", "expected lower-case letters, digits, - and _, 64 at most", "is missing",
    ]  # fmt: skip
    answer = send(coord, PAGE, PAGE, FORM | {"leader[holiday]": "-2", "standby[default]": "", "leader[rest_days]": "x"})
    assert faults_of(answer) == ["-2 is not between 0 and 500", "expected a whole number", "missing"]
    assert 'aria-describedby="f-usual-leader-holiday-fault"' in answer.text
    assert len(re.findall(r'value="(?:chief|mayor|deputy|inspector|leader)" checked', answer.text)) == 5
    answer = send(coord, PAGE, PAGE, FORM | {"driver[members]": "nobody", "driver[default]": "1"})
    assert faults_of(answer) == ["there is no person nobody"]
    answer = send(coord, PAGE, PAGE, {"name": "值班", "divided": "one", "starts": "08:00"})
    assert answer.status_code == 422
    assert "at least one role" in answer.text
    assert worlds.rows(small_house.engine, Roster) == []
    assert worlds.rows(small_house.engine, RosterMember) == []


def test_a_key_that_is_taken_changes_no_roster(small_house: House) -> None:
    coord = small_house.browser("coord")
    went(send(coord, PAGE, PAGE, FORM | {"key": "night"}))
    answer = send(coord, PAGE, PAGE, FORM | {"key": "night", "name": "另一个"})
    assert faults_of(answer) == ["there is a roster of that key already"]
    by_file = FILE.replace("town-24", "night").replace(FORM["name"], "又一个")
    answer = send(coord, "/duty/+new", "/duty/+new", {"text": by_file})
    assert answer.status_code == 422
    assert "there is a roster of that key already" in answer.text
    assert worlds.row(small_house.engine, Roster, "night").name == FORM["name"]


def test_people_of_the_unit_and_its_departments_are_offered_and_all_beneath_when_asked_for(small_house: House) -> None:
    coord = small_house.browser("coord")
    office = {"name": "党政办", "parent": "town", "path": "/town/office/", "kind": "department"}
    worlds.write(small_house.engine, make(Unit, "office", "made", office), *worlds.person_steps([("clerk", "office")]))
    assert 'value="clerk"' in coord.get(PAGE).text
    assert 'value="grid1"' not in coord.get(PAGE).text
    assert 'value="grid1"' in coord.get(f"{PAGE}?owner=town&below=true").text
    assert 'value="grid1"' in coord.get(f"{PAGE}?owner=v1").text


def test_the_form_is_for_planners_alone(small_house: House) -> None:
    coord, viewer = small_house.browser("coord"), small_house.browser("viewer")
    assert viewer.get(PAGE).status_code == 403
    fields = re.findall(r'name="(token|once)" value="([^"]+)"', viewer.get("/my").text)
    assert viewer.post(PAGE, data=dict(fields) | FORM | {"owner": "town"}).status_code == 403
    assert coord.get(f"{PAGE}?owner=city").status_code == 404
    assert coord.get(f"{PAGE}?owner=nowhere").status_code == 404
    assert send(coord, PAGE, PAGE, FORM | {"owner": "city"}).status_code == 404
    assert worlds.rows(small_house.engine, Roster) == []


@pytest.mark.parametrize("text", [FILE, "neither key nor roles", ""], ids=["a roster", "no roster", "nothing"])
def test_a_new_roster_is_refused_alike_however_it_is_brought(small_house: House, text: str) -> None:
    viewer, nobody = small_house.browser("viewer"), small_house.browser("boss1")
    for browser, status in ((viewer, 403), (nobody, 404)):
        fields = dict(re.findall(r'name="(token|once)" value="([^"]+)"', browser.get("/password").text))
        assert browser.get("/duty/+new").status_code == status
        assert browser.post("/duty/+new", data=fields | {"text": text}).status_code == status
        assert browser.post(PAGE, data=fields | FORM | {"owner": "town"}).status_code == status
    if text:
        refused = small_house.caller("viewer").api("POST", "/rosters", content=text)
        assert refused.status_code == 403
    assert worlds.rows(small_house.engine, Roster) == []
