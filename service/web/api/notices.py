"""`/notices`: who was told what, and whether it arrived."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import NoticeState
from service import listings
from service.access import Actor
from service.ledger import whole as ledger_whole
from service.notices import acts as notices
from service.web import shown
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
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


@router.post("/{key}/acknowledge", **gives(shown.Notice))
def acknowledge_notice(call: Call, key: KeyInPath) -> Response:
    """The caller, who was told, has read it: it is not sent any more."""

    def acknowledge(session: Session, actor: Actor) -> Any:
        notices.acknowledge(session, actor, key, now=call.now)
        return ledger_whole.notice(session, actor, key)

    return call.act(acknowledge)


@router.post("/{key}/resend", **gives(shown.Notice))
def resend_notice(call: Call, key: KeyInPath) -> Response:
    """Send one that was given up again, from the recipient's first channel on."""

    def resend(session: Session, actor: Actor) -> Any:
        notices.resend(session, actor, [key], now=call.now)
        return ledger_whole.notice(session, actor, key)

    return call.act(resend)
