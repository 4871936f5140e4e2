"""Finding one incident, held for the act that follows: its row, its unit's path, the reports owed about it."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import CaseRung, Incident, IncidentReport, Unit
from models.base import table_of
from models.kinds import IncidentState, Role
from service import units
from service.access import Actor
from service.errors import Conflict, Forbidden, NotFound
from service.hazards.found import held
from service.rules.cases import case_key
from service.rules.incidents import About, ReportFacts

ABOUT = tuple(name for name in About._fields)


class Found(NamedTuple):
    """An incident, the path of its unit, and the reports owed about it, in order."""

    incident: Any
    path: str
    reports: list[ReportFacts]

    @property
    def about(self) -> About:
        return about(self.incident)


def about(row: Any) -> About:
    """What is said of an incident wherever it is named."""
    return About(*(getattr(row, name) for name in ABOUT))


def find(session: Session, actor: Actor, key: str, *, to_read: bool = False) -> Found:
    """The incident, held for an act unless it is only read; NotFound also for one out of the actor's sight.

    In sight is what happened on the units they see, what they reported, and what they are asked to report upward.
    """
    statement = select(table_of(Incident), col(Unit.path), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(Incident.unit) == col(Unit.key)).where(col(Incident.key) == key)
    row = session.execute(statement if to_read else held(session, statement, Incident)).one_or_none()
    reports = reports_of(session, [key]) if row is not None else []
    if row is None or not (
        actor.may("see", row.path) or row.reported_by == actor.person or owes(session, actor.person, reports)
    ):
        raise NotFound("There is no incident {key}", key=key)
    return Found(row, row.path, reports)


def reports_of(session: Session, keys: Iterable[str]) -> list[ReportFacts]:
    """The reports owed about incidents, series by series on their way up."""
    statement = select(*(col(getattr(IncidentReport, name)) for name in ReportFacts._fields))
    statement = statement.where(col(IncidentReport.incident).in_(list(keys)))
    order = (IncidentReport.incident, IncidentReport.limit_at, IncidentReport.place, IncidentReport.form)
    return [ReportFacts(*row) for row in session.execute(statement.order_by(*(col(one) for one in order)))]


def owes(session: Session, person: str, reports: Sequence[ReportFacts]) -> bool:
    """Whether somebody answers for a unit that has to report, by its chain, or stands on the ladder of a late one."""
    froms = {report.from_unit for report in reports}
    chains = units.gather_chains(session, froms)
    if any(person in people for chain in chains.values() for people in chain.levels.values()):
        return True
    rungs = select(col(CaseRung.key)).where(
        col(CaseRung.case).in_([case_key(report.key) for report in reports]),
        (col(CaseRung.person) == person) | (col(CaseRung.co_person) == person),
    )
    return session.execute(rungs.limit(1)).first() is not None


def may(actor: Actor, act: str, path: str) -> None:
    """Refuse who sees an incident and may not do this to it."""
    if not actor.may(act, path):
        raise Forbidden("Your role does not allow this here")


def current(incident: Any, version: int | None, *states: str) -> None:
    """Refuse an act on an incident that has moved on, or whose state does not admit it."""
    if version is not None and version != incident.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if incident.state not in (states or (IncidentState.open,)):
        raise Conflict("The incident is {state}; this can't be done to it now", state=str(incident.state))


def coordinators(session: Session, codes: Iterable[str]) -> tuple[str, ...]:
    """Who coordinates for units: the nearest there or above, each once."""
    holders = units.gather_holders(session, Role.coordinator, set(codes))
    return tuple(dict.fromkeys(person for code in sorted(holders) for person in holders[code]))


def subjects_of(session: Session, key: str) -> list[str]:
    """What the notices of an incident are about: itself, and every report that is owed about it."""
    statement = select(col(IncidentReport.key)).where(col(IncidentReport.incident) == key)
    return [key, *session.execute(statement.order_by(col(IncidentReport.key))).scalars()]
