"""A plan with its proof: who serves when, how fair it is, how far from the best, and what could not be met."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

Spread = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """One seat filled. `place` counts from 1 within the role's seats on that watch."""

    date: date
    watch: str
    role: str
    place: int
    person: str


class Lack(NamedTuple):
    """How many members a role has, and what keeps those from a vacant seat who don't serve beside it."""

    members: int
    on_leave: int = 0
    not_available: int = 0
    serving: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One seat nobody could be found for, and why: `reason` is an English sentence for `lack`."""

    date: date
    watch: str
    role: str
    place: int
    reason: str
    lack: Lack


@dataclass(frozen=True, slots=True)
class Breach:
    """A hard rule broken: which, where, by whom. `by_hand`: by seats fixed by hand alone, which the plan must keep."""

    rule: str
    date: date | None
    role: str | None
    people: tuple[str, ...]
    text: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a contradiction: its kind, its facts, and a sentence."""

    kind: str
    facts: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Rules that can't hold together, none of which can be left out; and one English sentence for all of them."""

    rules: tuple[Rule, ...]
    text: str
    minimal: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the planning is: best value and bound over all roles so far, None while a role has none."""

    objective: int | None
    bound: int | None
    gap: float | None
    seconds: float
    stage: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to a roster problem.

    `status`: `optimal` (every seat filled, value = bound), `feasible` (filled, not proven), `infeasible` (proven that
    not every seat can be filled; the fewest stay vacant), `unfinished` (vacancies, and the effort ended before it was
    known whether they must be). `gap` is (objective - bound) / max(1, |objective|). `levels` are what each member
    stands at afterwards, by role and category: what to carry into the next period's `served`.
    """

    assignments: tuple[Assignment, ...]
    objective: int
    bound: int
    bound_source: str
    gap: float
    spread: Spread
    status: str
    seconds: float
    work: dict[str, float] = field(default_factory=dict)
    levels: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    violations: tuple[Breach, ...] = ()
    vacancies: tuple[Vacancy, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The plan as plain JSON values, dates as YYYY-MM-DD."""
        return {
            "status": self.status,
            "assignments": [
                {"date": a.date.isoformat(), "watch": a.watch, "role": a.role, "place": a.place, "person": a.person}
                for a in self.assignments
            ],
            "objective": self.objective,
            "bound": self.bound,
            "bound_source": self.bound_source,
            "gap": self.gap,
            "spread": self.spread,
            "levels": self.levels,
            "violations": [
                {
                    "rule": b.rule,
                    "date": b.date.isoformat() if b.date else None,
                    "role": b.role,
                    "people": list(b.people),
                    "text": b.text,
                    "by_hand": b.by_hand,
                }
                for b in self.violations
            ],
            "vacancies": [
                {"date": v.date.isoformat(), "watch": v.watch, "role": v.role, "place": v.place, "reason": v.reason}
                | {"lack": v.lack._asdict()}
                for v in self.vacancies
            ],
            "contradictions": [
                {
                    "text": c.text,
                    "minimal": c.minimal,
                    "rules": [{"rule": r.kind, **_plain(r.facts), "text": r.text} for r in c.rules],
                }
                for c in self.contradictions
            ],
            "seconds": round(self.seconds, 3),
            "work": self.work,
        }


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name, value in facts.items()
    }
