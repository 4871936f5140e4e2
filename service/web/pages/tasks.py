"""The list of tasks at a unit and beneath it, page by page."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field, ValidationInfo, field_validator
from sqlmodel import Session

from models.kinds import ActivityKind, TaskState
from service import lists, people
from service.board_ledger import WEEK
from service.campaigns import progress
from service.people import offered
from service.web.asks import FIRST_DAY, LAST_DAY, Instant, Questions, read_questions
from service.web.deps import Call
from service.web.pages.visit import show, visit

router = APIRouter()

TICK = timedelta(microseconds=1)  # what is due at this very instant is overdue
# what is asked for that is no state of a task: open and past its time, open and due within seven days, handed in after
# its time, all but those called off, and whatever there is
OVERDUE, SOON, LATE, OWED, ALL = "overdue", "soon", "late", "owed", "all"
UNFINISHED = [TaskState.open, TaskState.submitted]  # what is shown unless something else is asked for


class TaskQuestions(Questions):
    """What the list is asked; what a form leaves empty counts as not asked."""

    unit: str | None = Field(None, max_length=500)
    alone: bool = False  # without what is beneath the unit
    campaign: str | None = Field(None, max_length=500)
    person: str | None = Field(None, max_length=500)
    kind: ActivityKind | None = None
    phase: str | None = Field(None, max_length=500)
    between_phases: bool = False
    state: TaskState | Literal["overdue", "soon", "late", "owed", "all"] | None = None
    due_year: int | None = Field(None, ge=FIRST_DAY.year, le=LAST_DAY.year)
    due_before: Instant | None = None
    due_after: Instant | None = None
    after: str | None = Field(None, max_length=2_000)

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object, field: ValidationInfo) -> object:
        return cls.model_fields[str(field.field_name)].default if value == "" else value


Asked = Annotated[TaskQuestions, Depends(read_questions(TaskQuestions))]


@router.get("/tasks")
def task_list(call: Call, asked: Asked) -> Response:
    with visit(call) as (session, reader):
        dates = dates_of(session, asked)
        states, since, before = states_of(asked, *dates, call.now)
        found = lists.tasks(
            session, reader.actor, unit=asked.unit, alone=asked.alone, campaign=asked.campaign, person=asked.person,
            kind=asked.kind, phase="" if asked.between_phases else asked.phase, states=states,
            late=asked.state == LATE, due_after=since, due_before=before, after=asked.after,
        )  # fmt: skip
        campaigns = [(row.key, row.name) for row in progress.running(session, reader.actor)]
        offers = offered.units(session, reader.actor)
        names = people.names(session, {code for row in found.items for code in (row["assignee"], row["co_assignee"])})
    return show(
        call, "tasks.html", found=found, names=names, campaigns=campaigns, after=asked.after, dates=dates,
        asked=asked.model_dump(mode="json", exclude_defaults=True, exclude={"after"}),
        states=list(TaskState), kinds=list(ActivityKind), offers=offers,
    )  # fmt: skip


def dates_of(session: Session, asked: TaskQuestions) -> tuple[datetime | None, datetime | None]:
    """From and before when they are to be due: in a year, as progress counts it, or between two instants."""
    if asked.due_year is None:
        return asked.due_after, asked.due_before
    begins, ends = progress.bounds_of(session, asked.due_year)
    return begins + TICK, ends + TICK


def states_of(
    asked: TaskQuestions, since: datetime | None, before: datetime | None, now: datetime
) -> tuple[list[str], datetime | None, datetime | None]:
    """The states that are asked for, and from and before when they are due, as the board counts them."""
    if asked.state == OVERDUE:
        return [TaskState.open], since, min(now + TICK, before) if before else now + TICK
    if asked.state == SOON:
        bounds = now + TICK, now + WEEK + TICK
        return [TaskState.open], max(bounds[0], since or bounds[0]), min(bounds[1], before or bounds[1])
    if asked.state == OWED:
        return [state for state in TaskState if state != TaskState.cancelled], since, before
    if asked.state in (LATE, ALL):
        return [], since, before
    return [asked.state] if asked.state else list(UNFINISHED), since, before
