"""Who may say what a look-back found, or do without it: the guards that both acts pass, and the same asked ahead."""

from typing import Any

from models.kinds import HazardState
from service.access import Actor
from service.errors import Conflict, Forbidden, Trouble
from service.rules.rechecks import ANSWERABLE


def may_look(actor: Actor, row: Any, hazard: Any, path: str, rectifier: str | None, version: int | None = None) -> None:
    """Refuse whoever may not say what the look-back found: it needs other eyes than those of who rectified it."""
    if actor.person not in (row.assignee, row.co_assignee) and not actor.may("recheck hazards", path):
        raise Forbidden("Your role does not allow this here")
    answerable_now(row, hazard, version)
    if actor.person in (hazard.responsible, rectifier):
        raise Forbidden("Whoever rectified a hazard can't judge it")


def may_waive(actor: Actor, row: Any, hazard: Any, path: str, version: int | None = None) -> None:
    """Refuse whoever may not do without the look-back."""
    if not actor.may("waive rechecks", path):
        raise Forbidden("Only a leader may waive a recheck")
    answerable_now(row, hazard, version)


def answerable_now(row: Any, hazard: Any, version: int | None) -> None:
    """Refuse a recheck that has moved on, isn't open yet, or whose hazard is open again."""
    if version is not None and version != row.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if row.state not in ANSWERABLE:
        raise Conflict("The recheck is {state}; this can't be done to it now", state=str(row.state))
    if hazard.state != HazardState.closed or hazard.cycle != row.cycle:
        raise Conflict("The hazard has been opened again since; there is nothing to look back at")


def allowed(actor: Actor, row: Any, hazard: Any, path: str, rectifier: str | None) -> dict[str, Trouble | None]:
    """`result` and `waive`, with what stands in the way now or None; what the actor's roles forbid is left out."""
    answers: dict[str, Trouble | None] = {}
    for act in ("result", "waive"):
        try:
            if act == "result":
                may_look(actor, row, hazard, path, rectifier)
            else:
                may_waive(actor, row, hazard, path)
        except Forbidden:
            continue
        except Trouble as why:
            answers[act] = why
        else:
            answers[act] = None
    return answers
