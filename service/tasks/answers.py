"""What is handed in with a task: its figures and the answers to its checklist, and what is wrong with them."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from models import ChecklistItem, TaskAnswer, TaskFigure
from models.kinds import AnswerMark
from service.errors import Fault, Refused
from service.rules.meetings import COUNTED, KINDS
from service.rules.plan import ActivityPlan
from service.rules.steps import Step, make, remove

NOTE_MOST = 20_000

# read at every submission: built once, they need not be put together and keyed anew each time
ITEMS_OF = select(col(ChecklistItem.key)).where(col(ChecklistItem.checklist) == bindparam("checklist"))
ROWS_OF = {
    table: select(col(table.key), col(table.version)).where(col(table.task) == bindparam("task"))
    for table in (TaskFigure, TaskAnswer)
}


def asked(
    session: Session,
    activity: ActivityPlan | None,
    key: str,
    figures: Mapping[str, float],
    answers: Mapping[str, tuple[str, str]],
    note: str,
) -> list[Step]:
    """The rows of a submission's figures and answers, or Refused with every fault in them."""
    wanted = activity.figures if activity else ()
    counted = COUNTED if activity and activity.kind in KINDS else ()  # by the service itself, from who signed in
    wanted = tuple(name for name in wanted if name not in counted)
    items: set[str] = set()
    if activity and activity.checklist:
        items = set(session.execute(ITEMS_OF, {"checklist": activity.checklist}).scalars())
    faults = [Fault(f"figures.{name}", "this figure is asked for") for name in wanted if name not in figures]
    faults += [
        Fault(f"figures.{name}", "is counted from who signed in" if name in counted else "nobody asked for this figure")
        for name in figures
        if name not in wanted
    ]
    faults += [
        Fault(f"figures.{name}", "must be a number from 0 to 1,000,000,000")
        for name, value in figures.items()
        if not 0 <= value <= 1e9
    ]
    faults += [Fault(f"answers.{item}", "this item must be answered") for item in sorted(items - set(answers))]
    faults += [Fault(f"answers.{item}", "there is no such item") for item in answers if item not in items]
    marks = {mark.value for mark in AnswerMark}
    faults += [
        Fault(f"answers.{item}", "must be pass, fail or na") for item, (mark, _) in answers.items() if mark not in marks
    ]
    if len(note) > NOTE_MOST:
        faults.append(Fault("note", "must be no longer than {most} characters", {"most": NOTE_MOST}))
    if faults:
        raise Refused("The submission is not complete", faults=faults)
    steps = [
        make(TaskFigure, f"{key}:figure:{name}", "figure", {"task": key, "name": name, "value": float(value)})
        for name, value in figures.items()
    ]
    return steps + [
        make(TaskAnswer, f"{key}:answer:{item}", "answer", {"task": key, "item": item, "mark": mark, "note": note})
        for item, mark, note in ((item, mark, words[:NOTE_MOST]) for item, (mark, words) in answers.items())
    ]


def replaced(session: Session, key: str) -> list[Step]:
    """A submission made again after a rejection takes the place of the first one's figures and answers."""
    gone: list[Step] = []
    for table, rows_of in ROWS_OF.items():
        rows = session.execute(rows_of, {"task": key})
        gone += [remove(table, row, version, "replaced") for row, version in rows]
    return gone
