"""What a campaign asks for, as plain facts: the shape of a campaign file once it has been read and found good."""

from dataclasses import dataclass, field
from datetime import date

from models.kinds import ActivityKind, Festival, RestDayRule, Risk, SeasonKind


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: calendar days, working days, or hours or minutes on the wall clock; exactly one of them."""

    days: int | None = None
    working_days: int | None = None
    hours: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A dated stretch of a campaign, both days included."""

    name: str
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Targets:
    """Which units: the subtree of `within` (itself included when it fits), narrowed by every list that is not empty."""

    within: str
    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    min_risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class OnHoliday:
    """Around each festival's days off: opens and is due so many days before their first day."""

    festivals: tuple[Festival, ...]
    opens_days_before: int = 7
    due_days_before: int = 1


@dataclass(frozen=True, slots=True)
class OnRule:
    """An RFC 5545 rule, counted from the campaign's first day, with what becomes of a day off."""

    rrule: str
    on_rest_day: RestDayRule = RestDayRule.keep


@dataclass(frozen=True, slots=True)
class OnSeason:
    """Every so many days of each season of that kind which holds at the target unit."""

    season: SeasonKind
    every_days: int = 7


@dataclass(frozen=True, slots=True)
class OnDate:
    """Once, on a date."""

    on: date


@dataclass(frozen=True, slots=True)
class OnEvent:
    """When an event of this name is registered at a unit; an approval is the event `approved:<campaign>:<activity>`."""

    name: str


When = OnHoliday | OnRule | OnSeason | OnDate | OnEvent


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who does it: exactly one of a chain level, a role held on the unit, a person, or a duty role now on watch."""

    level: int | None = None
    role: str | None = None
    person: str | None = None
    duty: str | None = None


@dataclass(frozen=True, slots=True)
class ActivityPlan:
    """One activity: when it comes round, for whom, and what its tasks ask.

    Of a meeting: how long its `minutes` may take (None: as is usual), and the `parties` without whom it is not held.
    """

    key: str
    kind: ActivityKind
    name: str
    when: When
    targets: Targets
    assignee: Assignee
    due: Span
    window: Span
    checklist: str | None = None
    figures: tuple[str, ...] = ()
    minutes: Span | None = None
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookback:
    """The recheck of what was closed: so many days after, how wide the window is, and which share is drawn."""

    after_days: tuple[int, ...] = (30, 90)
    window: Span = Span(working_days=5)
    sample: float = 1.0


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the escalation: after this much, tell the assignee, or a level of the unit's or parent's chain."""

    after: Span
    level: int | None = None
    of_parent: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole campaign file. `lookback`, `deadlines`, `escalation` are None where it is silent: the parent's hold."""

    key: str
    name: str
    owner: str
    from_on: date
    to_on: date
    targets: Targets
    activities: tuple[ActivityPlan, ...]
    phases: tuple[Phase, ...] = ()
    basis: str = ""
    parent: str | None = None
    lookback: Lookback | None = None
    deadlines: dict[str, Span] | None = None
    escalation: tuple[Rung, ...] | None = None
    lines: dict[str, int] = field(default_factory=dict, compare=False)

    def phase_on(self, on: date) -> str:
        """The name of the phase that holds on a day, or an empty string between phases."""
        return next((p.name for p in self.phases if p.from_on <= on <= p.to_on), "")
