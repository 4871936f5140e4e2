"""`/stores`: what is kept for an emergency, counted; sheets come in and go out at `/imports` and `/exports`."""

from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.access import Actor
from service.records import stores
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call, Incoming
from service.web.forms import given
from service.web.forms_records import Counted, ItemChanges, NewItem, Reasoned
from service.web.shown import records as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/stores", tags=["stores"])


@router.get("", **gives(Listing[shown.Item]))
def list_items(
    call: Call,
    unit: Asked = None,
    lacking: Literal["short", "expired", "any"] | None = None,
    gone: bool = False,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The items in the books of units in sight, or those that were struck; `lacking`: too few, expired, or either."""
    return call.read(
        lambda session, actor: stores.listed(
            session, actor, now=call.now, unit=unit, lacking=lacking, gone=gone, limit=limit, after=after
        )
    )


@router.post("", **gives(shown.ItemWhole, 201))
def enter_item(call: Call, form: NewItem) -> Response:
    """Enter an item into the books with its first count."""

    def enter(session: Session, actor: Actor) -> Any:
        key = stores.enter(session, actor, now=call.now, **form.model_dump())
        return stores.whole(session, actor, key)

    return call.act(enter, status=201)


@router.get("/{key}", **gives(shown.ItemWhole))
def read_item(call: Call, key: KeyInPath) -> Response:
    """One item with its stock-takes and journal."""
    return call.read(lambda session, actor: stores.whole(session, actor, key))


def done(call: Incoming, key: str, do: Callable[..., Any], **more: Any) -> Response:
    """Do it, and answer the item as it is then."""

    def act(session: Session, actor: Actor) -> Any:
        do(session, actor, key, now=call.now, **more)
        return stores.whole(session, actor, key)

    return call.act(act)


@router.patch("/{key}", **gives(shown.ItemWhole))
def change_item(call: Call, key: KeyInPath, form: ItemChanges) -> Response:
    """Change its minimum, keeper or unit word."""
    return done(call, key, stores.amend, version=form.version, **given(form, "version"))


@router.post("/{key}/count", **gives(shown.ItemWhole))
def count_item(call: Call, key: KeyInPath, form: Counted) -> Response:
    """Take stock of it; what was short or expired and is not any more is settled."""
    keep = "expires_on" not in form.model_fields_set
    return done(call, key, stores.count, keep_expiry=keep, **form.model_dump())


@router.post("/{key}/strike", **gives(shown.ItemWhole))
def strike_item(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Take it off the books, with the reason."""
    return done(call, key, stores.strike, reason=form.reason, version=form.version)
