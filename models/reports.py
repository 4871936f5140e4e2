"""Reports: what a unit writes of a stretch of days, each edition frozen for ever, and the figures that stand in it."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import ReportPeriod, ReportState


class Report(Row, table=True):
    """What a unit says of some days, `key` = `report:<task>` where a task owes it, else `report:<unit>:<template>:…`.

    `draft` is the newest drawing of one that is not frozen yet; `edition` the number of the newest frozen one, 0 before
    the first. `by_file`: it came from another deployment. `attend_at` is when the sweep must draft it (again).
    """

    task: str | None = Field(default=None, sa_type=Code, unique=True)
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    template: str = Field(sa_type=Code)
    period: ReportPeriod = Field(sa_type=Word)
    from_on: date
    to_on: date
    campaign: str | None = Field(default=None, sa_type=Code)
    state: ReportState = Field(default=ReportState.owed, sa_type=Word)
    edition: int = 0
    due_at: datetime | None = None
    made_at: datetime
    made_by: str = Field(sa_type=Code)
    by_file: bool = False
    draft: str = ""
    drafted_at: datetime | None = None
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_report_attend_at", "attend_at"),
        Index("ix_report_unit_from_on_to_on", "unit", "from_on", "to_on"),
        Index("ix_report_to_on_key", "to_on", "key"),
    )


class ReportEdition(Row, table=True):
    """One frozen edition, `key` = `<report>:<n>`: its bytes, their SHA-256, and who froze, signed and sent it."""

    report: str = Field(sa_type=Code, foreign_key="report.key", index=True)
    number: int
    snapshot: str
    sha256: str
    frozen_at: datetime
    frozen_by: str = Field(sa_type=Code)
    reason: str = ""
    signed_at: datetime | None = None
    signed_by: str | None = Field(default=None, sa_type=Code)
    sent_at: datetime | None = None
    sent_by: str | None = Field(default=None, sa_type=Code)


class ReportFigure(Row, table=True):
    """One number of a frozen edition that the unit above sums, `key` = `<report>:<n>:<figure>`."""

    edition_key: str = Field(sa_type=Code, foreign_key="reportedition.key", index=True)
    figure: str = Field(sa_type=Code)
    value: float


class ReportRecords(Row, table=True):
    """The records of one kind that a frozen edition counted, as they were then; `key` = `<edition>:records:<source>`.

    `packed` holds them in few bytes (`service.reports.kept`); null where they were too many to be kept one by one.
    """

    edition_key: str = Field(sa_type=Code, foreign_key="reportedition.key", index=True)
    source: str = Field(sa_type=Code)
    records: int
    packed: bytes | None = Field(default=None, sa_type=LargeBinary)


class ReportUse(Row, table=True):
    """An edition was summed in another, `key` = `<edition above>:<edition below>`: whom a correction concerns."""

    above: str = Field(sa_type=Code, foreign_key="reportedition.key", index=True)
    below: str = Field(sa_type=Code, foreign_key="reportedition.key", index=True)


class ReportText(Row, table=True):
    """What a person wrote into a part of a report, `key` = `<report>:text:<name>`; it outlives every redraft."""

    report: str = Field(sa_type=Code, foreign_key="report.key", index=True)
    name: str
    text: str
    at: datetime
    by: str = Field(sa_type=Code)


class ReportStated(Row, table=True):
    """A figure as a person states it against the records, with the source; `key` = `<report>:stated:<figure>`."""

    report: str = Field(sa_type=Code, foreign_key="report.key", index=True)
    figure: str = Field(sa_type=Code)
    value: float
    source: str
    at: datetime
    by: str = Field(sa_type=Code)


class ReportSeal(Row, table=True):
    """The key that a lower unit's deployment signs its report files with; `key` is the unit, `sealed` the secret."""

    sealed: str
    made_at: datetime
    made_by: str = Field(sa_type=Code)
