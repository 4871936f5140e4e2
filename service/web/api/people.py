"""`/people`: who does, decides or is told."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service import people
from service.access import Actor
from service.web import shown
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms import NewPerson, PersonChanges, given

router = APIRouter(prefix="/people", tags=["people"])


@router.get("", **gives(shown.Listing[shown.Person]))
def list_people(
    call: Call,
    unit: Asked = None,
    within: Asked = None,
    q: Annotated[str | None, Query(max_length=100, description="part of the name or the staff number")] = None,
    left: bool = False,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The people in sight by staff number: of a `unit`, or of all `within` one."""
    return call.read(
        lambda session, actor: people.people(
            session, actor, unit=unit, within=within, query=q, left=left, limit=limit, after=after
        )
    )


@router.post("", **gives(shown.Person, 201))
def add_person(call: Call, form: NewPerson) -> Response:
    """Enter somebody into the books of a unit."""

    def add(session: Session, actor: Actor) -> Any:
        people.add_person(session, actor, now=call.now, **form.model_dump())
        return people.person(session, actor, form.code)

    return call.act(add, status=201)


@router.get("/{code}", **gives(shown.Person))
def read_person(call: Call, code: KeyInPath) -> Response:
    """One person."""
    return call.read(lambda session, actor: people.person(session, actor, code))


@router.patch("/{code}", **gives(shown.Person))
def change_person(call: Call, code: KeyInPath, form: PersonChanges) -> Response:
    """Change what is given; `left_on` signs them out for good."""

    def change(session: Session, actor: Actor) -> Any:
        people.change_person(session, actor, code, given(form, "version"), now=call.now, version=form.version)
        return people.person(session, actor, code)

    return call.act(change)
