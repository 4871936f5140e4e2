"""Rosters, their versions and proofs, watches and what people do about them, calendar addresses."""

from datetime import date, datetime

from service.web.shown.base import Shown
from service.web.shown.work import Line


class Roster(Shown):
    key: str
    version: int
    name: str
    owner: str
    phone: str
    note: str
    drafted_ahead_days: int
    checks_a_week: int
    retired: bool


class RosterListed(Roster):
    unit_name: str


class Member(Shown):
    role: str
    person: str
    joined_on: date | None
    name: str


class RosterVersion(Shown):
    """`bound` is a number no plan can go below, `bound_source` says where it comes from, role by role."""

    key: str
    version: int
    roster: str
    number: int
    from_on: date
    to_on: date
    state: str
    objective: float | None
    bound: float | None
    bound_source: str
    drafted_at: datetime
    published_at: datetime | None
    published_by: str | None
    reason: str


class RosterWhole(Shown):
    roster: Roster
    text: str
    members: list[Member]
    versions: list[RosterVersion]


class Proof(Shown):
    """What the engine proved: spreads are highest less lowest, by role and kind of day."""

    status: str | None
    gap: float | None
    spread: dict[str, dict[str, int]] | None
    violations: list[str] | None
    contradictions: list[str] | None


class Seat(Shown):
    key: str
    slot: str
    on: date
    watch: str
    role: str
    place: int
    person: str | None
    by_hand: bool
    reason: str


class Weighed(Shown):
    """A draft as it stands now, hand edits included, judged apart from the engine."""

    objective: int
    spread: dict[str, dict[str, int]]
    broken: list[str]


class MovedSeat(Shown):
    slot: str
    on: date
    watch: str
    role: str
    place: int
    starts_at: datetime
    was: str | None
    now_by: str | None


class VersionWhole(Shown):
    """`moved` and `dropped`: what publishing the draft would change in the watches that stand."""

    version: RosterVersion
    proof: Proof
    seats: list[Seat]
    weighed: Weighed | None
    moved: list[MovedSeat]
    dropped: list[str]


class Edited(VersionWhole):
    """`newly_broken`: the rules that this edit broke, allowed with its reason."""

    newly_broken: list[str]


class Candidate(Shown):
    """`level` is what fairness counts of all watches, `kind_level` of those on such days."""

    person: str
    name: str
    breaks: list[str]
    level: int
    kind_level: int


class Gap(Shown):
    watch: str
    on: date
    role: str
    starts_at: datetime
    ends_at: datetime
    candidates: list[Candidate]


class Standing(Shown):
    role: str
    person: str
    name: str
    level: dict[str, int]
    turns: dict[str, int]
    served: dict[str, int]


class Watch(Shown):
    """`turn_of` is whose turn it was, `served_by` who serves; `sequence` counts what a calendar must hear of."""

    key: str
    version: int
    roster: str | None
    unit: str
    on: date | None
    watch: str
    role: str
    place: int
    starts_at: datetime
    ends_at: datetime
    turn_of: str | None
    served_by: str | None
    state: str
    sequence: int
    changed_at: datetime | None
    confirmed_at: datetime | None
    checked_in_at: datetime | None
    handed_over_at: datetime | None
    cancelled_at: datetime | None
    reason: str
    name: str
    unit_name: str
    person_name: str


class LogLine(Shown):
    key: str
    version: int
    watch: str
    at: datetime
    by: str
    text: str
    matter: bool
    settled_at: datetime | None
    settled_by: str | None


class Swap(Shown):
    key: str
    version: int
    watch: str
    in_return: str | None
    asked_by: str
    asked_of: str
    state: str
    asked_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    reason: str


class SwapDone(Shown):
    """`broken`: the rules that a planner let be broken with a reason."""

    swap: Swap
    broken: list[str]


class Check(Shown):
    """`draw` is the draw that chose it."""

    key: str
    version: int
    watch: str
    draw: str | None
    seed: int
    due_at: datetime
    made_at: datetime | None
    made_by: str | None
    present: bool | None
    note: str


class CheckDraw(Shown):
    """Seed, population and size: with them anybody can draw it again."""

    key: str
    roster: str
    from_on: date
    to_on: date
    seed: int
    population: int
    size: int
    drawn_at: datetime


class CheckDrawn(Shown):
    draw: CheckDraw
    checks: list[Check]


class WatchWhole(Shown):
    watch: Watch
    log: list[LogLine]
    matters: list[LogLine]
    swaps: list[Swap]
    checks: list[Check]
    journal: list[Line]


class WatchChanged(WatchWhole):
    """`broken`: the rules that a planner let be broken with a reason."""

    broken: list[str]


class Absence(Shown):
    key: str
    version: int
    person: str
    from_on: date
    to_on: date
    reason: str


class Wish(Shown):
    key: str
    version: int
    person: str
    on: date
    want: bool
    weight: int


class DutyTable(Shown):
    key: str
    version: int
    roster: str
    from_on: date
    to_on: date
    due_at: datetime
    state: str
    how: str
    done_at: datetime | None
    done_by: str | None
    note: str


class TableCell(Shown):
    """`watch` is the key of the watch; `person` null where nobody serves it."""

    person: str | None
    name: str
    post: str
    mobile: str
    watch: str


class TableRow(Shown):
    """A day of the table: `weekday` 1 is Monday; `label` the festival where it is one, `marks` what is said of it."""

    on: date
    weekday: int
    label: str
    day_class: str
    seats: dict[str, list[TableCell]]
    marks: list[str]


class Table(Shown):
    """A month of a roster as it hangs on the wall; `roles` are its columns in their order."""

    roster: str
    title: str
    unit: str
    phone: str
    note: str
    month: str
    roles: list[str]
    rows: list[TableRow]


class Feed(Shown):
    key: str
    version: int
    person: str | None
    roster: str | None
    unit: str | None
    made_by: str
    language: str
    with_tasks: bool
    remind_minutes: int | None
    made_at: datetime
    revoked_at: datetime | None


class FeedMade(Shown):
    """Told once: the address holds the secret. `qr` is an SVG of the `webcal` link."""

    feed: Feed
    url: str
    webcal: str
    qr: str
