"""`/tasks`: what each unit owes, and what people do to it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlmodel import Session

from models.kinds import ActivityKind, TaskState
from service import listings, lists
from service.access import Actor
from service.lists import PAGE, PAGE_AT_MOST
from service.tasks import acts as tasks
from service.web import shown
from service.web.asks import Instant, KeyInPath, Questions, gives, parameters, read_questions
from service.web.deps import Call, Incoming
from service.web.forms import Act, Reasoned, Reassignment, Submission

router = APIRouter(prefix="/tasks", tags=["tasks"])


class TaskQuestions(Questions):
    campaign: str | None = Field(None, max_length=500)
    unit: str | None = Field(None, max_length=500, description="at it and everything beneath")
    person: str | None = Field(None, max_length=500, description="theirs to do")
    kind: ActivityKind | None = None
    state: list[TaskState] = Field(default_factory=list, max_length=6, description="one or several")
    due_before: Instant | None = None
    limit: int = Field(PAGE, ge=1, le=PAGE_AT_MOST, description="how many at most")
    after: str | None = Field(None, max_length=2_000, description="the `next` of the page before")


Asked = Annotated[TaskQuestions, Depends(read_questions(TaskQuestions))]


@router.get("", openapi_extra=parameters(TaskQuestions), **gives(shown.Listing[shown.Task]))
def list_tasks(call: Call, asked: Asked) -> Response:
    """The tasks in sight in the order of their due instants, and the caller's own."""
    return call.glance(
        lambda connection, actor: lists.tasks(
            connection, actor, campaign=asked.campaign, unit=asked.unit, person=asked.person, kind=asked.kind,
            states=asked.state, due_before=asked.due_before, limit=asked.limit, after=asked.after,
        )
    )  # fmt: skip


@router.get("/{key}", **gives(shown.TaskWhole))
def read_task(call: Call, key: KeyInPath) -> Response:
    """One task with its figures, answers and journal."""
    return call.read(lambda session, actor: listings.task(session, actor, key))


def done(call: Incoming, key: str, do: Callable[[Session, Actor], Any]) -> Response:
    """Do it, and answer the task as it is then."""

    def act(session: Session, actor: Actor) -> Any:
        do(session, actor)
        return listings.task(session, actor, key)

    return call.act(act)


@router.post("/{key}/open", **gives(shown.TaskWhole))
def open_task(call: Call, key: KeyInPath, form: Act | None = None) -> Response:
    """Open a planned task before its time."""
    version = form.version if form else None
    return done(call, key, lambda session, actor: tasks.open_task(session, actor, key, now=call.now, version=version))


@router.post("/{key}/submit", **gives(shown.TaskWhole))
def submit_task(call: Call, key: KeyInPath, form: Submission) -> Response:
    """Hand it in, with the figures and answers that it asks for and the hazards that were found."""
    answers = {item: (str(given.mark), given.note) for item, given in form.answers.items()}
    return done(
        call, key,
        lambda session, actor: tasks.submit(
            session, actor, key, now=call.now, figures=form.figures, answers=answers, note=form.note,
            findings=[found.model_dump(exclude_none=True) for found in form.findings], version=form.version,
        ),
    )  # fmt: skip


@router.post("/{key}/accept", **gives(shown.TaskWhole))
def accept_task(call: Call, key: KeyInPath, form: Act | None = None) -> Response:
    """Accept what somebody else handed in."""
    version = form.version if form else None
    return done(call, key, lambda session, actor: tasks.accept(session, actor, key, now=call.now, version=version))


@router.post("/{key}/reject", **gives(shown.TaskWhole))
def reject_task(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Send it back, with the reason."""

    def reject(session: Session, actor: Actor) -> None:
        tasks.reject(session, actor, key, now=call.now, reason=form.reason, version=form.version)

    return done(call, key, reject)


@router.post("/{key}/reassign", **gives(shown.TaskWhole))
def reassign_task(call: Call, key: KeyInPath, form: Reassignment) -> Response:
    """Give it to somebody else, with the reason."""

    def reassign(session: Session, actor: Actor) -> None:
        asked = {"person": form.person, "reason": form.reason}
        tasks.reassign(session, actor, key, now=call.now, version=form.version, **asked)

    return done(call, key, reassign)


@router.post("/{key}/cancel", **gives(shown.TaskWhole))
def cancel_task(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Call it off, with the reason."""

    def cancel(session: Session, actor: Actor) -> None:
        tasks.cancel(session, actor, key, now=call.now, reason=form.reason, version=form.version)

    return done(call, key, cancel)
