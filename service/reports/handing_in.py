"""What the task that owes a report asks for when the report is sent: its numbers, and the answers to its checklist."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlmodel import Session

from models.kinds import TaskState
from service.reports.declared import DECLARED
from service.tasks.acts import TASK_AT
from service.tasks.asks import asks_of


class Wanted(NamedTuple):
    """The numbers by name, each as the report itself has it (None: only a person knows), and the checklist's items."""

    figures: dict[str, float | None]
    items: Sequence[Any]


def wanted(session: Session, report: Any, edition: Any, *, now: datetime) -> Wanted | None:
    """What must be known to send an edition; None where no task is handed in by it."""
    if not report.task or report.task_state != TaskState.open or now >= report.closes_at:
        return None
    task = session.execute(TASK_AT, {"key": report.task}).one()
    asks = asks_of(session, task)
    known = orjson.loads(edition.snapshot)["figures"]
    return Wanted({name: said(known, name) for name in asks.figures}, asks.items)


def said(known: Mapping[str, Any], name: str) -> float | None:
    """What a report says of a number that a task asks for by this name."""
    figure = known.get(DECLARED.get(name, name))
    return None if figure is None or figure["value"] is None else float(figure["value"])


def numbers(asked: Wanted, given: Mapping[str, float] | None) -> dict[str, float]:
    """The numbers handed in: those given, and of the rest what the report itself says."""
    known = {name: value for name, value in asked.figures.items() if value is not None}
    return known | dict(given or {})
