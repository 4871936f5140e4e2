"""The auditor finds reports upward and warned units that nobody sees to."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from models import Alert, Case, IncidentReport
from service import auditor, store, sweeps
from service.alerts import acts as alerts
from service.incidents import acts as incidents
from service.rules.steps import change
from tests.service.hazard_worlds import act, found
from tests.service.worlds import at, row, write

NOW = at("2026-03-02 08:00")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def county(engine: Engine) -> Engine:
    return found(engine)


def broken(engine: Engine, now: object) -> set[str]:
    with store.reading(engine) as session:
        found = {one.check for one in auditor.audit(session, now) if not one.well}  # type: ignore[arg-type]
    return found & {"reports", "alerts", "cases"}


def test_a_report_that_nobody_asks_for(county: Engine) -> None:
    given = {"unit": "e1", "kind": "accident", "description": "爆燃", "happened_at": NOW, "now": NOW}
    key = act(county, incidents.report, "inspector", **given)
    first, second = f"incident:{key}:first:1", f"incident:{key}:first:2"
    assert broken(county, NOW + HOUR) == set()
    assert broken(county, NOW + HOUR + 11 * MINUTE) == {"reports"}, "no sweep has come by"
    sweeps.sweep(county, NOW + HOUR, only=("incidents", "cases"))
    assert broken(county, NOW + HOUR) == set(), "their cases have them"
    write(county, change(Case, f"case:{first}", 2, "lost", {"state": "ended", "attend_at": None}))
    assert broken(county, NOW + HOUR) == {"reports"}
    act(county, incidents.report_up, "boss", key, first, now=NOW + HOUR)
    assert broken(county, NOW + HOUR) == set()
    write(county, change(Case, f"case:{second}", 2, "lost", {"attend_at": None}))
    assert broken(county, NOW + HOUR) == {"cases"}
    act(county, incidents.close, "leader", key, now=NOW + HOUR, reason="处置完毕")
    assert broken(county, NOW + timedelta(days=1)) == set()


def test_a_clock_that_runs_and_is_looked_at_by_nobody(county: Engine) -> None:
    given = {"unit": "town", "kind": "flash", "description": "漫堤", "happened_at": NOW, "now": NOW}
    key = act(county, incidents.report, "coord", **given)
    one = row(county, IncidentReport, f"incident:{key}:first:1")
    write(county, change(IncidentReport, one.key, one.version, "lost", {"attend_at": None}))
    assert broken(county, NOW) == {"reports"}
    write(county, change(IncidentReport, one.key, one.version + 1, "waits", {"after_place": 9}))
    assert broken(county, NOW) == set(), "what waits for another report is looked at when that is made"


def test_a_warned_unit_that_nobody_chases(county: Engine) -> None:
    given = {"unit": "town", "kinds": ["village"], "title": "暴雨", "text": "转移", "now": NOW}
    key = act(county, alerts.broadcast, "coord", **given)
    receipt = f"alert:{key}:v1"
    assert broken(county, NOW) == set()
    alert = row(county, Alert, key)
    write(county, change(Alert, key, alert.version, "lost", {"attend_at": None}))
    assert broken(county, NOW) == {"alerts"}, "its sender would hear of nobody"
    write(county, change(Alert, key, alert.version + 1, "found", {"attend_at": NOW + HOUR}))
    write(county, change(Case, f"case:{receipt}", 1, "lost", {"state": "ended", "attend_at": None}))
    assert broken(county, NOW) == {"alerts"}
    act(county, alerts.acknowledge, "grid", key, "v1", now=NOW)
    assert broken(county, NOW) == set()
