"""`/feeds`: addresses that calendars subscribe to, made, listed and revoked."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlmodel import Session, col

from models import Feed
from service.access import Actor
from service.feeds import acts
from service.listings import columns
from service.web.asks import PAGE, After, KeyInPath, Limit, gives, gives_nothing
from service.web.deps import Call
from service.web.forms_duty import NewFeed
from service.web.links import calendar_links
from service.web.shown import duty as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/feeds", tags=["feeds"])


@router.get("", **gives(Listing[shown.Feed]))
def list_feeds(call: Call, limit: Limit = PAGE, after: After = None) -> Response:
    """The addresses one made, and those of one's own duties, the newest first; the secrets are not told again."""
    return call.read(lambda session, actor: acts.listed(session, actor, limit=limit, after=after))


@router.post("", **gives(shown.FeedMade, 201))
def make_feed(call: Call, form: NewFeed) -> Response:
    """Make an address of a person, a roster or a unit; the link and its QR code are told this once."""

    def make(session: Session, actor: Actor) -> Any:
        made = acts.make_feed(session, actor, now=call.now, **form.model_dump())
        row = session.execute(select(*columns(Feed, acts.SHOWN)).where(col(Feed.key) == made.key)).one()
        return {"feed": row, **calendar_links(str(call.request.base_url), made.secret)._asdict()}

    return call.act(make, status=201)


@router.delete("/{key}", **gives_nothing())
def revoke_feed(call: Call, key: KeyInPath, version: int | None = None) -> Response:
    """End an address: from now on it leads nowhere."""
    return call.act(lambda session, actor: acts.revoke(session, actor, key, now=call.now, version=version))
