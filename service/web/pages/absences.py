"""Days away and wishes: one's own, and for planners those of their people."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import people
from service.duty import gaps, lists, retiring, rosters
from service.duty.allowed import PLAN
from service.errors import Trouble
from service.settings import settings
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_duty import Away, Wished
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()


@router.get("/absences")
def absence_list(call: Call, after: str | None = None) -> Response:
    return absences_page(call, after=after)


def absences_page(
    call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = "",
    after: str | None = None,
) -> Response:  # fmt: skip
    """Who is away from today on, and what people wish for."""
    today = call.now.astimezone(settings().zone_info()).date()
    with visit(call) as (session, reader):
        actor = reader.actor
        away = lists.absences(session, actor, from_on=today, after=after)
        wished = lists.wishes(session, actor, from_on=today)
        members = lists.members(session, actor, PLAN) if actor.paths(PLAN) else []
        names = people.names(session, {one.person for one in (*away.items, *wished.items)} | {actor.person})
    return show(
        call, "duty/absences.html", away=away, wished=wished, names=names, today=today, trouble=trouble, typed=typed,
        act_named=act_named, members=members, may_plan=bool(actor.paths(PLAN)), after=after, me=actor.person,
    )  # fmt: skip


@router.post("/absences")
def enter_absence(call: Call, form: Form) -> Response:
    """Somebody is away; their watches ahead become gaps."""

    def enter(session: Session, visitor: Visitor) -> None:
        told = form.fit(Away)
        who = told.person or visitor.actor.person
        gaps.enter_absence(session, visitor.actor, who, told.from_on, told.to_on, now=call.now, reason=told.reason)

    return act(
        call, form, enter, then="/absences",
        said=N_("The days away are entered; watches on them are vacant now, and the coordinators are told"),
        again=lambda trouble: absences_page(call, trouble, form, "away"),
    )  # fmt: skip


@router.post("/absences/{key}/end")
def end_absence(call: Call, key: KeyInPath, form: Form) -> Response:
    def end(session: Session, visitor: Visitor) -> None:
        gaps.end_absence(session, visitor.actor, key, now=call.now, expects=form.version())

    return act(
        call, form, end, then="/absences", said=N_("It is taken back; watches given to others stay theirs"),
        again=lambda trouble: absences_page(call, trouble, form),
    )  # fmt: skip


@router.post("/wishes")
def enter_wish(call: Call, form: Form) -> Response:
    """A day one would rather be off, or rather serve; said again it is changed."""

    def enter(session: Session, visitor: Visitor) -> None:
        told = form.fit(Wished)
        who = told.person or visitor.actor.person
        rosters.wish(session, visitor.actor, who, told.on, now=call.now, want=told.want, weight=told.weight)

    return act(
        call, form, enter, then="/absences", said=N_("The wish is noted; the next draft weighs it"),
        again=lambda trouble: absences_page(call, trouble, form, "wish"),
    )  # fmt: skip


@router.post("/wishes/{key}/end")
def end_wish(call: Call, key: KeyInPath, form: Form) -> Response:
    def end(session: Session, visitor: Visitor) -> None:
        retiring.unwish(session, visitor.actor, key, now=call.now, expects=form.version())

    return act(
        call, form, end, then="/absences", said=N_("The wish is taken back"),
        again=lambda trouble: absences_page(call, trouble, form),
    )  # fmt: skip
