"""Who looks at a page, and where they are led to when they must go through the door first."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from service import store
from service.signin.sessions import Visitor, visitor
from service.web.cookies import COOKIE
from service.web.deps import SAFE, Incoming
from service.web.paper import page

CONTROLS = frozenset(map(chr, (*range(32), 127)))


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
    """Whoever is signed in, remembered for the page that is made for them, be it one that refuses."""
    cookie = call.request.cookies.get(COOKIE)
    found = visitor(session, cookie, now=call.now) if cookie else None
    if found is None:
        raise SignInFirst("/sign-in")
    if found.must_change:
        raise SignInFirst("/password")
    call.request.state.reader = found
    return found


def show(call: Incoming, name: str, *, status: int = 200, **facts: Any) -> Response:
    """A page for whoever visits; `facts` are what its template asks for, beside what every page knows."""
    trouble = facts.get("trouble")
    return page(call.request, name, status=trouble.status if trouble else status, now=call.now, **facts)


def go(where: str) -> RedirectResponse:
    """Away to another page of ours."""
    return RedirectResponse(local(where), 303)


def local(where: str, otherwise: str = "/") -> str:
    """An address if it is a page of this very site, else another: what a browser takes for a host leads nowhere."""
    fits = where.startswith("/") and not where.startswith(("//", "/\\")) and "\\" not in where
    return where if fits and not CONTROLS.intersection(where) else otherwise


def led(request: Request, first: SignInFirst) -> Response:
    """The way to the door, and back to the page from where they came; what was typed there is kept in the browser."""
    sent = request.method not in SAFE
    back = sent_from(request) if sent else request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wishes = {"back": back, "kept": "1"} if sent else {"back": back}
    if first.where != "/sign-in" or (back == "/" and not sent):
        return go(first.where)
    return go(f"{first.where}?{urlencode(wishes)}")


def sent_from(request: Request) -> str:
    """The page of ours that a form stands on, by what the browser says; the first page where it says nothing."""
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.headers.get("host"):
        return "/"
    return local(came.path + (f"?{came.query}" if came.query else ""))
