"""Teams: people in roles at units with their history, and the units that have nobody."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Person, TeamMember
from service import store
from service.access import actor_for
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.records import teams
from service.rules.steps import change
from tests.service.hazard_worlds import act
from tests.service.worlds import at, found, row, rows, write

MORNING = at("2026-03-02 09:00")
TODAY = date(2026, 3, 2)
INFORMER, LIAISON = "灾情信息员", "应急联络员"


@pytest.fixture
def town(engine: Engine) -> Engine:
    return found(engine)


def join(
    engine: Engine, unit: str = "v1", role: str = INFORMER, person: str = "grid1", who: str = "coord", **more: Any
) -> str:
    return str(act(engine, teams.join, who, now=MORNING, unit=unit, role=role, person=person, **more))


def gaps(engine: Engine, who: str = "viewer", **asked: Any) -> list[tuple[str, str]]:
    known = {"unit": "town", "kind": "village", "on": TODAY, "now": MORNING}
    with store.reading(engine) as session:
        return [(one.unit, one.role) for one in teams.gaps(session, actor_for(session, who), **(known | asked))]


def listed(engine: Engine, who: str = "viewer", **asked: Any) -> list[str]:
    with store.reading(engine) as session:
        return [one.key for one in teams.listed(session, actor_for(session, who), **asked).items]


def test_who_holds_a_role_and_who_held_it(town: Engine) -> None:
    key = join(town, from_on=date(2025, 1, 1), reason="村两委推荐")
    assert key == f"team:v1:{INFORMER}:grid1:2025-01-01"
    with pytest.raises(Conflict):
        join(town)
    act(town, teams.leave, "coord", key, now=MORNING, until_on=date(2026, 2, 28), reason="换届")
    again = join(town, person="staff")
    assert (row(town, TeamMember, key).until_on, row(town, TeamMember, key).person) == (date(2026, 2, 28), "grid1")
    assert listed(town, on=TODAY) == [again]
    assert listed(town, on=date(2025, 6, 1)) == listed(town, person="grid1") == [key]
    assert listed(town, unit="v1", role=INFORMER) == [key, again]
    assert listed(town, unit="v2") == listed(town, role=LIAISON) == listed(town, "stranger") == []
    assert listed(town, limit=1, after=key) == [again]
    with store.reading(town) as session:
        assert teams.find(session, actor_for(session, "viewer"), key)["name"] == "grid1"
        with pytest.raises(NotFound):
            teams.find(session, actor_for(session, "stranger"), key)
    with pytest.raises(Conflict):
        act(town, teams.leave, "coord", key, now=MORNING)


def test_gaps_are_the_units_without_anybody(town: Engine) -> None:
    assert gaps(town) == []  # no role that anybody holds, none asked for
    join(town)
    assert gaps(town) == [("v2", INFORMER)]
    assert gaps(town, roles=[INFORMER, LIAISON]) == [("v1", LIAISON), ("v2", INFORMER), ("v2", LIAISON)]
    assert gaps(town, on=date(2026, 3, 1), roles=[INFORMER]) == [("v1", INFORMER), ("v2", INFORMER)]
    write(town, change(Person, "grid1", 1, "left", {"left_on": TODAY}))
    assert gaps(town, roles=[INFORMER]) == [("v1", INFORMER), ("v2", INFORMER)], "who has left holds nothing"
    for who, unit, error in (("stranger", "town", NotFound), ("staff", "v1", Forbidden)):
        with pytest.raises(error):
            gaps(town, who, unit=unit)
    with pytest.raises(Refused):
        gaps(town, kind="castle")


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"unit": "x"}, "unit"),
        ({"person": "x"}, "person"),
        ({"role": ""}, "role"),
        ({"from_on": date(1900, 1, 1)}, "from_on"),
    ],
)
def test_what_is_no_member(town: Engine, what: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        join(town, **what)
    assert [one.field for one in refused.value.faults] == [field]
    assert rows(town, TeamMember) == []


def test_who_may_not(town: Engine) -> None:
    key = join(town, from_on=TODAY)
    with pytest.raises(Forbidden):
        join(town, who="viewer", person="staff")
    for who, error in (("viewer", Forbidden), ("grid1", Forbidden), ("stranger", NotFound)):
        with pytest.raises(error):
            act(town, teams.leave, who, key, now=MORNING)
    with pytest.raises(Refused):
        act(town, teams.leave, "coord", key, now=MORNING, until_on=date(2026, 3, 1))
    with pytest.raises(Conflict):
        act(town, teams.leave, "coord", key, now=MORNING, version=9)
