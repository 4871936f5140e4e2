"""What a page hands out and takes back sealed: the token of its forms, and what an act has to say on the next page."""

from hashlib import sha256
from typing import Any, NamedTuple

from fastapi import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.secrets import secret
from service.web.cookies import COOKIE, SAID

FORM_GOOD_FOR_SECONDS = 12 * 3600
SAID_GOOD_FOR_SECONDS = 120


class Said(NamedTuple):
    """What the page after an act says of it: a msgid and its facts; `once` is the key of the form that was sent.

    `tone` is `warn` where it did not go as it was wished.
    """

    words: str
    facts: dict[str, Any]
    once: str = ""
    tone: str = ""


def sealer(salt: str) -> URLSafeTimedSerializer:
    # several keys: the first signs, all of them are understood (itsdangerous wants the newest last)
    return URLSafeTimedSerializer(secret().split(",")[::-1], salt=salt)


def bound_to(request: Request) -> str:
    """What a form's token is bound to: the session of the browser, or its being nobody's yet."""
    cookie = request.cookies.get(COOKIE)
    return sha256(cookie.encode()).hexdigest()[:32] if cookie else "nobody"


def form_token(request: Request) -> str:
    """The token that a page's forms carry."""
    made: str = sealer("form").dumps(bound_to(request))
    return made


def is_ours(request: Request, token: str) -> bool:
    """Whether a form came from a page of ours to this very browser, and not too long ago."""
    try:
        return bool(sealer("form").loads(token, max_age=FORM_GOOD_FOR_SECONDS) == bound_to(request))
    except BadSignature:
        return False


def seal_said(said: Said) -> str:
    """What an act has to say, for the cookie that carries it to the next page."""
    made: str = sealer("said").dumps(list(said))
    return made


def said_before(request: Request) -> Said | None:
    """What the act before this page has to say, if anything."""
    sealed = request.cookies.get(SAID)
    if not sealed:
        return None
    try:
        return Said(*sealer("said").loads(sealed, max_age=SAID_GOOD_FOR_SECONDS))
    except (BadSignature, TypeError):
        return None
