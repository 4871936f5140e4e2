"""Owing a report: a task of that kind opens, and with it the report of the days it is about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Report, Unit
from models.kinds import ActivityKind, ReportPeriod, ReportState
from service.calendar.days import gather_calendar
from service.campaigns.plans import plan_of
from service.reports.templates import template_for
from service.rules.days import Calendar
from service.rules.plan import ActivityPlan, OnEvent, OnHoliday, OnRule, OnSeason, Plan
from service.rules.reports import Stretch, recurring, stretch_dated, stretch_owed, times_in_year
from service.rules.steps import Step, make
from service.settings import settings
from service.units import in_batches

DAYS_IN_YEAR = 365


def reports_owed(session: Session, tasks: Sequence[Any]) -> dict[str, Step]:
    """Task → the step that makes the report it owes, for those of the kind; what an event triggers reports itself."""
    found: dict[str, Step] = {}
    wanted = [task for task in tasks if task.kind == ActivityKind.report]
    if not wanted:
        return found
    calendar = gather_calendar(session, zone=settings().zone_info())
    kinds: dict[str, str] = {}
    for batch in in_batches({task.unit for task in wanted}):
        rows = session.execute(select(col(Unit.key), col(Unit.kind)).where(col(Unit.key).in_(batch)))
        kinds |= dict(rows.tuples().all())
    for task in wanted:
        plan, activities = plan_of(session, task.campaign)
        activity = activities.get(task.activity)
        stretch = stretch_of(plan, activity, task.planned_on, calendar) if activity else None
        if stretch is not None:
            found[task.key] = owing(task, stretch, str(kinds[task.unit]))
    return found


def owing(task: Any, stretch: Stretch, unit_kind: str) -> Step:
    """The report that a task owes; the sweep drafts it from the task's opening on."""
    values = {
        "task": task.key, "unit": task.unit, "template": template_for(stretch.period, unit_kind),
        "period": stretch.period, "from_on": stretch.from_on, "to_on": stretch.to_on, "campaign": None,
        "state": ReportState.owed, "due_at": task.due_at, "made_at": task.opens_at, "made_by": "sweep",
        "attend_at": task.opens_at,
    }  # fmt: skip
    return make(Report, f"report:{task.key}", "owed", values)


def stretch_of(plan: Plan, activity: ActivityPlan, planned_on: Any, calendar: Calendar) -> Stretch | None:
    """The days that an occurrence of an activity reports of; None for what an event triggers."""
    when = activity.when
    if isinstance(when, OnEvent):
        return None
    if isinstance(when, OnHoliday):
        first, last = (planned_on, planned_on) if calendar.is_working(planned_on) else calendar.run_around(planned_on)
        return Stretch(ReportPeriod.holiday, first, last)
    if isinstance(when, OnRule):
        return stretch_owed(recurring(times_in_year(when.rrule, planned_on.year)), planned_on)
    if isinstance(when, OnSeason):
        return stretch_owed(recurring(DAYS_IN_YEAR / when.every_days), planned_on)
    return stretch_dated(planned_on, plan.from_on, plan.to_on)
