"""The ledger of hazards, what follows from it, and how people are reached."""

from datetime import date, datetime

from service.web.shown.base import Shown
from service.web.shown.work import Line


class Hazard(Shown):
    """`overdue`: not closed, and due before now."""

    key: str
    version: int
    campaign: str | None
    task: str | None
    unit: str
    unit_name: str
    place: str
    description: str
    category: str
    level: str
    mode: str
    source: str
    rank: int | None
    found_on: date
    found_by: str
    state: str
    cycle: int
    responsible: str | None
    responsible_unit: str | None
    due_at: datetime
    supervisor: str | None
    supervised_on: date | None
    delisted_on: date | None
    closed_at: datetime | None
    overdue: bool


class HazardInFull(Hazard):
    measures: str
    funds_yuan: int | None
    contingency: str
    approved_by: str | None
    reason: str
    note: str


class Cycle(Shown):
    """One time round; `first_due_at` is never overwritten."""

    key: str
    cycle: int
    found_on: date
    first_due_at: datetime
    due_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    rectified: str
    rejections: int
    accepted_at: datetime | None
    accepted_by: str | None
    closed_at: datetime | None
    closed_in_time: bool | None


class Extension(Shown):
    key: str
    cycle: int
    from_at: datetime
    to_at: datetime
    reason: str
    approved_by: str
    approved_at: datetime


class Recheck(Shown):
    key: str
    version: int
    hazard: str
    campaign: str | None
    unit: str
    cycle: int
    opens_at: datetime
    due_at: datetime
    state: str
    result: str | None
    assignee: str | None
    co_assignee: str | None
    done_at: datetime | None
    done_by: str | None
    note: str
    reason: str


class RecheckListed(Recheck):
    description: str
    unit_name: str


class Enforcement(Shown):
    key: str
    version: int
    hazard: str | None
    unit: str
    kind: str
    on: date
    amount_yuan: int
    points: int
    goods: str
    document: str
    people: int
    note: str
    by: str


class Evidence(Shown):
    """`sha256` is that of the photo as it is kept; empty for a note."""

    key: str
    subject: str
    cycle: int
    stage: str
    media_type: str
    sha256: str
    size: int
    note: str
    made_at: datetime
    made_by: str


class Case(Shown):
    """While it is open, `attend_at` is its next instant."""

    key: str
    version: int
    subject: str
    kind: str
    name: str
    unit: str
    policy: str
    state: str
    began_at: datetime
    until_at: datetime | None
    rung: int
    repeats: int
    acknowledged_by: str | None
    paused_until_at: datetime | None
    ended_at: datetime | None
    attend_at: datetime | None


class Rung(Shown):
    """`due_at` is its true instant, `taken_at` the one at which it was really taken."""

    place: int
    due_at: datetime
    taken_at: datetime | None
    level: int
    of_parent: bool
    state: str
    person: str | None
    co_person: str | None
    reason: str
    name: str | None


class CaseWhole(Shown):
    case: Case
    rungs: list[Rung]
    journal: list[Line]


class HazardWhole(Shown):
    hazard: HazardInFull
    cycles: list[Cycle]
    extensions: list[Extension]
    rechecks: list[Recheck]
    enforcement: list[Enforcement]
    evidence: list[Evidence]
    cases: list[Case]
    journal: list[Line]


class RecheckWhole(Shown):
    recheck: RecheckListed
    evidence: list[Evidence]
    journal: list[Line]


class Drawn(Shown):
    """A draw that anybody can repeat, and the codes it drew."""

    key: str
    campaign: str
    from_on: date
    to_on: date
    share: float
    seed: int
    population: int
    size: int
    drawn_at: datetime | None
    hazards: list[str]


class Channel(Shown):
    """`shown` is the address without its secrets; `refused` what it said when it refused for good."""

    key: str
    version: int
    person: str | None
    unit: str | None
    kind: str
    shown: str
    rank: int
    refused: str


class Tried(Shown):
    """What a channel truly answered to a test."""

    outcome: str
    code: str
    text: str
    retry_after: float | None


class Taken(Shown):
    """`made`: by this call, and not by one before."""

    code: str
    made: bool


class Receipt(Shown):
    """What a public report can be followed with; it is shown once and kept nowhere."""

    receipt: str


class Followed(Shown):
    code: str
    state: str
    found_on: date
    closed_at: datetime | None


class Contact(Shown):
    contact: str
