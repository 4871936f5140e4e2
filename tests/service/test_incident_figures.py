"""Incidents of two periods compared: by kind, in a subtree, without what was void, as they are known now."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models.kinds import IncidentKind
from service import store
from service.access import actor_for
from service.errors import NotFound, Refused
from service.incidents import acts as incidents
from service.incidents import figures as incident_figures
from service.incidents.figures import Period, a_year_before
from tests.service.hazard_worlds import act, found
from tests.service.worlds import at

NOW = at("2026-07-31 18:00")


@pytest.fixture
def county(engine: Engine) -> Engine:
    """Two accidents this year with one dead, three the year before with two; a void one; one of another town."""
    found(engine)
    for on, deaths, injured in (
        ("2026-01-05", 1, 0), ("2026-07-31", 0, 2), ("2025-01-01", 1, 1), ("2025-07-31", 0, 0), ("2025-05-05", 1, 0),
        ("2025-08-01", 9, 9), ("2026-02-02", 5, 5),
    ):  # fmt: skip
        happened(engine, on, deaths=deaths, injured=injured)
    act(engine, incidents.void, "leader", "I-2026-000003", now=NOW, reason="误报")
    happened(engine, "2026-03-03", kind="flash", unit="v1")
    happened(engine, "2026-03-03", who="above", unit="other", deaths=3)
    return engine


def happened(engine: Engine, on: str, who: str = "inspector", **what: Any) -> None:
    given = {"unit": "e1", "kind": "accident", "description": "事故", "happened_at": at(f"{on} 00:30"), "now": NOW}
    act(engine, incidents.report, who, **(given | what))


def compare(engine: Engine, who: str = "above", **what: Any) -> Any:
    given = {"unit": "town", "from_on": date(2026, 1, 1), "to_on": date(2026, 7, 31)}
    with store.reading(engine) as session:
        return incident_figures.statistics(session, actor_for(session, who), **(given | what))


def test_this_year_against_the_same_days_of_the_last(county: Engine) -> None:
    found = compare(county)
    assert found.before == Period(date(2025, 1, 1), date(2025, 7, 31))
    accidents = found.kinds[IncidentKind.accident]
    assert accidents["count"] == {"now": 2, "before": 3, "change": -33.33}
    assert accidents["deaths"] == {"now": 1, "before": 2, "change": -50.0}
    assert accidents["injured"] == {"now": 2, "before": 1, "change": 100.0}
    assert found.kinds["flash"]["count"] == {"now": 1, "before": 0, "change": None}
    assert found.kinds["total"]["count"] == {"now": 3, "before": 3, "change": 0.0}
    assert set(found.kinds) == {*IncidentKind, "total"}
    assert compare(county, unit="county").kinds["total"]["deaths"]["now"] == 4
    assert compare(county, unit="v1").kinds["total"]["count"]["now"] == 3, "with everything beneath"
    assert compare(county, category="fire").kinds["total"]["count"]["now"] == 0


def test_two_periods_of_ones_own(county: Engine) -> None:
    before = Period(date(2025, 8, 1), date(2025, 8, 31))
    assert compare(county, before=before).kinds["accident"]["deaths"] == {"now": 1, "before": 9, "change": -88.89}


def test_bad_periods_and_units_out_of_sight(county: Engine) -> None:
    with pytest.raises(Refused):
        compare(county, to_on=date(2025, 12, 31))
    with pytest.raises(Refused):
        compare(county, before=Period(date(2025, 2, 1), date(2025, 1, 1)))
    with pytest.raises(NotFound):
        compare(county, "stranger")


def test_the_same_day_of_the_year_before() -> None:
    assert a_year_before(date(2026, 3, 1)) == date(2025, 3, 1)
    assert a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert a_year_before(date(2025, 2, 28) + timedelta(days=1)) == date(2024, 3, 1)
