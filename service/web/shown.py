"""What goes out, described for whoever calls: the answers themselves are made from rows and never pass through here."""

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")


class Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Listing(Shown, Generic[Item]):
    """A page; `next` is the `after` of the one that follows, null at the end."""

    items: list[Item]
    next: str | None


class Alive(Shown):
    alive: bool


class Ready(Shown):
    ready: bool
    database: bool
    migrations: bool
    sweep: bool


class Made(Shown):
    key: str


class Role(Shown):
    role: str
    path: str


class Me(Shown):
    """Who calls, and the roles they hold now (a token's are never more than its own)."""

    person: str
    holds: list[Role]


class Signed(Shown):
    person: str
    must_change: bool
    expires_at: datetime


class Token(Shown):
    key: str
    version: int
    person: str
    role: str
    unit: str
    label: str
    expires_at: datetime | None
    revoked_at: datetime | None


class Secret(Shown):
    """A new token, in the only moment that it can be read."""

    token: str


class Grant(Shown):
    key: str
    version: int
    person: str
    role: str
    unit: str


class Unit(Shown):
    key: str
    version: int
    name: str
    parent: str | None
    path: str
    kind: str
    sector: str
    risk: str
    address: str
    phone: str
    zone: str
    closed_on: date | None
    tags: list[str]


class Person(Shown):
    key: str
    version: int
    name: str
    unit: str
    post: str
    mobile: str
    email: str
    wecom: str
    language: str
    left_on: date | None


class Holder(Shown):
    person: str
    name: str
    post: str
    mobile: str


class Level(Shown):
    """`inherited_from`: the unit above that names them; null where this one does."""

    level: int
    people: list[Holder]
    inherited_from: str | None
    version: int


class Fault(Shown):
    field: str
    reason: str


class Imported(Shown):
    """What a sheet came to; `refused` and `faults` are filled by a dry run, an import with a fault is refused whole."""

    read: int
    made: int
    changed: int
    unchanged: int
    removed: int
    refused: int
    faults: list[Fault]


class Day(Shown):
    """`provisional`: the holiday notice of the year is not out yet."""

    on: date
    day_class: str = Field(alias="class")
    festival: str | None
    working: bool
    provisional: bool


class Notified(Shown):
    """A year's holiday notice as it was entered; `unnamed` are the festivals that it says nothing of."""

    year: int
    title: str
    days: int
    unnamed: list[str]


class Season(Shown):
    key: str
    version: int
    kind: str
    name: str
    unit: str | None
    from_on: date
    to_on: date


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
    task: TaskInFull
    figures: list[Figure]
    answers: list[Answer]
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
