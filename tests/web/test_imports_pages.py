"""What the pages of imports do and refuse, without a browser."""

import time

from models import Errand, Unit
from models.base import table_of
from service import store
from service.imports import errand as imports_errand
from tests.service import worlds
from tests.service.workbooks import UNITS, csv
from tests.web.house import Caller, House
from tests.web.pages.rig import hidden_of
from tests.web.sending import faults_of, send, went

HEADINGS = ",".join(UNITS)


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


def test_households_are_pasted_line_by_line_and_all_taken_or_none(house: House) -> None:
    coord = house.browser("coord")
    at = "/lists/lonely"
    went(send(coord, "/lists", "/lists", {"tag": "lonely", "name": "独居老人", "owner": "town"}))
    pasted = "王大爷户，一组3号，13800130051\n\n李奶奶户\t一组5号\n赵家\n"
    path = went(send(coord, at, f"{at}/households", {"parent": "v1", "lines": pasted}))
    assert "李奶奶户" in wait_for(house, coord, path, "shown")
    assert worlds.rows(house.engine, Unit, table_of(Unit).c.kind == "household") == [], "nothing is made yet"
    went(send(coord, path, f"{path}/confirm", {}))
    wait_for(house, coord, path, "done")
    homes = {one.key: one for one in worlds.rows(house.engine, Unit, table_of(Unit).c.kind == "household")}
    assert {key: (one.name, one.address, one.phone) for key, one in homes.items()} == {
        "v1-h001": ("王大爷户", "一组3号", "13800130051"), "v1-h002": ("李奶奶户", "一组5号", ""),
        "v1-h003": ("赵家", "", ""),
    }  # fmt: skip
    assert all(one.name in coord.get(at).text for one in homes.values())
    # the same name keeps its code, and what the line leaves out
    path = went(send(coord, at, f"{at}/households", {"parent": "v1", "lines": "王大爷户\n孙家,,13800130052"}))
    page = wait_for(house, coord, path, "shown")
    assert "孙家" in page
    assert "王大爷户" not in page
    # bad lines are named, in the form or in the trial, and nothing can be taken
    wrong = send(coord, at, f"{at}/households", {"parent": "nowhere", "lines": "甲,乙,丙,丁"})
    assert faults_of(wrong) == ["there is no unit nowhere"]
    wrong = send(coord, at, f"{at}/households", {"parent": "v1", "lines": "好人家\n\t乙\n甲,乙,丙,丁\n戊,己,call me"})
    (said,) = faults_of(wrong)
    no_household = [f"line {n} must be a name, an address and a telephone" for n in (2, 3)]
    assert said == " ".join([*no_household, "line 4: what stands third is no telephone number"])
    assert "好人家" in wrong.text
    assert len(worlds.rows(house.engine, Unit, table_of(Unit).c.kind == "household")) == 3
    for who in ("viewer", "leader"):
        assert f'action="{at}/households"' not in house.browser(who).get(at).text


def test_no_sheet_and_no_such_kind(small_house: House) -> None:
    coord = small_house.browser("coord")
    assert faults_of(send(coord, "/imports", "/imports", {"kind": "units"})) == ["is missing"]
    assert send(coord, "/imports", "/imports", {"kind": "cats"}, files={"sheet": ("x.csv", b"a")}).status_code == 422
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
