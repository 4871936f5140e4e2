"""Cases as the rules see them: a week with holidays, a ladder, and a case that lives through its looks."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from models.kinds import CaseState
from service.rules.cases import CaseFacts, Ladder, Missed, RungFacts, begin, climb, pause
from service.rules.chain import Chain
from service.rules.days import Calendar
from service.rules.plan import Rung, Span
from service.rules.steps import Step, Telling
from tests.rules.plans import at

CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"), {}, frozenset({2026}))
BEGAN = at("2026-03-04")  # the midnight that ends Tuesday, 3 March 2026
HOURS = tuple(Rung(Span(hours=4 * n), None if n == 0 else n) for n in range(4))
CHAIN = Chain({1: ("a",), 2: ("b", "bb"), 3: ("c",)})


def missed(**facts: Any) -> Missed:
    known: dict[str, Any] = {
        "subject": "t", "kind": "task", "name": "节前检查", "unit": "village", "policy": "drive", "began_at": BEGAN,
        "people": ("x", "y"),
    }  # fmt: skip
    return Missed(**(known | facts))


def ladder(policy: Sequence[Rung] = HOURS, chain: Chain = CHAIN, above: Chain | None = None) -> Ladder:
    return Ladder(policy, chain, above)


class Life(NamedTuple):
    """A case at some instant: its columns, its rungs' columns, and every notice there has been, by key."""

    case: dict[str, Any]
    rungs: dict[str, dict[str, Any]]
    told: dict[str, Telling]

    @property
    def facts(self) -> CaseFacts:
        return CaseFacts(**{name: self.case[name] for name in CaseFacts._fields})

    @property
    def rung_facts(self) -> list[RungFacts]:
        return [RungFacts(**{name: one[name] for name in RungFacts._fields}) for one in self.rungs.values()]

    @property
    def open(self) -> bool:
        return bool(self.case["state"] == CaseState.open)

    @property
    def reached(self) -> tuple[Any, ...]:
        """All that a sleeper and a ticker must agree on: everything but versions and the real instants."""
        skipped = ("version", "taken_at")
        rungs = [{name: value for name, value in one.items() if name not in skipped} for one in self.rungs.values()]
        return {name: value for name, value in self.case.items() if name not in skipped}, rungs


def born(step: Step) -> Life:
    blank = {
        "key": step.key, "version": 1, "state": CaseState.open, "rung": 0, "repeats": 0, "paused_until_at": None,
        "acknowledged_by": None, "ended_at": None,
    }  # fmt: skip
    rungs = {one.key: {"key": one.key, "version": 1, "taken_at": None} | one.values for one in step.then}
    return Life(blank | step.values, rungs, {})


def after(life: Life, step: Step | None) -> Life:
    """The life once a step has been applied; a notice that was told before would be a second of its key."""
    if step is None:
        return life
    assert step.expects == life.case["version"]
    case = life.case | step.values | {"version": life.case["version"] + 1}
    rungs = dict(life.rungs)
    for one in step.then:
        assert one.expects == rungs[one.key]["version"]
        rungs[one.key] = rungs[one.key] | one.values | {"version": rungs[one.key]["version"] + 1}
    told = dict(life.told)
    for telling in step.tell:
        key = f"{step.key}:{telling.kind}.{telling.nth}:{telling.recipient}"
        assert key not in told, f"{key} was told twice"
        told[key] = telling
    return Life(case, rungs, told)


def look(life: Life, now: datetime) -> Life:
    """What a sweep at `now` makes of it: cases whose instant has not come are not looked at."""
    if not life.open or life.case["attend_at"] is None or life.case["attend_at"] > now:
        return life
    return after(life, climb(life.facts, life.rung_facts, now))


def live(life: Life, looks: Iterable[datetime]) -> Life:
    for now in looks:
        life = look(life, now)
    return life


def begun(**facts: Any) -> Life:
    return born(begin(missed(**facts), ladder(), CALENDAR))


def paused(life: Life, until_at: datetime) -> Life:
    return after(life, pause(life.case["key"], life.case["version"], "b", until_at, "note"))
