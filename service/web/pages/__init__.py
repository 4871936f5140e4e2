"""The pages: HTML that works without scripts. `router` serves all of them."""

from fastapi import APIRouter, FastAPI, Request, Response

from service.web.pages import (
    alerts,
    board,
    calendar,
    campaign_files,
    campaigns,
    channels,
    checklists,
    documents,
    door,
    enforcement,
    favicon,
    hazard,
    hazards,
    imports,
    incident,
    incidents,
    journal,
    language,
    letters,
    meetings,
    notices,
    people,
    photos,
    public,
    rechecks,
    stores,
    tap,
    task,
    tasks,
    teams,
    tokens,
    unit_codes,
    unit_lists,
    units,
    work,
)
from service.web.pages.visit import SignInFirst, led

router = APIRouter(include_in_schema=False)
# one line for each page
PARTS = (
    alerts,
    board,
    calendar,
    campaign_files,  # before campaigns: their addresses are narrower
    campaigns,
    channels,
    checklists,
    documents,
    door,
    enforcement,
    favicon,
    hazards,  # before one hazard: its addresses are narrower
    hazard,
    imports,
    incidents,  # before one incident: their addresses are narrower
    incident,
    journal,
    language,
    letters,
    meetings,
    notices,
    people,
    photos,
    public,
    rechecks,
    task,
    stores,
    tap,
    tasks,
    teams,
    tokens,
    unit_codes,  # before units: their addresses are narrower
    unit_lists,
    units,
    work,
)
for part in PARTS:
    router.include_router(part.router)


def show_the_door(app: FastAPI) -> None:
    """Have the application lead to the door whoever must go through it first."""

    @app.exception_handler(SignInFirst)
    async def to_the_door(request: Request, first: SignInFirst) -> Response:
        return led(request, first)
