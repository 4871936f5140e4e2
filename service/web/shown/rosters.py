"""Rosters, their versions with what was proven of them, their gaps and how fair they have been."""

from datetime import date, datetime

from service.web.shown.base import Shown


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
