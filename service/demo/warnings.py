"""What comes suddenly in the sample town: warnings that villages acknowledge, incidents that are reported upward."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import AlertReceipt, DutyTable, IncidentReport, Unit
from models.kinds import DutyTableState, ReportSeries
from service import store
from service.alerts import acts as alerts
from service.alerts import receipts as alert_receipts
from service.demo import facts
from service.demo.diary import Act, Diary
from service.demo.founding import TOWN
from service.duty import tables
from service.incidents import opening as incident_opening
from service.incidents import upward as incident_upward

COUNTY = "JY001"
SOON = timedelta(minutes=15)
PUT_UP_AFTER = timedelta(hours=4)


class Warnings:
    """Enters what the notes tell, each thing so many days and hours before now."""

    def __init__(self, diary: Diary) -> None:
        self.diary, self.crew = diary, diary.crew
        self._seen: set[str] = set()

    def tell(self, now: datetime) -> None:
        for one in facts.noted("warnings")["alerts"]:
            self.diary.enter(now - timedelta(hours=one["hours"]), "alert", self.warn(one))
        for one in facts.noted("warnings")["incidents"]:
            self.diary.enter(now - timedelta(hours=one["hours"]), "incident", self.befall(one))

    def warn(self, one: dict[str, Any]) -> Act:
        """A warning goes out; most villages acknowledge it within the half hour, some do not."""
        leader = self.diary.people[self.crew.leaders[0]]

        def act(session: Session, now: datetime) -> None:
            told = {name: one[name] for name in ("title", "text", "level")}
            key = alerts.broadcast(session, leader, now=now, unit=TOWN, kinds=["village"], **told)
            rows = select(col(AlertReceipt.unit), col(AlertReceipt.person)).where(col(AlertReceipt.alert) == key)
            silent = set(one.get("silent", ()))
            for unit, person in session.execute(rows.order_by(col(AlertReceipt.unit))):
                if unit not in silent:
                    after = timedelta(minutes=Random(f"{self.diary.seed} {key} {unit}").randint(2, 25))
                    self.diary.enter(now + after, key, self.has_it(key, unit, person))
            if "ended_after" in one:
                at = now + timedelta(hours=one["ended_after"])
                self.diary.enter(at, key, lambda session, now: alerts.end(session, leader, key, now=now))

        return act

    def has_it(self, key: str, unit: str, person: str | None) -> Act:
        actor = self.diary.people[person or self.crew.coordinator]
        return lambda session, now: alert_receipts.acknowledge(session, actor, key, unit, now=now)

    def befall(self, one: dict[str, Any]) -> Act:
        """Something happens, is entered, and is reported up from office to office in time."""
        inspector = self.diary.people[self.crew.inspectors[0]]
        told = {name: value for name, value in one.items() if name not in ("hours", "known_after")}

        def act(session: Session, now: datetime) -> None:
            known_at = now - timedelta(minutes=10)
            key = incident_opening.report(
                session, inspector, now=now, happened_at=known_at - timedelta(minutes=one["known_after"]),
                known_at=known_at, **told,
            )  # fmt: skip
            rows = select(col(IncidentReport.key), col(IncidentReport.series), col(IncidentReport.owed_at))
            rows = rows.add_columns(col(IncidentReport.place), col(Unit.path)).join(
                Unit, col(IncidentReport.from_unit) == col(Unit.key)
            )
            made = col(IncidentReport.made_at).is_(None)
            rows = rows.where(col(IncidentReport.incident) == key, made)
            for row in session.execute(rows.order_by(col(IncidentReport.place), col(IncidentReport.key))):
                first = row.series == ReportSeries.first
                at = now + row.place * SOON if first else row.owed_at + row.place * SOON
                who = self.crew.leaders[0] if f"/{TOWN}/" in row.path else COUNTY
                self.diary.enter(at, row.key, self.report_up(key, row.key, who))

        return act

    def report_up(self, key: str, owed: str, who: str) -> Act:
        actor = self.diary.people[who]
        words = "已组织处置，现场秩序正常，后续情况续报"
        return lambda session, now: incident_upward.report_up(session, actor, key, owed, now=now, text=words)

    def look_around(self, now: datetime) -> None:
        """Duty tables that holidays ask for are put up on the day they are owed."""
        with store.reading(self.diary.engine) as session:
            rows = select(col(DutyTable.key)).where(col(DutyTable.state) == DutyTableState.owed)
            found = [
                key for key in session.execute(rows.order_by(col(DutyTable.key))).scalars() if key not in self._seen
            ]
        coordinator = self.diary.people[self.crew.coordinator]
        for key in found:
            self._seen.add(key)

            def put_up(session: Session, now: datetime, key: str = key) -> None:
                tables.put_up(session, coordinator, key, "printed", now=now)

            self.diary.enter(now + PUT_UP_AFTER, key, put_up)
