"""What a task asks for when it is handed in: the figures by name, and the questions of its checklist in their order."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import ChecklistItem
from service.campaigns.plans import plan_of


class Asks(NamedTuple):
    """The names of the figures, and the items (`key`, `text`) of the checklist."""

    figures: tuple[str, ...]
    items: Sequence[Any]


def asks_of(session: Session, task: Any) -> Asks:
    """What the plan in force asks for at a task."""
    activity = plan_of(session, task.campaign)[1].get(task.activity)
    if activity is None:
        return Asks((), ())
    items: Sequence[Any] = ()
    if activity.checklist:
        statement = select(col(ChecklistItem.key), col(ChecklistItem.text))
        statement = statement.where(col(ChecklistItem.checklist) == activity.checklist)
        items = session.execute(statement.order_by(col(ChecklistItem.place), col(ChecklistItem.key))).all()
    return Asks(tuple(activity.figures), items)
