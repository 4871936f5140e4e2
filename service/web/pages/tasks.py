"""The list of tasks at a unit and beneath it, page by page."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from models.kinds import TaskState
from service import lists
from service.web.asks import After, Asked
from service.web.deps import Call
from service.web.pages.visit import form_token, visit
from service.web.paper import page

router = APIRouter()


@router.get("/tasks")
def task_list(
    call: Call,
    unit: Asked = None,
    campaign: Asked = None,
    state: Annotated[TaskState | None, Query()] = None,
    after: After = None,
) -> Response:
    with visit(call) as (session, reader):
        states = [state] if state else []
        found = lists.tasks(session, reader.actor, unit=unit, campaign=campaign, states=states, after=after)
    asked = {"unit": unit, "campaign": campaign, "state": state and str(state)}
    return page(
        call.request, "tasks.html", language=reader.language, reader=reader, form_token=form_token(call), found=found,
        asked={name: value for name, value in asked.items() if value}, now=call.now,
    )  # fmt: skip
