"""`/incidents`: what happened, what is owed upward about it, the clocks, and the figures of two periods."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field
from sqlmodel import Session
from starlette.background import BackgroundTask

from models.kinds import IncidentCategory, IncidentKind, IncidentState
from service.access import Actor
from service.errors import Fault, Refused
from service.incidents import acts as incidents
from service.incidents import clocks as incident_clocks
from service.incidents import figures as incident_figures
from service.incidents import lists as incident_lists
from service.incidents.figures import Period
from service.lists import PAGE, PAGE_AT_MOST
from service.notices import delivery
from service.web import shown
from service.web.asks import Day, KeyInPath, Questions, gives, gives_nothing, parameters, read_questions
from service.web.deps import Call, Incoming
from service.web.forms import Act, Reasoned, given
from service.web.forms_incidents import Clock, Correction, NewIncident, ReportedUp
from service.web.shown import incidents as shown_here

router = APIRouter(prefix="/incidents", tags=["incidents"])


class IncidentQuestions(Questions):
    unit: str | None = Field(None, max_length=500, description="at it and everything beneath")
    kind: list[IncidentKind] = Field(default_factory=list, max_length=4, description="one or several")
    category: IncidentCategory | None = None
    state: list[IncidentState] = Field(default_factory=list, max_length=3, description="one or several")
    happened_from: Day | None = None
    happened_to: Day | None = None
    overdue: bool | None = Field(None, description="with, or without, a report upward that is overdue")
    limit: int = Field(PAGE, ge=1, le=PAGE_AT_MOST, description="how many at most")
    after: str | None = Field(None, max_length=2_000, description="the `next` of the page before")


Asked = Annotated[IncidentQuestions, Depends(read_questions(IncidentQuestions))]


@router.get("", openapi_extra=parameters(IncidentQuestions), **gives(shown.Listing[shown_here.Incident]))
def list_incidents(call: Call, asked: Asked) -> Response:
    """The incidents in sight, what happened last first."""
    return call.read(
        lambda session, actor: incident_lists.incidents(
            session, actor, now=call.now, unit=asked.unit, kinds=asked.kind, category=asked.category,
            states=asked.state, happened_from=asked.happened_from, happened_to=asked.happened_to,
            overdue=asked.overdue, limit=asked.limit, after=asked.after,
        )
    )  # fmt: skip


def leaving(call: Incoming, response: Response, session_keys: list[str]) -> Response:
    """The answer; what it promised urgently leaves right after it, without waiting for the next round."""
    if session_keys:
        response.background = BackgroundTask(delivery.deliver_now, call.engine, session_keys, call.now)
    return response


@router.post("", **gives(shown_here.IncidentWhole, 201))
def report_incident(call: Call, form: NewIncident) -> Response:
    """Report what happened; who must report it upward is told at once, at any hour."""
    subjects: list[str] = []

    def report(session: Session, actor: Actor) -> Any:
        key = incidents.report(session, actor, now=call.now, **form.model_dump(exclude_none=True))
        return seen(session, actor, call, key, subjects)

    return leaving(call, call.act(report, status=201), subjects)


def seen(session: Session, actor: Actor, call: Incoming, key: str, subjects: list[str]) -> Any:
    """The incident as it is now; `subjects` are filled with what its notices are about."""
    whole = incident_lists.whole(session, actor, key, now=call.now)
    subjects += [key, *(report["key"] for report in whole.reports)]
    return whole


def done(call: Incoming, key: str, do: Callable[..., None], form: Act, **more: Any) -> Response:
    """Do it, answer the incident as it is then, and send what is urgent."""
    subjects: list[str] = []

    def act(session: Session, actor: Actor) -> Any:
        do(session, actor, key, now=call.now, version=form.version, **more)
        return seen(session, actor, call, key, subjects)

    return leaving(call, call.act(act), subjects)


@router.get("/statistics", **gives(shown_here.Statistics))
def compare_incidents(
    call: Call,
    unit: Annotated[str, Query(max_length=500)],
    from_on: Annotated[Day, Query(alias="from")],
    to_on: Annotated[Day, Query(alias="to")],
    before_from: Day | None = None,
    before_to: Day | None = None,
    category: IncidentCategory | None = None,
) -> Response:
    """What was counted between two days, against the same days a year before, or between two other ones."""
    before = other_period(before_from, before_to)
    return call.read(
        lambda session, actor: incident_figures.statistics(
            session, actor, unit=unit, from_on=from_on, to_on=to_on, before=before, category=category
        )
    )


def other_period(from_on: date | None, to_on: date | None) -> Period | None:
    """The period to compare with, where one is named; Refused for half of one."""
    if from_on is None and to_on is None:
        return None
    if from_on is None or to_on is None:
        name = "before_from" if from_on is None else "before_to"
        raise Refused("Some fields are wrong", faults=[Fault(name, "is missing")])
    return Period(from_on, to_on)


@router.get("/clocks", **gives(shown_here.ClockTable))
def list_clocks(call: Call) -> Response:
    """The clocks that have been entered for the caller's units and for everywhere, and the national table."""
    return call.read(incident_clocks.listed)


@router.post("/clocks", **gives(shown.Made, 201))
def set_clock(call: Call, form: Clock) -> Response:
    """Enter or change what a jurisdiction wants; incidents that are open keep the clocks they began with."""

    def put(session: Session, actor: Actor) -> Any:
        values = form.model_dump() | {"kind": form.kind or "", "category": form.category or ""}
        return {"key": incident_clocks.put(session, actor, now=call.now, **values)}

    return call.act(put, status=201)


@router.delete("/clocks/{key}", **gives_nothing())
def drop_clock(call: Call, key: KeyInPath, version: int) -> Response:
    """Take away what a jurisdiction had entered."""
    return call.act(lambda session, actor: incident_clocks.drop(session, actor, key, now=call.now, version=version))


@router.get("/{key}", **gives(shown_here.IncidentWhole))
def read_incident(call: Call, key: KeyInPath) -> Response:
    """One incident with its lines, clocks, the reports owed upward and how each stands, cases and journal."""
    return call.read(lambda session, actor: incident_lists.whole(session, actor, key, now=call.now))


@router.post("/{key}/correct", **gives(shown_here.IncidentWhole))
def correct_incident(call: Call, key: KeyInPath, form: Correction) -> Response:
    """Say anew what is known; where casualties change, follow-ups are owed upward."""
    return done(call, key, incidents.correct, form, **given(form, "version"))


@router.post("/{key}/report-up", **gives(shown_here.IncidentWhole))
def report_incident_up(call: Call, key: KeyInPath, form: ReportedUp) -> Response:
    """Make a report that is owed upward: the first one, a follow-up, or the one that closes it."""
    return done(call, key, incidents.report_up, form, owed=form.report, text=form.text, made_at=form.made_at)


@router.post("/{key}/close", **gives(shown_here.IncidentWhole))
def close_incident(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Close it before every report is made; those that are not count as omitted."""
    return done(call, key, incidents.close, form, reason=form.reason)


@router.post("/{key}/void", **gives(shown_here.IncidentWhole))
def void_incident(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Strike out what did not happen, or was entered twice."""
    return done(call, key, incidents.void, form, reason=form.reason)
