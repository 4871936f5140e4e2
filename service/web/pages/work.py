"""What waits for whoever looks, phone first: tasks, watches, look-backs, hazards to rectify and to decide on."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import my_day
from service.duty import serving
from service.errors import Refused, Trouble
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form
from service.web.pages.visit import show, visit

router = APIRouter()

SERVED = {
    "confirm": N_("You have said that you will be there"),
    "check-in": N_("You are checked in"),
    "hand-over": N_("The watch is handed over"),
}


@router.get("/work")
def my_work(call: Call) -> Response:
    return work_page(call)


def work_page(call: Incoming, trouble: Trouble | None = None) -> Response:
    with visit(call) as (session, reader):
        day = my_day.day(session, reader.actor, now=call.now)
    may_report = bool(reader.actor.paths("report hazards"))
    return show(call, "work.html", day=day, may_report=may_report, trouble=trouble)


@router.post("/work/watches/{key}")
def serve_watch(call: Call, key: KeyInPath, form: Form) -> Response:
    """Confirm one's watch, check in, or hand it over."""
    named = form.text("act")

    def serve(session: Session, visitor: Visitor) -> None:
        if named == "confirm":
            serving.confirm(session, visitor.actor, key, now=call.now, version=form.version())
        elif named == "check-in":
            serving.check_in(session, visitor.actor, key, now=call.now, version=form.version())
        elif named == "hand-over":
            serving.hand_over(session, visitor.actor, key, now=call.now, note=form.text("note"), version=form.version())
        else:
            raise Refused("There is nothing of that name here")

    return act(
        call, form, serve, then="/work", said=SERVED.get(named, ""), again=lambda trouble: work_page(call, trouble)
    )
