"""`/units/{code}/chain`: who answers for a unit, level by level."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlmodel import Session

from service import people
from service.access import Actor
from service.web import shown
from service.web.asks import KeyInPath, gives
from service.web.deps import Call
from service.web.forms import Level

router = APIRouter(prefix="/units/{code}/chain", tags=["chain"])


def whole(session: Session, actor: Actor, code: str) -> dict[str, Any]:
    return {"items": people.chain_of(session, actor, code), "next": None}


@router.get("", **gives(shown.Listing[shown.Level]))
def read_chain(call: Call, code: KeyInPath) -> Response:
    """Every level somebody holds, the unit's own or inherited from above."""
    return call.read(lambda session, actor: whole(session, actor, code))


@router.put("/{level}", **gives(shown.Listing[shown.Level]))
def set_level(call: Call, code: KeyInPath, level: Annotated[int, Path(ge=1, le=9)], form: Level) -> Response:
    """Name who holds a level of the unit; nobody: it is inherited again."""

    def place(session: Session, actor: Actor) -> Any:
        people.set_level(session, actor, code, level, form.people, now=call.now, version=form.version)
        return whole(session, actor, code)

    return call.act(place)
