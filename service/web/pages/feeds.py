"""Calendars that a phone subscribes to: made here, told once as link and QR code, taken back with a button."""

from fastapi import APIRouter, Response
from markupsafe import Markup
from sqlmodel import Session

from service import people, unit_tree
from service.duty import lists
from service.errors import Refused, Trouble
from service.feeds import acts as feeds
from service.signin.sessions import Visitor
from service.store import transaction
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_duty import NewFeed
from service.web.links import Links, calendar_links
from service.web.marks import N_
from service.web.pages.acts import act, ours
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import reader, show, visit

router = APIRouter()


@router.get("/feeds")
def feed_list(call: Call, roster: str = "", unit: str = "") -> Response:
    return feeds_page(call, chosen=f"roster|{roster[:200]}" if roster else f"unit|{unit[:200]}" if unit else "")


def feeds_page(
    call: Incoming, *, typed: Posted | None = None, trouble: Trouble | None = None, made: Links | None = None,
    chosen: str = "",
) -> Response:  # fmt: skip
    """The addresses one made, and the form that makes another; `made` is told this once."""
    with visit(call) as (session, visitor):
        known = feeds.feeds_of(session, visitor.actor)
        offered = lists.rosters(session, visitor.actor).items
        units = people.units(session, visitor.actor, limit=50).items if visitor.actor.paths("see") else []
        names = people.names(session, {one.person for one in known if one.person})
        unit_names = unit_tree.names(session, {one.unit for one in known if one.unit})
    return show(
        call, "duty/feeds.html", feeds=known, rosters=offered, units=units, names=names, unit_names=unit_names,
        made=made, qr=Markup(made.qr) if made else "",
        chosen=chosen, typed=typed, trouble=trouble, me=visitor.actor.person,
        roster_names={one.key: one.name for one in offered},
    )  # fmt: skip


@router.post("/feeds")
def make_feed(call: Call, form: Form) -> Response:
    """A new address, told on the very page that answers and nowhere else; so this leads to no other page.

    `of` is `person|`, `roster|<key>` or `unit|<code>`.
    """
    try:
        with visit(call) as (session, _):
            ours(call, form)
        with transaction(call.engine) as session:
            visitor = reader(call, session)
            kind, _, key = form.text("of").partition("|")
            about = {kind: key or visitor.actor.person} if kind in ("person", "roster", "unit") else {}
            asked = form.fit(NewFeed, **about)
            secret = feeds.make_feed(session, visitor.actor, now=call.now, **asked.model_dump()).secret
    except Refused as trouble:
        return feeds_page(call, typed=form, trouble=trouble)
    return feeds_page(call, made=calendar_links(str(call.request.base_url), secret))


@router.post("/feeds/{key}/revoke")
def revoke_feed(call: Call, key: KeyInPath, form: Form) -> Response:
    def revoke(session: Session, visitor: Visitor) -> None:
        feeds.revoke(session, visitor.actor, key, now=call.now, version=form.version())

    return act(call, form, revoke, then="/feeds", said=N_("The calendar is ended; its address leads nowhere now"))
