"""Hazards: the ledger, its cycles, the rechecks of what was closed, and what was enforced."""

from datetime import date, datetime

from sqlalchemy import JSON, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from models.base import Code, Row, Word
from models.kinds import (
    EnforcementKind,
    HazardLevel,
    HazardMode,
    HazardSource,
    HazardState,
    RecheckResult,
    RecheckState,
)

OPEN = text("state IN ('registered', 'assigned', 'rectifying', 'submitted')")
CLOSED = text("closed_at IS NOT NULL")
AGAIN = text("cycle > 1")
WAITING = text("state IN ('planned', 'open', 'missed')")
ASKED = ("unit", "state", "level", "source", "mode", "campaign")


class Hazard(Row, table=True):
    """Something that may lead to an accident; `key` is its code in the ledger.

    `state` and the dates here are those of the current `cycle`; every cycle keeps its own in `HazardCycle`. The five
    assurances of a major one are `responsible`, `measures`, `funds_yuan`, `due_at` and `contingency`.
    """

    campaign: str | None = Field(default=None, sa_type=Code, foreign_key="campaign.key")
    task: str | None = Field(default=None, sa_type=Code, index=True)
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    place: str = ""
    description: str
    category: str = ""
    level: HazardLevel = Field(sa_type=Word)
    mode: HazardMode = Field(sa_type=Word)
    source: HazardSource = Field(sa_type=Word)
    rank: int | None = None
    found_on: date
    found_by: str = Field(default="", sa_type=Code)
    state: HazardState = Field(default=HazardState.registered, sa_type=Word)
    cycle: int = 1
    responsible: str | None = Field(default=None, sa_type=Code)
    responsible_unit: str | None = Field(default=None, sa_type=Code)
    measures: str = ""
    funds_yuan: int | None = None
    contingency: str = ""
    due_at: datetime
    supervisor: str | None = Field(default=None, sa_type=Code)
    supervised_on: date | None = None
    delisted_on: date | None = None
    approved_by: str | None = Field(default=None, sa_type=Code)
    closed_at: datetime | None = None
    reason: str = ""
    note: str = ""
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_hazard_attend_at", "attend_at"),
        Index("ix_hazard_unit_found_on", "unit", "found_on"),
        Index("ix_hazard_state_due_at", "state", "due_at"),
        Index("ix_hazard_level_found_on_key", "level", "found_on", "key"),
        Index("ix_hazard_rank_key", "rank", "key"),
        Index("ix_hazard_responsible", "responsible"),
        Index("ix_hazard_responsible_unit", "responsible_unit"),
        Index("ix_hazard_found_by", "found_by"),
        Index("ix_hazard_supervisor", "supervisor"),
        Index("ix_hazard_source", "source"),
        Index("ix_hazard_mode", "mode"),
        # the ledger's two long walks: what a row may be passed over for stands in the index itself
        Index("ix_hazard_by_found", "found_on", "key", *ASKED, "due_at", "cycle"),
        Index("ix_hazard_by_due", "due_at", "key", *ASKED, "found_on"),
        # a campaign's figures are counted from this and the one of the times round alone
        Index("ix_hazard_campaign_key", "campaign", "key", "state", "level", "rank", "unit"),
        # the board counts from these alone: by level and state, what came back, is open, was closed in a month
        Index("ix_hazard_unit_level_state", "unit", "level", "state"),
        Index("ix_hazard_again", "key", postgresql_where=AGAIN, sqlite_where=AGAIN),
        Index(
            "ix_hazard_open", "unit", "level", "state", "due_at", "found_on", postgresql_where=OPEN, sqlite_where=OPEN
        ),
        Index("ix_hazard_closed", "closed_at", "unit", "state", "cycle", postgresql_where=CLOSED, sqlite_where=CLOSED),
    )


class HazardWords(SQLModel, table=True):
    """What a hazard is searched by, in small letters: kept by triggers of its table, whoever writes there.

    Pieces of three signs are indexed (see revision 0012): by FTS5 in SQLite, by GIN in PostgreSQL. A table that is
    made anew for a changed column (Alembic's batches on SQLite) loses its triggers, which must then be made anew too.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Code, unique=True)
    words: str = Field(sa_type=Code)


class HazardCycle(Row, table=True):
    """One time round, `key` = `<code>:cycle:<n>`: found, due, submitted, accepted, closed, and whether in time.

    `first_due_at` is never overwritten; `due_at` moves only by an approved extension.
    """

    hazard: str = Field(sa_type=Code, foreign_key="hazard.key")
    cycle: int
    found_on: date
    first_due_at: datetime
    due_at: datetime
    submitted_at: datetime | None = None
    submitted_by: str | None = Field(default=None, sa_type=Code)
    rectified: str = ""
    rejections: int = 0
    accepted_at: datetime | None = None
    accepted_by: str | None = Field(default=None, sa_type=Code)
    closed_at: datetime | None = Field(default=None, index=True)
    closed_in_time: bool | None = None

    __table_args__ = (
        Index("ix_hazardcycle_hazard_found_on", "hazard", "found_on", "closed_at", "due_at", "closed_in_time"),
    )


class Extension(Row, table=True):
    """A due date moved with approval, before it passed; `key` = `<code>:cycle:<n>:extension:<m>`."""

    hazard: str = Field(sa_type=Code, foreign_key="hazard.key", index=True)
    cycle: int
    from_at: datetime
    to_at: datetime
    reason: str
    approved_by: str = Field(sa_type=Code)
    approved_at: datetime


class Recheck(Row, table=True):
    """A look-back at a closed hazard, `key` = `hazard:<code>:recheck:<cycle>.<n>`; born with the closure."""

    hazard: str = Field(sa_type=Code, foreign_key="hazard.key", index=True)
    campaign: str | None = Field(default=None, sa_type=Code)
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    cycle: int
    opens_at: datetime
    due_at: datetime
    state: RecheckState = Field(default=RecheckState.planned, sa_type=Word)
    result: RecheckResult | None = Field(default=None, sa_type=Word)
    assignee: str | None = Field(default=None, sa_type=Code)
    co_assignee: str | None = Field(default=None, sa_type=Code)
    done_at: datetime | None = None
    done_by: str | None = Field(default=None, sa_type=Code)
    note: str = ""
    reason: str = ""
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_recheck_attend_at", "attend_at"),
        Index("ix_recheck_unit_due_at", "unit", "due_at"),
        Index("ix_recheck_state_due_at", "state", "due_at"),
        Index("ix_recheck_assignee", "assignee"),
        Index("ix_recheck_co_assignee", "co_assignee"),
        Index("ix_recheck_counted", "campaign", "state", "result", "done_at", "unit"),
        Index("ix_recheck_waiting", "unit", "state", "opens_at", postgresql_where=WAITING, sqlite_where=WAITING),
    )


class RecheckDraw(Row, table=True):
    """A sample for recheck of what a campaign closed between two days, both included; `key` = `<campaign>:<from>:<to>`.

    Owed from the first such closure on, and drawn when `attend_at` comes. Who wants to repeat the draw needs its seed,
    share, population and size.
    """

    campaign: str = Field(sa_type=Code, foreign_key="campaign.key", index=True)
    from_on: date
    to_on: date
    share: float
    seed: int
    population: int = 0
    size: int = 0
    drawn_at: datetime | None = None
    attend_at: datetime | None = None

    __table_args__ = (Index("ix_recheckdraw_attend_at", "attend_at"),)


class PublicReport(Row, table=True):
    """What somebody unknown reported: `key` is the SHA-256 of the receipt they were given, which is kept nowhere.

    How to reach them stands here and not in the ledger, so that no list or print of hazards shows it.
    """

    hazard: str = Field(sa_type=Code, foreign_key="hazard.key", unique=True)
    contact: str = ""
    made_at: datetime


class Enforcement(Row, table=True):
    """A measure taken against a unit, for a hazard or by itself: an order, a penalty, an interview, goods seized."""

    hazard: str | None = Field(default=None, sa_type=Code, foreign_key="hazard.key", index=True)
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    kind: EnforcementKind = Field(sa_type=Word)
    on: date
    amount_yuan: int = 0
    points: int = 0
    goods: str = ""
    document: str = ""
    people: int = 0
    note: str = ""
    by: str = Field(sa_type=Code)

    __table_args__ = (Index("ix_enforcement_unit_on", "unit", "on"),)


class Evidence(Row, table=True):
    """A photo, a file or a note that proves, `key` = `<subject>:evidence:<n>`; `stage` says before or after.

    The bytes stand apart.
    """

    subject: str = Field(sa_type=Code, index=True)
    cycle: int = 1
    stage: str = ""
    media_type: str = ""
    sha256: str = ""
    size: int = 0
    note: str = ""
    made_at: datetime
    made_by: str = Field(sa_type=Code)


class Picture(SQLModel, table=True):
    """The bytes of evidence, by their SHA-256: the same photo twice is kept once, and no list ever reads it."""

    sha256: str = Field(primary_key=True, sa_type=Code)
    data: bytes = Field(sa_type=LargeBinary)


class Thumbnail(SQLModel, table=True):
    """A small JPEG of a picture, so that a page of many weighs little; made with it, or when it is first looked at."""

    sha256: str = Field(primary_key=True, sa_type=Code, foreign_key="picture.sha256")
    data: bytes = Field(sa_type=LargeBinary)


class PublicCall(Row, table=True):
    """What came lately from one network without signing in, `key` = a hash of it and of what it came for.

    `came` are the instants of its calls in milliseconds; all of it is forgotten at `attend_at`.
    """

    came: list[int] = Field(default_factory=list, sa_type=JSON)
    attend_at: datetime

    __table_args__ = (Index("ix_publiccall_attend_at", "attend_at"),)
