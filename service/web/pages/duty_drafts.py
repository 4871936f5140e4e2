"""Drafts of a roster: asked for, waited for, looked at beside what is published, mended by hand, published."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import ErrandState, VersionState
from service import errands
from service.duty import draft_errand, drafting, publishing, table, whole
from service.duty.allowed import PLAN, PUBLISH, find_roster, find_version, must
from service.duty.file import read
from service.duty.people import cards_of
from service.duty.proof_words import KINDS_OF_DAY, PROOFS, SOURCES
from service.duty.table_words import ROLES
from service.duty.version_words import people_meant, worded
from service.errors import NotFound, Trouble
from service.roster import Problem
from service.settings import settings
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_duty import MOST_SECONDS, Drafted, Edited, Numbered
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.duty import months_around
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import go, show, visit
from service.web.paper import locale_of_page

router = APIRouter()

A_MONTH = re.compile(r"\d{4}-\d{2}")


@router.get("/duty/{roster}/draft")
def ask_draft(call: Call, roster: KeyInPath) -> Response:
    return draft_form(call, roster)


def draft_form(call: Incoming, roster: str, trouble: Trouble | None = None, typed: Posted | None = None) -> Response:
    """The form that asks for a draft, and what was asked for lately."""
    with visit(call) as (session, reader):
        row, path = find_roster(session, reader.actor, roster)
        must(reader.actor, PLAN, path)
        versions = whole.heads(session, roster, 20)
        asked = errands.errands(session, reader.actor.person, draft_errand.KIND)
    today = call.now.astimezone(settings().zone_info()).date()
    following = months_around(f"{today:%Y-%m}").after
    first = table.first_of(following)
    return show(
        call, "duty/draft.html", roster=row, versions=versions, first=first,
        last=table.last_of(first), most=MOST_SECONDS, trouble=trouble, typed=typed,
        asked=[one for one in asked if one.asked["roster"] == roster and one.state != ErrandState.done],
    )  # fmt: skip


@router.post("/duty/{roster}/draft")
def begin_draft(call: Call, roster: KeyInPath, form: Form) -> Response:
    """Set out to plan: what is planned at once stands on the next page, else it says how far it is."""

    def ask(session: Session, visitor: Visitor) -> str:
        told = form.fit(Drafted)
        return draft_errand.ask(
            session, visitor.actor, roster, told.from_on, told.to_on, now=call.now, seconds=told.seconds,
            afresh=told.afresh, seed=told.seed, reason=told.reason,
        )  # fmt: skip

    response = act(
        call, form, ask, then=lambda key: f"/duty/{roster}/drafts/{key}",
        again=lambda trouble: draft_form(call, roster, trouble, form),
    )  # fmt: skip
    if response.status_code == 303:
        draft_errand.set_out(
            call.engine, response.headers["location"].rpartition("/")[2], clock=call.request.app.state.clock
        )
    return response


def asked_draft(session: Session, reader: Visitor, roster: str, key: str) -> Any:
    """A draft that the reader asked for."""
    find_roster(session, reader.actor, roster)
    row = errands.errand(session, reader.actor.person, key)
    if row.kind != draft_errand.KIND or row.asked["roster"] != roster:
        raise NotFound("There is nothing of that name here")
    return row


@router.get("/duty/{roster}/drafts/{key}")
def wait_for_draft(call: Call, roster: KeyInPath, key: KeyInPath) -> Response:
    """How far a draft is; its version once it is there."""
    with visit(call) as (session, reader):
        row = asked_draft(session, reader, roster, key)
        named, _ = find_roster(session, reader.actor, roster)
    if row.state == ErrandState.done:
        return go(f"/duty/{roster}/versions/{row.found['number']}")
    return show(
        call, "duty/drafting.html", roster=named, row=row, silent=errands.is_silent(row, call.now),
        running=row.state == ErrandState.running,
    )  # fmt: skip


@router.post("/duty/{roster}/drafts/{key}/again")
def draft_again(call: Call, roster: KeyInPath, key: KeyInPath, form: Form) -> Response:
    """Begin a draft anew whose process is gone."""

    def begin(session: Session, visitor: Visitor) -> None:
        asked_draft(session, visitor, roster, key)
        errands.again(session, visitor.actor.person, key, now=call.now, version=form.version())

    response = act(call, form, begin, then=f"/duty/{roster}/drafts/{key}")
    draft_errand.set_out(call.engine, key, clock=call.request.app.state.clock)
    return response


@router.get("/duty/{roster}/versions/{number}")
def one_version(call: Call, roster: KeyInPath, number: int, month: str = "", seat: str = "") -> Response:
    return version_page(call, roster, number, month, seat=seat)


def version_page(
    call: Incoming, roster: str, number: int, month: str = "", trouble: Trouble | None = None,
    typed: Posted | None = None, act_named: str = "", seat: str = "",
) -> Response:  # fmt: skip
    """A month of a version with its proof; a draft beside what is published, with what publishing it would change."""
    with visit(call) as (session, reader):
        known = find_version(session, reader.actor, f"{roster}:{number}")
        row, path = known[1]
        found = whole.version(session, reader.actor, known[0].key, now=call.now, found=known)
        problem = read(row.text).problem
        shown, serving = seats_of_month(found.seats, month), found.seats
        seat = chosen_seat(shown, typed.text("seat") if typed else seat)
        codes = {one["person"] for one in shown} | {found.version["published_by"], *problem.people}
        codes |= {one[name] for one in found.moved for name in ("was", "now_by")}
        cards = cards_of(session, codes | set(people_meant(found)))
        names = {code: card.name for code, card in cards.items()}
        found = worded(found._replace(seats=shown), locale_of_page(call.request, reader.language), names)
    draft = found.version["state"] == VersionState.draft
    months = months_of(found.version["from_on"], found.version["to_on"])
    return show(
        call, "duty/version.html", roster=row, version=found.version, proof=found.proof, seats=found.seats,
        weighed=found.weighed, moved={one["slot"]: one for one in found.moved}, dropped=found.dropped,
        members=[(code, roles_of(problem, code)) for code in fitting(problem, serving, seat)], seat=seat, cards=cards,
        proofs=PROOFS, sources=SOURCES, kinds=KINDS_OF_DAY, roles=ROLES,
        may_edit=draft and reader.actor.may(PLAN, path), may_publish=draft and reader.actor.may(PUBLISH, path),
        trouble=trouble, typed=typed, act_named=act_named,
        way=f"/duty/{roster}/versions/{number}", months=months if len(months) > 2 else [], hours=hours_in(problem),
        month=f"{shown[0]['on']:%Y-%m}" if shown else month,
    )  # fmt: skip


def chosen_seat(seats: Sequence[Any], key: str) -> str:
    """The seat a form is about: as chosen, else the first that is vacant, else the first of all."""
    chosen = (one for one in seats if one["key"] == key)
    vacant = (one for one in seats if not one["person"])
    return next((str(one["key"]) for one in (*chosen, *vacant, *seats)), "")


def fitting(problem: Problem, seats: Sequence[Any], key: str) -> list[str]:
    """Whom to put into a seat, the best first: of its role, off around its day, with the fewest turns."""
    seat = next((one for one in seats if one["key"] == key), None)
    if seat is None:
        return list(problem.people)
    turns = Counter(one["person"] for one in seats)
    busy = {one["person"] for one in seats if abs((one["on"] - seat["on"]).days) <= 1}
    return sorted(
        problem.people, key=lambda code: (seat["role"] not in roles_of(problem, code), code in busy, turns[code], code)
    )


def seats_of_month(seats: Sequence[Any], month: str) -> list[Any]:
    """The seats of a month; of the whole stretch where it is no longer than two, of its first where none is named."""
    if not seats or len(months_of(seats[0]["on"], seats[-1]["on"])) <= 2:
        return list(seats)
    first = f"{seats[0]['on']:%Y-%m}"
    return [one for one in seats if f"{one['on']:%Y-%m}" == (month or first)]


def months_of(first: date, last: date) -> list[str]:
    """The months from one day to another, written `2026-10`."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [f"{first.year + n // 12}-{n % 12 + 1:02}" for n in range(first.month - 1, first.month - 1 + count)]


def roles_of(problem: Problem, code: str) -> list[str]:
    """The roles that somebody serves in."""
    return [role.code for role in problem.roles if code in role.members]


def hours_in(problem: Problem) -> dict[str, str]:
    """Watch → when it begins, where a day has several."""
    several = len(problem.watches) > 1
    return {one.code: f"{one.starts // 60:02}:{one.starts % 60:02}" for one in problem.watches if several}


@router.post("/duty/{roster}/versions/{number}/edit")
def edit_seat(call: Call, roster: KeyInPath, number: int, form: Form) -> Response:
    """Put somebody else, or nobody, into a seat; what breaks a rule asks for a reason."""

    def edit(session: Session, visitor: Visitor) -> None:
        told = form.fit(Edited)
        drafting.edit(
            session, visitor.actor, f"{roster}:{number}", told.seat, told.person, now=call.now, reason=told.reason,
            expects=told.version,
        )  # fmt: skip

    month = form.text("month")
    shown = f"?month={month}" if A_MONTH.fullmatch(month) else ""
    return act(
        call, form, edit, then=f"/duty/{roster}/versions/{number}{shown}",
        said=N_("The seat is changed"),
        again=lambda trouble: version_page(call, roster, number, month, trouble, form, "edit"),
    )  # fmt: skip


@router.post("/duty/{roster}/versions/{number}/{verb}")
def decide_version(call: Call, roster: KeyInPath, number: int, verb: str, form: Form) -> Response:
    """Publish a draft, or put it away."""
    if verb not in ("publish", "discard"):
        raise NotFound("There is nothing of that name here")

    def decide(session: Session, visitor: Visitor) -> None:
        told = form.fit(Numbered, number=str(number))
        do = publishing.publish if verb == "publish" else drafting.discard
        version = f"{roster}:{number}"
        do(session, visitor.actor, version, now=call.now, reason=told.reason, expects=told.version)

    said = N_("The plan is in force; whose watch moved is told") if verb == "publish" else N_("The draft is put away")
    then = f"/duty/{roster}/versions/{number}" if verb == "publish" else f"/duty/{roster}/draft"
    return act(
        call, form, decide, then=then, said=said,
        again=lambda trouble: version_page(call, roster, number, "", trouble, form, verb),
    )  # fmt: skip
