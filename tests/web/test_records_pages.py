"""What the pages of the calendar, checklists and the journal do, and how little all of these pages ask."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import quote

from models import Checklist, Season, Unit
from service import people, store, sweeps
from service.access import SYSTEM
from service.campaignfile import read
from service.rules.steps import make
from service.web.figure_words import FIGURES
from service.web.pages.journal_words import ACTS
from tests.house.acts import acts_of
from tests.service import worlds
from tests.web.house import House, statements
from tests.web.sending import faults_of, send, went

NOTICE = """year: 2027
title: 国务院办公厅关于2027年部分节假日安排的通知
days:
  - {on: 2027-01-01, class: statutory_holiday, festival: new_year}
  - {on: 2027-01-02, class: adjusted_rest_day, festival: new_year}
  - {on: 2027-01-03, class: makeup_workday}
"""


def test_a_year_is_provisional_until_its_notice_is_entered(small_house: House) -> None:
    with store.transaction(small_house.engine) as session:
        people.grant(session, SYSTEM, "coord", "coordinator", "city", now=small_house.now)
    coord = small_house.browser("coord")
    assert "Provisional: the holiday notice of 2027" in coord.get("/calendar?year=2027").text
    assert went(send(coord, "/calendar?year=2027", "/calendar/notice", {"notice": NOTICE})) == "/calendar?year=2027"
    page = coord.get("/calendar?year=2027").text
    assert "The notice of 2027 is entered" in page
    assert "Provisional" not in page
    assert re.search(r'class="day makeup_workday" title="[^"]+">3<small>', page)
    wrong = send(coord, "/calendar?year=2027", "/calendar/notice", {"notice": "year: 2027\ntitle: x\ndays: never"})
    assert wrong.status_code == 422
    assert "line 3" in wrong.text
    assert faults_of(send(coord, "/calendar", "/calendar/notice", {"notice": ""})) == ["is missing"]


def test_a_season_is_entered_and_taken_back(small_house: House) -> None:
    coord = small_house.browser("coord", "zh-CN")
    fields = {"kind": "flood", "from_on": "2026-05-01", "to_on": "2026-09-30", "unit": "v2", "name": "主汛期"}
    assert went(send(coord, "/calendar", "/calendar/seasons", fields)) == "/calendar?year=2026"
    page = coord.get("/calendar?year=2026").text
    assert "主汛期" in page
    (row,) = worlds.rows(small_house.engine, Season)
    backwards = send(coord, "/calendar", "/calendar/seasons", fields | {"from_on": "2026-10-01"})
    assert len(faults_of(backwards)) == 1
    assert send(coord, "/calendar", "/calendar/seasons", fields | {"unit": ""}).status_code == 403
    went(send(coord, "/calendar", f"/calendar/seasons/{quote(row.key)}/withdraw", {}))
    assert worlds.rows(small_house.engine, Season) == []


def test_a_checklist_is_written_as_lines(small_house: House) -> None:
    coord = small_house.browser("coord")
    fields = {"key": "kitchen", "name": "厨房检查表", "owner": "town", "items": "燃气阀门完好\n\n  灭火毯在位  \n"}
    assert went(send(coord, "/checklists/+new", "/checklists/+new", fields)) == "/checklists/kitchen"
    page = coord.get("/checklists/kitchen").text
    assert re.findall(r"<li>([^<]+)</li>", page) == ["燃气阀门完好", "灭火毯在位"]
    assert faults_of(send(coord, "/checklists/+new", "/checklists/+new", fields)) == ["exists already"]
    assert faults_of(send(coord, "/checklists/+new", "/checklists/+new", fields | {"key": "k2", "items": " \n"})) != []
    at = "/checklists/kitchen/edit"
    went(send(coord, at, at, {"name": "厨房", "owner": "town", "items": "燃气阀门完好"}))
    assert worlds.row(small_house.engine, Checklist, "kitchen").name == "厨房"
    assert small_house.browser("viewer").get(at).status_code == 403
    assert small_house.browser("stranger").get("/checklists/kitchen").status_code == 404


def test_the_journal_tells_who_decides_only_of_what_is_theirs(house: House) -> None:
    coord = house.browser("coord")
    went(send(coord, "/units/v1/edit", "/units/v1/edit", {"name": "一村", "kind": "village", "parent": "town"}))
    page = coord.get("/journal").text
    assert "changed" in page
    assert "/journal?subject=v1" in page
    of_one = coord.get("/journal?subject=v1").text
    assert "coord" in of_one
    stranger = house.browser("stranger")
    listed = stranger.get("/journal").text
    assert "/journal?subject=v1" not in listed
    assert "campaign%3Adrive" not in listed
    with store.transaction(house.engine) as session:
        people.change_unit(session, SYSTEM, "c1", {"phone": "0999-1234567"}, now=house.now)
    assert "/journal?subject=c1" in stranger.get("/journal").text
    assert "/journal?subject=c1" not in coord.get("/journal").text
    assert house.browser("viewer").get("/journal").status_code == 403
    assert "zhiban itself" not in page
    assert "zhiban itself" in coord.get("/journal?by_itself=true").text


def test_the_journal_is_read_page_by_page_to_its_end(small_house: House) -> None:
    coord = small_house.browser("coord")
    for n in range(120):
        with store.transaction(small_house.engine) as session:
            people.change_unit(
                session, worlds.actor(session, "coord"), "v1", {"phone": f"0999-{n:07}"}, now=small_house.now
            )
    seen: list[str] = []
    path = "/journal"
    for _ in range(20):
        page = coord.get(path).text
        seen += re.findall(r'<a href="/journal\?subject=(\w+)">', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        path = unescape(following[1])
    assert seen.count("v1") == 121  # and the line of its making


def test_every_act_of_the_journal_has_words() -> None:
    """A line keeps the short word of its act; each that the code writes by name is told in words."""
    assert sorted(acts_of(Path("service")) - set(ACTS)) == []


MOST_STATEMENTS = {
    "/campaigns": 6, "/campaigns/drive": 22, "/units": 3, "/units?at=town": 4, "/units/v1": 14, "/people": 3,
    "/imports": 2, "/calendar": 5, "/checklists": 4, "/journal": 8, "/tokens": 4, "/people/grid1": 8,
    "/units/+codes": 3, "/units/v1/chain": 7,
}  # fmt: skip


def test_pages_ask_the_same_however_long_their_lists(small_house: House) -> None:
    coord = small_house.browser("coord")
    few = statements(coord, MOST_STATEMENTS)
    assert {path: number for path, number in few.items() if number > MOST_STATEMENTS[path]} == {}
    tree = [("v1", "town", "village", "", ""), *((f"g{n:03}", "v1", "enterprise", "", "") for n in range(200))]
    steps = [
        make(Unit, f"g{n:03}", "made", {**step.values, "path": f"/town/v1/g{n:03}/"})
        for n, step in enumerate(worlds.unit_steps([("town", None, "town", "", ""), *tree])[2:])
    ]
    staff = worlds.person_steps([(f"p{n:03}", "v1") for n in range(200)])
    worlds.write(small_house.engine, *steps, *staff)
    for n in range(20):
        worlds.launch(small_house.engine, worlds.drive(worlds.once("2026-03-02"), key=f"more{n}"), small_house.now)
    sweeps.sweep(small_house.engine, small_house.now)
    assert statements(coord, MOST_STATEMENTS) == few


def test_each_number_that_a_shipped_plan_asks_for_has_its_words() -> None:
    plans = [*Path("service/templates_campaigns").glob("*.yaml"), *Path("service/demo/data/campaigns").glob("*.yaml")]
    asked = {name for plan in plans for one in read(plan.read_text("utf-8")).activities for name in one.figures}
    assert len(asked) > 10
    assert sorted(asked - set(FIGURES)) == []
