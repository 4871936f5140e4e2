"""`/presence-checks` (查岗): drawn so that anybody can draw them again, made by those who check."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlmodel import Session, col

from models import PresenceCheck
from service.access import Actor
from service.duty import lists, presence
from service.listings import columns
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms_duty import CheckDraw, Checked
from service.web.shown import watches as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/presence-checks", tags=["watches"])


@router.get("", **gives(Listing[shown.Check]))
def list_checks(
    call: Call, roster: Asked = None, made: bool | None = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The checks by when they are due, for those who make them; nobody sees one of their own beforehand."""
    return call.read(
        lambda session, actor: lists.checks(session, actor, roster=roster, made=made, limit=limit, after=after)
    )


@router.post("/draws", **gives(shown.CheckDrawn, 201))
def draw_checks(call: Call, form: CheckDraw) -> Response:
    """Draw some of a day's watches; seed, population and size are kept, so that it can be drawn again."""

    def draw(session: Session, actor: Actor) -> Any:
        key = presence.draw(session, actor, form.roster, form.on, count=form.count, seed=form.seed, now=call.now)
        return presence.whole(session, key)

    return call.act(draw, status=201)


@router.post("/{key}/result", **gives(shown.Check))
def record_check(call: Call, key: KeyInPath, form: Checked) -> Response:
    """Say what a check found; of an empty post the leaders hear at once."""

    def record(session: Session, actor: Actor) -> Any:
        presence.record(session, actor, key, present=form.present, now=call.now, note=form.note)
        return session.execute(
            select(*columns(PresenceCheck, presence.CHECK_COLUMNS)).where(col(PresenceCheck.key) == key)
        ).one()

    return call.act(record)
