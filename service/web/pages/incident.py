"""One incident: what is known of it, its reports upward with their clocks, its lines, and what people do to it."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import IncidentCategory, IncidentKind, IncidentState
from service import people, units
from service.errors import NotFound, Trouble
from service.incidents import acts as incidents
from service.incidents import lists as incident_lists
from service.incidents.found import subjects_of
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms import Reasoned, given
from service.web.forms_incidents import Correction, ReportedUp
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.incidents import clocked, instants, leaving
from service.web.pages.journal_words import ACTS as LINES
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

DONE = {
    "correct": N_("It is said anew; the lines before it stay"),
    "report-up": N_("The report upward is made"),
    "close": N_("It is closed"),
    "void": N_("It is struck out; no figure counts it"),
}


@router.get("/incidents/{key}")
def one_incident(call: Call, key: KeyInPath) -> Response:
    return incident_page(call, key)


def incident_page(
    call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = ""
) -> Response:
    """The page of an incident; after a refusal with what was typed, in the form of the act that was refused."""
    with visit(call) as (session, reader):
        actor = reader.actor
        whole = incident_lists.whole(session, actor, key, now=call.now)
        incident = whole.incident
        path = units.path_of(session, incident["unit"])
        codes = {incident["reported_by"], incident["closed_by"], *(line.by for line in (*whole.lines, *whole.journal))}
        names = people.names(session, codes | {one["made_by"] for one in whole.reports})
        mine = mine_to_report(session, actor, whole.reports)
        happened = [line for line in whole.journal if line.act != "report made"]  # the line of the report says more
    open_now = incident["state"] == IncidentState.open
    return show(
        call, "incident.html", whole=whole._replace(journal=happened), names=names, lines=LINES,
        mine=mine if open_now else set(),
        may_correct=actor.may("correct incidents", path) and incident["state"] != IncidentState.void,
        may_close=actor.may("decide incidents", path) and open_now,
        may_void=actor.may("decide incidents", path) and incident["state"] != IncidentState.void,
        kinds=tuple(IncidentKind), categories=tuple(IncidentCategory), minute=clocked(call.now),
        happened=clocked(incident["happened_at"]), trouble=trouble, typed=typed, act_named=act_named,
    )  # fmt: skip


def mine_to_report(session: Session, actor: Any, reports: Any) -> set[str]:
    """The reports that are not made and that the reader may make: by their role there, or because they owe them."""
    left = [one for one in reports if one["made_at"] is None]
    codes = {one["from_unit"] for one in left}
    paths, chains = units.paths_of(session, codes), units.gather_chains(session, codes)
    theirs = {
        code
        for code in codes
        if actor.may("report incidents up", paths[code])
        or any(actor.person in people for people in chains[code].levels.values())
    }
    return {one["key"] for one in left if one["from_unit"] in theirs}


@router.post("/incidents/{key}/{verb}")
def do_to_incident(call: Call, form: Form, key: KeyInPath, verb: str) -> Response:
    if verb not in DONE:
        raise NotFound("There is nothing of that name here")
    subjects: list[str] = []

    def do(session: Session, visitor: Visitor) -> None:
        common: dict[str, Any] = {"now": call.now, "version": form.version()}
        if verb == "correct":
            told = form.fit(Correction, keep_empty=("reason", "place"), **instants(form, "happened_at"))
            anew = changed(session, visitor, key, given(told, "version"), call)
            incidents.correct(session, visitor.actor, key, **anew, **common)
        elif verb == "report-up":
            made = form.fit(ReportedUp, **instants(form, "made_at"))
            incidents.report_up(
                session, visitor.actor, key, made.report, text=made.text, made_at=made.made_at, **common
            )
        else:
            reason = form.fit(Reasoned, keep_empty=("reason",)).reason
            end = incidents.close if verb == "close" else incidents.void
            end(session, visitor.actor, key, reason=reason, **common)
        subjects.extend(subjects_of(session, key))

    named = f"report-up {form.text('report')}" if verb == "report-up" else verb
    response = act(
        call, form, do, then=f"/incidents/{key}", said=DONE[verb],
        again=lambda trouble: incident_page(call, key, trouble, form, named),
    )  # fmt: skip
    return leaving(call, response, subjects)


def changed(session: Session, visitor: Visitor, key: str, said: dict[str, Any], call: Incoming) -> dict[str, Any]:
    """What a correction changes: its form shows all that was said before, and most of it stays."""
    before = incident_lists.whole(session, visitor.actor, key, now=call.now).incident
    shown = before | {"happened_at": before["happened_at"].replace(second=0, microsecond=0)}
    return {name: value for name, value in said.items() if name == "reason" or value != shown.get(name)}
