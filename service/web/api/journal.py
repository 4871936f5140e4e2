"""`/journal?subject`: who did what, when, why."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service import journal
from service.web import shown
from service.web.asks import PAGE, After, Limit, gives
from service.web.deps import Call

router = APIRouter(prefix="/journal", tags=["journal"])


@router.get("", **gives(shown.Listing[shown.Line]))
def read_journal(
    call: Call,
    subject: Annotated[str, Query(min_length=1, max_length=500, description="the key of a row")],
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """A subject's journal, the newest line first."""
    return call.read(lambda session, actor: journal.of_subject(session, actor, subject, limit=limit, after=after))
