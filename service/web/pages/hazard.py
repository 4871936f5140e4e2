"""One hazard: what it is, its times round, before and after, who does what next, and all that came of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import evidence, people, reports_in, unit_tree
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import NotFound, Trouble
from service.hazards import acts as hazards
from service.hazards import found as hazard_found
from service.hazards import guards as hazard_guards
from service.ledger import whole as ledger_whole
from service.people import offered
from service.settings import settings
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms import Reasoned, given
from service.web.forms_ledger import Assignment, Delisted, Extended, Ranked, Rectified, Supervised
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.journal_words import ACTS as LINES
from service.web.pages.posted import Form, Posted
from service.web.pages.rounds import rounds
from service.web.pages.visit import show, visit

router = APIRouter()

DONE = {
    "assign": N_("It is assigned; whoever must see to it is told"),
    "begin": N_("The work has begun"),
    "submit": N_("It is handed in for acceptance"),
    "accept": N_("It is accepted"),
    "approve": N_("It is approved and closed"),
    "reject": N_("It is sent back, with your reason"),
    "extend": N_("The deadline is moved"),
    "supervise": N_("It is listed for supervision"),
    "delist": N_("It is taken off the list"),
    "rank": N_("Its rank is set"),
    "void": N_("It is struck from the ledger"),
    "evidence": N_("It is kept with the evidence"),
}
PHOTO = "photo"


@router.get("/hazards/{code}")
def one_hazard(call: Call, code: KeyInPath) -> Response:
    return hazard_page(call, code)


def hazard_page(
    call: Incoming, code: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = ""
) -> Response:
    """The page of a hazard; after a refusal with what was typed, in the form of the act that was refused."""
    with visit(call) as (session, reader):
        actor = reader.actor
        whole = ledger_whole.hazard(session, actor, code, now=call.now)
        found = hazard_found.find(session, actor, code, to_read=True)
        allowed = hazard_guards.allowed(session, actor, found, now=call.now)
        rungs = ledger_whole.rungs_of(session, [case.key for case in whole.cases])
        answers_for = hazard_found.answerable(session, found.hazard)
        names = people.names(session, named_in(whole, rungs, answers_for))
        units = unit_tree.names(session, {found.hazard.unit, found.hazard.responsible_unit} - {None})
        contact = contact_of(session, actor, found)
        calendar = gather_calendar(session, zone=settings().zone_info())
        campaign = ledger_whole.campaign_named(session, found.hazard.campaign)
        ready = [name for name, why in allowed.items() if why is None]
        offers: dict[str, Any] = {}
        if "assign" in ready:
            offers = {"units": offered.units(session, actor), "staff": offered.staff(session, actor)}
    return show(
        call, "hazard.html", hazard=whole.hazard, whole=whole, rungs=rungs, names=names, campaign=campaign,
        rounds=rounds(whole, code, calendar, call.now), units=units, answers_for=answers_for, contact=contact,
        stuck=allowed, ready=ready, offers=offers,
        may_prove=actor.may("report hazards", found.path) or actor.person in concerned(found.hazard, answers_for),
        may_enforce=actor.may("enforce", found.path), trouble=trouble, typed=typed, act_named=act_named,
        acts=LINES,
    )  # fmt: skip


def concerned(hazard: Any, answers_for: Iterable[str]) -> set[str | None]:
    """Whoever has to do with a hazard by name."""
    return {hazard.found_by, hazard.responsible, hazard.supervisor, *answers_for}


def named_in(whole: Any, rungs: Mapping[str, Sequence[Any]], answers_for: Iterable[str]) -> set[str]:
    """The staff numbers of everybody whom the page names."""
    hazard = whole.hazard
    named = {hazard[name] for name in ("found_by", "responsible", "supervisor", "approved_by")}
    named |= {one for cycle in whole.cycles for one in (cycle.submitted_by, cycle.accepted_by)}
    named |= {one for look in whole.rechecks for one in (look.assignee, look.co_assignee, look.done_by)}
    named |= {one.by for one in (*whole.journal, *whole.enforcement)} | {one.made_by for one in whole.evidence}
    named |= {one.approved_by for one in whole.extensions} | {one.acknowledged_by for one in whole.cases}
    named |= {one for rows in rungs.values() for rung in rows for one in (rung.person, rung.co_person)}
    return {*answers_for, *(one for one in named if one)}


def contact_of(session: Session, actor: Actor, found: hazard_found.Found) -> str:
    """How to reach whoever reported it publicly, for those who may know; empty for anybody else."""
    if found.hazard.source != "public" or not actor.may("decide hazards", found.path):
        return ""
    try:
        return reports_in.contact_of(session, actor, found.hazard.key)
    except NotFound:  # a report on paper, entered by hand
        return ""


@router.post("/hazards/{code}/{name}")
def act_on_hazard(call: Call, code: KeyInPath, name: str, form: Form) -> Response:
    """Assign, begin, submit, accept, approve, reject, extend, supervise, delist, rank, void it, or add evidence."""
    if name not in ACTS:
        raise NotFound("There is nothing of that name here")

    def do(session: Session, visitor: Visitor) -> None:
        ACTS[name](session, visitor.actor, code, call, form)

    return act(
        call, form, do, then=f"/hazards/{code}", said=DONE[name], photos=(PHOTO,),
        again=lambda trouble: hazard_page(call, code, trouble, form, name),
    )  # fmt: skip


def prove(session: Session, actor: Actor, code: str, call: Incoming, form: Posted, stage: str) -> None:
    """Keep the photos of a form, all of the same stage."""
    for photo in form.photos(PHOTO):
        evidence.add(session, actor, code, now=call.now, photo=photo, stage=stage)


def assign(session: Session, actor: Actor, code: str, call: Incoming, form: Posted) -> None:
    told = given(form.fit(Assignment), "version")
    hazards.assign(session, actor, code, now=call.now, version=form.version(), **told)


def submit(session: Session, actor: Actor, code: str, call: Incoming, form: Posted) -> None:
    """The photos first: one of how it is after will do instead of a note."""
    prove(session, actor, code, call, form, "after")
    hazards.submit(session, actor, code, now=call.now, note=form.fit(Rectified).note, version=form.version())


def plainly(verb: Callable[..., None]) -> Callable[[Session, Actor, str, Incoming, Posted], None]:
    """An act that asks for nothing but the version."""

    def do(session: Session, actor: Actor, code: str, call: Incoming, form: Posted) -> None:
        verb(session, actor, code, now=call.now, version=form.version())

    return do


def with_reason(verb: Callable[..., None]) -> Callable[[Session, Actor, str, Incoming, Posted], None]:
    def do(session: Session, actor: Actor, code: str, call: Incoming, form: Posted) -> None:
        reason = form.fit(Reasoned, keep_empty=("reason",)).reason
        verb(session, actor, code, now=call.now, reason=reason, version=form.version())

    return do


def extend(session: Session, actor: Actor, code: str, call: Incoming, form: Posted) -> None:
    told = form.fit(Extended, keep_empty=("reason",))
    hazards.extend(session, actor, code, now=call.now, due_on=told.due_on, reason=told.reason, version=form.version())


def supervise(session: Session, actor: Actor, code: str, call: Incoming, form: Posted) -> None:
    supervisor = form.fit(Supervised).supervisor
    hazards.supervise(session, actor, code, now=call.now, supervisor=supervisor, version=form.version())


def delist(session: Session, actor: Actor, code: str, call: Incoming, form: Posted) -> None:
    hazards.delist(session, actor, code, now=call.now, reason=form.fit(Delisted).reason, version=form.version())


def rank(session: Session, actor: Actor, code: str, call: Incoming, form: Posted) -> None:
    place = form.fit(Ranked).rank if form.text("rank").strip() else None
    hazards.rank(session, actor, code, now=call.now, rank=place, version=form.version())


def add_evidence(session: Session, actor: Actor, code: str, call: Incoming, form: Posted) -> None:
    note, stage = form.text("note"), form.text("stage")
    for photo in evidence.photos_or_note(form.photos(PHOTO)):
        evidence.add(session, actor, code, now=call.now, photo=photo, note=note, stage=stage)


ACTS: dict[str, Callable[[Session, Actor, str, Incoming, Posted], None]] = {
    "assign": assign, "begin": plainly(hazards.begin), "submit": submit, "accept": plainly(hazards.accept),
    "approve": plainly(hazards.approve), "reject": with_reason(hazards.reject), "extend": extend,
    "supervise": supervise, "delist": delist, "rank": rank, "void": with_reason(hazards.void),
    "evidence": add_evidence,
}  # fmt: skip
