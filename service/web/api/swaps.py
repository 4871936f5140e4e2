"""`/swaps`: asked, accepted, declined, withdrawn; by whom it concerns, or a planner on their behalf."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlmodel import Session, col

from models import Swap
from models.kinds import SwapState
from service.access import Actor
from service.duty import lists, swaps
from service.duty.version_words import said_broken
from service.listings import columns
from service.web.asks import PAGE, After, KeyInPath, Limit, gives
from service.web.asks import Asked as Question
from service.web.deps import Call
from service.web.forms_duty import Answered, Asked
from service.web.shown import watches as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/swaps", tags=["watches"])


def one(session: Session, key: str) -> dict[str, Any]:
    """A swap, for whoever has just done something to it."""
    row = session.execute(select(*columns(Swap, lists.SWAP_COLUMNS)).where(col(Swap.key) == key)).one()
    return dict(row._mapping)


@router.get("", **gives(Listing[shown.Swap]))
def list_swaps(
    call: Call, roster: Question = None, state: SwapState | None = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The swaps of the units in sight and those that concern the caller, the newest first."""
    return call.read(
        lambda session, actor: lists.swaps(session, actor, roster=roster, state=state, limit=limit, after=after)
    )


@router.post("", **gives(shown.Swap, 201))
def ask_swap(call: Call, form: Asked) -> Response:
    """Ask somebody to serve a watch, perhaps for one of theirs."""

    def ask(session: Session, actor: Actor) -> Any:
        key = swaps.ask(
            session, actor, form.watch, form.asked_of, now=call.now, in_return=form.in_return, reason=form.reason
        )
        return one(session, key)

    return call.act(ask, status=201)


@router.post("/{key}/accept", **gives(shown.SwapDone))
def accept_swap(call: Call, key: KeyInPath, form: Answered | None = None) -> Response:
    """Take the watch one was asked to; whose turn it was stays."""

    def accept(session: Session, actor: Actor) -> Any:
        broken = swaps.accept(session, actor, key, now=call.now, reason=form.reason if form else "")
        return {"swap": one(session, key), "broken": said_broken(session, broken, call.locale)}

    return call.act(accept)


@router.post("/{key}/decline", **gives(shown.Swap))
def decline_swap(call: Call, key: KeyInPath, form: Answered | None = None) -> Response:
    """Say no; whoever asked is told."""

    def decline(session: Session, actor: Actor) -> Any:
        swaps.decline(session, actor, key, now=call.now, reason=form.reason if form else "")
        return one(session, key)

    return call.act(decline)


@router.post("/{key}/withdraw", **gives(shown.Swap))
def withdraw_swap(call: Call, key: KeyInPath) -> Response:
    """Take back what one asked."""

    def withdraw(session: Session, actor: Actor) -> Any:
        swaps.withdraw(session, actor, key, now=call.now)
        return one(session, key)

    return call.act(withdraw)
