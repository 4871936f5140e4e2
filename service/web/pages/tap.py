"""`/a/…`: the page behind the link of a warning. Looking at it acknowledges nothing; its one button does."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import RedirectResponse

from service import store
from service.alerts import taps as alert_taps
from service.errors import Conflict, Trouble
from service.web.deps import Call, Incoming
from service.web.paper import page

router = APIRouter()
Signed = Annotated[str, Path(max_length=2_000)]


@router.get("/a/{signed}")
def show_warning(call: Call, signed: Signed) -> Response:
    """The warning with the button that acknowledges it."""
    return tap_page(call, signed)


def tap_page(call: Incoming, signed: str, trouble: Trouble | None = None) -> Response:
    with store.reading(call.engine) as session:
        found = alert_taps.look(session, signed, now=call.now)
    status = trouble.status if trouble else 200
    return page(call.request, "tap.html", language=found.language, status=status, found=found, trouble=trouble)


@router.post("/a/{signed}")
def acknowledge_warning(call: Call, signed: Signed) -> Response:
    """Acknowledge the warning, and show that it is."""
    try:
        with store.transaction(call.engine) as session:
            alert_taps.tap(session, signed, now=call.now)
    except Conflict as trouble:
        return tap_page(call, signed, trouble)
    return RedirectResponse(f"/a/{signed}", 303)
