"""Alerts: warnings to many units at once, each of which must acknowledge."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import AlertState, ReachedVia


class Alert(Row, table=True):
    """A warning (预警信息), `key` = its running number: to the units at `unit` and beneath, narrowed by kinds and tags.

    Those silent are chased by the steps frozen in `AlertStep`. `attend_at` is when its sender hears next who is silent,
    or when it ends by itself at `until_at`, the end of its validity, where one was given.
    """

    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    kinds: str = ""
    tags: str = ""
    level: str = ""
    title: str
    text: str
    made_at: datetime
    made_by: str = Field(sa_type=Code)
    units: int = 0
    until_at: datetime | None = None
    state: AlertState = Field(default=AlertState.open, sa_type=Word)
    ended_at: datetime | None = None
    ended_by: str | None = Field(default=None, sa_type=Code)
    reason: str = ""
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_alert_attend_at", "attend_at"),
        Index("ix_alert_made_at_key", "made_at", "key"),
        Index("ix_alert_unit_made_at", "unit", "made_at"),
    )


class AlertStep(Row, table=True):
    """After how many minutes of silence the next level is told, `key` = `<alert>:<n>`."""

    alert: str = Field(sa_type=Code, foreign_key="alert.key", index=True)
    place: int
    after_minutes: int


class AlertReceipt(Row, table=True):
    """That one unit has it, `key` = `alert:<alert>:<unit>`: who was told first, and who acknowledged, when and how.

    Those told later stand on the rungs of its case; what was sent to whom stands in the notices about it.
    """

    alert: str = Field(sa_type=Code, foreign_key="alert.key")
    unit: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    person: str | None = Field(default=None, sa_type=Code)
    co_person: str | None = Field(default=None, sa_type=Code)
    via: ReachedVia = Field(sa_type=Word)
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = Field(default=None, sa_type=Code)
    entered_by: str | None = Field(default=None, sa_type=Code)
    how: str = ""
    note: str = ""

    __table_args__ = (Index("ix_alertreceipt_alert_acknowledged_at", "alert", "acknowledged_at"),)
