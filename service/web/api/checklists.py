"""`/checklists`: the questions that tasks ask."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import checklists, short_lists
from service.access import Actor
from service.web import shown
from service.web.asks import PAGE, After, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms import ChecklistForm

router = APIRouter(prefix="/checklists", tags=["checklists"])


@router.get("", **gives(shown.Listing[shown.Checklist]))
def list_checklists(call: Call, limit: Limit = PAGE, after: After = None) -> Response:
    """The checklists that concern the caller, each with its items."""
    return call.read(
        lambda session, actor: short_lists.page_of(
            checklists.checklists(session, actor), ("key",), limit=limit, after=after
        )
    )


@router.get("/{key}", **gives(shown.Checklist))
def read_checklist(call: Call, key: KeyInPath) -> Response:
    """One checklist."""
    return call.read(lambda session, actor: checklists.checklist(session, actor, key))


@router.put("/{key}", **gives(shown.Checklist))
def put_checklist(call: Call, key: KeyInPath, form: ChecklistForm) -> Response:
    """Make a checklist so, whole; the items keep their keys by their places."""

    def put(session: Session, actor: Actor) -> Any:
        checklists.put(session, actor, key, now=call.now, **form.model_dump())
        return checklists.checklist(session, actor, key)

    return call.act(put)
