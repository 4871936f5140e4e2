"""`/events`: what is registered and triggers activities (`when: {event: NAME}`)."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import listings
from service.access import Actor
from service.campaigns import acts as campaigns
from service.web import shown
from service.web.asks import PAGE, After, Asked, Limit, gives
from service.web.deps import Call
from service.web.forms import NewEvent

router = APIRouter(prefix="/events", tags=["events"])


@router.get("", **gives(shown.Listing[shown.Event]))
def list_events(
    call: Call, name: Asked = None, unit: Asked = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The events registered on the units in sight, the newest first."""
    return call.read(
        lambda session, actor: listings.events(session, actor, name=name, unit=unit, limit=limit, after=after)
    )


@router.post("", **gives(shown.Made, 201))
def register_event(call: Call, form: NewEvent) -> Response:
    """Register one: the activities that wait for its name get their tasks."""
    happened_at = form.happened_at or call.now

    def register(session: Session, actor: Actor) -> Any:
        key = campaigns.register_event(
            session, actor, name=form.name, unit=form.unit, now=call.now, happened_at=happened_at, note=form.note
        )
        return {"key": key}

    return call.act(register, status=201)
