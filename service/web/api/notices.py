"""`/notices`: who was told what, and whether it arrived."""

from fastapi import APIRouter, Response

from models.kinds import NoticeState
from service import listings
from service.web import shown
from service.web.asks import PAGE, After, Asked, Limit, gives
from service.web.deps import Call

router = APIRouter(prefix="/notices", tags=["notices"])


@router.get("", **gives(shown.Listing[shown.Notice]))
def list_notices(
    call: Call, state: NoticeState | None = None, recipient: Asked = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The caller's own notices and those they may see, the newest first."""
    return call.read(
        lambda session, actor: listings.notices(
            session, actor, state=state, recipient=recipient, limit=limit, after=after
        )
    )
