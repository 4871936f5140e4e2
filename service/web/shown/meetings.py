"""Meetings and projects that call one, as they go out."""

from datetime import datetime

from service.web.shown.base import Shown
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
