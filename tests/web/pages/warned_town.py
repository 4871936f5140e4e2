"""A storm warning and an accident in the sample town, an hour before NOW: some villages silent, a report late."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, or_, select

from models import (
    Alert,
    AlertReceipt,
    AlertStep,
    Case,
    CaseRung,
    Incident,
    IncidentLine,
    IncidentReport,
    Notice,
)
from models.base import table_of
from service import store, sweeps
from service.access import SYSTEM, actor_for
from service.alerts import acts as alerts
from service.incidents import acts as incidents

TOWN, VILLAGE = "yanjing", "dunduntan"
ALERT, INCIDENT = "A-2026-000001", "I-2026-000001"


def quieten(engine: Engine) -> None:
    """Take the sample town's own warnings and incidents away, with all that was told of them: a town without any."""
    with engine.begin() as connection:
        for table in map(table_of, (Notice, CaseRung, Case)):
            about = (table.c.key.contains(f"{letter}-{year}-") for letter in "AI" for year in (2025, 2026))
            connection.execute(delete(table).where(or_(*about)))
        for table in map(table_of, (AlertReceipt, AlertStep, Alert, IncidentReport, IncidentLine, Incident)):
            connection.execute(delete(table))


def act(engine: Engine, verb: Any, who: str | None, *what: Any, **more: Any) -> Any:
    with store.transaction(engine) as session:
        return verb(session, actor_for(session, who) if who else SYSTEM, *what, **more)


def warn(engine: Engine, now: datetime, sender: str) -> None:
    """Warn the villages, have some acknowledge, report an accident and correct it; sweep every five minutes."""
    early = now - timedelta(minutes=70)
    given: dict[str, Any] = {
        "unit": TOWN, "kinds": ["village"], "title": "暴雨橙色预警", "level": "orange",
        "text": "预计未来三小时降雨量将达五十毫米以上。\n请立即转移危险区群众，每小时报告一次水情。",
    }  # fmt: skip
    act(engine, alerts.broadcast, sender, now=early, **given)
    with store.reading(engine) as session:
        rows = session.execute(select(table_of(AlertReceipt)).order_by(table_of(AlertReceipt).c.key)).all()
    for row in rows[2:]:
        act(engine, alerts.acknowledge, row.person, ALERT, row.unit, now=early + timedelta(minutes=3))
    accident = {
        "unit": VILLAGE, "kind": "accident", "category": "road", "description": "村道货车侧翻，两人受伤",
        "place": "村道三公里处", "happened_at": early - timedelta(minutes=20), "known_at": early, "injured": 2,
    }  # fmt: skip
    act(engine, incidents.report, sender, now=early + timedelta(minutes=1), **accident)
    act(
        engine,
        incidents.correct,
        sender,
        INCIDENT,
        now=now - timedelta(minutes=5),
        reason="一人不治",
        deaths=1,
        injured=1,
    )
    old = accident | {"happened_at": early - timedelta(days=400), "known_at": early - timedelta(days=400)}
    act(engine, incidents.report, sender, now=early + timedelta(minutes=2), **old)
    at = early
    while at <= now:
        sweeps.sweep(engine, at, only=("incidents", "alerts", "cases"))
        at += timedelta(minutes=5)
