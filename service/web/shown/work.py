"""Campaigns, their tasks, and what is told of them."""

from datetime import date, datetime
from typing import Any

from service.web.shown.base import Shown


class Campaign(Shown):
    key: str
    version: int
    name: str
    owner: str
    basis: str
    parent: str | None
    from_on: date
    to_on: date
    state: str
    plan: int


class Activity(Shown):
    """`planned_until_at`: what opens up to then has its tasks; `stale`: the plan is being compared again."""

    key: str
    name: str
    kind: str
    within: str
    planned_until_at: datetime | None
    stale: bool
    retired: bool


class CampaignWhole(Shown):
    campaign: Campaign
    text: str
    activities: list[Activity]


class Checked(Shown):
    """A campaign file without a fault."""

    key: str
    name: str
    activities: int


class Foreseen(Shown):
    key: str
    unit: str
    activity: str
    name: str
    phase: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


class Counts(Shown):
    """Done is accepted, owed is what was not called off, `rate` the one of the other in percent."""

    owed: int
    done: int
    rate: float | None
    due_this_year: int
    done_this_year: int
    late: int
    overdue: int
    states: dict[str, int]


class Group(Shown):
    key: str
    name: str
    counts: Counts


class Progress(Shown):
    total: Counts
    groups: list[Group]


class Task(Shown):
    key: str
    version: int
    campaign: str
    activity: str
    unit: str
    kind: str
    phase: str
    planned_on: date
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    state: str
    assignee: str | None
    co_assignee: str | None
    submitted_at: datetime | None
    submitted_by: str | None
    accepted_at: datetime | None
    accepted_by: str | None
    name: str
    unit_name: str


class TaskInFull(Task):
    note: str
    reason: str


class Figure(Shown):
    name: str
    value: float


class Answer(Shown):
    item: str
    mark: str
    note: str


class Line(Shown):
    """A line of the journal."""

    id: int
    at: datetime
    by: str
    act: str
    subject: str
    reason: str


class TaskWhole(Shown):
    """`hazards` are the codes of what was found at it."""

    task: TaskInFull
    figures: list[Figure]
    answers: list[Answer]
    hazards: list[str]
    journal: list[Line]


class Event(Shown):
    key: str
    version: int
    name: str
    unit: str
    happened_at: datetime
    note: str


class Question(Shown):
    key: str
    text: str


class Checklist(Shown):
    key: str
    version: int
    name: str
    owner: str | None
    items: list[Question]


class Notice(Shown):
    key: str
    version: int
    kind: str
    subject: str
    recipient: str
    urgent: bool
    facts: dict[str, Any]
    state: str
    owed_at: datetime
    attempts: int
    channel: str
    answer: str
    delivered_at: datetime | None
    acknowledged_at: datetime | None
