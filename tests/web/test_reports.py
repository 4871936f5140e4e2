"""Reports over the API: frozen bytes, the records behind every figure, repeated calls, bad input in both languages."""

from typing import Any

import pytest

from service import store
from tests.web.house import House
from tests.web.reports import DRAFT, FROZEN, write_up

NEW = {"unit": "town", "from": "2026-01-01", "to": "2026-03-31"}


@pytest.fixture
def written(house: House) -> House:
    write_up(house.engine)
    return house


def snapshot(house: House, key: str) -> dict[str, Any]:
    found: dict[str, Any] = house.caller("coord").api("GET", f"/reports/{key}").json()["snapshot"]
    return found


def test_a_frozen_report_is_the_same_bytes_for_ever(written: House) -> None:
    coord = written.caller("coord")
    before = coord.api("GET", f"/reports/{FROZEN}.json").content
    assert (
        coord.api(
            "POST", "/hazards", json={"unit": "e1", "description": "配电箱无盖", "source": "inspection"}
        ).status_code
        == 201
    )
    since = coord.api("GET", f"/reports/{FROZEN}/since").json()
    assert {"figure": "hazards.found", "frozen": 0, "now": 1} in since["figures"]
    assert coord.api("POST", f"/reports/{FROZEN}/correct", json={"reason": "漏报"}).status_code == 200
    assert coord.api("GET", f"/reports/{FROZEN}.json?edition=1").content == before
    after = coord.api("GET", f"/reports/{FROZEN}.json").json()
    assert (after["edition"], after["figures"]["hazards.found"]["value"]) == (2, 1)


def test_the_page_of_a_report_says_that_one_below_was_corrected(house: House) -> None:
    coord = house.caller("coord")
    keys = [coord.api("POST", "/reports", json=NEW | {"unit": unit}).json()["report"]["key"] for unit in ("v1", "town")]
    pages = house.browser("coord")
    assert "Corrected below since" not in pages.get(f"/reports/{keys[1]}").text
    assert coord.api("POST", f"/reports/{keys[0]}/correct", json={"reason": "漏报"}).status_code == 200
    assert "edition 1 was summed here, 2 is the newest" in pages.get(f"/reports/{keys[1]}").text


def test_from_every_figure_one_call_lists_its_records(written: House) -> None:
    coord = written.caller("coord")
    for unit, source in (("e1", "inspection"), ("e2", "self_check"), ("e3", "patrol")):
        hazard = {"unit": unit, "description": "隐患", "source": source}
        assert coord.api("POST", "/hazards", json=hazard).status_code == 201
    made = coord.api("POST", "/reports", json=NEW | {"template": "district_report"})
    assert made.status_code == 201
    figures = made.json()["snapshot"]["figures"]
    assert figures["hazards.found"]["value"] == 3
    assert figures["hazards.found@sector=dust"]["value"] == 2
    for name, figure in figures.items():
        if figure["records"] is None:
            assert figure["of"] is not None, name
            continue
        page = coord.get(figure["records"] + "&limit=200")
        assert page.status_code == 200, (name, page.text)
        items = page.json()["items"]
        if figure["unit_word"] == "units (count)":
            assert len({item["unit"] for item in items}) == figure["value"], name
        else:
            assert sum(item["value"] for item in items) == figure["value"], name
        for item in items[:1]:
            assert coord.get(item["link"]).status_code == 200, item


def test_the_same_call_again_is_answered_the_same(house: House) -> None:
    coord = house.caller("coord")
    coord.headers["Idempotency-Key"] = "one"
    first, second = (coord.api("POST", "/reports", json=NEW) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    coord.headers["Idempotency-Key"] = "two"
    assert coord.api("POST", "/reports", json=NEW).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (NEW | {"to": "2025-01-01"}, "to"),
        (NEW | {"from": "2010-01-01"}, "to"),
        (NEW | {"template": "poem"}, "template"),
        (NEW | {"template": "campaign_progress"}, "campaign"),
        (NEW | {"poem": 1}, "poem"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_bad_questions_name_the_field(house: House, body: dict[str, Any], field: str, language: str) -> None:
    answer = house.caller("coord", language).api("POST", "/reports", json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert house.caller("coord").api("GET", "/reports").json()["items"] == []


def test_a_unit_out_of_sight_is_not_there(house: House) -> None:
    coord = house.caller("coord")
    assert coord.api("POST", "/reports", json=NEW | {"unit": "city"}).status_code == 404
    assert coord.api("GET", "/figures/hazards.found?unit=city&from=2026-01-01&to=2026-01-31").status_code == 404
    assert coord.api("GET", "/figures/poems?unit=town&from=2026-01-01&to=2026-01-31").status_code == 404
    assert coord.api("GET", "/figures/hazards.found?unit=town&from=2026-02-01&to=2026-01-31").status_code == 422


def test_ten_megabytes_of_text_are_refused_and_nothing_is_written(written: House) -> None:
    coord = written.caller("coord")
    huge = coord.api("PUT", f"/reports/{DRAFT}/texts/remarks", json={"text": "字" * 3_500_000})
    assert huge.status_code in (413, 422)
    long = coord.api("PUT", f"/reports/{DRAFT}/texts/remarks", json={"text": "字" * 20_001})
    assert (long.status_code, long.json()["errors"][0]["field"]) == (422, "text")
    assert written.caller("coord").api("GET", f"/reports/{DRAFT}").json()["texts"] == {}
    with store.reading(written.engine) as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM reporttext").scalar_one() == 0


def test_definitions_are_said_in_the_readers_language(house: House) -> None:
    for language, label in (("zh", "发现隐患"), ("en", "Hazards found")):
        listed = house.caller("viewer", language).api("GET", "/figures").json()
        assert (listed["items"][0]["label"], listed["next"]) == (label, None)
    ready = house.caller("viewer", "zh").api("GET", "/readiness?unit=town&campaign=drive").json()
    assert [one["label"] for one in ready["haves"]] == [
        "有方案", "有部署", "有机构", "有检查", "有宣传", "有路线图", "有台账", "有考核", "有效果", "有大事记",
    ]  # fmt: skip


def test_the_page_of_keys_says_who_may_share_one(small_house: House) -> None:
    for who, may in (("admin", True), ("coord", False)):
        page = small_house.browser(who).get("/reports/+keys").text
        assert "Who is admin of a unit, or of one above it, shares its key" in page
        assert ('action="/reports/+keys"' in page) is may
