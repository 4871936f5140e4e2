"""Enforcement: the measures taken against units, and the form that records one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field, field_validator
from sqlmodel import Session

from models.kinds import EnforcementKind
from service import enforcement, people, unit_tree
from service.errors import NotFound, Trouble
from service.people import offered
from service.people.fields import today
from service.signin.sessions import Visitor
from service.web.asks import Day, KeyInPath, Questions, read_questions
from service.web.deps import Call, Incoming
from service.web.forms_ledger import NewEnforcement
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()


class PageQuestions(Questions):
    """What the list is asked; what a form leaves empty counts as not asked."""

    unit: str | None = Field(None, max_length=500)
    hazard: str | None = Field(None, max_length=500)
    kind: EnforcementKind | None = None
    from_on: Day | None = None
    to_on: Day | None = None
    after: str | None = Field(None, max_length=2_000)

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        return None if value == "" else value


Asked = Annotated[PageQuestions, Depends(read_questions(PageQuestions))]


@router.get("/enforcement")
def measures(call: Call, asked: Asked) -> Response:
    with visit(call) as (session, reader):
        if not reader.actor.paths("see"):
            raise NotFound("There is nothing of that name here")
        found = enforcement.listed(
            session, reader.actor, unit=asked.unit, hazard=asked.hazard, kind=asked.kind, from_on=asked.from_on,
            to_on=asked.to_on, after=asked.after, newest=True,
        )  # fmt: skip
        units = unit_tree.names(session, {row.unit for row in found.items})
        names = people.names(session, {row.by for row in found.items})
        offers = offered.units(session, reader.actor)
    return show(
        call, "enforcement.html", found=found, units=units, names=names, kinds=tuple(EnforcementKind),
        asked=asked.model_dump(mode="json", exclude_none=True, exclude={"after"}), after=asked.after,
        may_record=bool(reader.actor.paths(enforcement.ACT)), offers=offers,
    )  # fmt: skip


@router.get("/enforcement/new")
def ask_measure(call: Call, unit: str = "", hazard: str = "") -> Response:
    return measure_page(call, unit=unit[:200], hazard=hazard[:200])


def measure_page(
    call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None, unit: str = "", hazard: str = ""
) -> Response:
    with visit(call) as (session, reader):
        if not reader.actor.paths(enforcement.ACT):
            raise NotFound("There is nothing of that name here")
        units = offered.units(session, reader.actor)
    return show(
        call, "enforcement_new.html", units=units, unit=unit, hazard=hazard, kinds=tuple(EnforcementKind),
        on=today(call.now), trouble=trouble, typed=typed,
    )  # fmt: skip


@router.post("/enforcement/new")
def record_measure(call: Call, form: Form) -> Response:
    def record(session: Session, visitor: Visitor) -> str:
        told = form.fit(NewEnforcement, keep_empty=("unit",)).model_dump(exclude_unset=True, exclude_none=True)
        return enforcement.record(session, visitor.actor, now=call.now, **told)

    return act(
        call, form, record, then=lambda key: f"/enforcement/{key}", said=N_("The measure {key} is recorded"),
        facts=lambda key: {"key": key}, again=lambda trouble: measure_page(call, trouble, form),
    )  # fmt: skip


@router.get("/enforcement/{key}")
def one_measure(call: Call, key: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        row: Any = enforcement.one(session, reader.actor, key)
        units, names = unit_tree.names(session, {row.unit}), people.names(session, {row.by})
    return show(call, "enforcement_one.html", row=row, unit=units.get(row.unit, row.unit), names=names)
