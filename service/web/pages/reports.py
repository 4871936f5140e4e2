"""Reports: the list with what is late, a new one, and a file of a unit that keeps its own records elsewhere."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, field_validator
from sqlmodel import Session

from models.kinds import ReportPeriod, ReportState
from service.campaigns import progress
from service.errors import Fault, Forbidden, Refused, Trouble
from service.people import offered
from service.reports import allowed, files, shown, writing
from service.reports.asked import ask
from service.reports.templates import TEMPLATES
from service.rules.reports import stretch_before, stretch_holding
from service.signin.sessions import Visitor
from service.web.asks import Day, Questions, read_questions
from service.web.deps import Call, Incoming
from service.web.forms_reports import NewReport
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.report_words import STATES
from service.web.pages.visit import show, visit

router = APIRouter()


class ReportQuestions(Questions):
    """What the list is asked; what a form leaves empty counts as not asked."""

    unit: str | None = Field(None, max_length=500)
    template: str | None = Field(None, max_length=500)
    campaign: str | None = Field(None, max_length=500)
    state: ReportState | None = None
    late: bool | None = None
    from_on: Day | None = Field(None, alias="from")
    to_on: Day | None = Field(None, alias="to")
    after: str | None = Field(None, max_length=2_000)

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        return None if value == "" else value


Asked = Annotated[ReportQuestions, Depends(read_questions(ReportQuestions))]


@router.get("/reports")
def report_list(call: Call, asked: Asked) -> Response:
    with visit(call) as (session, reader):
        found = shown.listed(
            session, reader.actor, unit=asked.unit, template_key=asked.template, campaign=asked.campaign,
            states=[asked.state] if asked.state else [], from_on=asked.from_on, to_on=asked.to_on,
            late_at=call.now if asked.late else None, after=asked.after,
        )  # fmt: skip
        late = allowed.late(session, [row.key for row in found.items], now=call.now)
        offers = offered.units(session, reader.actor)
        waiting = shown.listed(session, reader.actor, late_at=call.now, limit=1)
        may_write, may_share = (bool(reader.actor.paths(one)) for one in ("write reports", "keep report keys"))
    return show(
        call, "reports/list.html", found=found, late=late, any_late=bool(waiting.items), may_write=may_write,
        may_share=may_share, after=asked.after, templates=TEMPLATES, states=STATES, offers=offers,
        asked=asked.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"after"}),
    )  # fmt: skip


@router.get("/reports/+new")
def ask_new(call: Call, unit: str = "") -> Response:
    return new_page(call, unit=unit)


def new_page(call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None, unit: str = "") -> Response:
    with visit(call) as (session, reader):
        if not reader.actor.paths("write reports"):
            raise Forbidden("Your role does not allow this here")
        units = offered.units(session, reader.actor)
        campaigns = [(row.key, row.name) for row in progress.running(session, reader.actor)]
    return show(
        call, "reports/new.html", campaigns=campaigns, templates=TEMPLATES, unit=unit, units=units,
        days=month_over(call.now.date()), trouble=trouble, typed=typed,
    )  # fmt: skip


def month_over(today: date) -> tuple[date, date]:
    """The last month that is over: what most reports are of."""
    before = stretch_before(stretch_holding(ReportPeriod.month, today))
    return before.from_on, before.to_on


@router.post("/reports/+new")
def begin(call: Call, form: Form) -> Response:
    """Begin a report; its page draws it."""

    def do(session: Session, visitor: Visitor) -> str:
        days = {name: form.text(name) for name in ("from", "to")}
        told = form.fit(NewReport, keep_empty=("unit",), **days)
        asked = ask(
            session, visitor.actor, unit=told.unit, from_on=told.from_on, to_on=told.to_on, template_key=told.template,
            campaign=told.campaign,
        )  # fmt: skip
        return writing.begin(session, visitor.actor, asked, now=call.now)

    return act(
        call, form, do, then=lambda key: f"/reports/{key}",
        said=N_("The report is begun: write its parts, then freeze it"),
        again=lambda trouble: new_page(call, trouble, form),
    )  # fmt: skip


@router.get("/reports/+file")
def ask_file(call: Call) -> Response:
    return file_page(call)


def file_page(call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None) -> Response:
    with visit(call):
        pass
    return show(call, "reports/file.html", trouble=trouble, typed=typed)


@router.post("/reports/+file")
def take_file(call: Call, form: Form) -> Response:
    """Take in the sealed report file of a lower unit's own deployment."""

    def do(session: Session, visitor: Visitor) -> str:
        brought = form.files.get("file", [])
        if not brought:
            raise Refused("Some fields are wrong", faults=[Fault("file", "must not be empty")])
        return files.take(session, visitor.actor, brought[0].data, now=call.now)

    return act(
        call, form, do, then=lambda key: f"/reports/{key}", said=N_("The report file is taken in"),
        again=lambda trouble: file_page(call, trouble, form),
    )  # fmt: skip
