"""`/channels`: the ways to reach people and units' groups; no answer ever holds an address whole."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import answered, channels, short_lists, store
from service.access import Actor
from service.answered import Claim, Given
from service.errors import Fault, Refused
from service.web import shown
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives, gives_nothing
from service.web.deps import JSON, KEY_HEADER, Call, Incoming, answer
from service.web.forms_ledger import ChannelChanges, NewChannel

router = APIRouter(prefix="/channels", tags=["channels"])


def one(session: Session, actor: Actor, key: str) -> dict[str, Any]:
    row = channels.find(session, actor, key)
    return {name: getattr(row, name) for name in channels.SHOWN}


@router.get("", **gives(shown.Listing[shown.Channel]))
def list_channels(
    call: Call, person: Asked = None, unit: Asked = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The channels of a person or of a unit's group in the order they are tried; one's own where neither is named."""
    if person is not None and unit is not None:
        fault = Fault("person", "name a person or a unit, not both")
        raise Refused("Some fields are wrong", faults=[fault])

    def look(session: Session, actor: Actor) -> Any:
        whose = actor.person if unit is None and person is None else person
        found = channels.listed(session, actor, person=whose, unit=unit)
        return short_lists.page_of(found, ("rank", "key"), limit=limit, after=after)

    return call.read(look)


@router.post("", **gives(shown.Channel, 201))
def add_channel(call: Call, form: NewChannel) -> Response:
    """Add a way to reach a person or a unit's group."""

    def add(session: Session, actor: Actor) -> Any:
        return one(session, actor, channels.add(session, actor, now=call.now, **form.model_dump()))

    return call.act(add, status=201)


@router.patch("/{key}", **gives(shown.Channel))
def change_channel(call: Call, key: KeyInPath, form: ChannelChanges) -> Response:
    """Another address, or another place in the order."""

    def change(session: Session, actor: Actor) -> Any:
        channels.change_channel(session, actor, key, now=call.now, **form.model_dump())
        return one(session, actor, key)

    return call.act(change)


@router.delete("/{key}", **gives_nothing())
def remove_channel(call: Call, key: KeyInPath, version: int | None = None) -> Response:
    """Take a channel away."""
    return call.act(lambda session, actor: channels.remove_channel(session, actor, key, now=call.now, version=version))


@router.post("/{key}/test", **gives(shown.Tried))
def try_channel(call: Call, key: KeyInPath) -> Response:
    """Send a real message now, and answer what the channel truly said."""
    presented = call.request.headers.get(KEY_HEADER)
    with call.reading() as (session, actor):
        channels.find(session, actor, key)
        claim = None if presented is None else claim_of(call, actor, presented)
        # nothing of this transaction is kept: what was answered before is only looked up
        before = None if claim is None else answered.answer_to(session, claim, now=call.now)
    if before is not None:
        return again(before)
    # no transaction is open while it is sent, so that the channel's slowness is nobody else's
    said = channels.try_out(call.engine, actor, key, now=call.now)
    made = answer({"outcome": said.outcome, "code": said.code, "text": said.text, "retry_after": said.retry_after})
    if claim is not None:
        with store.transaction(call.engine) as session:
            before = answered.answer_to(session, claim, now=call.now)
            if before is None:
                answered.keep(session, claim, Given(made.status_code, bytes(made.body)), now=call.now)
    return made


def claim_of(call: Incoming, actor: Actor, presented: str) -> Claim:
    """The claim of this call with its Idempotency-Key."""
    route = f"{call.request.method} {call.request.url.path}?{call.request.url.query}"
    return answered.claim_for(actor.person, route, presented, call.raw)


def again(given: Given) -> Response:
    return Response(given.body, given.status, {"Idempotency-Replayed": "true"}, JSON)
