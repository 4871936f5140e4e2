"""Wherever the code of a unit or a staff number is typed, those that the reader may see are offered by their names."""

import re

import pytest

from models import Unit
from models.base import table_of
from service import store
from service.people.offered import OFFERED
from tests.web.house import House
from tests.web.pages.rig import PAGE_BYTES_MOST

UNIT, PERSON = ("units", "v1"), ("staff", "grid1")
FIELDS = (
    ("/tasks", "unit", UNIT), ("/hazards", "unit", UNIT), ("/enforcement", "unit", UNIT), ("/people", "unit", UNIT),
    ("/alerts", "unit", UNIT), ("/incidents", "unit", UNIT), ("/reports", "unit", UNIT), ("/readiness", "unit", UNIT),
    ("/duties", "unit", UNIT), ("/channels", "unit", UNIT), ("/teams", "unit", UNIT), ("/calendar", "unit", UNIT),
    ("/tokens", "unit", UNIT), ("/people/+new", "unit", UNIT), ("/people/grid1/edit", "unit", UNIT),
    ("/people/grid1", "unit", UNIT), ("/units/+new", "parent", UNIT), ("/units/v1/edit", "parent", UNIT),
    ("/checklists/+new", "owner", UNIT), ("/reports/+keys", "unit", UNIT), ("/notices?of=all", "recipient", PERSON),
    ("/journal", "subject", ("subjects", "v1")), ("/journal", "subject", ("subjects", "grid1")),
)  # fmt: skip


@pytest.mark.parametrize(("path", "field", "offer"), FIELDS, ids=[f"{path} {offer[1]}" for path, _, offer in FIELDS])
def test_codes_are_offered_where_they_are_typed(
    small_house: House, path: str, field: str, offer: tuple[str, str]
) -> None:
    text = small_house.browser("admin").get(path, headers={"Accept": "text/html"}).text
    name, code = offer
    asked = re.findall(rf'<input [^>]*name="{field}"[^>]*>', text)
    assert any(f'list="{name}"' in one for one in asked), asked
    (inside,) = re.findall(rf'<datalist id="{name}">(.*?)</datalist>', text)
    assert f'<option value="{code}">' in inside
    assert '<option value="c1">' not in inside
    assert '<option value="stranger">' not in inside


def test_who_sees_to_a_hazard_is_offered(small_house: House) -> None:
    found = {"unit": "v1", "description": "电线老化", "level": "general", "mode": "by_deadline"}
    made = small_house.caller("coord").api("POST", "/hazards", json=found).json()["hazard"]
    text = small_house.browser("coord").get(f"/hazards/{made['key']}", headers={"Accept": "text/html"}).text
    assert re.search(r'<input [^>]*name="responsible"[^>]*list="staff"', text)
    assert re.search(r'<input [^>]*name="responsible_unit"[^>]*list="units"', text)
    assert text.count('<datalist id="units">') == text.count('<datalist id="staff">') == 1


def test_many_units_make_no_heavy_page(small_house: House) -> None:
    rows = [
        {"key": f"quite-long-code-{n:04}", "version": 1, "parent": "v1", "kind": "enterprise", "name": "名" * 20,
         "path": f"/town/v1/quite-long-code-{n:04}/"}
        for n in range(OFFERED + 50)
    ]  # fmt: skip
    with store.transaction(small_house.engine) as session:
        session.connection().execute(table_of(Unit).insert(), rows)
    coord = small_house.browser("coord")
    for path in ("/tasks?state=all", "/hazards", "/people"):
        answer = coord.get(path)
        assert answer.text.count("<option value=") >= OFFERED
        assert len(answer.content) < PAGE_BYTES_MOST * 2 / 3, path  # fifty rows have room beside them
