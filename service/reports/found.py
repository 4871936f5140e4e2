"""Finding a report, and who may do what to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Activity, Report, ReportEdition, ReportStated, ReportText, Task, Unit
from models.base import table_of
from models.kinds import ReportPeriod, Role
from service import units
from service.access import Actor
from service.errors import Conflict, Forbidden, NotFound
from service.reports.asked import Asked
from service.reports.numbers import Stated, stated_values
from service.rules.reports import Stretch, admits
from service.rules.steps import Telling

COLUMNS = [column for column in table_of(Report).columns if column.name != "draft"]


def find(session: Session, actor: Actor, key: str) -> Any:
    """A report with its unit's path, name and kind, and its task's name and people; NotFound for one out of sight."""
    named: Any = (
        col(Unit.path), col(Unit.name).label("unit_name"), col(Unit.kind).label("unit_kind"),
        col(Activity.name).label("activity_name"), col(Task.assignee), col(Task.co_assignee),
        col(Task.state).label("task_state"), col(Task.closes_at),
    )  # fmt: skip
    statement = select(*COLUMNS, *named).join(Unit, col(Report.unit) == col(Unit.key))
    statement = statement.outerjoin(Task, col(Report.task) == col(Task.key))
    statement = statement.outerjoin(Activity, col(Task.activity) == col(Activity.key))
    row = session.execute(statement.where(col(Report.key) == key)).one_or_none()
    if row is None or not (actor.may("see", row.path) or is_theirs(actor, row)):
        raise NotFound("There is no report {key}", key=key)
    return row


def is_theirs(actor: Actor, report: Any) -> bool:
    """Whether the report is somebody's task."""
    return actor.person in (report.assignee, report.co_assignee)


def may_write(actor: Actor, report: Any) -> None:
    """Refuse whoever neither has the report as their task nor writes such reports on the unit."""
    if not is_theirs(actor, report):
        allow(actor, "write reports", report.path)


def allow(actor: Actor, act: str, path: str) -> None:
    if not actor.may(act, path):
        raise Forbidden("Your role does not allow this here")


def admitted(report: Any, act: str, version: int | None) -> None:
    """Refuse an act on a report that has moved on, or whose state does not admit it."""
    if version is not None and version != report.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if report.by_file:
        raise Conflict("This report came from another deployment; it is changed there")
    if not admits(act, report.state):
        raise Conflict("The report is {state}; this can't be done to it now", state=str(report.state))


def asked_of(session: Session, report: Any) -> Asked:
    """What a report asks to be drawn."""
    stretch = Stretch(ReportPeriod(report.period), report.from_on, report.to_on)
    zone = units.zone_of(session, report.unit).key
    return Asked(
        report.unit, report.path, report.unit_name, str(report.unit_kind), zone, stretch, report.template,
        report.campaign, report.key,
    )  # fmt: skip


def texts_of(session: Session, key: str) -> dict[str, dict[str, Any]]:
    """What people wrote into a report, by the names of its parts."""
    rows = session.execute(
        select(table_of(ReportText)).where(col(ReportText.report) == key).order_by(col(ReportText.key))
    )
    return {row.name: {"text": row.text, "by": row.by, "at": row.at.isoformat()} for row in rows}


def stated_of(session: Session, key: str) -> dict[str, Stated]:
    """The figures that people state otherwise than the records."""
    statement = select(table_of(ReportStated)).where(col(ReportStated.report) == key)
    return stated_values(session.execute(statement.order_by(col(ReportStated.key))))


def edition_of(session: Session, key: str, number: int) -> Any:
    """One frozen edition; NotFound for a number that is none."""
    statement = select(table_of(ReportEdition)).where(col(ReportEdition.key) == f"{key}:{number}")
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("There is no edition {number} of this report", number=number)
    return row


def told(
    session: Session, report: Any, kind: str, people: set[str], now: datetime, **facts: Any
) -> tuple[Telling, ...]:
    """The notices of an act on a report; each version of it may say the same again."""
    name = report.activity_name or f"{report.from_on} – {report.to_on}"
    said = {"name": name, "unit": report.unit, "report": report.key, **facts}
    here = units.still_here(session, people)
    return tuple(Telling(kind, person, now, said, nth=str(report.version)) for person in sorted(here))


def holders(session: Session, role: Role, unit: str) -> set[str]:
    """Who holds a role for a unit."""
    return set(units.gather_holders(session, role, [unit])[unit])


def coordinators_above(session: Session, path: str) -> set[str]:
    """The coordinators of the unit above; nobody at the top."""
    above = path.strip("/").split("/")[-2:-1]
    return holders(session, Role.coordinator, above[0]) if above else set()
