"""Who may do what to a task now: the guards that every act passes, and the same asked ahead."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from models.kinds import TaskState
from service.access import Actor
from service.errors import Conflict, Forbidden, Trouble


class Attempt(NamedTuple):
    """Somebody is about to do something to a task on the unit at `path`, read at `version` (None: any)."""

    actor: Actor
    task: Any
    path: str
    now: datetime
    version: int | None = None


def guard(act: str, actor: Actor, task: Any, path: str, *, now: datetime, version: int | None = None) -> None:
    """Refuse an act that the actor may not do to the task now, or that its state does not admit."""
    GUARDS[act](Attempt(actor, task, path, now, version))


def allowed(actor: Actor, task: Any, path: str, *, now: datetime) -> dict[str, Trouble | None]:
    """Each act on a task with why it can't be done now, None where it can; what its roles forbid is left out."""
    return {act: why for act in GUARDS if not isinstance(why := trouble(act, actor, task, path, now), Forbidden)}


def trouble(act: str, actor: Actor, task: Any, path: str, now: datetime) -> Trouble | None:
    """What stands in the way of an act; None where nothing does."""
    try:
        guard(act, actor, task, path, now=now)
    except Trouble as why:
        return why
    return None


def allow(on: Attempt, act: str) -> None:
    """Refuse what the actor's roles don't allow on a task they have found: they see it, so it is not hidden now."""
    if not on.actor.may(act, on.path):
        raise Forbidden("Your role does not allow this here")


def in_state(on: Attempt, *states: str) -> None:
    """Refuse an act on a task that has moved on, or whose state does not admit it."""
    if on.version is not None and on.version != on.task.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if on.task.state not in states:
        raise Conflict("The task is {state}; this can't be done to it now", state=str(on.task.state))


def in_window(on: Attempt) -> None:
    """Refuse an act that comes after the window."""
    if on.now >= on.task.closes_at:
        raise Conflict("The window of this task has ended; it is missed")


def open_early(on: Attempt) -> None:
    allow(on, "open tasks")
    in_state(on, TaskState.planned)
    in_window(on)


def submit(on: Attempt) -> None:
    if on.actor.person not in (on.task.assignee, on.task.co_assignee):
        allow(on, "submit tasks")
    in_state(on, TaskState.open)
    in_window(on)


def accept(on: Attempt) -> None:
    allow(on, "accept tasks")
    in_state(on, TaskState.submitted)
    if on.task.submitted_by == on.actor.person:
        raise Forbidden("Whoever submitted a task can't accept it")


def reject(on: Attempt) -> None:
    allow(on, "accept tasks")
    in_state(on, TaskState.submitted)
    if on.task.submitted_by == on.actor.person:
        raise Forbidden("Whoever submitted a task can't reject it")


def reassign(on: Attempt) -> None:
    allow(on, "reassign tasks")
    in_state(on, TaskState.open)


def cancel(on: Attempt) -> None:
    allow(on, "cancel tasks")
    in_state(on, TaskState.planned, TaskState.open)


GUARDS: Mapping[str, Callable[[Attempt], None]] = {
    "open": open_early,
    "submit": submit,
    "accept": accept,
    "reject": reject,
    "reassign": reassign,
    "cancel": cancel,
}
