"""Exports over the API: files whose names every program understands, narrowed as lists are, refused as lists are."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.web.house import House, reasons
from tests.web.ledger import settle


@pytest.fixture
def house(small_house: House) -> House:
    settle(small_house.engine)
    return small_house


@pytest.mark.parametrize("kind", ["hazards", "units", "people", "chain"])
def test_a_file_goes_out_and_comes_in_without_a_change(house: House, kind: str) -> None:
    coord = house.caller("coord", "zh")
    answer = coord.api("GET", f"/exports/{kind}.xlsx")
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert f'filename="{kind}.xlsx"' in answer.headers["content-disposition"]
    assert "filename*=UTF-8''%" in answer.headers["content-disposition"]
    taken = coord.api("POST", f"/imports/{kind}", files={"sheet": (f"{kind}.xlsx", answer.content)})
    assert taken.status_code == 200, taken.text
    report = taken.json()
    assert report["read"] == report["unchanged"] > 0
    assert (report["made"], report["changed"], report["removed"]) == (0, 0, 0)


def test_it_is_narrowed_as_the_list_is(house: House) -> None:
    viewer = house.caller("viewer", "zh")
    listed = viewer.api("GET", "/hazards?state=closed&state=registered&unit=e1").json()["items"]
    lines = viewer.api("GET", "/exports/hazards.csv?state=closed&state=registered&unit=e1").text.splitlines()
    assert len(lines) == len(listed) + 1
    assert lines[0].startswith("\ufeff序号,编号,所属行动,被检查单位")
    english = house.caller("viewer").api("GET", "/exports/hazards.csv").text
    assert english.startswith("\ufeffno,code,campaign,unit")


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/exports/hazards.pdf", 422, "form"),
        ("/exports/hazards.csv?sort=due", 422, "sort"),
        ("/exports/hazards.csv?unit=nowhere", 404, None),
        ("/exports/units.csv?within=nowhere", 404, None),
        ("/exports/holidays.csv", 422, "year"),
        ("/exports/monthly.xlsx?unit=town&month=2026-13", 422, "month"),
        ("/exports/monthly.xlsx?unit=nowhere&month=2026-03", 404, None),
        ("/exports/dual-prevention.xlsx", 422, "form"),
    ],
)
def test_what_there_is_not_is_refused(house: House, path: str, status: int, field: str | None) -> None:
    answer = house.caller("viewer").api("GET", path)
    assert answer.status_code == status, answer.text
    if field is not None:
        assert field in " ".join(reasons(answer))


def test_the_monthly_form_is_counted_now(house: House) -> None:
    answer = house.caller("viewer", "zh").api("GET", "/exports/monthly.xlsx?unit=town&month=2026-03")
    assert answer.status_code == 200, answer.text
    book = load_workbook(io.BytesIO(answer.content))
    form: Any = book.worksheets[0]
    rows = {row[0]: row[1] for row in form.iter_rows(min_row=3, values_only=True)}
    assert rows["企业数"] == 3
    listed = house.caller("viewer").api("GET", "/hazards?found_from=2026-03-01&found_to=2026-03-31&limit=200").json()
    assert rows["发现隐患"] == len([one for one in listed["items"] if one["state"] != "void"])


def test_the_exchange_names_its_fields(house: House) -> None:
    told = house.caller("viewer").api("GET", "/exports/dual-prevention.json?unit=e1").json()
    assert told["profile"] == "zhiban/dual-prevention/1"
    assert {"id", "dangerLevel", "dangerManageType", "dangerState", "dangerImg"} <= set(told["items"][0])
