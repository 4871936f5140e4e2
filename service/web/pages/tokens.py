"""Tokens for programs: one's own, each shown once when it is made, and taken back with a button."""

from datetime import datetime, time, timedelta

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import Role
from service import people, unit_tree
from service.errors import Fault, NotFound, Refused, Trouble
from service.people import offered
from service.settings import settings
from service.signin import tokens as signin_tokens
from service.signin.sessions import Visitor
from service.store import transaction
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act, beside, ours
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import reader, show, visit

router = APIRouter()


@router.get("/tokens")
def token_list(call: Call) -> Response:
    with visit(call) as (session, visitor):
        return tokens_page(call, session, visitor)


def tokens_page(
    call: Incoming,
    session: Session,
    visitor: Visitor,
    *,
    form: Posted | None = None,
    trouble: Trouble | None = None,
    secret: str = "",
) -> Response:
    mine = signin_tokens.tokens(session, visitor.actor, person=visitor.actor.person)
    held = people.grants(session, visitor.actor, person=visitor.actor.person)
    units = unit_tree.names(session, {*(one.unit for one in mine), *(one.unit for one in held)})
    return show(
        call, "tokens.html", tokens=mine, held=held, units=units, roles=tuple(Role), typed=form, trouble=trouble,
        secret=secret, offers=offered.units(session, visitor.actor),
    )  # fmt: skip


@router.post("/tokens")
def issue(call: Call, form: Form) -> Response:
    """A new token, shown on the very page that answers and nowhere else; so this leads to no other page."""
    try:
        with visit(call) as (session, _):
            ours(call, form)
        with transaction(call.engine) as session:
            visitor = reader(call, session)
            secret = signin_tokens.issue_token(
                session, visitor.actor, visitor.actor.person, form.text("role"), form.text("unit").strip(),
                now=call.now, expires_at=expiry(form), label=form.text("label"),
            )  # fmt: skip
    except (Refused, NotFound) as trouble:
        with visit(call) as (session, visitor):
            return tokens_page(call, session, visitor, form=form, trouble=beside(form, trouble))
    with visit(call) as (session, visitor):
        return tokens_page(call, session, visitor, secret=secret)


def expiry(form: Posted) -> datetime | None:
    """The end of the day that was typed; None where none was."""
    text = form.text("expires_on").strip()
    if not text:
        return None
    try:
        on = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a civil day
    except ValueError:
        raise Refused("Some fields are wrong", faults=[Fault("expires_on", "must be a date like 2023-04-01")]) from None
    return datetime.combine(on + timedelta(days=1), time.min, settings().zone_info())


@router.post("/tokens/{key}/revoke")
def revoke(call: Call, key: KeyInPath, form: Form) -> Response:
    def take_back(session: Session, visitor: Visitor) -> None:
        signin_tokens.revoke_token(session, visitor.actor, key, now=call.now)

    return act(call, form, take_back, then="/tokens", said=N_("The token opens nothing any more"))
