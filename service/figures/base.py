"""What a figure is: which records it counts, by which date, narrowed how, in which words, and what must sum to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Case, and_, or_

from models import Row
from service.notices.words import N_

WHOLE = N_("records of the unit and everything beneath it")


class Span(NamedTuple):
    """The days of a report, both included, and the instants they begin and are over at."""

    from_on: date
    to_on: date
    starts_at: datetime
    ends_at: datetime


class Reach(NamedTuple):
    """What is counted over: a subtree, some campaigns (None: with and without any), one sector (None: all)."""

    path: str
    campaigns: tuple[str, ...] | None = None
    sector: str | None = None


def among(trait: Any, allowed: tuple[Any, ...]) -> Any:
    """Whether a trait is one of those allowed; of one that is 1 or 0, the condition it stands for, which costs less."""
    if not isinstance(trait, Case):
        return trait == allowed[0] if len(allowed) == 1 else trait.in_(allowed)
    ((holds, _),) = trait.whens
    return or_(*(holds if one else holds.is_not(True) for one in allowed))


@dataclass(frozen=True, slots=True)
class Source:
    """Records of one kind by one date of theirs.

    `rows` is what is selected from, `record` the key that tells them apart, `subject` the key under which each is read
    (None: the same), `unit` whose they are, `dated` the condition of the period, `real` what must hold whatever the
    period is, `on` the column the list shows. `dims` are the traits a figure may ask for, `measures` what may be
    summed. `campaign` None: records of no campaign, which a campaign's report does not count. `read_by`: the indexes
    that hold all of this, by which SQLite had better read records that are nearly all of their tables (PostgreSQL,
    which counts its rows, finds them by itself).
    """

    key: str
    basis: str
    kind: str
    rows: Callable[[], Any]
    record: Any
    unit: Any
    dated: Callable[[Span], Any]
    on: Any
    dims: Mapping[str, Callable[[Span], Any]]
    measures: Mapping[str, Any]
    campaign: Any = None
    always: bool = False
    subject: Any = None
    read_by: Mapping[type[Row], str] = field(default_factory=dict)
    real: tuple[Any, ...] = ()

    def inside(self, span: Span) -> Any:
        """Whether a record counts in a period."""
        return and_(self.dated(span), *self.real)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is counted: the records of a source whose traits are among those of `where`.

    `measure`: rows (how many), units (how many different units have any), or what is summed. `parts` are groups of
    figures by the name of what they are told apart by; each group must sum to this one.
    """

    key: str
    label: str
    unit_word: str
    source: str
    definition: str
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    measure: str = "rows"
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope: str = WHOLE
    ten_thousands: bool = False
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Less:
    """One figure less another: units with problems less those with problems still open."""

    key: str
    label: str
    unit_word: str
    definition: str
    of: str
    without: str
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope: str = WHOLE
    ten_thousands: bool = False
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """One figure's share of another, in percent with so many decimals."""

    key: str
    label: str
    definition: str
    part: str
    whole: str
    decimals: int = 1
    unit_word: str = "%"
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope: str = WHOLE
    ten_thousands: bool = False


Defined = Figure | Less | Rate
