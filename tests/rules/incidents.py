"""Incidents as the rules see them: one on its way up six levels, and what its reports become as they are made."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from models.kinds import ReportSeries
from service.rules.incident_clocks import Level
from service.rules.incidents import About, ReportFacts, advance, making, owed_up
from service.rules.steps import Op, Step
from tests.rules.plans import at

KNEW = at("2026-03-02 02:10")
MINUTE = timedelta(minutes=1)
ABOUT = About("I-1", "e1", "accident", "除尘管道爆燃\n两人受伤", "一号车间", at("2026-03-02 02:00"), 0, 2, 0)
LEVELS = (Level(1, "e1", "v1", 0, 60), Level(2, "v1", "county", 0, 60), Level(3, "county", "city", 2, 120))


class Life(NamedTuple):
    """The reports of an incident at some instant, which of them are late, and who has been told what, by key."""

    reports: dict[str, dict[str, Any]]
    late: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()

    @property
    def facts(self) -> list[ReportFacts]:
        return [ReportFacts(**{name: one[name] for name in ReportFacts._fields}) for one in self.reports.values()]

    @property
    def reached(self) -> dict[str, dict[str, Any]]:
        """What a sleeper and a ticker must agree on."""
        return {key: {n: v for n, v in one.items() if n != "version"} for key, one in self.reports.items()}


def born(*series: list[Step]) -> Life:
    blank = {"version": 1, "made_at": None, "made_by": None, "text": ""}
    return Life({step.key: blank | step.values | {"key": step.key} for steps in series for step in steps})


def begun(levels: tuple[Level, ...] = LEVELS) -> Life:
    """What an incident owes when it opens, with its closing series a day later."""
    first = owed_up("I-1", ReportSeries.first, levels, KNEW)
    return born(first, owed_up("I-1", ReportSeries.closing, levels, KNEW + timedelta(days=1), asked=False))


def after(life: Life, step: Step | None) -> Life:
    if step is None:
        return life
    assert step.op is Op.change
    assert step.expects == life.reports[step.key]["version"]
    reports = dict(life.reports)
    reports[step.key] = reports[step.key] | step.values | {"version": step.expects + 1}
    told = [f"{step.key}:{one.kind}:{one.recipient}" for one in step.tell]
    assert not life.told.intersection(told), "told twice"
    late = life.late | {step.key} if step.act == "report late" else life.late
    return Life(reports, late, life.told | frozenset(told))


def look(life: Life, now: datetime) -> Life:
    """What a sweep at `now` makes of the reports whose instant has come."""
    for report in life.facts:
        if report.attend_at is not None and report.attend_at <= now:
            life = after(life, advance(report, ABOUT, ("boss",), now))
    return life


def made(life: Life, key: str, now: datetime) -> Life:
    """What making a report leaves; one that is made already stays as it is."""
    one = next(report for report in life.facts if report.key == key)
    if one.made_at is not None:
        return life
    steps, _ = making(one, life.facts, made_at=now, by="boss", text="")
    for step in steps:
        life = after(life, step)
    return life
