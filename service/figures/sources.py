"""The sources: which records there are to count, by which of their dates, and what can be asked of them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, case, literal, or_, select
from sqlmodel import col

from models import (
    Alert,
    Campaign,
    Enforcement,
    Hazard,
    HazardCycle,
    Incident,
    PresenceCheck,
    Recheck,
    Row,
    Task,
    TaskAnswer,
    TaskFigure,
    TeamMember,
    Unit,
    Watch,
)
from models.base import table_of
from models.kinds import (
    CampaignState,
    HazardMode,
    HazardState,
    IncidentState,
    RecheckState,
    TaskState,
    UnitKind,
    WatchState,
)
from service.figures.base import Source, Span

Dims = dict[str, Callable[[Span], Any]]
KEPT = (WatchState.confirmed, WatchState.on_duty, WatchState.handed_over)


def plain(column: Any) -> Callable[[Span], Any]:
    """A trait that is a column of the record."""
    return lambda _span: col(column)


def whether(condition: Callable[[Span], Any]) -> Callable[[Span], Any]:
    """A trait that is 1 where a condition holds and 0 elsewhere."""
    return lambda span: case((condition(span), 1), else_=0)


def days(column: Any) -> Callable[[Span], Any]:
    return lambda span: col(column).between(span.from_on, span.to_on)


def instants(column: Any, *conditions: Any) -> Callable[[Span], Any]:
    return lambda span: and_(col(column) >= span.starts_at, col(column) < span.ends_at, *conditions)


def due(column: Any, *conditions: Any) -> Callable[[Span], Any]:
    """Due at midnight is due on the day before."""
    return lambda span: and_(col(column) > span.starts_at, col(column) <= span.ends_at, *conditions)


def cycles() -> Any:
    return table_of(HazardCycle).join(table_of(Hazard), col(HazardCycle.hazard) == col(Hazard.key))


def of_tasks(table: Any) -> Callable[[], Any]:
    return lambda: table_of(table).join(table_of(Task), col(table.task) == col(Task.key))


def only(table: Any) -> Callable[[], Any]:
    return lambda: table_of(table)


REAL = col(Hazard.state) != HazardState.void
ACCEPTED = col(Task.state) == TaskState.accepted
# by what it is and not by what it is not: an index of states is then walked state by state
NOT_CALLED_OFF = col(Task.state).in_([state for state in TaskState if state != TaskState.cancelled])
STANDS = col(Watch.state) != WatchState.cancelled
HAZARD: Dims = {
    "level": plain(Hazard.level),
    "mode": plain(Hazard.mode),
    "source": plain(Hazard.source),
    "closed": whether(lambda span: col(HazardCycle.closed_at) < span.ends_at),
    "in_time": whether(lambda _span: col(HazardCycle.closed_in_time).is_(True)),
    "late": whether(
        lambda span: and_(
            or_(col(HazardCycle.closed_at).is_(None), col(HazardCycle.closed_at) >= span.ends_at),
            col(HazardCycle.due_at) <= span.ends_at,
        )
    ),
    "ranked": whether(lambda _span: col(Hazard.rank).is_not(None)),
    "planned": whether(lambda _span: and_(col(Hazard.mode) == HazardMode.by_deadline, col(Hazard.measures) != "")),
    "contingency": whether(lambda _span: col(Hazard.contingency) != ""),
}
# money and the like belong to the hazard: a second time round must not count them again
ONCE = col(HazardCycle.cycle) == col(Hazard.cycle)
FUNDS = {"funds": case((ONCE, col(Hazard.funds_yuan)), else_=0)}
HOUSEHOLDS = select(col(Unit.key)).where(col(Unit.kind) == UnitKind.household)
TASK: Dims = {
    "kind": plain(Task.kind),
    "late": whether(lambda _span: col(Task.submitted_at) > col(Task.due_at)),
    "done": whether(lambda span: and_(ACCEPTED, col(Task.submitted_at) < span.ends_at)),
    "household": whether(lambda _span: col(Task.unit).in_(HOUSEHOLDS)),
}


def hazards(key: str, basis: str, inside: Callable[[Span], Any], on: Any) -> Source:
    """Times round of hazards that are not void, by one of their dates."""
    return Source(
        key,
        basis,
        "hazard",
        cycles,
        col(HazardCycle.key),
        col(Hazard.unit),
        inside,
        col(on),
        HAZARD,
        FUNDS,
        col(Hazard.campaign),
        subject=col(Hazard.key),
        read_by={Hazard: "ix_hazard_campaign_key", HazardCycle: "ix_hazardcycle_hazard_found_on"},
        real=(REAL,),
    )


def tasks(key: str, basis: str, inside: Callable[[Span], Any], on: Any, index: str = "ix_task_counted") -> Source:
    """Tasks by one of their dates."""
    by: dict[type[Row], str] = {Task: index}
    return Source(
        key, basis, "task", only(Task), col(Task.key), col(Task.unit), inside, col(on), TASK, {}, col(Task.campaign),
        read_by=by,
    )  # fmt: skip


def standing(span: Span) -> Any:
    open_then = or_(col(HazardCycle.closed_at).is_(None), col(HazardCycle.closed_at) >= span.ends_at)
    return and_(col(HazardCycle.found_on) <= span.to_on, open_then)


DONE = instants(Task.submitted_at, ACCEPTED)
SOURCES: dict[str, Source] = {
    source.key: source
    for source in (
        hazards("hazards_found", "found_on", days(HazardCycle.found_on), HazardCycle.found_on),
        hazards("hazards_closed", "closed_on", instants(HazardCycle.closed_at), HazardCycle.closed_at),
        hazards("hazards_standing", "as_of", standing, HazardCycle.found_on),
        Source(
            "hazards_supervised",
            "on",
            "hazard",
            only(Hazard),
            col(Hazard.key),
            col(Hazard.unit),
            lambda span: and_(REAL, days(Hazard.supervised_on)(span)),
            col(Hazard.supervised_on),
            {"delisted": whether(lambda span: col(Hazard.delisted_on) <= span.to_on)},
            {},
            col(Hazard.campaign),
        ),
        tasks("tasks_done", "done_on", DONE, Task.submitted_at),
        tasks("tasks_due", "due_on", due(Task.due_at, NOT_CALLED_OFF), Task.due_at, "ix_task_campaign_state_due_at"),
        tasks(
            "tasks_planned",
            "planned_on",
            lambda span: and_(NOT_CALLED_OFF, days(Task.planned_on)(span)),
            Task.planned_on,
        ),
        tasks("tasks_whole", "whole", lambda _span: NOT_CALLED_OFF, Task.planned_on, "ix_task_campaign_state_due_at"),
        Source(
            "numbers",
            "done_on",
            "task",
            of_tasks(TaskFigure),
            col(TaskFigure.key),
            col(Task.unit),
            DONE,
            col(Task.submitted_at),
            {"kind": plain(Task.kind), "name": plain(TaskFigure.name)},
            {"value": col(TaskFigure.value)},
            col(Task.campaign),
            subject=col(Task.key),
        ),
        Source(
            "answers",
            "done_on",
            "task",
            of_tasks(TaskAnswer),
            col(TaskAnswer.key),
            col(Task.unit),
            DONE,
            col(Task.submitted_at),
            {"kind": plain(Task.kind), "mark": plain(TaskAnswer.mark)},
            {},
            col(Task.campaign),
            subject=col(Task.key),
        ),
        Source(
            "enforcement",
            "on",
            "enforcement",
            lambda: table_of(Enforcement).outerjoin(table_of(Hazard), col(Enforcement.hazard) == col(Hazard.key)),
            col(Enforcement.key),
            col(Enforcement.unit),
            days(Enforcement.on),
            col(Enforcement.on),
            {"kind": plain(Enforcement.kind)},
            {
                "amount": col(Enforcement.amount_yuan),
                "points": col(Enforcement.points),
                "people": col(Enforcement.people),
            },
            col(Hazard.campaign),
        ),
        Source(
            "rechecks_done",
            "done_on",
            "recheck",
            only(Recheck),
            col(Recheck.key),
            col(Recheck.unit),
            instants(Recheck.done_at, col(Recheck.state) == RecheckState.done),
            col(Recheck.done_at),
            {"result": plain(Recheck.result)},
            {},
            col(Recheck.campaign),
        ),
        Source(
            "rechecks_due",
            "due_on",
            "recheck",
            only(Recheck),
            col(Recheck.key),
            col(Recheck.unit),
            due(Recheck.due_at, col(Recheck.state) != RecheckState.cancelled),
            col(Recheck.due_at),
            {"state": plain(Recheck.state)},
            {},
            col(Recheck.campaign),
        ),
        Source(
            "watches",
            "on",
            "watch",
            only(Watch),
            col(Watch.key),
            col(Watch.unit),
            instants(Watch.starts_at, STANDS),
            col(Watch.starts_at),
            {"kept": whether(lambda _span: col(Watch.state).in_(KEPT)), "state": plain(Watch.state)},
            {},
        ),
        Source(
            "presence",
            "done_on",
            "watch",
            lambda: table_of(PresenceCheck).join(table_of(Watch), col(PresenceCheck.watch) == col(Watch.key)),
            col(PresenceCheck.key),
            col(Watch.unit),
            instants(PresenceCheck.made_at),
            col(PresenceCheck.made_at),
            {"present": whether(lambda _span: col(PresenceCheck.present).is_(True))},
            {},
            subject=col(Watch.key),
        ),
        Source(
            "incidents",
            "happened_on",
            "incident",
            only(Incident),
            col(Incident.key),
            col(Incident.unit),
            lambda span: and_(col(Incident.state) != IncidentState.void, days(Incident.happened_on)(span)),
            col(Incident.happened_on),
            {"kind": plain(Incident.kind), "category": plain(Incident.category)},
            {
                "deaths": col(Incident.deaths),
                "injured": col(Incident.injured),
                "missing": col(Incident.missing),
                "loss": col(Incident.loss_yuan),
            },
        ),
        Source(
            "alerts",
            "on",
            "alert",
            only(Alert),
            col(Alert.key),
            col(Alert.unit),
            instants(Alert.made_at),
            col(Alert.made_at),
            {},
            {"units_told": col(Alert.units)},
        ),
        Source(
            "campaigns",
            "during",
            "campaign",
            only(Campaign),
            col(Campaign.key),
            col(Campaign.owner),
            lambda span: and_(
                col(Campaign.state) != CampaignState.draft,
                col(Campaign.from_on) <= span.to_on,
                col(Campaign.to_on) >= span.from_on,
            ),
            col(Campaign.from_on),
            {"top": whether(lambda _span: col(Campaign.parent).is_(None))},
            {},
            col(Campaign.key),
        ),
        Source(
            "teams",
            "during",
            "team",
            only(TeamMember),
            col(TeamMember.key),
            col(TeamMember.unit),
            lambda span: and_(
                col(TeamMember.from_on) <= span.to_on,
                or_(col(TeamMember.until_on).is_(None), col(TeamMember.until_on) >= span.from_on),
            ),
            col(TeamMember.from_on),
            {"role": plain(TeamMember.role)},
            {},
        ),
        Source(
            "units",
            "as_of",
            "unit",
            only(Unit),
            col(Unit.key),
            col(Unit.key),
            lambda span: or_(col(Unit.closed_on).is_(None), col(Unit.closed_on) > span.to_on),
            literal(None),
            {"kind": plain(Unit.kind), "risk": plain(Unit.risk)},
            {},
            always=True,
        ),
    )
}
