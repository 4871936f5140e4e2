"""What the calendar library can't know: seasons of a place, and notices that came after its release."""

from datetime import date

from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import DayClass, SeasonKind


class Season(Row, table=True):
    """A dated stretch (flood, forest fire, heating, a sensitive period) for a unit's subtree; unit null: everywhere."""

    kind: SeasonKind = Field(sa_type=Word, index=True)
    name: str = ""
    unit: str | None = Field(default=None, sa_type=Code, foreign_key="unit.key")
    from_on: date
    to_on: date


class DayOverride(Row, table=True):
    """One day's class as a later notice sets it; `key` is the ISO date."""

    on: date
    day_class: DayClass = Field(sa_type=Word)
    festival: str | None = None
    notice: str = ""


class YearNotice(Row, table=True):
    """The holiday notice of a year has been entered by hand; `key` is the year. Its days stand in `DayOverride`."""

    title: str = ""
