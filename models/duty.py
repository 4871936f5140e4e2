"""Duty: rosters, their versions and turns, the watches that people really keep, and what happens in them."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import DutyTableState, SwapState, VersionState, WatchState


class Roster(Row, table=True):
    """A duty that is kept: roles, needs, members and fairness weights stand in `text`, the roster's file as it came."""

    name: str
    owner: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    text: str
    phone: str = ""
    note: str = ""
    drafted_ahead_days: int = 30
    checks_a_week: int = 0
    retired: bool = False
    attend_at: datetime | None = Field(default=None, index=True)


class RosterMember(Row, table=True):
    """A person is on a roster in a role, `key` = `<roster>:<role>:<person>`; `joined_on` None: from its beginning.

    Who joins later owes nothing of what was served before.
    """

    roster: str = Field(sa_type=Code, foreign_key="roster.key", index=True)
    role: str
    person: str = Field(sa_type=Code, foreign_key="person.key", index=True)
    joined_on: date | None = None


class Absence(Row, table=True):
    """A person is away from `from_on` to `to_on`, both included; `key` = `<person>:<from_on>`."""

    person: str = Field(sa_type=Code, foreign_key="person.key", index=True)
    from_on: date
    to_on: date
    reason: str = ""


class Wish(Row, table=True):
    """A person would rather (or rather not) serve on a day; the weight says how much it counts."""

    person: str = Field(sa_type=Code, foreign_key="person.key", index=True)
    on: date
    want: bool = False
    weight: int = 1


class RosterVersion(Row, table=True):
    """One plan for a stretch of days, `key` = `<roster>:<n>`: drafted, published, superseded; with its proof."""

    roster: str = Field(sa_type=Code, foreign_key="roster.key", index=True)
    number: int
    from_on: date
    to_on: date
    state: VersionState = Field(default=VersionState.draft, sa_type=Word)
    objective: float | None = None
    bound: float | None = None
    bound_source: str = ""
    proof: str = ""
    drafted_at: datetime
    published_at: datetime | None = None
    published_by: str | None = Field(default=None, sa_type=Code)
    reason: str = ""


class Turn(Row, table=True):
    """One seat of a version, `key` = `<roster>:<n>:<date>:<watch>:<role>:<place>`; a hand edit carries its reason."""

    version_key: str = Field(sa_type=Code, foreign_key="rosterversion.key", index=True)
    slot: str = Field(sa_type=Code)
    on: date
    watch: str
    role: str
    place: int
    person: str | None = Field(default=None, sa_type=Code)
    by_hand: bool = False
    reason: str = ""


class Watch(Row, table=True):
    """One seat in one watch, `key` = `<roster>:<date>:<watch>:<role>:<place>`: whose turn it was and who serves.

    `sequence` counts the changes that a calendar must hear of. A swap or a substitute changes `served_by` and never
    `turn_of`, so that it neither costs nor gives anyone a turn.
    """

    roster: str | None = Field(default=None, sa_type=Code, foreign_key="roster.key")
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    on: date | None = None
    watch: str = ""
    role: str
    place: int = 1
    starts_at: datetime
    ends_at: datetime
    turn_of: str | None = Field(default=None, sa_type=Code)
    served_by: str | None = Field(default=None, sa_type=Code)
    state: WatchState = Field(default=WatchState.published, sa_type=Word)
    sequence: int = 0
    changed_at: datetime | None = None
    confirmed_at: datetime | None = None
    checked_in_at: datetime | None = None
    handed_over_at: datetime | None = None
    cancelled_at: datetime | None = None
    reason: str = ""
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_watch_unit_starts_at", "unit", "starts_at"),
        Index("ix_watch_roster_starts_at", "roster", "starts_at"),
        Index("ix_watch_served_by_starts_at", "served_by", "starts_at"),
        Index("ix_watch_attend_at", "attend_at"),
    )


class Swap(Row, table=True):
    """Somebody asks that another serve a watch, perhaps for one of theirs; `key` = `<watch>:<n>`."""

    watch: str = Field(sa_type=Code, foreign_key="watch.key", index=True)
    in_return: str | None = Field(default=None, sa_type=Code)
    asked_by: str = Field(sa_type=Code)
    asked_of: str = Field(sa_type=Code, index=True)
    state: SwapState = Field(default=SwapState.asked, sa_type=Word)
    asked_at: datetime
    answered_at: datetime | None = None
    answered_by: str | None = Field(default=None, sa_type=Code)
    reason: str = ""


class DutyLog(Row, table=True):
    """One line of the duty log, `key` = `<watch>:<n>`; an open matter goes to the next watch until it is settled."""

    watch: str = Field(sa_type=Code, foreign_key="watch.key", index=True)
    at: datetime
    by: str = Field(sa_type=Code)
    text: str
    matter: bool = False
    settled_at: datetime | None = None
    settled_by: str | None = Field(default=None, sa_type=Code)


class DutyTable(Row, table=True):
    """A holiday's duty table that must be up five days before, `key` = `<roster>:table:<first day off>`.

    Made three days before it is due; done once somebody has printed, posted or sent it, missed when its day is over.
    """

    roster: str = Field(sa_type=Code, foreign_key="roster.key", index=True)
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    from_on: date
    to_on: date
    due_at: datetime
    state: DutyTableState = Field(default=DutyTableState.owed, sa_type=Word)
    how: str = ""
    done_at: datetime | None = None
    done_by: str | None = Field(default=None, sa_type=Code)
    note: str = ""
    attend_at: datetime | None = Field(default=None, index=True)


class PresenceDraw(Row, table=True):
    """One draw of presence checks, `key` = `<roster>:draw:<first day>`: enough to draw it again and see it was fair."""

    roster: str = Field(sa_type=Code, foreign_key="roster.key", index=True)
    from_on: date
    to_on: date
    seed: int
    population: int
    size: int
    drawn_at: datetime


class PresenceCheck(Row, table=True):
    """A random check that somebody is at the post (查岗), `key` = `<watch>:check:<n>`, drawn by a seeded choice."""

    watch: str = Field(sa_type=Code, foreign_key="watch.key", index=True)
    draw: str | None = Field(default=None, sa_type=Code, index=True)
    seed: int
    due_at: datetime
    made_at: datetime | None = None
    made_by: str | None = Field(default=None, sa_type=Code)
    present: bool | None = None
    note: str = ""
    attend_at: datetime | None = Field(default=None, index=True)


class Feed(Row, table=True):
    """A calendar address, `key` = SHA-256 of its secret: of a person, a roster or a unit, in the reader's language."""

    person: str | None = Field(default=None, sa_type=Code, foreign_key="person.key", index=True)
    roster: str | None = Field(default=None, sa_type=Code, foreign_key="roster.key", index=True)
    unit: str | None = Field(default=None, sa_type=Code, foreign_key="unit.key", index=True)
    made_by: str = Field(sa_type=Code)
    language: str = ""
    with_tasks: bool = False
    remind_minutes: int | None = None
    made_at: datetime
    revoked_at: datetime | None = None
