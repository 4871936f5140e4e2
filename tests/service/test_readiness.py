"""The ten haves, scored from records with their evidence."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Task
from models.base import table_of
from service import store
from service.access import SYSTEM
from service.campaigns.readiness import Readiness, readiness
from service.errors import NotFound
from tests.service import hazard_worlds as ledger
from tests.service import report_worlds as world
from tests.service.hazard_worlds import FOUND
from tests.service.worlds import at, happen, launch

KINDS = ("meeting", "inspection", "publicity", "supervision", "commitment")


@pytest.fixture
def county(engine: Engine) -> Engine:
    ledger.found(engine)
    activities = [
        {"key": kind, "kind": kind, "name": kind, "when": {"date": "2026-01-05"}, "targets": {"kinds": ["enterprise"]}}
        for kind in KINDS
    ]
    plan = {
        "key": "drive",
        "name": "专项整治",
        "owner": "town",
        "from": "2026-01-01",
        "to": "2026-12-31",
        "activities": activities,
        "phases": [{"name": "动员部署", "from": "2026-01-01", "to": "2026-03-31"}],
    }
    launch(engine, json.dumps(plan, ensure_ascii=False), at("2026-01-01 08:00"))
    ledger.sweep(engine, at("2026-01-05 08:00"))
    return engine


def scored(engine: Engine, unit: str = "town", who: Any = SYSTEM, **days: Any) -> Readiness:
    with store.reading(engine) as session:
        return readiness(session, who, now=FOUND, campaign="drive", unit=unit, **days)


def points(found: Readiness) -> dict[str, int]:
    return {one.key: one.points for one in found.haves}


def accept(engine: Engine, *kinds: str) -> None:
    """Every task of some kinds was handed in and accepted."""
    table = table_of(Task)
    values = {"state": "accepted", "submitted_at": at("2026-01-06 08:00")}
    with store.transaction(engine) as session:
        session.execute(table.update().where(table.c.kind.in_(kinds)).values(values))


def test_a_plan_alone_is_a_plan_and_an_organisation(county: Engine) -> None:
    found = scored(county)
    assert points(found) == {
        "plan": 10,
        "deployment": 0,
        "organisation": 10,
        "inspection": 0,
        "publicity": 0,
        "roadmap": 0,
        "ledger": 0,
        "assessment": 0,
        "effect": 0,
        "chronicle": 0,
    }
    assert (found.points, found.most) == (20, 100)
    assert [one.key for one in found.haves[0].evidence] == ["", "drive:1"]


def test_what_was_done_scores_with_its_evidence(county: Engine) -> None:
    accept(county, *KINDS)
    ledger.report(county, campaign="drive")
    ledger.closed(county, campaign="drive")
    world.sent(county, now=FOUND)
    happen(county, "四方约谈", "e1", "2026-02-01 08:00", now=FOUND)
    found = scored(county)
    assert points(found) == {
        "plan": 10,
        "deployment": 10,
        "organisation": 10,
        "inspection": 10,
        "publicity": 10,
        "roadmap": 10,
        "ledger": 10,
        "assessment": 10,
        "effect": 5,
        "chronicle": 10,
    }
    assert (found.ranks["hazards.found"], found.ranks["hazards.rectified"], found.ranks["hazards.ranked"]) == (2, 1, 0)
    assert found.coverage == {
        "commitments.owed": 2,
        "commitments.done": 2,
        "commitments.rate": 100.0,
        "commitments.units": 2,
    }
    effect = next(one for one in found.haves if one.key == "effect")
    assert [(one.key, one.value) for one in effect.evidence][:1] == [("hazards.rate", 50.0)]


def test_half_a_roadmap_is_half_the_points(county: Engine) -> None:
    accept(county, "meeting", "inspection")
    assert points(scored(county))["roadmap"] == 4  # four of the ten tasks due


def test_other_days_see_other_records(county: Engine) -> None:
    accept(county, *KINDS)
    assert points(scored(county, from_on=at("2026-02-01").date()))["inspection"] == 0


def test_out_of_sight(county: Engine) -> None:
    for unit, who in (("nowhere", SYSTEM), ("town", world.actor(county, "stranger"))):
        with pytest.raises(NotFound):
            scored(county, unit, who)
    with store.reading(county) as session, pytest.raises(NotFound):
        readiness(session, SYSTEM, now=FOUND, campaign="none", unit="town")


def test_records_are_called_by_their_names(county: Engine) -> None:
    found = {one.key: [proof for proof in one.evidence if proof.value is None] for one in scored(county).haves}
    (plan,) = found["plan"]
    assert (plan.label, plan.note, plan.page) == ("专项整治", "1", "drive")
    assert {(one.label, one.note, one.page) for one in found["roadmap"]} == {
        (kind, "专项整治", "drive") for kind in KINDS
    }
