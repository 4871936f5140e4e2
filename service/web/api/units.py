"""`/units`: the tree."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from models.kinds import UnitKind
from service import people
from service.access import Actor
from service.web import shown
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms import NewUnit, UnitChanges, given

router = APIRouter(prefix="/units", tags=["units"])


@router.get("", **gives(shown.Listing[shown.Unit]))
def list_units(
    call: Call,
    parent: Asked = None,
    within: Asked = None,
    kind: UnitKind | None = None,
    q: Annotated[str | None, Query(max_length=100, description="part of the name or the code")] = None,
    closed: bool = False,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The units in sight, in the order of the tree; `parent`'s children, or all `within` a unit."""
    return call.read(
        lambda session, actor: people.units(
            session, actor, parent=parent, within=within, kind=kind, query=q, closed=closed, limit=limit, after=after
        )
    )


@router.post("", **gives(shown.Unit, 201))
def add_unit(call: Call, form: NewUnit) -> Response:
    """Put a unit into the tree."""

    def add(session: Session, actor: Actor) -> Any:
        people.add_unit(session, actor, now=call.now, **form.model_dump())
        return people.unit(session, actor, form.code)

    return call.act(add, status=201)


@router.get("/{code}", **gives(shown.Unit))
def read_unit(call: Call, code: KeyInPath) -> Response:
    """One unit, with the tags it carries."""
    return call.read(lambda session, actor: people.unit(session, actor, code))


@router.patch("/{code}", **gives(shown.Unit))
def change_unit(call: Call, code: KeyInPath, form: UnitChanges) -> Response:
    """Change what is given; another `parent` moves the unit with everything beneath it."""

    def change(session: Session, actor: Actor) -> Any:
        people.change_unit(session, actor, code, given(form, "version", "tags"), now=call.now, version=form.version)
        if form.tags is not None:
            carried = set(people.unit(session, actor, code).tags)
            for tag in sorted(set(form.tags) - carried):
                people.tag_unit(session, actor, code, tag, now=call.now)
            for tag in sorted(carried - set(form.tags)):
                people.untag_unit(session, actor, code, tag, now=call.now)
        return people.unit(session, actor, code)

    return call.act(change)
