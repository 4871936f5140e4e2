"""`/tokens`: bearer tokens for programs, shown once."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import short_lists
from service.access import Actor
from service.signin import tokens as signin_tokens
from service.web import shown
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives, gives_nothing
from service.web.deps import Call
from service.web.forms import NewToken

router = APIRouter(prefix="/tokens", tags=["tokens"])


@router.get("", **gives(shown.Listing[shown.Token]))
def list_tokens(
    call: Call, person: Asked = None, revoked: bool = False, limit: Limit = PAGE, after: After = None
) -> Response:
    """One's own tokens, and those on the units where one may grant roles."""

    def look(session: Session, actor: Actor) -> Any:
        found = signin_tokens.tokens(session, actor, person=person, revoked=revoked)
        return short_lists.page_of(found, ("person", "key"), limit=limit, after=after)

    return call.read(look)


@router.post("", **gives(shown.Secret, 201))
def issue_token(call: Call, form: NewToken) -> Response:
    """A new token: one's own, or for somebody else where one may grant roles."""

    def issue(session: Session, actor: Actor) -> Any:
        token = signin_tokens.issue_token(
            session, actor, form.person or actor.person, form.role, form.unit,
            now=call.now, expires_at=form.expires_at, label=form.label,
        )  # fmt: skip
        return {"token": token}

    return call.act(issue, status=201)


@router.delete("/{key}", **gives_nothing())
def revoke_token(call: Call, key: KeyInPath) -> Response:
    """The token opens nothing from now on."""
    return call.act(lambda session, actor: signin_tokens.revoke_token(session, actor, key, now=call.now))
