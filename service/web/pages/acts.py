"""What a form of a page does: one act of the service in one transaction, and then another page."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson
from fastapi import Response
from sqlmodel import Session

from service import answered, store
from service.answered import Given
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused, Trouble
from service.settings import settings
from service.signin.sessions import Visitor
from service.web.cookies import SAID
from service.web.deps import Incoming, from_here
from service.web.marks import N_
from service.web.pages.posted import Posted
from service.web.pages.visit import go, reader
from service.web.seals import Said, is_ours, seal_said

Do = Callable[[Session, Visitor], Any]
Where = str | Callable[[Any], str]
EXPIRED = N_("This form stood open too long; look it over and send it again")


def act(
    call: Incoming,
    form: Posted,
    do: Do,
    *,
    then: Where,
    said: str = "",
    facts: Callable[[Any], dict[str, Any]] | None = None,
    again: Callable[[Trouble], Response] | None = None,
    photos: Sequence[str] = (),
) -> Response:
    """Do what a form asks for, and go on to another page (303).

    1. away to the door with whoever is not signed in; a form that is not ours is refused
    2. photos of the fields named in `photos` are made anew, outside any transaction
    3. `do(session, visitor)` in one transaction; with the key in `once` the same form again does nothing more
    4. on to `then` (an address, or what makes one from what `do` answered), which says `said` with its `facts`

    A Refused or a Conflict is handed to `again`, which shows the form's page anew with the fault beside each field and
    what was typed; so is what is not there, where it was typed into a field. Without `again`, and for anything else,
    the page says what was refused.
    """
    try:
        with store.reading(call.engine) as session:
            visitor = reader(call, session)
        ours(call, form)
        form.make_photos(*photos)
        to, told = once(call, form, do, then, said, facts, visitor)
    except (Refused, Conflict, NotFound) as trouble:
        if again is None:
            raise
        return again(beside(form, trouble))
    response = go(to)
    if told.words:
        say_next(response, told)
    return response


def beside(form: Posted, trouble: Trouble) -> Trouble:
    """What was refused, where the page has room for it: what is not there is a fault of the field it was typed into.

    Raises it again where nobody typed it.
    """
    if not isinstance(trouble, NotFound):
        return trouble
    field = form.field_with(trouble.facts.values())
    if field is None:
        raise trouble
    return Refused("Some fields are wrong", faults=[Fault(field, trouble.message, trouble.facts)])


def ours(call: Incoming, form: Posted) -> None:
    """Refuse what another site's page sends; have somebody whose form stood open too long look at it again."""
    if is_ours(call.request, form.token):
        return
    if from_here(call.request) and form.token:
        raise Refused(EXPIRED)
    raise Forbidden("This form has expired; go back, load the page again and repeat")


def once(
    call: Incoming, form: Posted, do: Do, then: Where, said: str, facts: Callable[[Any], dict[str, Any]] | None,
    visitor: Visitor,
) -> tuple[str, Said]:  # fmt: skip
    """Do it, or find out that it was done before; answers where to go and what to say there."""
    with store.transaction(call.engine) as session:
        claim = None
        if form.once:
            route = f"{call.request.method} {call.request.url.path}"
            claim = answered.claim_for(visitor.actor.person, route, form.once, form.mark())
            before = answered.answer_to(session, claim, now=call.now)
            if before is not None:
                to, words, told = orjson.loads(before.body)
                return to, Said(words, told, form.once)
        found = do(session, visitor)
        to = then if isinstance(then, str) else then(found)
        told = facts(found) if facts else {}
        if claim is not None:
            answered.keep(session, claim, Given(303, orjson.dumps([to, said, told])), now=call.now)
    return to, Said(said, told, form.once)


def say_next(response: Response, said: Said) -> None:
    """Have the next page say what was done."""
    response.set_cookie(
        SAID, seal_said(said), max_age=120, httponly=True, samesite="lax", secure=settings().secure_cookies, path="/"
    )


def back_or(form: Posted, otherwise: str) -> str:
    """Where the form was sent from, if it names a page of ours in `back`."""
    from service.web.pages.visit import local

    wish = form.text("back")
    return local(wish, otherwise) if urlsplit(wish).path else otherwise
