"""`/teams`: people in roles at units (三员 …) with their history, and the units that have nobody."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.access import Actor
from service.people.fields import today
from service.records import teams
from service.web.asks import PAGE, After, Asked, Day, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms_records import Left, NewMember
from service.web.shown import rolls as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/teams", tags=["teams"])


@router.get("", **gives(Listing[shown.Member]))
def list_members(
    call: Call,
    unit: Asked = None,
    role: Asked = None,
    person: Asked = None,
    on: Annotated[Day | None, Query(description="who held a role that day; left out: all there ever were")] = None,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The people in roles at units in sight."""
    return call.read(
        lambda session, actor: teams.listed(
            session, actor, unit=unit, role=role, person=person, on=on, limit=limit, after=after
        )
    )


@router.post("", **gives(shown.Member, 201))
def join_team(call: Call, form: NewMember) -> Response:
    """Put a person into a role at a unit."""

    def join(session: Session, actor: Actor) -> Any:
        key = teams.join(session, actor, now=call.now, **form.model_dump(exclude_none=True))
        return teams.find(session, actor, key)

    return call.act(join, status=201)


@router.get("/gaps", **gives(Listing[shown.Gap]))
def list_gaps(
    call: Call,
    unit: Annotated[str, Query(max_length=500, description="at it and everything beneath")],
    kind: Annotated[str, Query(max_length=100, description="units of this kind")] = "village",
    role: Annotated[list[str] | None, Query(max_length=30, description="all that anybody holds there, if none")] = None,
    on: Annotated[Day | None, Query(description="today where it is left out")] = None,
) -> Response:
    """The open units of a kind where nobody holds one of the roles."""

    def look(session: Session, actor: Actor) -> Any:
        day = on or today(call.now)
        found = teams.gaps(session, actor, unit=unit, kind=kind, roles=role or (), on=day, now=call.now)
        return {"items": found, "next": None}

    return call.read(look)


@router.post("/{key}/leave", **gives(shown.Member))
def leave_team(call: Call, key: KeyInPath, form: Left | None = None) -> Response:
    """End their time in the role; the history stays."""

    def leave(session: Session, actor: Actor) -> Any:
        teams.leave(session, actor, key, now=call.now, **(form.model_dump() if form else {}))
        return teams.find(session, actor, key)

    return call.act(leave)
