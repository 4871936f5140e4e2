"""Registered projects: works that begin, or resume, only after the meeting of all parties that they call (四方约谈)."""

from types import SimpleNamespace
from typing import Literal

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import ProjectKind
from service import people
from service.errors import Trouble
from service.people import offered
from service.records import projects
from service.signin.sessions import Visitor
from service.web.asks import PAGE, After, Asked, KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_records import Begun, NewProject
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.journal_words import ACTS
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

BEGUN = {"": None, "yes": True, "no": False}


@router.get("/projects")
def project_list(call: Call, unit: Asked = None, begun: Literal["", "yes", "no"] = "", after: After = None) -> Response:
    with visit(call) as (session, reader):
        found = projects.listed(session, reader.actor, unit=unit or None, begun=BEGUN[begun], limit=PAGE, after=after)
        may_register = bool(reader.actor.paths(projects.ACT))
    asked = {name: value for name, value in (("unit", unit), ("begun", begun)) if value}
    return show(call, "records/projects.html", found=found, asked=asked, after=after, may_register=may_register)


@router.get("/projects/+new")
def ask_new(call: Call) -> Response:
    return form_page(call)


def form_page(call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None) -> Response:
    with visit(call) as (session, reader):
        units = offered.units(session, reader.actor)
    return show(call, "records/project_new.html", units=units, kinds=tuple(ProjectKind), trouble=trouble, typed=typed)


@router.post("/projects/+new")
def register(call: Call, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> str:
        told = form.fit(NewProject, keep_empty=("code", "unit", "name"))
        projects.register(session, visitor.actor, now=call.now, **told.model_dump())
        return told.code

    def again(trouble: Trouble) -> Response:
        return form_page(call, trouble, form)

    said = N_("The project is registered, and its meeting is called by every campaign that waits for one")
    return act(call, form, do, then=lambda code: f"/projects/{code}", said=said, again=again)


@router.get("/projects/{code}")
def one_project(call: Call, code: KeyInPath) -> Response:
    return project_page(call, code)


def project_page(call: Incoming, code: str, trouble: Trouble | None = None, typed: Posted | None = None) -> Response:
    with visit(call) as (session, reader):
        whole = projects.whole(session, reader.actor, code)
        path = projects.find(session, reader.actor, code, to_read=True).path
        names = people.names(session, {line.by for line in whole.journal} | {whole.project["began_by"]})
        may_begin = reader.actor.may(projects.ACT, path) and whole.project["began_at"] is None
    return show(
        call, "records/project.html", code=code, project=SimpleNamespace(**whole.project), gate=whole.gate,
        meetings=whole.meetings, journal=whole.journal, names=names, acts=ACTS, may_begin=may_begin, trouble=trouble,
        typed=typed,
    )  # fmt: skip


@router.post("/projects/{code}/begin")
def begin(call: Call, code: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Begun)
        projects.begin(session, visitor.actor, code, now=call.now, note=told.note, version=told.version)

    def again(trouble: Trouble) -> Response:
        return project_page(call, code, trouble, form)

    return act(call, form, do, then=f"/projects/{code}", said=N_("It is recorded that works begin"), again=again)
