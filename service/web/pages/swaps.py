"""Swaps that were asked of whoever looks, or by them: taken, declined, withdrawn."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import SwapState
from service import people
from service.duty import at_hand, swaps
from service.errors import NotFound, Trouble
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_duty import Answered
from service.web.marks import N_
from service.web.pages.acts import act, back_or
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit
from service.web.pages.watches import watch_page

router = APIRouter()

SAID = {
    "accept": N_("You serve it now; both of you are told"),
    "decline": N_("You have declined; whoever asked is told"),
    "withdraw": N_("It is taken back"),
}


@router.get("/swaps")
def swap_list(call: Call) -> Response:
    return swaps_page(call)


def swaps_page(
    call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None, about: str = ""
) -> Response:
    """What waits for an answer of theirs first, then what they asked, then what has been answered."""
    with visit(call) as (session, reader):
        found = at_hand.swaps_of(session, reader.actor)
        codes = {code for one in found for code in (one.swap.asked_by, one.swap.asked_of, one.swap.answered_by)}
        names = people.names(session, codes)
    person = reader.actor.person
    open_now = [one for one in found if one.swap.state == SwapState.asked]
    return show(
        call, "duty/swaps.html", of_me=[one for one in open_now if one.swap.asked_of == person],
        by_me=[one for one in open_now if one.swap.asked_of != person],
        answered=[one for one in found if one.swap.state != SwapState.asked], names=names, trouble=trouble, typed=typed,
        about=about,
    )  # fmt: skip


@router.post("/swaps/{key}/{verb}")
def answer_swap(call: Call, key: KeyInPath, verb: str, form: Form) -> Response:
    if verb not in SAID:
        raise NotFound("There is nothing of that name here")

    def answer(session: Session, visitor: Visitor) -> None:
        if verb == "withdraw":
            swaps.withdraw(session, visitor.actor, key, now=call.now)
            return
        do = swaps.accept if verb == "accept" else swaps.decline
        do(session, visitor.actor, key, now=call.now, reason=form.fit(Answered).reason)

    def again(trouble: Trouble) -> Response:
        """The page it was sent from: the watch, where a planner answers for somebody."""
        if back_or(form, "/swaps").startswith("/watches/"):
            return watch_page(call, key.rpartition(":")[0], trouble, form, "accept")
        return swaps_page(call, trouble, form, key)

    return act(call, form, answer, then=back_or(form, "/swaps"), said=SAID[verb], again=again)
