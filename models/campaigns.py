"""Campaigns: the plan as it was written, its activities, and what their tasks ask for."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import ActivityKind, CampaignState


class Campaign(Row, table=True):
    """A dated drive over many units. What it asks is in its newest `CampaignPlan`; nothing of it is kept twice."""

    name: str
    owner: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    basis: str = ""
    parent: str | None = Field(default=None, sa_type=Code, foreign_key="campaign.key", index=True)
    from_on: date
    to_on: date
    state: CampaignState = Field(default=CampaignState.draft, sa_type=Word)
    plan: int = 1


class CampaignPlan(Row, table=True):
    """One version of a campaign's file, `key` = `<campaign>:<n>`; the text is kept as it came."""

    campaign: str = Field(sa_type=Code, foreign_key="campaign.key", index=True)
    number: int
    text: str
    applied_at: datetime
    applied_by: str = Field(sa_type=Code)


class Activity(Row, table=True):
    """How far an activity has been planned, `key` = `<campaign>:<activity>`.

    `planned_until_at`: every occurrence opening up to then has its tasks. `stale`: what has not opened must be compared
    with the plan again. `attend_at`: when the sweep must look next; null when nothing more is to come.
    """

    campaign: str = Field(sa_type=Code, foreign_key="campaign.key", index=True)
    name: str
    kind: ActivityKind = Field(sa_type=Word)
    within: str = Field(sa_type=Code, foreign_key="unit.key")
    planned_until_at: datetime | None = None
    stale: bool = True
    retired: bool = False
    attend_at: datetime | None = None

    __table_args__ = (Index("ix_activity_attend_at", "attend_at"),)


class Event(Row, table=True):
    """Something registered that triggers activities (`when: {event: NAME}`): a project about to start, an approval.

    `registered_at` is when it was entered: of two on one day the one that was entered first counts first, for ever.
    """

    name: str = Field(sa_type=Code, index=True)
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    happened_at: datetime
    registered_at: datetime | None = None
    note: str = ""


class Checklist(Row, table=True):
    name: str
    owner: str | None = Field(default=None, sa_type=Code, foreign_key="unit.key")


class ChecklistItem(Row, table=True):
    """One question of a checklist, `key` = `<checklist>:<place>`; answered pass, fail or n.a."""

    checklist: str = Field(sa_type=Code, foreign_key="checklist.key", index=True)
    place: int
    text: str
