"""What the pages of units, people and tokens do and refuse, without a browser."""

import re

import pytest
import segno

from models import ChainLink, Grant, Person, Token, Unit, UnitTag
from models.base import table_of
from service.settings import settings
from tests.service import worlds
from tests.web.house import House
from tests.web.pages.rig import hidden_of
from tests.web.sending import faults_of, send, went


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
    assert nobody.status_code == 422
    assert re.search(r'id="[^"]*people-3-1[^"]*fault"', nobody.text), re.findall(r'id="[^"]*people[^"]*"', nobody.text)
    assert '<a href="/units/town">town</a>' in coord.get("/units/v1").text


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
    hidden = hidden_of(door.get("/sign-in?back=/hazards").text, "/sign-in")
    entered = door.post("/sign-in", data=hidden | {"person": "viewer", "password": password[1]})
    assert entered.headers["location"] == "/password?back=%2Fhazards"
    hidden = hidden_of(door.get(entered.headers["location"]).text, "/password")
    went_on = door.post("/password", data=hidden | {"old": password[1], "new": "a better one 1"})
    assert (went_on.status_code, went_on.headers["location"]) == (303, "/hazards")
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


def test_codes_to_hang_up_lead_to_the_public_page(small_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    coord = small_house.browser("coord")
    sheet = coord.get("/units/+codes?within=v1").text
    assert re.findall(r'<img src="(/units/\w+/code.svg)" alt="([^"]+)"', sheet) == [
        (f"/units/{code}/code.svg", f"http://127.0.0.1:8000/r/{code}") for code in ("v1", "e1", "e2")
    ]  # fmt: skip
    picture = coord.get("/units/e1/code.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    drawn = segno.make("http://127.0.0.1:8000/r/e1", error="m", micro=False).svg_inline(border=2, omitsize=True)
    assert re.findall(r' d="([^"]+)"', picture.text) == re.findall(r' d="([^"]+)"', drawn)
    monkeypatch.setenv("ZHIBAN_ADDRESS", "https://duty.example.com/")
    settings.cache_clear()
    assert "https://duty.example.com/r/e1" in coord.get("/units/+codes?within=v1").text
