"""The pages: HTML that works without scripts. `router` serves all of them."""

from fastapi import APIRouter

from service.web.pages import board, door, tasks

router = APIRouter(include_in_schema=False)
for part in (board, door, tasks):
    router.include_router(part.router)
