"""The pages: HTML that works without scripts. `router` serves all of them."""

from fastapi import APIRouter, FastAPI, Request, Response

from service.web.pages import (
    board,
    calendar,
    campaign_files,
    campaigns,
    channels,
    checklists,
    door,
    enforcement,
    favicon,
    hazard,
    hazards,
    imports,
    journal,
    language,
    notices,
    people,
    photos,
    public,
    rechecks,
    tap,
    task,
    tasks,
    tokens,
    unit_codes,
    units,
    work,
)
from service.web.pages.visit import SignInFirst, led

router = APIRouter(include_in_schema=False)
# one line for each page
PARTS = (
    board,
    calendar,
    campaign_files,  # before campaigns: their addresses are narrower
    campaigns,
    channels,
    checklists,
    door,
    enforcement,
    favicon,
    hazards,  # before one hazard: its addresses are narrower
    hazard,
    imports,
    journal,
    language,
    notices,
    people,
    photos,
    public,
    rechecks,
    task,
    tap,
    tasks,
    tokens,
    unit_codes,  # before units: their addresses are narrower
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
