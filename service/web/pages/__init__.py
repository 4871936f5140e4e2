"""The pages: HTML that works without scripts. `router` serves all of them."""

from fastapi import APIRouter, FastAPI, Request, Response

from service.web.pages import (
    absences,
    alerts,
    board,
    calendar,
    campaign_files,
    campaigns,
    channels,
    checklists,
    documents,
    door,
    duty,
    duty_counts,
    duty_drafts,
    duty_edit,
    duty_files,
    duty_usual,
    enforcement,
    favicon,
    feeds,
    figures,
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
    presence,
    projects,
    public,
    rechecks,
    report,
    report_keys,
    reports,
    stores,
    swaps,
    tap,
    task,
    tasks,
    teams,
    tokens,
    unit_codes,
    unit_lists,
    units,
    watches,
    work,
)
from service.web.pages.visit import SignInFirst, led

router = APIRouter(include_in_schema=False)
# one line for each page
PARTS = (
    absences,
    alerts,
    board,
    calendar,
    campaign_files,  # before campaigns: their addresses are narrower
    campaigns,
    channels,
    checklists,
    documents,
    door,
    duty_counts,
    duty_drafts,
    duty_edit,
    duty_files,
    duty_usual,  # before duty: its addresses are narrower
    duty,
    enforcement,
    favicon,
    feeds,
    figures,
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
    presence,
    projects,
    public,
    rechecks,
    report_keys,
    reports,  # before one report: their addresses are narrower
    report,
    task,
    stores,
    swaps,
    tap,
    tasks,
    teams,
    tokens,
    unit_codes,  # before units: their addresses are narrower
    unit_lists,
    units,
    watches,
    work,
)
for part in PARTS:
    router.include_router(part.router)


def show_the_door(app: FastAPI) -> None:
    """Have the application lead to the door whoever must go through it first."""

    @app.exception_handler(SignInFirst)
    async def to_the_door(request: Request, first: SignInFirst) -> Response:
        return led(request, first)
