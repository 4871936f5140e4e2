"""Incidents: the list with this year beside the last, and the form that reports one."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field, field_validator
from sqlmodel import Session
from starlette.background import BackgroundTask

from models.kinds import IncidentCategory, IncidentKind, IncidentState
from service import people
from service.errors import NotFound, Trouble
from service.incidents import acts as incidents
from service.incidents import figures as incident_figures
from service.incidents import lists as incident_lists
from service.incidents.found import subjects_of
from service.notices import delivery
from service.people import offered
from service.people.fields import today
from service.settings import settings
from service.signin.sessions import Visitor
from service.web.asks import Day, Questions, read_questions
from service.web.deps import Call, Incoming
from service.web.forms_incidents import NewIncident
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

REPORT = "report incidents"
MINUTES = "%Y-%m-%dT%H:%M"


class IncidentQuestions(Questions):
    """What the list is asked; what a form leaves empty counts as not asked."""

    unit: str | None = Field(None, max_length=500)
    kind: IncidentKind | None = None
    category: IncidentCategory | None = None
    state: IncidentState | None = None
    overdue: bool | None = None
    happened_from: Day | None = None
    happened_to: Day | None = None
    after: str | None = Field(None, max_length=2_000)

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        return None if value == "" else value


class ComparisonQuestions(Questions):
    """Which unit, and which days, are compared with those a year before."""

    unit: str | None = Field(None, max_length=500)
    from_on: Day | None = Field(None, alias="from")
    to_on: Day | None = Field(None, alias="to")

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        return None if value == "" else value


Asked = Annotated[IncidentQuestions, Depends(read_questions(IncidentQuestions))]
Compared = Annotated[ComparisonQuestions, Depends(read_questions(ComparisonQuestions))]


@router.get("/incidents")
def incident_list(call: Call, asked: Asked) -> Response:
    with visit(call) as (session, reader):
        found = incident_lists.incidents(
            session, reader.actor, now=call.now, unit=asked.unit, kinds=[asked.kind] if asked.kind else [],
            category=asked.category, states=[asked.state] if asked.state else [], happened_from=asked.happened_from,
            happened_to=asked.happened_to, overdue=asked.overdue, after=asked.after,
        )  # fmt: skip
        offers = offered.units(session, reader.actor)
    return show(
        call, "incidents.html", found=found, kinds=tuple(IncidentKind), categories=tuple(IncidentCategory),
        asked=asked.model_dump(mode="json", exclude_none=True, exclude={"after"}), after=asked.after,
        may_report=bool(reader.actor.paths(REPORT)), may_compare=bool(reader.actor.paths("see")), offers=offers,
    )  # fmt: skip


@router.get("/incidents/compared")
def compared(call: Call, asked: Compared) -> Response:
    """What happened from the first of January, or between two days, beside the same days a year before."""
    with visit(call) as (session, reader):
        if not reader.actor.paths("see"):
            raise NotFound("There is nothing of that name here")
        units = people.units(session, reader.actor, limit=offered.OFFERED).items
        first = asked.unit or next(iter(unit.key for unit in units if reader.actor.may("see", unit.path)), "")
        on = today(call.now)
        found = incident_figures.statistics(
            session, reader.actor, unit=first, from_on=asked.from_on or date(on.year, 1, 1), to_on=asked.to_on or on
        )
    return show(call, "incidents_compared.html", found=found, units=units, kinds=(*IncidentKind, "total"))


@router.get("/incidents/new")
def ask_incident(call: Call, unit: str = "") -> Response:
    return incident_form(call, unit=unit[:200])


def incident_form(
    call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None, unit: str = ""
) -> Response:
    with visit(call) as (session, reader):
        if not reader.actor.paths(REPORT):
            raise NotFound("There is nothing of that name here")
        units = offered.units(session, reader.actor)
    return show(
        call, "incident_new.html", trouble=trouble, typed=typed, unit=unit, units=units, kinds=tuple(IncidentKind),
        categories=tuple(IncidentCategory), minute=clocked(call.now),
    )  # fmt: skip


def clocked(at: datetime) -> str:
    """An instant as a field for a day and a minute shows it, on the clock of the place."""
    return f"{at.astimezone(settings().zone_info()):{MINUTES}}"


def instants(form: Posted, *names: str) -> dict[str, Any]:
    """What fields for a day and a minute hold, with the zone of the place; what is no instant stays as it was typed."""
    found = {}
    for name in names:
        text = form.text(name)
        try:
            found[name] = datetime.strptime(text[:16], MINUTES).replace(tzinfo=settings().zone_info()).isoformat()
        except ValueError:
            continue
    return found


@router.post("/incidents/new")
def report_incident(call: Call, form: Form) -> Response:
    subjects: list[str] = []

    def report(session: Session, visitor: Visitor) -> str:
        told = form.fit(
            NewIncident, keep_empty=("unit", "description", "happened_at"), **instants(form, "happened_at", "known_at")
        )
        key = incidents.report(session, visitor.actor, now=call.now, **told.model_dump(exclude_none=True))
        subjects.extend(subjects_of(session, key))
        return key

    response = act(
        call, form, report, then=lambda key: f"/incidents/{key}",
        said=N_("It is entered as {key}; who must report it upward is told"), facts=lambda key: {"key": key},
        again=lambda trouble: incident_form(call, trouble, form),
    )  # fmt: skip
    return leaving(call, response, subjects)


def leaving(call: Incoming, response: Response, subjects: list[str]) -> Response:
    """The answer; what it promised urgently leaves right after it."""
    if subjects:
        response.background = BackgroundTask(delivery.deliver_now, call.engine, subjects, call.now)
    return response
