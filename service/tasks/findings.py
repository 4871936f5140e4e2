"""What was found at a task: each finding a hazard of the task's unit, linked to the task and its campaign."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Hazard, Unit
from models.kinds import ActivityKind, HazardLevel, HazardMode, HazardSource, HazardState
from service.access import Actor
from service.errors import Fault, Refused
from service.hazards.reporting import FIELDS, write_report
from service.people.fields import fit, today

FOUND = ("description", "level", "mode", "due_on", "place", "category")
# kind of task → source of what is found at it; at any other it is `other`
SOURCES: dict[str, HazardSource] = {
    ActivityKind.inspection: HazardSource.inspection,
    ActivityKind.self_check: HazardSource.self_check,
    ActivityKind.supervision: HazardSource.supervision,
    ActivityKind.patrol: HazardSource.patrol,
}


def enter_findings(
    session: Session, actor: Actor, task: Any, findings: Sequence[Mapping[str, Any]], *, now: datetime
) -> list[str]:
    """Enter what was found at a task into the ledger: description, level, mode, due_on, place, category of each.

    Answers the code of each, in their order.

    Whoever may hand the task in may say what they found, with or without a role there. What stands word for word among
    the task's hazards already is not entered twice, so that a submission made again may repeat it. Raises Refused
    naming each bad field, `findings.0.due_on`; the transaction around it then keeps nothing.
    """
    if not findings:
        return []
    faults: list[Fault] = []
    fitting = [fitted(number, found, faults) for number, found in enumerate(findings)]
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    closed_on = session.execute(select(col(Unit.closed_on)).where(col(Unit.key) == task.unit)).scalar_one()
    standing = select(col(Hazard.description), col(Hazard.place), col(Hazard.key)).where(col(Hazard.task) == task.key)
    rows = session.execute(standing.where(col(Hazard.state) != HazardState.void))
    known = {(row.description, row.place): row.key for row in rows}
    codes: list[str] = []
    linked = {
        "source": SOURCES.get(task.kind, HazardSource.other), "found_on": today(now), "campaign": task.campaign,
        "task": task.key,
    }  # fmt: skip
    for number, values in enumerate(fitting):
        if (values["description"], values["place"]) in known:
            codes.append(known[values["description"], values["place"]])
            continue
        try:
            codes.append(write_report(session, task.unit, closed_on, values | linked, now=now, by=actor))
        except Refused as refused:
            faults += placed(number, refused)
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    return codes


def fitted(number: int, found: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """The fields of a finding as they are kept; what is wrong with them is added to the faults."""
    given = {"level": HazardLevel.general, "mode": HazardMode.by_deadline, "place": "", "category": ""} | dict(found)
    try:
        return fit({name: FIELDS[name] for name in FOUND}, given, needed=("description",))
    except Refused as refused:
        faults += placed(number, refused)
        return given


def placed(number: int, refused: Refused) -> list[Fault]:
    """What is wrong with a finding, named by its place among the others."""
    return [Fault(f"findings.{number}.{one.field}", one.reason, one.facts) for one in refused.faults]
