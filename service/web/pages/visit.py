"""Who looks at a page, and the token that its forms carry."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlmodel import Session

from service import store
from service.errors import Forbidden
from service.signin import Visitor, visitor
from service.web.deps import Incoming
from service.web.edge import COOKIE

FORM_GOOD_FOR_SECONDS = 12 * 3600


class SignInFirst(Exception):
    """Nobody is signed in, or the one-time password must be changed first: `where` to go instead."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@contextmanager
def visit(call: Incoming) -> Iterator[tuple[Session, Visitor]]:
    """A reading transaction with whoever is signed in; away to the door with anybody else."""
    with store.reading(call.engine) as session:
        yield session, reader(call, session)


def reader(call: Incoming, session: Session) -> Visitor:
    cookie = call.request.cookies.get(COOKIE)
    found = visitor(session, cookie, now=call.now) if cookie else None
    if found is None:
        raise SignInFirst("/sign-in")
    if found.must_change:
        raise SignInFirst("/password")
    return found


def signer() -> URLSafeTimedSerializer:
    from service.secrets import secret

    # several keys: the first signs, all of them are understood (itsdangerous wants the newest last)
    return URLSafeTimedSerializer(secret().split(",")[::-1], salt="form")


def bound_to(call: Incoming) -> str:
    """What a form's token is bound to: the session of the browser, or its being nobody's yet."""
    cookie = call.request.cookies.get(COOKIE)
    return sha256(cookie.encode()).hexdigest()[:32] if cookie else "nobody"


def form_token(call: Incoming) -> str:
    """The token that a page's forms carry."""
    made: str = signer().dumps(bound_to(call))
    return made


def from_our_form(call: Incoming, token: str) -> None:
    """Refuse a form that did not come from a page of ours, or from one that stood open too long."""
    try:
        good = signer().loads(token, max_age=FORM_GOOD_FOR_SECONDS) == bound_to(call)
    except BadSignature:
        good = False
    if not good:
        raise Forbidden("This form has expired; go back, load the page again and repeat")
