"""Notices (promises to tell somebody), and the journal (who did what, when, why)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer
from sqlmodel import Field, SQLModel

from models.base import Code, Row, Word
from models.kinds import NoticeState


class Notice(Row, table=True):
    """A promise to tell `recipient`, kept until it is delivered; `key` = `<subject>:<kind>:<recipient>`, so only once.

    `facts` are what the words are made of when it is sent (never rendered text). `owed_at` is the true instant of its
    cause; `attend_at` is when a sender must look next, null once it has arrived or has been given up.
    """

    kind: str = Field(sa_type=Code)
    subject: str = Field(sa_type=Code, index=True)
    recipient: str = Field(sa_type=Code)
    urgent: bool = False
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: NoticeState = Field(default=NoticeState.owed, sa_type=Word)
    owed_at: datetime
    attend_at: datetime | None = None
    attempts: int = 0
    claim: str = ""
    channel: str = ""
    answer: str = ""
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None

    __table_args__ = (
        Index("ix_notice_attend_at", "attend_at"),
        Index("ix_notice_recipient_owed_at", "recipient", "owed_at"),
        Index("ix_notice_owed_at_key", "owed_at", "key"),
    )


class Allowance(Row, table=True):
    """What one address has lately been sent, `key` = a hash of it: shared by all senders, so that none exceeds it.

    `sent` are the instants of the last minute's messages in milliseconds; the channel itself may have asked for a
    pause until `blocked_until_at`.
    """

    sent: list[int] = Field(default_factory=list, sa_type=JSON)
    blocked_until_at: datetime | None = None


class Journal(SQLModel, table=True):
    """One line for every step applied: `by` did `act` to `subject` at `at`, because of `reason`."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    at: datetime
    by: str = Field(sa_type=Code)
    act: str = Field(sa_type=Code)
    subject: str = Field(sa_type=Code, index=True)
    reason: str = ""


class Pulse(Row, table=True):
    """When each sweep last ran to its end; what `/readyz` and `doctor` read."""

    swept_at: datetime


class Answered(Row, table=True):
    """What a POST with an Idempotency-Key was answered, so that the same call again gets the same answer."""

    request_hash: str
    status: int
    body: str
    made_at: datetime = Field(index=True)
