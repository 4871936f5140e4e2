"""Incidents, their clocks and figures, and alerts with their receipts."""

from datetime import date, datetime

from service.web.shown.base import Shown
from service.web.shown.ledger import Case
from service.web.shown.work import Line


class Incident(Shown):
    """`overdue`: a report upward was due before now and is not made. `lines` counts what was said, first and anew."""

    key: str
    version: int
    unit: str
    unit_name: str
    kind: str
    category: str
    happened_at: datetime
    happened_on: date
    known_at: datetime
    place: str
    description: str
    deaths: int
    injured: int
    missing: int
    loss_yuan: int
    grade: str
    lines: int
    changes: int
    state: str
    reported_at: datetime
    reported_by: str
    ends_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    reason: str
    overdue: bool


class IncidentClocks(Shown):
    """The clocks that it began with."""

    basis: str
    office_minutes: int
    level_minutes: int
    phone_minutes: int | None
    levels: int | None
    changes_days: int


class IncidentLine(Shown):
    """What was said of it at an instant; a correction is a new line."""

    key: str
    nth: int
    at: datetime
    by: str
    reason: str
    kind: str
    category: str
    happened_at: datetime
    place: str
    description: str
    deaths: int
    injured: int
    missing: int
    loss_yuan: int


class UpwardReport(Shown):
    """One report owed upward; `standing` is waiting, owed, overdue, made, late or omitted."""

    key: str
    version: int
    series: str
    nth: int
    place: int
    form: str
    from_unit: str
    from_name: str
    to_unit: str
    to_name: str
    within_minutes: int
    owed_at: datetime
    due_at: datetime
    limit_at: datetime
    made_at: datetime | None
    made_by: str | None
    text: str
    standing: str


class IncidentWhole(Shown):
    incident: Incident
    clocks: IncidentClocks
    lines: list[IncidentLine]
    reports: list[UpwardReport]
    cases: list[Case]
    journal: list[Line]


class Period(Shown):
    from_on: date
    to_on: date


class Compared(Shown):
    """A count in two periods; `change` in percent, null where there was nothing before."""

    now: int
    before: int
    change: float | None


class Statistics(Shown):
    """Kind, and `total` → count, deaths, injured, missing, loss_yuan → the two periods."""

    unit: str
    category: str | None
    now: Period
    before: Period
    kinds: dict[str, dict[str, Compared]]


class NationalClock(Shown):
    unit: str | None
    kind: str
    category: str
    basis: str
    head_minutes: int | None
    office_minutes: int | None
    level_minutes: int | None
    phone_minutes: int | None
    levels: int | None
    changes_days: int | None


class IncidentClock(NationalClock):
    key: str
    version: int


class ClockTable(Shown):
    """What has been entered, and the national table beneath it."""

    items: list[IncidentClock]
    national: list[NationalClock]
    next: str | None


class Alert(Shown):
    key: str
    version: int
    unit: str
    unit_name: str
    kinds: list[str]
    tags: list[str]
    level: str
    title: str
    text: str
    made_at: datetime
    made_by: str
    units: int
    until_at: datetime | None
    state: str
    ended_at: datetime | None
    ended_by: str | None
    reason: str
    silent: int
    acknowledged: int


class AlertWhole(Shown):
    """`chase`: after how many minutes of silence the next level is told."""

    alert: Alert
    chase: list[int]
    journal: list[Line]


class Told(Shown):
    """One notice about a receipt: to whom, since when it was owed, and how it went."""

    kind: str
    recipient: str
    name: str | None
    owed_at: datetime
    state: str
    channel: str
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    attempts: int
    answer: str


class AlertReceipt(Shown):
    """One unit's receipt; `how`: link, by hand, or on behalf (then `entered_by` says by whom)."""

    key: str
    version: int
    unit: str
    unit_name: str
    person: str | None
    co_person: str | None
    via: str
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    entered_by: str | None
    how: str
    note: str
    told: list[Told]


class Reached(Shown):
    """Whom an alert would tell first at a unit."""

    unit: str
    people: list[str]
    via: str
