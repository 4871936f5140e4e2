"""Enforcement: recorded against a unit, for a hazard of its own or by itself; listed within one's sight."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from service import enforcement, store
from service.access import actor_for
from service.errors import Forbidden, NotFound, Refused, Trouble
from service.hazards import fields as hazard_fields
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import act


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def listed(engine: Engine, who: str, **asked: Any) -> list[str]:
    with store.reading(engine) as session:
        return [row.key for row in enforcement.listed(session, actor_for(session, who), **asked).items]


def test_measures_are_numbered_and_keep_what_was_done(county: Engine) -> None:
    code = worlds.report(county)
    penalty = act(
        county, enforcement.record, "inspector", unit="e1", kind="罚款", hazard=code, amount_yuan=30_000, points=2,
        document="井应急罚〔2026〕3号", people=1, note="逾期未整改",
    )  # fmt: skip
    seized = act(
        county, enforcement.record, "coord", unit="e2", kind="seizure", goods="烟花爆竹12箱", on=date(2026, 2, 1)
    )
    assert (penalty, seized) == ("E-2026-000001", "E-2026-000002")
    with store.reading(county) as session:
        row = enforcement.one(session, actor_for(session, "viewer"), penalty)
    assert (row.kind, row.hazard, row.amount_yuan, row.points, row.on, row.by) == (
        "penalty", code, 30_000, 2, date(2026, 3, 2), "inspector",
    )  # fmt: skip
    assert listed(county, "viewer") == [penalty, seized]
    assert listed(county, "viewer", hazard=code) == [penalty]
    assert listed(county, "viewer", kind="seizure") == [seized]
    assert listed(county, "viewer", unit="v1", to_on=date(2026, 2, 28)) == [seized]
    assert listed(county, "viewer", from_on=date(2026, 2, 2)) == [penalty]
    assert listed(county, "viewer", limit=1) == [penalty]
    assert listed(county, "viewer", limit=1, after=penalty) == [seized]
    assert listed(county, "stranger") == []
    with store.reading(county) as session, pytest.raises(NotFound):
        enforcement.one(session, actor_for(session, "stranger"), penalty)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("警示(黄)", "yellow_warning"),
        ("警示（红）", "red_warning"),
        ("黄色警示", "yellow_warning"),
        ("停产", "stop_work"),
    ],
)
def test_a_kind_may_be_written_as_offices_write_it(word: str, kind: str) -> None:
    assert hazard_fields.enforcement_kind(word) == kind


BAD: list[tuple[str, dict[str, Any], type[Trouble], str]] = [
    ("inspector", {"kind": "scolding"}, Refused, "kind: is no kind of enforcement: scolding"),
    ("inspector", {"amount_yuan": -1}, Refused, "amount_yuan: must be from 0 to 2000000000"),
    ("inspector", {"amount_yuan": 1.5}, Refused, "amount_yuan: must be a whole number"),
    ("inspector", {"on": date(2026, 3, 3)}, Refused, "on: is a day to come"),
    ("inspector", {"hazard": "H-1"}, Refused, "hazard: there is no hazard H-1 of this unit"),
    ("inspector", {"unit": "other"}, NotFound, ""),
    ("viewer", {}, Forbidden, ""),
    ("staff", {}, Forbidden, ""),
    ("stranger", {}, NotFound, ""),
]


@pytest.mark.parametrize(("who", "what", "refused", "fault"), BAD)
def test_what_is_refused(county: Engine, who: str, what: Any, refused: type[Trouble], fault: str) -> None:
    given = {"unit": "e1", "kind": "order"} | what
    with pytest.raises(refused) as raised:
        act(county, enforcement.record, who, **given)
    assert [str(one) for one in raised.value.faults] == ([fault] if fault else [])
    assert listed(county, "above") == []


def test_a_hazard_of_another_unit_is_not_this_ones(county: Engine) -> None:
    code = worlds.report(county, unit="e2")
    with pytest.raises(Refused):
        act(county, enforcement.record, "inspector", unit="e1", kind="order", hazard=code)
