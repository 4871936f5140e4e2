"""The list of hazards: page by page, by each question, and only what is in sight or concerns the caller."""

from datetime import timedelta

import pytest

from tests.web.house import House
from tests.web.ledger import CLOSED_CODE, LOOK, settle
from tests.web.test_lists import walk


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_every_hazard_comes_once_the_newest_first(house: House, limit: int) -> None:
    settle(house.engine)
    keys = walk(house.caller("viewer"), f"/hazards?limit={limit}")
    assert len(keys) == len(set(keys)) == 9
    assert keys[-2:] == [CLOSED_CODE, "late"]
    items = house.caller("viewer").api("GET", "/hazards").json()["items"]
    assert [(one["found_on"], one["key"]) for one in items] == sorted(
        ((one["found_on"], one["key"]) for one in items), reverse=True
    )


def test_each_question_narrows_it(house: House) -> None:
    settle(house.engine)
    caller = house.caller("coord")

    def keys(query: str) -> set[str]:
        return set(walk(caller, f"/hazards?{query}"))

    every = keys("limit=200")
    assert keys("unit=v1") == keys("unit=e1") == every
    assert keys("unit=v2") == set()
    assert keys("level=major") == {"major"}
    assert keys("state=assigned&state=rectifying") == {"assigned", "begun"}
    assert keys("overdue=true") == {"late"}
    assert keys("overdue=false") == every - {"late"}
    assert keys("found_to=2026-03-01") == {CLOSED_CODE, "late"}
    assert keys("found_from=2026-01-30&found_to=2026-01-30") == {CLOSED_CODE}
    assert keys("source=public") == {"H-2026-000001"}
    assert keys("campaign=drive") == set()
    assert keys("responsible=grid1") == {CLOSED_CODE, "assigned", "begun", "submitted", "major"}
    for query in ("unit=c1", "unit=none"):
        assert caller.api("GET", f"/hazards?{query}").status_code == 404
    for query in ("level=huge", "state=gone", "after=x", "after=WzEsMl0", "overdue=maybe", "colour=red", "limit=0"):
        assert caller.api("GET", f"/hazards?{query}").status_code == 422, query


def test_everybody_sees_what_concerns_them(house: House) -> None:
    settle(house.engine)
    coord = house.caller("coord")
    staff = house.caller("staff")
    assert walk(staff, "/hazards?limit=50") == []
    assert staff.api("GET", "/hazards/new").status_code == 404
    coord.api("POST", "/hazards/new/assign", json={"responsible": "staff"})
    assert walk(staff, "/hazards?limit=50") == ["new"]
    assert staff.api("GET", "/hazards/new").status_code == 200
    assert walk(house.caller("stranger"), "/hazards?limit=50") == []
    assert walk(house.caller("stranger"), "/rechecks?limit=50") == []


def test_rechecks_come_by_their_due_instants(house: House) -> None:
    settle(house.engine)
    caller = house.caller("viewer")
    assert walk(caller, "/rechecks?limit=1") == [LOOK, LOOK.replace("1.1", "1.2")]
    assert walk(caller, "/rechecks?state=open") == [LOOK]
    assert walk(caller, f"/rechecks?hazard={CLOSED_CODE}&unit=e1&person=inspector") == [LOOK]
    assert walk(caller, "/rechecks?unit=v2") == []
    assert walk(caller, "/rechecks?campaign=drive") == []
    soon = (house.now + timedelta(days=10)).isoformat().replace("+", "%2B")
    assert walk(caller, f"/rechecks?due_before={soon}") == [LOOK]
    assert caller.api("GET", "/rechecks?unit=c1").status_code == 404
    assert caller.api("GET", "/rechecks?state=gone").status_code == 422
