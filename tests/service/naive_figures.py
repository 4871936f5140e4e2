"""Every figure counted again the long way: all records read, and walked in plain Python, one figure at a time.

Written apart from `service.figures`: it knows the field's words (domain rules), and nothing of sources or cells.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine

from models import (
    Alert,
    Campaign,
    Enforcement,
    Hazard,
    HazardCycle,
    Incident,
    PresenceCheck,
    Recheck,
    Task,
    TaskAnswer,
    TaskFigure,
    TeamMember,
    Unit,
    Watch,
)
from service.figures.base import Span
from tests.service.worlds import rows


class Town:
    """All records, those beneath a unit in a period picked out, and those of some campaigns where any are named."""

    def __init__(self, engine: Engine, top: str, span: Span, campaigns: tuple[str, ...] | None = None) -> None:
        self.span, self.campaigns = span, campaigns
        units = rows(engine, Unit)
        path = next(one.path for one in units if one.key == top)
        self.units = {one.key: one for one in units if one.path.startswith(path)}
        self.hazards = {one.key: one for one in rows(engine, Hazard)}
        self.all_tasks = {one.key: one for one in rows(engine, Task)}
        self.watches_by_key = {one.key: one for one in rows(engine, Watch)}
        self.cycles = [one for one in rows(engine, HazardCycle) if self.hazards[one.hazard].state != "void"]
        self.cycles = [one for one in self.cycles if self.mine(self.hazards[one.hazard])]
        self.tasks = [one for one in self.all_tasks.values() if self.mine(one)]
        self.figures = [one for one in rows(engine, TaskFigure) if self.mine(self.all_tasks[one.task])]
        self.answers = [one for one in rows(engine, TaskAnswer) if self.mine(self.all_tasks[one.task])]
        self.enforcement = [one for one in rows(engine, Enforcement) if self.mine(self.measure(one))]
        self.rechecks = [one for one in rows(engine, Recheck) if self.mine(one)]
        self.watches = [
            one for one in self.watches_by_key.values() if one.unit in self.units and one.state != "cancelled"
        ]
        self.checks = [one for one in rows(engine, PresenceCheck) if self.watches_by_key[one.watch].unit in self.units]
        self.incidents = [one for one in rows(engine, Incident) if one.unit in self.units and one.state != "void"]
        self.plans = [one for one in rows(engine, Campaign) if one.owner in self.units and self.runs(one)]
        self.members = [one for one in rows(engine, TeamMember) if one.unit in self.units and self.there(one)]
        self.alerts = [one for one in rows(engine, Alert) if one.unit in self.units]

    def mine(self, record: Any) -> bool:
        return record.unit in self.units and (self.campaigns is None or record.campaign in self.campaigns)

    def runs(self, plan: Any) -> bool:
        named = self.campaigns is None or plan.key in self.campaigns
        return named and plan.state != "draft" and plan.from_on <= self.span.to_on and plan.to_on >= self.span.from_on

    def there(self, member: Any) -> bool:
        until_on = member.until_on or self.span.to_on
        return member.from_on <= self.span.to_on and until_on >= self.span.from_on

    def measure(self, one: Any) -> Any:
        hazard = self.hazards.get(one.hazard)
        return SimpleNamespace(unit=one.unit, campaign=hazard.campaign if hazard else None)

    def during(self, instant: datetime | None) -> bool:
        return instant is not None and self.span.starts_at <= instant < self.span.ends_at

    def due(self, instant: datetime) -> bool:
        return self.span.starts_at < instant <= self.span.ends_at

    def on(self, day: Any) -> bool:
        return day is not None and self.span.from_on <= day <= self.span.to_on

    def shut(self, cycle: Any) -> bool:
        return cycle.closed_at is not None and cycle.closed_at < self.span.ends_at

    # -- what the figures are picked from ------------------------------------------------------------------------------

    def found(self, **traits: str) -> list[Any]:
        """Times round found in the period, with these traits of their hazards."""
        found = [(one, self.hazards[one.hazard]) for one in self.cycles if self.on(one.found_on)]
        return [one for one, hazard in found if all(getattr(hazard, name) == value for name, value in traits.items())]

    def closed(self) -> list[Any]:
        return [one for one in self.cycles if self.during(one.closed_at)]

    def done(self, kind: str) -> list[Any]:
        return [
            one for one in self.tasks if one.kind == kind and one.state == "accepted" and self.during(one.submitted_at)
        ]

    def due_tasks(self) -> list[Any]:
        return [one for one in self.tasks if one.state != "cancelled" and self.due(one.due_at)]

    def is_done(self, task: Any) -> bool:
        return task.state == "accepted" and task.submitted_at < self.span.ends_at

    def number(self, kind: str, name: str) -> float:
        keys = {one.key for one in self.done(kind)}
        return sum(one.value for one in self.figures if one.name == name and one.task in keys)

    def taken(self, kind: str | None = None) -> list[Any]:
        return [one for one in self.enforcement if self.on(one.on) and kind in (None, one.kind)]

    def owed(self) -> list[Any]:
        return [
            one
            for one in self.tasks
            if one.kind == "commitment" and one.state != "cancelled" and self.on(one.planned_on)
        ]

    def units_of(self, cycles: Iterable[Any]) -> set[str]:
        return {self.hazards[one.hazard].unit for one in cycles}

    def looks(self) -> list[Any]:
        return [one for one in self.rechecks if one.state == "done" and self.during(one.done_at)]

    def served(self) -> list[Any]:
        return [one for one in self.watches if self.during(one.starts_at)]

    def happened(self, kind: str) -> list[Any]:
        return [one for one in self.incidents if one.kind == kind and self.on(one.happened_on)]

    def items(self, mark: str | None = None) -> int:
        keys = {one.key for one in self.done("inspection")}
        return sum(1 for one in self.answers if one.task in keys and mark in (None, one.mark))


def share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


KEPT = ("confirmed", "on_duty", "handed_over")
WALKS: dict[str, Callable[[Town], Any]] = {
    "hazards.found": lambda t: len(t.found()),
    "hazards.found.general": lambda t: len(t.found(level="general")),
    "hazards.found.major": lambda t: len(t.found(level="major")),
    "hazards.on_spot": lambda t: len(t.found(mode="on_spot")),
    "hazards.by_deadline": lambda t: len(t.found(mode="by_deadline")),
    "hazards.found.inspection": lambda t: len(t.found(source="inspection")),
    "hazards.found.self_check": lambda t: len(t.found(source="self_check")),
    "hazards.found.supervision": lambda t: len(t.found(source="supervision")),
    "hazards.found.patrol": lambda t: len(t.found(source="patrol")),
    "hazards.found.public": lambda t: len(t.found(source="public")),
    "hazards.found.other": lambda t: sum(len(t.found(source=name)) for name in ("webhook", "sheet", "other")),
    "hazards.rectified": lambda t: sum(map(t.shut, t.found())),
    "hazards.rectified.major": lambda t: sum(map(t.shut, t.found(level="major"))),
    "hazards.rectified.general": lambda t: sum(map(t.shut, t.found(level="general"))),
    "hazards.rectified.self_check": lambda t: sum(map(t.shut, t.found(source="self_check"))),
    "hazards.open": lambda t: sum(not t.shut(one) for one in t.found()),
    "hazards.overdue": lambda t: sum(not t.shut(one) and one.due_at <= t.span.ends_at for one in t.found()),
    "hazards.ranked": lambda t: sum(t.hazards[one.hazard].rank is not None for one in t.found()),
    "hazards.in_plan": lambda t: sum(t.hazards[one.hazard].measures != "" for one in t.found(mode="by_deadline")),
    "hazards.contingency": lambda t: sum(t.hazards[one.hazard].contingency != "" for one in t.found()),
    "hazards.funds": lambda t: sum(
        t.hazards[one.hazard].funds_yuan or 0 for one in t.found() if one.cycle == t.hazards[one.hazard].cycle
    ),
    "hazards.units": lambda t: len(t.units_of(t.found())),
    "hazards.units.open": lambda t: len(t.units_of(one for one in t.found() if not t.shut(one))),
    "hazards.units.cleared": lambda t: len(
        t.units_of(t.found()) - t.units_of(one for one in t.found() if not t.shut(one))
    ),
    "hazards.rate": lambda t: share(sum(map(t.shut, t.found())), len(t.found())),
    "hazards.closed": lambda t: len(t.closed()),
    "hazards.closed.in_time": lambda t: sum(one.closed_in_time is True for one in t.closed()),
    "hazards.closed.late": lambda t: sum(one.closed_in_time is not True for one in t.closed()),
    "hazards.standing": lambda t: sum(one.found_on <= t.span.to_on and not t.shut(one) for one in t.cycles),
    "hazards.standing.major": lambda t: sum(
        one.found_on <= t.span.to_on and not t.shut(one) and t.hazards[one.hazard].level == "major" for one in t.cycles
    ),
    "hazards.supervised": lambda t: sum(
        t.on(one.supervised_on) and one.state != "void" and t.mine(one) for one in t.hazards.values()
    ),
    "inspections.visits": lambda t: len(t.done("inspection")),
    "inspections.units": lambda t: len({one.unit for one in t.done("inspection")}),
    "inspections.people": lambda t: t.number("inspection", "people"),
    "inspections.vehicles": lambda t: t.number("inspection", "vehicles"),
    "inspections.items": lambda t: t.items(),
    "inspections.items.passed": lambda t: t.items("pass"),
    "inspections.items.failed": lambda t: t.items("fail"),
    "inspections.items.na": lambda t: t.items("na"),
    "self_checks.done": lambda t: len(t.done("self_check")),
    "self_checks.units": lambda t: len({one.unit for one in t.done("self_check")}),
    "supervision.times": lambda t: len(t.done("supervision")),
    "patrols.times": lambda t: len(t.done("patrol")),
    "patrols.people": lambda t: t.number("patrol", "people"),
    "visits.times": lambda t: len(t.done("visit")),
    "visits.listed": lambda t: len({one.unit for one in t.done("visit") if t.units[one.unit].kind == "household"}),
    "meetings.held": lambda t: len(t.done("meeting")),
    "meetings.people": lambda t: t.number("meeting", "people"),
    "study.held": lambda t: len(t.done("study")),
    "study.people": lambda t: t.number("study", "people"),
    "trainings.held": lambda t: len(t.done("training")),
    "drills.held": lambda t: len(t.done("drill")),
    "publicity.held": lambda t: len(t.done("publicity")),
    "publicity.copies": lambda t: t.number("publicity", "copies"),
    "roadmap.all": lambda t: sum(one.state != "cancelled" for one in t.tasks),
    "roadmap.due": lambda t: len(t.due_tasks()),
    "roadmap.done": lambda t: sum(map(t.is_done, t.due_tasks())),
    "roadmap.left": lambda t: sum(not t.is_done(one) for one in t.due_tasks()),
    "roadmap.rate": lambda t: share(sum(map(t.is_done, t.due_tasks())), len(t.due_tasks())),
    "campaigns.plans": lambda t: sum(one.parent is None for one in t.plans),
    "campaigns.subplans": lambda t: sum(one.parent is not None for one in t.plans),
    "teams.members": lambda t: len(t.members),
    "commitments.owed": lambda t: len(t.owed()),
    "commitments.done": lambda t: sum(map(t.is_done, t.owed())),
    "commitments.units": lambda t: len({one.unit for one in t.owed() if t.is_done(one)}),
    "commitments.rate": lambda t: share(sum(map(t.is_done, t.owed())), len(t.owed())),
    "enforcement.all": lambda t: len(t.taken()),
    "enforcement.penalty": lambda t: len(t.taken("penalty")),
    "enforcement.interview": lambda t: len(t.taken("interview")),
    "enforcement.interview.people": lambda t: sum(one.people for one in t.taken("interview")),
    "enforcement.fines": lambda t: sum(one.amount_yuan for one in t.taken()),
    "enforcement.points": lambda t: sum(one.points for one in t.taken("deduction")),
    "enforcement.units": lambda t: len({one.unit for one in t.taken()}),
    "rechecks.done": lambda t: len(t.looks()),
    "rechecks.rebounded": lambda t: sum(one.result == "rebounded" for one in t.looks()),
    "rechecks.held": lambda t: sum(one.result == "held" for one in t.looks()),
    "rechecks.units": lambda t: len({one.unit for one in t.looks()}),
    "rechecks.missed": lambda t: sum(one.state == "missed" and t.due(one.due_at) for one in t.rechecks),
    "duty.owed": lambda t: len(t.served()),
    "duty.kept": lambda t: sum(one.state in KEPT for one in t.served()),
    "duty.absent": lambda t: sum(one.state == "absent" for one in t.served()),
    "duty.rate": lambda t: share(sum(one.state in KEPT for one in t.served()), len(t.served())),
    "presence.made": lambda t: sum(t.during(one.made_at) for one in t.checks),
    "presence.present": lambda t: sum(t.during(one.made_at) and one.present is True for one in t.checks),
    "incidents.accidents": lambda t: len(t.happened("accident")),
    "incidents.deaths": lambda t: sum(one.deaths for one in t.happened("accident")),
    "incidents.injured": lambda t: sum(one.injured for one in t.happened("accident")),
    "incidents.loss": lambda t: sum(one.loss_yuan for one in t.happened("accident")),
    "incidents.near_misses": lambda t: len(t.happened("near_miss")),
    "units.enterprises": lambda t: sum(one.kind in ("enterprise", "mine", "site") for one in t.units.values()),
    "units.villages": lambda t: sum(one.kind == "village" for one in t.units.values()),
    "units.hazard_points": lambda t: sum(one.kind == "hazard_point" for one in t.units.values()),
}
# records that belong to no campaign, which a campaign's report does not count
OF_NO_CAMPAIGN = ("duty.", "presence.", "incidents.", "alerts.", "teams.")
