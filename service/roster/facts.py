"""What a roster problem is made of: days, watches, people, roles, rules between them, and how fairness is weighed.

Plain frozen facts, free of any solver. Days are civil dates in order; watch times are whole minutes after midnight.
General on purpose: several watches a day with their lengths, successions that may not follow each other and rest in
hours are what the nurse-rostering benchmarks are made of too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

CATEGORIES = ("total", "rest_day", "holiday")
"""The counts kept fair: every watch, watches on rest days, watches on holidays (the last two don't overlap)."""

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "makeup_workday": "workday",
        "adjusted_rest_day": "holiday",
        "statutory_holiday": "holiday",
    }
)
"""The wider class a day class belongs to: need and fairness speak of workdays, rest days and holidays."""

ANY_WATCH = "*"
"""Stands for every watch of the day in a table of need."""


@dataclass(frozen=True, slots=True)
class Day:
    """A civil day, its classes (a rest day may be sensitive too) and the seats set for it by hand, by role."""

    on: date
    classes: frozenset[str]
    need: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def category(self) -> str:
        """`holiday`, `rest_day` or `workday`: the one count of fairness the day falls into beside `total`."""
        kinds = self.classes | {FAMILIES[kind] for kind in self.classes if kind in FAMILIES}
        return next((kind for kind in ("holiday", "rest_day") if kind in kinds), "workday")


@dataclass(frozen=True, slots=True)
class Watch:
    """A stretch of duty that starts on its day: `starts` and `minutes` long, both in minutes."""

    code: str
    starts: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away, both ends included."""

    first: date
    last: date

    def covers(self, on: date) -> bool:
        """Whether the person is away that day."""
        return self.first <= on <= self.last


@dataclass(frozen=True, slots=True)
class Wish:
    """To be off on a day (`want` false) or to serve (`want` true); costs `weight` when it is not met."""

    on: date
    weight: int
    want: bool = False
    role: str | None = None
    watch: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may serve: when they cannot, what they would like, and the most watches in any so many days."""

    code: str
    leave: tuple[Leave, ...] = ()
    wishes: tuple[Wish, ...] = ()
    weekdays: frozenset[int] | None = None
    watches: frozenset[str] | None = None
    first: date | None = None
    last: date | None = None
    max_in: tuple[tuple[int, int], ...] = ()

    def available(self, on: date, watch: str) -> bool:
        """Whether part availability (not leave) lets the person serve this watch; weekdays are ISO, Monday 1."""
        return (
            (self.weekdays is None or on.isoweekday() in self.weekdays)
            and (self.watches is None or watch in self.watches)
            and (self.first is None or self.first <= on)
            and (self.last is None or on <= self.last)
        )

    def away(self, on: date) -> Leave | None:
        """The leave that covers the day, if one does."""
        return next((leave for leave in self.leave if leave.covers(on)), None)


@dataclass(frozen=True, slots=True)
class Served:
    """What a member has behind them: counts of past periods, and the last watches before the first day."""

    total: int = 0
    rest_day: int = 0
    holiday: int = 0
    last: tuple[tuple[date, str | None], ...] = ()

    def count(self, category: str) -> int:
        """The count of one category."""
        return {"total": self.total, "rest_day": self.rest_day, "holiday": self.holiday}[category]


@dataclass(frozen=True, slots=True)
class Role:
    """A post to be filled: seats by day class and watch, its members, the rest owed after a watch, its blocks.

    `rest_days` whole days pass between two watches (0: still one watch a day at most), and `rest_minutes` between the
    end of one and the start of the next. A block is a run of ISO weekdays that the same people serve as one.
    """

    code: str
    need: Mapping[str, Mapping[str, int]]
    members: tuple[str, ...]
    served: Mapping[str, Served] = field(default_factory=dict)
    rest_days: int = 0
    rest_minutes: int = 0
    blocks: tuple[tuple[int, ...], ...] = ()

    def seats(self, day: Day, watch: str) -> int:
        """How many people the watch needs: set by hand for the day, else the most any of its classes asks for."""
        if self.code in day.need:
            return _seats_in(day.need[self.code], watch)
        kinds = day.classes | {FAMILIES[kind] for kind in day.classes if kind in FAMILIES}
        asked = [_seats_in(self.need[kind], watch) for kind in sorted(kinds) if kind in self.need]
        return max(asked) if asked else _seats_in(self.need.get("default", {}), watch)


@dataclass(frozen=True, slots=True)
class Pair:
    """`apart`: `who` and any of `others` never share a watch; `with`: `who` serves only beside one of `others`."""

    kind: str
    who: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A seat filled by hand or already published. It stands, even where it breaks a rule; the plan goes around it."""

    on: date
    watch: str
    role: str
    person: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Fair:
    """Weights of the spreads in the objective."""

    total: int = 10
    rest_day: int = 10
    holiday: int = 15

    def weight(self, category: str) -> int:
        """The weight of one category."""
        return {"total": self.total, "rest_day": self.rest_day, "holiday": self.holiday}[category]


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole roster to be planned: the days in order without gaps, and everything that bears on them."""

    days: tuple[Day, ...]
    watches: tuple[Watch, ...]
    people: Mapping[str, Person]
    roles: tuple[Role, ...]
    pairs: tuple[Pair, ...] = ()
    successions: tuple[tuple[str, str], ...] = ()
    fixed: tuple[Fixed, ...] = ()
    fair: Fair = field(default_factory=Fair)
    seed: int = 0
    key: str = ""

    def watch(self, code: str) -> Watch:
        """The watch of that code."""
        return next(watch for watch in self.watches if watch.code == code)


def _seats_in(table: Mapping[str, int], watch: str) -> int:
    return table.get(watch, table.get(ANY_WATCH, 0))
