"""What else an office keeps: meetings, letters signed, documents revised, stores, teams, lists of units, projects."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import AttendanceMark, ProjectKind


class Meeting(Row, table=True):
    """What a meeting or study task becomes once there is something to say of it; `key` is the task's own.

    `held_at` is when it was held, and from then on its minutes are owed until `minutes_due_at` (null: none are).
    """

    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    agenda: str = ""
    place: str = ""
    held_at: datetime | None = None
    minutes: str = ""
    minutes_due_at: datetime | None = None
    minutes_at: datetime | None = None
    minutes_by: str | None = Field(default=None, sa_type=Code)
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_meeting_attend_at", "attend_at"),
        Index("ix_meeting_unit_held_at", "unit", "held_at"),
    )


class Attendance(Row, table=True):
    """One who was called to a meeting, `key` = `<task>:attends:<n>`: present, absent or excused.

    A person on record, or somebody from outside by name; `party` is whom they speak for (建设单位, 施工单位 …).
    """

    task: str = Field(sa_type=Code, foreign_key="task.key", index=True)
    person: str | None = Field(default=None, sa_type=Code, foreign_key="person.key", index=True)
    name: str
    party: str = ""
    mark: AttendanceMark = Field(default=AttendanceMark.called, sa_type=Word)
    marked_at: datetime | None = None
    marked_by: str | None = Field(default=None, sa_type=Code)
    reason: str = ""


class Letter(Row, table=True):
    """The text of a letter of responsibility (责任书), `key` = `<campaign>:<activity>:<year>:<n>`; the newest holds.

    `{unit}`, `{person}` and `{year}` in it are filled when it is shown and when it is signed.
    """

    activity: str = Field(sa_type=Code, foreign_key="activity.key")
    year: int
    number: int
    title: str
    text: str
    made_at: datetime
    made_by: str = Field(sa_type=Code)

    __table_args__ = (Index("ix_letter_activity_year", "activity", "year"),)


class Signature(Row, table=True):
    """A letter as it was signed, `key` = `<task>:signed:<n>`: a later text leaves it as it is.

    `sha256` is that of `text` in UTF-8, so that anybody can prove what was signed.
    """

    task: str = Field(sa_type=Code, foreign_key="task.key", index=True)
    letter: str = Field(sa_type=Code, foreign_key="letter.key")
    unit: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    person: str = Field(sa_type=Code, foreign_key="person.key")
    name: str
    text: str
    sha256: str
    signed_at: datetime


class PlanDocument(Row, table=True):
    """A plan that is revised by a date (应急预案, 演练方案), `key` = `plan:<unit>:<code>`; its files are evidence.

    `due_at` is until when it must be revised again; retired, it is owed nothing more.
    """

    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    kind: str
    title: str
    keeper: str | None = Field(default=None, sa_type=Code, foreign_key="person.key")
    revised_on: date
    next_revision_on: date | None = None
    due_at: datetime | None = None
    retired_on: date | None = None
    note: str = ""
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_plandocument_attend_at", "attend_at"),
        Index("ix_plandocument_unit", "unit"),
    )


class PlanRevision(Row, table=True):
    """One revision of a document, `key` = `<document>:revision:<n>`; the first is its registration."""

    document: str = Field(sa_type=Code, foreign_key="plandocument.key", index=True)
    number: int
    revised_on: date
    next_revision_on: date | None = None
    note: str = ""
    made_at: datetime
    made_by: str = Field(sa_type=Code)


class StoreItem(Row, table=True):
    """Something kept for an emergency (应急物资), `key` = `store:<unit>:<code>`; quantities to three decimals.

    `expiry_due_at` is when it counts as expired, `short_due_at` until when too small a stock must be made up; both are
    null where there is nothing to chase. `takes` counts its stock-takes.
    """

    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    name: str
    spec: str = ""
    place: str = ""
    unit_word: str
    quantity: float
    minimum: float = 0
    expires_on: date | None = None
    keeper: str | None = Field(default=None, sa_type=Code, foreign_key="person.key")
    takes: int = 0
    counted_at: datetime
    expiry_due_at: datetime | None = None
    short_since_at: datetime | None = None
    short_due_at: datetime | None = None
    gone_on: date | None = None
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_storeitem_attend_at", "attend_at"),
        Index("ix_storeitem_unit", "unit"),
    )


class StockTake(Row, table=True):
    """What was there when somebody counted, `key` = `<item>:take:<n>`; `before` is what stood in the books."""

    item: str = Field(sa_type=Code, foreign_key="storeitem.key", index=True)
    number: int
    before: float
    quantity: float
    expires_on: date | None = None
    note: str = ""
    counted_at: datetime
    counted_by: str = Field(sa_type=Code)


class TeamMember(Row, table=True):
    """A person in a team's role at a unit (灾情信息员 …), `key` = `team:<unit>:<role>:<person>:<from_on>`.

    They hold it from a day up to and including another, or still.
    """

    unit: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    role: str = Field(sa_type=Code, index=True)
    person: str = Field(sa_type=Code, foreign_key="person.key", index=True)
    from_on: date
    until_on: date | None = None
    reason: str = ""


class UnitList(Row, table=True):
    """A named list of units (重点单位名单), `key` = `list:<tag>`; who stands on it, and when, is that tag's history."""

    tag: str = Field(sa_type=Code, unique=True)
    name: str
    owner: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    basis: str = ""


class Project(Row, table=True):
    """Works that may begin only after a meeting, `key` = `project:<code>`; registering it is the `event` they wait for.

    `began_at` is when somebody recorded that works began, which the gate had to allow.
    """

    unit: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    name: str
    kind: ProjectKind = Field(sa_type=Word)
    event: str = Field(sa_type=Code, foreign_key="event.key")
    registered_at: datetime
    began_at: datetime | None = None
    began_by: str | None = Field(default=None, sa_type=Code)
    note: str = ""
