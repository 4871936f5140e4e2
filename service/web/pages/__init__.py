"""The pages: HTML that works without scripts. `router` serves all of them."""

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from service.web.pages import board, door, tasks
from service.web.pages.visit import SignInFirst

router = APIRouter(include_in_schema=False)
for part in (board, door, tasks):
    router.include_router(part.router)


def show_the_door(app: FastAPI) -> None:
    """Have the application lead to the door whoever must go through it first."""

    @app.exception_handler(SignInFirst)
    async def led(request: Request, first: SignInFirst) -> Response:
        return RedirectResponse(first.where, 303)
