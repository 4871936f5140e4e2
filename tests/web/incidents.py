"""Incidents and alerts for the served town: an accident with its reports owed, one alert, a clock of the town's own."""

from datetime import timedelta

from sqlalchemy import Engine

from service.alerts import acts as alerts
from service.incidents import acts as incidents
from service.incidents import clocks as incident_clocks
from tests.web.house import MORNING
from tests.web.ledger import act

INCIDENT, NEAR, ALERT = "I-2026-000001", "I-2026-000002", "A-2026-000001"
UPWARD = f"incident:{INCIDENT}:first:1"
CLOCK = "town:flash:"


def happen(engine: Engine) -> None:
    """What there is to see and to act on at MORNING."""
    early = MORNING - timedelta(minutes=30)
    act(engine, incident_clocks.put, "coord", unit="town", kind="flash", phone_minutes=30)
    given = {"unit": "v1", "kind": "accident", "description": "沟渠坍塌", "happened_at": early, "injured": 1}
    act(engine, incidents.report, "staff", now=early, **given)
    act(engine, incidents.report, "inspector", now=early, **(given | {"kind": "near_miss", "injured": 0}))
    act(engine, alerts.broadcast, "coord", now=early, unit="town", kinds=["village"], title="暴雨预警", text="转移群众")
