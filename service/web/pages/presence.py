"""Presence checks (查岗): those to make, those made, and a draw of some more."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.duty import at_hand, lists, presence
from service.duty.people import cards_of
from service.duty.presence import CHECKS
from service.errors import NotFound, Trouble
from service.settings import settings
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_duty import CheckDraw, Checked
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()


@router.get("/presence-checks")
def check_list(call: Call, after: str | None = None) -> Response:
    return checks_page(call, after=after)


def checks_page(
    call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = "",
    after: str | None = None,
) -> Response:  # fmt: skip
    """For those who check: whom to ring when, and what was found."""
    with visit(call) as (session, reader):
        actor = reader.actor
        if not actor.paths(CHECKS):
            raise NotFound("There is nothing of that name here")
        waiting = lists.checks(session, actor, made=False, after=after)
        made = lists.checks(session, actor, made=True)
        rows = (*waiting.items, *made.items)
        watches = at_hand.watches_by_key(session, {one.watch for one in rows})
        cards = cards_of(session, {one.served_by for one in watches.values()} | {one.made_by for one in rows})
        rosters = at_hand.rosters_planned(session, actor)
    today = call.now.astimezone(settings().zone_info()).date()
    return show(
        call, "duty/checks.html", waiting=waiting, made=made.items[::-1], watches=watches, cards=cards,
        rosters=rosters, today=today, trouble=trouble, typed=typed, act_named=act_named, me=actor.person, after=after,
    )  # fmt: skip


@router.post("/presence-checks")
def draw_checks(call: Call, form: Form) -> Response:
    """Draw some of a day's watches; the seed is kept, so that it can be drawn again."""

    def draw(session: Session, visitor: Visitor) -> str:
        told = form.fit(CheckDraw, keep_empty=("roster",))
        return presence.draw(
            session, visitor.actor, told.roster, told.on, count=told.count, seed=told.seed, now=call.now
        )

    return act(
        call, form, draw, then="/presence-checks", said=N_("The checks are drawn"),
        again=lambda trouble: checks_page(call, trouble, form, "draw"),
    )  # fmt: skip


@router.post("/presence-checks/{key}/result")
def record_check(call: Call, key: KeyInPath, form: Form) -> Response:
    """Say what a check found; of an empty post the leaders hear at once."""

    def record(session: Session, visitor: Visitor) -> None:
        told = form.fit(Checked, keep_empty=("present",))
        presence.record(session, visitor.actor, key, present=told.present, now=call.now, note=told.note)

    return act(
        call, form, record, then="/presence-checks", said=N_("What the check found is written down"),
        again=lambda trouble: checks_page(call, trouble, form, key),
    )  # fmt: skip
