"""Duty: watches of a roster."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Code, Row


class Watch(Row, table=True):
    """One place in one watch, `key` = `<roster>:<date>:<watch>:<role>:<place>`: whose turn it was and who serves."""

    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    role: str
    starts_at: datetime
    ends_at: datetime
    turn_of: str | None = Field(default=None, sa_type=Code)
    served_by: str | None = Field(default=None, sa_type=Code)

    __table_args__ = (Index("ix_watch_unit_starts_at", "unit", "starts_at"),)
