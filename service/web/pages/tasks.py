"""The list of tasks at a unit and beneath it, page by page."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field, field_validator

from models.kinds import ActivityKind, TaskState
from service import lists, people
from service.board_ledger import WEEK
from service.campaigns import progress
from service.web.asks import Instant, Questions, read_questions
from service.web.deps import Call
from service.web.pages.visit import show, visit

router = APIRouter()

TICK = timedelta(microseconds=1)  # what is due at this very instant is overdue
# what is asked for that is no state of a task: open and past its time, open and due within seven days, all but those
# called off, and whatever there is
OVERDUE, SOON, OWED, ALL = "overdue", "soon", "owed", "all"
UNFINISHED = [TaskState.open, TaskState.submitted]  # what is shown unless something else is asked for


class TaskQuestions(Questions):
    """What the list is asked; what a form leaves empty counts as not asked."""

    unit: str | None = Field(None, max_length=500)
    campaign: str | None = Field(None, max_length=500)
    person: str | None = Field(None, max_length=500)
    kind: ActivityKind | None = None
    state: TaskState | Literal["overdue", "soon", "owed", "all"] | None = None
    due_before: Instant | None = None
    due_after: Instant | None = None
    after: str | None = Field(None, max_length=2_000)

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        return None if value == "" else value


Asked = Annotated[TaskQuestions, Depends(read_questions(TaskQuestions))]


@router.get("/tasks")
def task_list(call: Call, asked: Asked) -> Response:
    with visit(call) as (session, reader):
        states, since, before = states_of(asked, call.now)
        found = lists.tasks(
            session, reader.actor, unit=asked.unit, campaign=asked.campaign, person=asked.person, kind=asked.kind,
            states=states, due_after=since, due_before=before, after=asked.after,
        )  # fmt: skip
        campaigns = [(row.key, row.name) for row in progress.running(session, reader.actor)]
        names = people.names(session, {code for row in found.items for code in (row["assignee"], row["co_assignee"])})
    return show(
        call, "tasks.html", found=found, names=names, campaigns=campaigns, after=asked.after, since=asked.due_after,
        before=asked.due_before,
        asked=asked.model_dump(mode="json", exclude_none=True, exclude={"after"}),
        states=list(TaskState), kinds=list(ActivityKind),
    )  # fmt: skip


def states_of(asked: TaskQuestions, now: datetime) -> tuple[list[str], datetime | None, datetime | None]:
    """The states that are asked for, and from and before when they are due, as the board counts them."""
    since, before = asked.due_after, asked.due_before
    if asked.state == OVERDUE:
        return [TaskState.open], since, min(now + TICK, before) if before else now + TICK
    if asked.state == SOON:
        bounds = now + TICK, now + WEEK + TICK
        return [TaskState.open], max(bounds[0], since or bounds[0]), min(bounds[1], before or bounds[1])
    if asked.state == OWED:
        return [state for state in TaskState if state != TaskState.cancelled], since, before
    if asked.state == ALL:
        return [], since, before
    return [asked.state] if asked.state else list(UNFINISHED), since, before
