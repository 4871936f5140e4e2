"""Cases: something overdue that climbs the chain of responsibility, along a ladder frozen when it began."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import CaseState, RungState


class Case(Row, table=True):
    """One thing that was missed, `key` = `case:<subject>[:<cycle>]`; while open, `attend_at` is its next instant.

    Acknowledging pauses it until `paused_until_at`; it ends when the subject is settled. After the last rung it repeats
    every `repeat_minutes`, or weekly where there are none, so that it never falls silent.
    """

    subject: str = Field(sa_type=Code, index=True)
    kind: str
    name: str = ""
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    policy: str = Field(default="", sa_type=Code)
    state: CaseState = Field(default=CaseState.open, sa_type=Word)
    began_at: datetime
    until_at: datetime | None = None
    rung: int = 0
    repeats: int = 0
    repeat_minutes: int | None = None
    acknowledged_by: str | None = Field(default=None, sa_type=Code)
    paused_until_at: datetime | None = None
    ended_at: datetime | None = None
    attend_at: datetime | None = None

    __table_args__ = (Index("ix_case_attend_at", "attend_at"),)


class CaseRung(Row, table=True):
    """One rung of a case's ladder, `key` = `<case>:<n>`: its true instant, and the one at which it was taken."""

    case: str = Field(sa_type=Code, foreign_key="case.key", index=True)
    place: int
    due_at: datetime
    taken_at: datetime | None = None
    level: int = 0
    of_parent: bool = False
    person: str | None = Field(default=None, sa_type=Code)
    co_person: str | None = Field(default=None, sa_type=Code)
    state: RungState = Field(default=RungState.waiting, sa_type=Word)
    reason: str = ""
