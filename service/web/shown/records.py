"""Meetings, letters, documents, stores, teams, lists, projects and duties counted, as they go out."""

from datetime import date, datetime

from service.web.shown.base import Shown
from service.web.shown.ledger import Evidence
from service.web.shown.work import Line


class Meeting(Shown):
    """A meeting or study task; `held_at` and the minutes are null before anything was said of it."""

    key: str
    kind: str
    unit: str
    unit_name: str
    name: str
    state: str
    opens_at: datetime
    due_at: datetime
    held_at: datetime | None
    place: str | None
    minutes_due_at: datetime | None
    minutes_at: datetime | None


class MeetingTask(Shown):
    key: str
    version: int
    kind: str
    unit: str
    unit_name: str
    name: str
    state: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    assignee: str | None
    co_assignee: str | None


class MeetingSaid(Shown):
    """`version` is 0 before anything was said of the meeting."""

    version: int
    agenda: str
    place: str
    held_at: datetime | None
    minutes_due_at: datetime | None
    minutes_at: datetime | None
    minutes_by: str | None


class Attendance(Shown):
    """The number at the end of `key` marks them."""

    key: str
    version: int
    person: str | None
    name: str
    party: str
    mark: str
    marked_at: datetime | None
    marked_by: str | None
    reason: str


class MeetingWhole(Shown):
    task: MeetingTask
    meeting: MeetingSaid
    minutes: str
    attendance: list[Attendance]
    figures: dict[str, int]
    missing_parties: list[str]
    journal: list[Line]


class Letter(Shown):
    """One version of a letter's text."""

    key: str
    version: int
    activity: str
    year: int
    number: int
    title: str
    text: str
    made_at: datetime
    made_by: str


class Signature(Shown):
    key: str
    task: str
    letter: str
    unit: str
    person: str
    name: str
    text: str
    sha256: str
    signed_at: datetime


class ToSign(Shown):
    """The text as it would be signed, or was; `mine`: the caller is who is asked to."""

    task: str
    version: int
    state: str
    unit: str
    unit_name: str
    letter: str
    title: str
    text: str
    sha256: str
    mine: bool
    signature: Signature | None


class Owing(Shown):
    """One unit's letter: `lacking` until it is handed in, `signed` where that was done here."""

    key: str
    unit: str
    unit_name: str
    state: str
    assignee: str | None
    submitted_at: datetime | None
    signed: bool
    lacking: bool


class Coverage(Shown):
    """`rate` is filed / owed, null where nothing is owed."""

    owed: int
    filed: int
    signed: int
    rate: float | None
    units: list[Owing]


class Document(Shown):
    key: str
    version: int
    unit: str
    unit_name: str
    kind: str
    title: str
    keeper: str | None
    revised_on: date
    next_revision_on: date | None
    due_at: datetime | None
    retired_on: date | None
    note: str


class Revision(Shown):
    key: str
    number: int
    revised_on: date
    next_revision_on: date | None
    note: str
    made_at: datetime
    made_by: str


class DocumentWhole(Shown):
    document: Document
    revisions: list[Revision]
    evidence: list[Evidence]
    journal: list[Line]


class Item(Shown):
    """`expiry_due_at`: when it counts as expired; `short_due_at`: until when too small a stock must be made up."""

    key: str
    version: int
    unit: str
    unit_name: str
    name: str
    spec: str
    place: str
    unit_word: str
    quantity: float
    minimum: float
    expires_on: date | None
    keeper: str | None
    takes: int
    counted_at: datetime
    expiry_due_at: datetime | None
    short_since_at: datetime | None
    short_due_at: datetime | None
    gone_on: date | None


class Take(Shown):
    key: str
    number: int
    before: float
    quantity: float
    expires_on: date | None
    note: str
    counted_at: datetime
    counted_by: str


class ItemWhole(Shown):
    item: Item
    takes: list[Take]
    journal: list[Line]


class Member(Shown):
    key: str
    version: int
    unit: str
    unit_name: str
    role: str
    person: str
    name: str
    mobile: str
    from_on: date
    until_on: date | None
    reason: str


class Gap(Shown):
    unit: str
    unit_name: str
    role: str


class UnitList(Shown):
    key: str
    version: int
    tag: str
    name: str
    owner: str
    basis: str


class UnitListCounted(UnitList):
    """`units`: how many in sight stand on it on the day asked for."""

    units: int


class Listed(Shown):
    key: str
    version: int
    unit: str
    unit_name: str
    from_on: date
    until_on: date | None
    reason: str
    until_reason: str


class Project(Shown):
    key: str
    version: int
    unit: str
    unit_name: str
    name: str
    kind: str
    event: str
    registered_at: datetime
    began_at: datetime | None
    began_by: str | None
    note: str


class Gate(Shown):
    """`planned` is false where no plan asks for a meeting: the gate stays shut then, too."""

    may_begin: bool
    planned: bool
    waiting: list[str]


class GateMeeting(Shown):
    key: str
    state: str
    opens_at: datetime
    due_at: datetime
    submitted_at: datetime | None
    name: str


class ProjectWhole(Shown):
    project: Project
    gate: Gate
    meetings: list[GateMeeting]
    journal: list[Line]


class DutyCount(Shown):
    role: str
    day_class: str
    person: str
    name: str
    watches: int


class DutyTotal(Shown):
    role: str
    day_class: str
    watches: int
    people: int


class DutyCounts(Shown):
    from_on: date
    to_on: date
    people: list[DutyCount]
    totals: list[DutyTotal]
