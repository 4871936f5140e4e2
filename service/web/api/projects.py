"""`/projects`: registered works that begin, or resume, only after their meeting was held."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.access import Actor
from service.records import projects
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms_records import Begun, NewProject
from service.web.shown import meetings as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/projects", tags=["projects"])


@router.get("", **gives(Listing[shown.Project]))
def list_projects(
    call: Call, unit: Asked = None, begun: bool | None = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The projects of units in sight."""
    return call.read(
        lambda session, actor: projects.listed(session, actor, unit=unit, begun=begun, limit=limit, after=after)
    )


@router.post("", **gives(shown.ProjectWhole, 201))
def register_project(call: Call, form: NewProject) -> Response:
    """Register works; the campaigns that wait for the event of their kind call the meeting."""

    def register(session: Session, actor: Actor) -> Any:
        projects.register(session, actor, now=call.now, **form.model_dump())
        return projects.whole(session, actor, form.code)

    return call.act(register, status=201)


@router.get("/{code}", **gives(shown.ProjectWhole))
def read_project(call: Call, code: KeyInPath) -> Response:
    """One project with its gate: whether works may begin, and the meetings they wait for."""
    return call.read(lambda session, actor: projects.whole(session, actor, code))


@router.get("/{code}/gate", **gives(shown.Gate))
def read_gate(call: Call, code: KeyInPath) -> Response:
    """Whether works may begin, and nothing else: for a site's turnstile or another system."""
    return call.read(lambda session, actor: projects.may_begin(session, actor, code))


@router.post("/{code}/begin", **gives(shown.ProjectWhole))
def begin_works(call: Call, code: KeyInPath, form: Begun | None = None) -> Response:
    """Record that works begin; refused (409) while their meeting has not been held."""
    said = form or Begun()

    def begin(session: Session, actor: Actor) -> Any:
        projects.begin(session, actor, code, now=call.now, note=said.note, version=said.version)
        return projects.whole(session, actor, code)

    return call.act(begin)
