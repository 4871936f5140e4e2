"""What the forms of planning, units and people do and refuse, without a browser: each act once, in both languages."""

import re
import time
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import segno
from httpx import Response

from models import Campaign, ChainLink, Checklist, Errand, Grant, Person, Season, Token, Unit, UnitTag
from models.base import table_of
from service import imports_errand, people, store, sweeps
from service.access import SYSTEM
from service.rules.steps import make
from service.web.pages.journal_words import ACTS
from tests.house.acts import acts_of
from tests.service import worlds
from tests.service.workbooks import UNITS, csv
from tests.web.house import Caller, House
from tests.web.pages.rig import hidden_of

HEADINGS = ",".join(UNITS)
FLOOD = {
    "key": "flood-2026",
    "name": "汛期安全防范",
    "owner": "town",
    "from": "2026-04-01",
    "to": "2026-10-31",
    "within": "",
}


def send(browser: Caller, page: str, action: str, fields: dict[str, str], **more: Any) -> Response:
    """Load a page and send the form on it that goes to `action`, with these fields filled in."""
    loaded = browser.get(page)
    assert loaded.status_code == 200, loaded.text[:300]
    return browser.post(action, data=hidden_of(loaded.text, action) | fields, **more)


def went(answer: Response) -> str:
    assert answer.status_code == 303, re.sub(r"\s+", " ", answer.text)[-3000:]
    return answer.headers["location"]


def faults_of(answer: Response) -> list[str]:
    """What stands beside the fields of a form that was refused."""
    assert answer.status_code == 422, answer.status_code
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r'<p class="fault".*?</p>', answer.text, re.S)]


# -- campaigns ---------------------------------------------------------------------------------------------------------


def text_on(answer: Response) -> str:
    """The file as a page carries it on."""
    found = re.search(r'<textarea name="text" hidden[^>]*>(.*?)</textarea>', answer.text, re.S)
    assert found is not None, answer.text[:3000]
    return unescape(found[1])


def test_a_campaign_from_a_template_is_foreseen_made_started_and_paused(house: House) -> None:
    coord = house.browser("coord")
    seen = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", FLOOD)
    assert seen.status_code == 200
    assert "Nothing has been made yet" in seen.text
    assert worlds.rows(house.engine, Campaign, table_of(Campaign).c.key == "flood-2026") == []
    hidden = hidden_of(seen.text, "/campaigns/+apply")
    path = went(coord.post("/campaigns/+apply", data=hidden | {"text": text_on(seen)}))
    assert path == "/campaigns/flood-2026"
    assert worlds.row(house.engine, Campaign, "flood-2026").state == "draft"
    assert went(send(coord, path, f"{path}/activate", {})) == path
    assert "The campaign is running" in coord.get(path).text
    went(send(coord, path, f"{path}/pause", {}))
    went(send(coord, path, f"{path}/resume", {}))
    went(send(coord, path, f"{path}/close", {}))
    assert worlds.row(house.engine, Campaign, "flood-2026").state == "closed"
    assert coord.get(f"{path}/file").status_code == 200
    # a closed one is not changed: the file comes back with the reason
    changed = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": text_on(seen) + "# x\n"})
    assert changed.status_code == 409


def test_a_template_names_what_does_not_fit_beside_its_fields(small_house: House) -> None:
    coord = small_house.browser("coord")
    wrong = FLOOD | {"key": "Not A Key!", "from": "yesterday", "to": ""}
    answer = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", wrong)
    assert faults_of(answer) == ["must be a date like 2023-04-01", "must be a date like 2023-04-01"]
    wrong = FLOOD | {"key": "Not A Key!"}
    answer = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", wrong)
    assert len(faults_of(answer)) == 1
    assert 'value="Not A Key!"' in answer.text
    assert coord.get("/campaigns/+new/nothing").status_code == 404


def test_a_template_for_a_part_of_the_town(small_house: House) -> None:
    coord = small_house.browser("coord")
    seen = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", FLOOD | {"within": "v2"})
    assert seen.status_code == 200
    assert 'targets: {within: "v2"}' in text_on(seen)
    # h1 is beneath v2; there is no mine, so nothing is left without a target
    far = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", FLOOD | {"within": "c1"})
    assert far.status_code in (403, 404, 422)


def test_a_faulty_file_is_shown_with_its_lines(small_house: House) -> None:
    coord = small_house.browser("coord", "zh-CN")
    bad = "key: x\nname: y\nowner: nowhere\nfrom: 2026-01-01\nto: 2025-01-01\nactivities: []\n"
    answer = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": bad})
    assert answer.status_code == 422
    assert re.search(r'<li value="5" class="wrong"><code>to: 2025-01-01</code>', answer.text)
    assert "第5行" in answer.text
    assert bad.rstrip() in answer.text, "the whole file stays in the editor"
    brought = send(
        coord, "/campaigns/+file", "/campaigns/+file", {"text": ""}, files={"file": ("x.yaml", bad.encode())}
    )
    assert "第5行" in brought.text
    broken = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": ""}, files={"file": ("x.yaml", b"\xff\xfe")})
    assert broken.status_code == 422


def test_a_changed_file_says_what_it_changes_and_who_was_quicker_wins(small_house: House) -> None:
    coord = small_house.browser("coord")
    text = worlds.drive(worlds.once("2026-03-20", "later", name="后来的"), worlds.once("2026-03-02", "check"))
    seen = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": text})
    assert seen.status_code == 200
    assert "2 tasks are made" in seen.text
    assert "This changes the campaign drive" in seen.text
    hidden = hidden_of(seen.text, "/campaigns/+apply")
    worlds.apply(small_house.engine, worlds.drive(worlds.once("2026-03-25", "other")), small_house.now)
    late = coord.post("/campaigns/+apply", data=hidden | {"text": text})
    assert late.status_code == 409
    assert "Somebody else changed this" in late.text
    went(coord.post("/campaigns/+apply", data=hidden_of(late.text, "/campaigns/+apply") | {"text": text}))
    same = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": text})
    assert "applying it changes nothing" in same.text


def test_who_only_looks_may_not_plan_and_strangers_see_nothing(small_house: House) -> None:
    viewer, stranger, staff = (small_house.browser(who) for who in ("viewer", "stranger", "staff"))
    page = viewer.get("/campaigns/drive")
    assert page.status_code == 200
    assert "/campaigns/drive/pause" not in page.text
    for path in (
        "/campaigns/+new",
        "/campaigns/+file",
        "/campaigns/drive/file",
        "/imports",
        "/units/+new",
        "/people/+new",
    ):
        assert viewer.get(path).status_code == 403, path
    for path in ("/campaigns/drive", "/campaigns/drive/file", "/units/v1", "/units/v1/edit", "/units/v1/chain",
                 "/units/v1/code.svg", "/people/grid1", "/people/grid1/edit", "/units?at=v1", "/units/+codes?within=v1",
                 "/journal?subject=v1", "/imports/nothing"):  # fmt: skip
        assert stranger.get(path).status_code == 404, path
    assert staff.get("/campaigns").status_code == 404
    assert staff.get("/people").status_code == 404
    assert staff.get("/journal").status_code == 404
    assert staff.get("/units").status_code == 200


# -- units and people --------------------------------------------------------------------------------------------------


def test_a_unit_is_added_changed_tagged_and_closed(house: House) -> None:
    coord = house.browser("coord")
    fields = {"code": "v3", "name": "三村", "parent": "town", "kind": "village", "tags": "临水 重点", "risk": "yellow"}
    path = went(send(coord, "/units/+new?parent=town", "/units/+new", fields))
    assert path == "/units/v3"
    page = coord.get(path)
    assert "三村" in page.text
    assert "临水, 重点" in page.text
    edited = {"name": "三村村委会", "kind": "village", "tags": "重点 山区", "parent": "v2", "phone": "0999-1234567"}
    went(send(coord, f"{path}/edit", f"{path}/edit", edited))
    row = worlds.row(house.engine, Unit, "v3")
    assert (row.name, row.path, row.risk, row.phone) == ("三村村委会", "/town/v2/v3/", "", "0999-1234567")
    tags = {tag.tag: tag.until_on for tag in worlds.rows(house.engine, UnitTag) if tag.unit == "v3"}
    assert tags["临水"] is not None
    assert tags["重点"] is tags["山区"] is None
    wrong = send(coord, f"{path}/edit", f"{path}/edit", edited | {"phone": "call me", "closed_on": "2099-01-01"})
    assert faults_of(wrong) == ["is no telephone number"]
    assert "call me" in wrong.text
    went(send(coord, f"{path}/edit", f"{path}/edit", edited | {"closed_on": "2026-03-02"}))
    assert "Closed down since 2026-03-02" in coord.get(path).text
    stale = hidden_of(coord.get(f"{path}/edit").text, f"{path}/edit")
    went(send(coord, f"{path}/edit", f"{path}/edit", edited))
    assert coord.post(f"{path}/edit", data=stale | edited | {"name": "慢"}).status_code == 409


def test_a_unit_found_by_name_and_the_way_to_it(small_house: House) -> None:
    coord = small_house.browser("coord")
    assert '<a href="/units/e1">e1</a>' in coord.get("/units?query=e1").text
    assert "No unit is called so" in coord.get("/units?query=nowhere").text
    level = coord.get("/units?at=v1").text
    assert re.findall(r'<a href="/units/(\w+)">', level) == ["v1", "e1", "e2"]
    assert coord.get("/units?at=city").status_code == 404


def test_the_chain_is_set_level_by_level_and_inherited_again(house: House) -> None:
    coord = house.browser("coord")
    page = coord.get("/units/v1/chain").text
    assert "Inherited from town: chief, mayor" in page
    at = "/units/v1/chain"
    level3 = {"level": "3", "people-3-1": "leader", "people-3-2": ""}
    went(send(coord, at, at, level3 | {"version": "0"}))
    assert "Level 3 is set" in coord.get(at).text
    links = [link.person for link in worlds.rows(house.engine, ChainLink) if (link.unit, link.level) == ("v1", 3)]
    assert links == ["leader"]
    unit = coord.get("/units/v1").text
    assert "this unit itself" in unit
    gone = coord.post(at, data=hidden_of(coord.get(at).text, at) | level3 | {"version": "0"})
    assert gone.status_code == 409, "somebody set it meanwhile"
    version = re.search(
        r'name="version" value="(\d+)">\s*<input type="hidden" name="level" value="3"', coord.get(at).text
    )
    assert version is not None
    went(send(coord, at, at, {"level": "3", "people-3-1": "", "people-3-2": "", "version": version[1]}))
    assert "Inherited from town: chief, mayor" in coord.get(at).text
    nobody = send(coord, at, at, {"level": "3", "people-3-1": "nobody", "version": "0"})
    assert nobody.status_code == 404


def test_a_person_is_entered_changed_and_leaves(small_house: House) -> None:
    coord = small_house.browser("coord")
    fields = {"code": "new1", "name": "新来的", "unit": "v1", "post": "网格员", "mobile": "13800139999"}
    path = went(send(coord, "/people/+new?unit=v1", "/people/+new", fields))
    assert path == "/people/new1"
    assert "13800139999" in coord.get(path).text
    wrong = send(coord, "/people/+new", "/people/+new", fields | {"code": "new2", "mobile": "12"})
    assert faults_of(wrong) == ["is no mobile number: eleven digits, +86 before them or not"]
    went(send(coord, f"{path}/edit", f"{path}/edit", {"name": "新来的", "unit": "v2", "language": "en"}))
    row = worlds.row(small_house.engine, Person, "new1")
    assert (row.unit, row.mobile, row.language) == ("v2", "", "en")
    went(send(coord, f"{path}/edit", f"{path}/edit", {"name": "新来的", "unit": "v2", "left_on": "2026-03-02"}))
    assert "Has left since 2026-03-02" in coord.get(path).text
    assert "new1" not in coord.get("/people?unit=v2").text
    assert "new1" in coord.get("/people?unit=v2&left=true").text


def test_roles_are_given_and_taken_by_who_may(small_house: House) -> None:
    admin, coord = small_house.browser("admin"), small_house.browser("coord")
    assert "Give a role" not in coord.get("/people/grid1").text
    at = "/people/grid1"
    went(send(admin, at, f"{at}/grants", {"role": "staff", "unit": "v1"}))
    assert worlds.row(small_house.engine, Grant, "grid1:staff:v1").role == "staff"
    twice = send(admin, at, f"{at}/grants", {"role": "staff", "unit": "v1"})
    assert twice.status_code == 409
    went(send(admin, at, f"{at}/grants/revoke", {"role": "staff", "unit": "v1"}))
    assert worlds.rows(small_house.engine, Grant, table_of(Grant).c.person == "grid1") == []
    page = coord.get(at).text
    hidden = hidden_of(admin.get(at).text, f"{at}/grants")
    forged = coord.post(
        f"{at}/grants", data={**hidden_of(page, "/sign-out"), "once": hidden["once"], "role": "admin", "unit": "town"}
    )
    assert forged.status_code == 403


def test_a_one_time_password_is_shown_once_and_lets_in(small_house: House) -> None:
    admin = small_house.browser("admin")
    at = "/people/viewer"
    shown = send(admin, at, f"{at}/password", {})
    assert shown.status_code == 200
    password = re.search(r'<p class="big"><code>(\w{16})</code>', shown.text)
    assert password is not None
    assert password[1] not in admin.get(at).text
    door = small_house.caller(None)
    hidden = hidden_of(door.get("/sign-in").text, "/sign-in")
    entered = door.post("/sign-in", data=hidden | {"person": "viewer", "password": password[1]})
    assert (entered.status_code, entered.headers["location"]) == (303, "/password")
    coord = small_house.browser("coord")
    page = coord.get(at).text
    assert f"{at}/password" not in page
    assert coord.post(f"{at}/password", data=hidden_of(page, "/sign-out")).status_code == 403
    assert coord.post(f"{at}/password", data={"token": "forged"}).status_code in (403, 422)


def test_ones_own_tokens(small_house: House) -> None:
    coord = small_house.browser("coord")
    shown = send(coord, "/tokens", "/tokens", {"label": "大屏", "role": "viewer", "unit": "town", "expires_on": ""})
    assert faults_of(shown) == ["is not held by this person there"]
    shown = send(
        coord, "/tokens", "/tokens", {"label": "大屏", "role": "coordinator", "unit": "v1", "expires_on": "2026-12-31"}
    )
    token = re.search(r"zb_(\w{12})_\w+", shown.text)
    assert token is not None
    listed = coord.get("/tokens").text
    assert token[0] not in listed
    assert "大屏" in listed
    assert "2027-01-01 00:00" in listed or "2026-12-31 24:00" in listed
    bearer = small_house.caller(None)
    assert bearer.api("GET", "/units", headers={"Authorization": f"Bearer {token[0]}"}).status_code == 200
    went(send(coord, "/tokens", f"/tokens/{token[1]}/revoke", {}))
    assert worlds.row(small_house.engine, Token, token[1]).revoked_at is not None
    wrong = send(coord, "/tokens", "/tokens", {"role": "coordinator", "unit": "v1", "expires_on": "soon"})
    assert faults_of(wrong) == ["must be a date like 2023-04-01"]


def test_codes_to_hang_up_lead_to_the_public_page(small_house: House) -> None:
    coord = small_house.browser("coord")
    sheet = coord.get("/units/+codes?within=v1").text
    assert re.findall(r'<img src="(/units/\w+/code.svg)" alt="([^"]+)"', sheet) == [
        (f"/units/{code}/code.svg", f"http://127.0.0.1:8000/r/{code}") for code in ("v1", "e1", "e2")
    ]  # fmt: skip
    picture = coord.get("/units/e1/code.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    drawn = segno.make("http://127.0.0.1:8000/r/e1", error="m", micro=False).svg_inline(border=2, omitsize=True)
    assert re.findall(r' d="([^"]+)"', picture.text) == re.findall(r' d="([^"]+)"', drawn)


# -- imports -----------------------------------------------------------------------------------------------------------


def test_a_sheet_is_looked_at_and_then_taken(house: House) -> None:
    coord = house.browser("coord")
    rows = [UNITS, ("v1", "一村改名", "town", "村"), ("v9", "九村", "town", "村")]
    data = csv([(*row, *[""] * (len(UNITS) - len(row))) for row in rows])
    path = went(send(coord, "/imports", "/imports", {"kind": "units"}, files={"sheet": ("单位.csv", data)}))
    key = path.rpartition("/")[2]
    page = wait_for(house, coord, path, "shown")
    assert "<del>v1</del>" in page
    assert "一村改名" in page
    assert worlds.row(house.engine, Unit, "v1").name == "v1"
    went(send(coord, path, f"{path}/confirm", {}))
    assert "just as it was shown" in wait_for(house, coord, path, "done")
    assert worlds.row(house.engine, Unit, "v9").name == "九村"
    assert worlds.row(house.engine, Errand, key).content is None
    assert house.browser("admin").get(path).status_code == 404, "an import is its bringer's alone"
    assert "单位.csv" in coord.get("/imports").text


def wait_for(house: House, browser: Caller, path: str, state: str) -> str:
    """The page of an import once it has come so far; what is long under way says how far it is."""
    for _ in range(100):
        page = browser.get(path).text
        if worlds.row(house.engine, Errand, path.rpartition("/")[2]).state == state:
            return browser.get(path).text
        assert 'http-equiv="refresh"' in page
        time.sleep(0.1)
    raise AssertionError(page)


def test_bad_rows_are_named_and_there_is_nothing_to_confirm(small_house: House) -> None:
    coord = small_house.browser("coord", "zh-CN")
    data = f"{HEADINGS}\nv1,,town,村,,,,,\nv9,九村,nowhere,庄,,,,,\n".encode()
    path = went(send(coord, "/imports", "/imports", {"kind": "units"}, files={"sheet": ("单位.csv", data)}))
    page = wait_for(small_house, coord, path, "shown")
    assert "单位.csv!B2 名称" in page
    assert "没有单位 nowhere" in page
    assert "/confirm" not in page
    forged = coord.post(f"{path}/confirm", data=hidden_of(page, "/sign-out") | {"version": "4"})
    assert forged.status_code == 409


def test_no_sheet_and_no_such_kind(small_house: House) -> None:
    coord = small_house.browser("coord")
    assert faults_of(send(coord, "/imports", "/imports", {"kind": "units"})) == ["is missing"]
    assert send(coord, "/imports", "/imports", {"kind": "cats"}, files={"sheet": ("x.csv", b"a")}).status_code == 404
    for kind in ("units", "people", "chain", "hazards"):
        sheet = coord.get(f"/imports/sheets/{kind}")
        assert sheet.content[:2] == b"PK"
    assert coord.get("/imports/sheets/cats").status_code == 404


def test_what_fell_silent_can_be_begun_again(small_house: House) -> None:
    coord = small_house.browser("coord")
    with store.transaction(small_house.engine) as session:
        data = f"{HEADINGS}\nv9,九村,town,村,,,,,\n".encode()
        key = imports_errand.ask(session, "coord", "units", "单位.csv", data, now=small_house.now)
    path = f"/imports/{key}"
    assert 'http-equiv="refresh" content="2"' in coord.get(path).text
    assert coord.post(f"{path}/again", data=hidden_of(coord.get(path).text, "/sign-out")).status_code == 409
    small_house.now = small_house.now.replace(minute=30)
    assert "interrupted" in coord.get("/imports").text
    page = coord.get(path).text
    assert "Nothing has been heard of this" in page
    assert "http-equiv" not in page
    went(send(coord, path, f"{path}/again", {}))
    assert "九村" in wait_for(small_house, coord, path, "shown")


# -- the calendar, checklists, the journal -----------------------------------------------------------------------------

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
    "/campaigns": 5, "/campaigns/drive": 20, "/units": 3, "/units?at=town": 4, "/units/v1": 14, "/people": 3,
    "/imports": 2, "/calendar": 5, "/checklists": 4, "/journal": 5, "/tokens": 4, "/people/grid1": 8,
    "/units/+codes": 3, "/units/v1/chain": 7,
}  # fmt: skip


def statements(house: House, browser: Caller) -> dict[str, int]:
    """How many statements each page asks, but for who is looking."""
    asked = {}
    for path in MOST_STATEMENTS:
        browser.get(path)  # what is only learnt once
        with worlds.counting(house.engine) as sent:
            assert browser.get(path).status_code == 200, path
        asked[path] = len([sql for sql, _ in sent if sql.startswith("SELECT") and "FROM websession" not in sql])
    return asked


def test_pages_ask_the_same_however_long_their_lists(small_house: House) -> None:
    coord = small_house.browser("coord")
    few = statements(small_house, coord)
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
    assert statements(small_house, coord) == few
