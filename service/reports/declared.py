"""What people declare: numbers handed in with tasks, set beside what the records say of the very same.

A task of work that asks for `hazards` is set beside the hazards that were found at it; a task that owes a report,
beside the figures of that report. Only where the two differ is anything answered.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, and_, case, cast, func, or_, select
from sqlmodel import Session, col

from models import Enforcement, Hazard, HazardCycle, Report, ReportFigure, Task, TaskFigure, Unit
from models.kinds import ActivityKind, EnforcementKind, HazardLevel, HazardState, TaskState
from service.access import beneath
from service.figures.base import Figure, Span
from service.figures.counting import Counted, of_campaigns, total
from service.figures.registry import FIGURES
from service.reports.asked import Asked
from service.rules.figures import Number, tidy

# the names under which tasks ask for numbers that the registry counts itself
DECLARED: dict[str, str] = {
    "hazards": "hazards.found",
    "rectified": "hazards.rectified",
    "major_hazards": "hazards.found.major",
    "visits": "inspections.visits",
    "units": "inspections.units",
    "letters": "commitments.done",
    "meetings": "meetings.held",
    "study": "study.held",
    "trainings": "trainings.held",
    "drills": "drills.held",
    "publicity_days": "publicity.held",
    "copies": "publicity.copies",
    "penalties": "enforcement.penalty",
    "fines": "enforcement.fines",
}
# those of them that the records of one task of work say too
OF_HAZARDS = ("hazards", "rectified", "major_hazards")
OF_ENFORCEMENT = ("penalties", "fines")
HANDED_IN = (TaskState.submitted, TaskState.accepted)


class Declared(NamedTuple):
    """A number that was handed in with a task, and what the records have in its place."""

    figure: str
    task: str
    unit: str
    name: str
    declared: Number
    counted: Number


def differing(
    session: Session, asked: Asked, members: tuple[str, ...] | None, span: Span, counted: Counted
) -> list[Declared]:
    """The numbers handed in beneath a unit in some days that the records contradict, unit by unit."""
    names = present(session)
    found = [*of_work(session, asked, members, span, names), *of_reports(session, asked, members, counted, names)]
    order = {unit: place for place, unit in enumerate(counted.places)}
    return sorted(found, key=lambda one: (order[one.unit], one.task, one.figure))


def present(session: Session) -> frozenset[str]:
    """Those of the names under which any number was ever handed in: of the others nothing need be asked."""
    statement = select(col(TaskFigure.name)).where(col(TaskFigure.name).in_(DECLARED)).distinct()
    return frozenset(session.execute(statement).scalars())


def handed_in(columns: Iterable[Any], asked: Asked, members: tuple[str, ...] | None) -> Select[Any]:
    """Numbers that were handed in with tasks beneath a unit, with the task, its unit and some columns more."""
    shown: Any = (
        col(TaskFigure.name),
        col(TaskFigure.value),
        col(Task.key),
        col(Task.unit),
        col(Unit.name).label("called"),
    )
    statement = select(*shown, *columns).select_from(TaskFigure).join(Task, col(TaskFigure.task) == col(Task.key))
    statement = statement.join(Unit, col(Task.unit) == col(Unit.key))
    statement = statement.where(beneath(asked.path), col(Task.state).in_(HANDED_IN))
    return statement if members is None else statement.where(of_campaigns(col(Task.campaign), members))


def of_work(
    session: Session, asked: Asked, members: tuple[str, ...] | None, span: Span, present: frozenset[str]
) -> list[Declared]:
    """Numbers of tasks of work beside the hazards found at each, and what was done about those."""
    found: list[Declared] = []
    for known, records in ((OF_HAZARDS, hazards_by_task(span)), (OF_ENFORCEMENT, enforcement_by_task())):
        names = [name for name in known if name in present]
        if not names:
            continue
        said: Any = case({name: records.c[name] for name in names}, value=col(TaskFigure.name))
        recorded: Any = func.coalesce(said, 0)
        statement = handed_in([recorded.label("recorded")], asked, members)
        statement = statement.outerjoin(records, records.c.task == col(Task.key)).where(
            col(TaskFigure.name).in_(names), col(Task.kind) != ActivityKind.report,
            col(Task.submitted_at) >= span.starts_at, col(Task.submitted_at) < span.ends_at,
            col(TaskFigure.value) != recorded,
        )  # fmt: skip
        found += [declared(row, row.recorded) for row in session.execute(statement)]
    return found


def hazards_by_task(span: Span) -> Any:
    """How many hazards were found at each task, how many of them are closed by the end of some days, and are major."""
    closed = and_(col(HazardCycle.closed_at).is_not(None), col(HazardCycle.closed_at) < span.ends_at)
    major = col(Hazard.level) == HazardLevel.major
    statement: Any = select(
        col(Hazard.task).label("task"), func.count().label("hazards"),
        func.sum(case((closed, 1), else_=0)).label("rectified"),
        func.sum(case((major, 1), else_=0)).label("major_hazards"),
    )  # fmt: skip
    first = and_(col(HazardCycle.hazard) == col(Hazard.key), col(HazardCycle.cycle) == 1)
    statement = statement.join(HazardCycle, first).where(col(Hazard.task).is_not(None))
    return statement.where(col(Hazard.state) != HazardState.void).group_by(col(Hazard.task)).subquery()


def enforcement_by_task() -> Any:
    """How many penalties there were for what was found at each task, and what the fines came to."""
    penalty = col(Enforcement.kind) == EnforcementKind.penalty
    statement: Any = select(
        col(Hazard.task).label("task"), func.sum(case((penalty, 1), else_=0)).label("penalties"),
        func.sum(col(Enforcement.amount_yuan)).label("fines"),
    )  # fmt: skip
    statement = statement.join(Enforcement, col(Enforcement.hazard) == col(Hazard.key))
    return statement.where(col(Hazard.task).is_not(None)).group_by(col(Hazard.task)).subquery()


def of_reports(
    session: Session, asked: Asked, members: tuple[str, ...] | None, counted: Counted, present: frozenset[str]
) -> list[Declared]:
    """Numbers of tasks that owed a report of these days or of some of them, beside what that report says.

    Where it was never frozen, they stand beside the records of the unit and everything beneath it.
    """
    if not present:
        return []
    edition: Any = col(Report.key) + ":" + cast(col(Report.edition), Text)
    figure = case(DECLARED, value=col(TaskFigure.name))
    reported = and_(col(ReportFigure.edition_key) == edition, col(ReportFigure.figure) == figure)
    columns = [col(Report.edition), col(Report.from_on), col(Report.to_on), col(Unit.path), col(ReportFigure.value)]
    statement = handed_in([*columns[:-1], columns[-1].label("reported")], asked, members)
    statement = statement.join(Report, col(Report.task) == col(Task.key)).outerjoin(ReportFigure, reported)
    statement = statement.where(
        col(TaskFigure.name).in_(present), col(Report.from_on) >= asked.stretch.from_on,
        col(Report.to_on) <= asked.stretch.to_on,
        or_(col(ReportFigure.value).is_(None), col(ReportFigure.value) != col(TaskFigure.value)),
    )  # fmt: skip
    found: list[Declared] = []
    for row in session.execute(statement):
        recorded = row.reported
        if recorded is None and not row.edition and (row.from_on, row.to_on) == asked.stretch[1:]:
            recorded = beneath_it(counted, DECLARED[row.name], row.path)
        if recorded is not None and recorded != row.value:
            found.append(declared(row, recorded))
    return found


def beneath_it(counted: Counted, key: str, path: str) -> Number | None:
    """What a figure comes to at a path and beneath; None for one that this report doesn't count."""
    one = FIGURES[key]
    cells = counted.cells.get(key)
    if cells is None or not isinstance(one, Figure):
        return None
    return total(one, {cell: n for cell, n in cells.items() if counted.places[cell[0]].path.startswith(path)})


def declared(row: Any, recorded: Number) -> Declared:
    return Declared(DECLARED[row.name], row.key, row.unit, row.called, tidy(row.value), tidy(recorded))


def by_figure(found: Iterable[Declared]) -> Mapping[str, list[Declared]]:
    """The same by the figure that they contradict."""
    grouped: dict[str, list[Declared]] = {}
    for one in found:
        grouped.setdefault(one.figure, []).append(one)
    return grouped
