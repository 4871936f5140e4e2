"""Watches and what people do about them: their log, swaps, presence checks, days away, wishes."""

from datetime import date, datetime

from service.web.shown.base import Shown
from service.web.shown.work import Line


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
