"""`/grants`: who holds which role on which subtree."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import people, short_lists
from service.access import Actor
from service.errors import NotFound
from service.web import shown
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives, gives_nothing
from service.web.deps import Call
from service.web.forms import NewGrant

router = APIRouter(prefix="/grants", tags=["grants"])


@router.get("", **gives(shown.Listing[shown.Grant]))
def list_grants(
    call: Call, person: Asked = None, unit: Asked = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The roles held on the units in sight; with `person` oneself, one's own everywhere."""
    return call.read(
        lambda session, actor: short_lists.page_of(
            people.grants(session, actor, person=person, unit=unit), ("key",), limit=limit, after=after
        )
    )


@router.post("", **gives(shown.Made, 201))
def give_role(call: Call, form: NewGrant) -> Response:
    """Give a person a role on a unit and everything beneath it."""

    def give(session: Session, actor: Actor) -> Any:
        return {"key": people.grant(session, actor, form.person, form.role, form.unit, now=call.now)}

    return call.act(give, status=201)


@router.delete("/{key}", **gives_nothing())
def take_role(call: Call, key: KeyInPath) -> Response:
    """Take a role away again; `key` is `<person>:<role>:<unit>`."""
    named = key.split(":")
    if len(named) != len(("person", "role", "unit")):
        raise NotFound("There is nothing of that name here")
    person, role, unit = named
    return call.act(lambda session, actor: people.revoke(session, actor, person, role, unit, now=call.now))
