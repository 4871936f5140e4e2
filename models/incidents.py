"""Incidents: accidents, dangers, near misses and disasters, their clocks, and what is owed upward about each."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import IncidentCategory, IncidentKind, IncidentState, ReportForm, ReportSeries


class IncidentClock(Row, table=True):
    """How fast a jurisdiction wants to be told, `key` = `<unit>:<kind>:<category>`; unit null: everywhere.

    `kind` and `category` empty: any. What a row leaves null, the next less particular row says, and in the end the
    national table of `rules.incidents`: `head_minutes` from the site to the head of the unit, `office_minutes` from
    there to the county, `level_minutes` for each level above, `phone_minutes` for a call ahead of the paper, `levels`
    how many levels up (null: all), `changes_days` for how long changes of casualties are reported.
    """

    unit: str | None = Field(default=None, sa_type=Code, foreign_key="unit.key", index=True)
    kind: str = Field(default="", sa_type=Code)
    category: str = Field(default="", sa_type=Code)
    basis: str = ""
    head_minutes: int | None = None
    office_minutes: int | None = None
    level_minutes: int | None = None
    phone_minutes: int | None = None
    levels: int | None = None
    changes_days: int | None = None


class Incident(Row, table=True):
    """Something that happened, `key` = its running number; the values here are those of its newest line.

    Its clocks are frozen in when it opens (`basis` and the minutes). `happened_on` is the day at the place. `grade` is
    what deaths, injured and loss make of it. `ends_at` is the end of the days in which changes are reported.
    """

    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    kind: IncidentKind = Field(sa_type=Word)
    category: IncidentCategory = Field(sa_type=Word)
    happened_at: datetime
    happened_on: date
    known_at: datetime
    place: str = ""
    description: str
    deaths: int = 0
    injured: int = 0
    missing: int = 0
    loss_yuan: int = Field(default=0, sa_type=BigInteger)
    grade: str = ""
    lines: int = 1
    changes: int = 0
    state: IncidentState = Field(default=IncidentState.open, sa_type=Word)
    reported_at: datetime
    reported_by: str = Field(sa_type=Code)
    basis: str = ""
    office_minutes: int = 0
    level_minutes: int = 0
    phone_minutes: int | None = None
    levels: int | None = None
    changes_days: int = 0
    ends_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = Field(default=None, sa_type=Code)
    reason: str = ""

    __table_args__ = (
        Index("ix_incident_unit_happened_on", "unit", "happened_on"),
        Index("ix_incident_happened_at_key", "happened_at", "key"),
        Index("ix_incident_kind_happened_on", "kind", "happened_on"),
    )


class IncidentLine(Row, table=True):
    """What was said of an incident at an instant, `key` = `<incident>:<n>`; corrections add lines."""

    incident: str = Field(sa_type=Code, foreign_key="incident.key", index=True)
    nth: int
    at: datetime
    by: str = Field(sa_type=Code)
    reason: str = ""
    kind: IncidentKind = Field(sa_type=Word)
    category: IncidentCategory = Field(sa_type=Word)
    happened_at: datetime
    place: str = ""
    description: str
    deaths: int = 0
    injured: int = 0
    missing: int = 0
    loss_yuan: int = Field(default=0, sa_type=BigInteger)


class IncidentReport(Row, table=True):
    """One report owed from a unit to the one above, `key` = `incident:<incident>:<series>:<place>[:phone]`.

    Its clock begins when the report at `after_place` is made (0: when the head of the unit knew) and runs
    `within_minutes`; `due_at` follows from that, `limit_at` is the latest if everybody before takes all the time there
    is, and never moves. Late and omitted are derived. `attend_at` is when the sweep must look, null once it is made or
    a case has it.
    """

    incident: str = Field(sa_type=Code, foreign_key="incident.key", index=True)
    series: ReportSeries = Field(sa_type=Word)
    nth: int = 0
    place: int
    form: ReportForm = Field(default=ReportForm.written, sa_type=Word)
    from_unit: str = Field(sa_type=Code, foreign_key="unit.key")
    to_unit: str = Field(sa_type=Code, foreign_key="unit.key")
    after_place: int = 0
    within_minutes: int
    owed_at: datetime
    due_at: datetime
    limit_at: datetime
    made_at: datetime | None = None
    made_by: str | None = Field(default=None, sa_type=Code)
    text: str = ""
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_incidentreport_attend_at", "attend_at"),
        Index("ix_incidentreport_from_unit_due_at", "from_unit", "due_at"),
    )
