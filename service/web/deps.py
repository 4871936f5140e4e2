"""What a route is handed: `Call`, one call with its instant, its language, its actor and its one transaction.

The database is only spoken to inside the route, which runs in a thread of its own: a dependency that asked it would
cost another one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

import orjson
from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy import Connection, Engine
from sqlmodel import Session

from service import answered, store
from service.access import Actor
from service.answered import Given
from service.errors import Fault, Forbidden, Unknown
from service.signin import sessions as signin
from service.signin import tokens as signin_tokens
from service.web.cookies import COOKIE
from service.web.problems import locale_of
from service.words import say

JSON = "application/json"
BEARER = "bearer "
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
KEY_HEADER = "idempotency-key"


class Incoming:
    """One call. `now` is frozen when it comes in; `raw` is its body as it came (empty for a form)."""

    __slots__ = ("now", "raw", "request")

    def __init__(self, request: Request, now: datetime, raw: bytes = b"") -> None:
        self.request = request
        self.now = now
        self.raw = raw

    @property
    def engine(self) -> Engine:
        engine: Engine = self.request.app.state.engine
        return engine

    @property
    def locale(self) -> str:
        return locale_of(self.request)

    @contextmanager
    def reading(self) -> Iterator[tuple[Session, Actor]]:
        """A transaction that only reads, with whoever calls."""
        with store.reading(self.engine) as session:
            yield session, self.actor(session)

    @contextmanager
    def acting(self) -> Iterator[tuple[Session, Actor]]:
        """A transaction that writes, kept wholly or not at all, with whoever calls."""
        with store.transaction(self.engine) as session:
            yield session, self.actor(session)

    def glance(self, look: Callable[[Connection, Actor], Any]) -> Response:
        """The answer to a question that is asked all day: on a bare connection, which costs half of a session."""
        with self.request.app.state.reader.connect() as connection:
            # an actor is found by `execute` alone, which both have
            found = look(connection, self.actor(cast(Session, connection)))
        return answer(found)

    def read(self, look: Callable[[Session, Actor], Any]) -> Response:
        """The answer to a question."""
        with self.reading() as (session, actor):
            found = look(session, actor)
        return answer(found)

    def act(self, do: Callable[[Session, Actor], Any], *, status: int = 200, content: bytes | None = None) -> Response:
        """The answer to an act; with an Idempotency-Key the same call again is answered the same and does nothing.

        `content` is what makes two calls the same, where it is not the body as it came.
        """
        with self.acting() as (session, actor):
            claim = self.claim(actor, content)
            if claim is None:
                return answer(do(session, actor), status)
            given = answered.answer_to(session, claim, now=self.now)
            if given is not None:
                return replayed(given)
            made = answer(do(session, actor), status)
            answered.keep(session, claim, Given(made.status_code, bytes(made.body)), now=self.now)
            return made

    def claim(self, actor: Actor, content: bytes | None = None) -> answered.Claim | None:
        """The claim that an Idempotency-Key makes of this call; None where there is none."""
        key = self.request.headers.get(KEY_HEADER) if self.request.method == "POST" else None
        if key is None:
            return None
        route = f"{self.request.method} {self.request.url.path}?{self.request.url.query}"
        return answered.claim_for(actor.person, route, key, self.raw if content is None else content)

    def answered_before(self) -> Response | None:
        """What this very call was answered before: asked where an act is long in the making."""
        if KEY_HEADER not in self.request.headers:
            return None
        with self.reading() as (session, actor):
            claim = self.claim(actor)
            given = None if claim is None else answered.before(session, claim)
        return None if given is None else replayed(given)

    def actor(self, session: Session) -> Actor:
        """Who calls: the person behind the token, else behind the cookie; Unknown for nobody."""
        presented = self.request.headers.get("authorization")
        if presented is not None:
            return bearer(session, presented, self.now)
        visitor = self.visitor(session)
        if visitor.must_change:
            raise Forbidden("Change the one-time password first")
        return visitor.actor

    def person(self, session: Session) -> str:
        """Who calls, even with a one-time password that must be changed first."""
        presented = self.request.headers.get("authorization")
        if presented is not None:
            return bearer(session, presented, self.now).person
        return self.visitor(session).actor.person

    def visitor(self, session: Session) -> signin.Visitor:
        """Who stands behind the cookie; an act is refused when another site's page sends it."""
        cookie = self.request.cookies.get(COOKIE)
        visitor = signin.visitor(session, cookie, now=self.now) if cookie else None
        if visitor is None:
            raise Unknown("Sign in, or send a token")
        if self.request.method not in SAFE and not from_here(self.request):
            raise Forbidden("This call comes from another site")
        return visitor


def replayed(given: Given) -> Response:
    """The answer that was given the first time."""
    return Response(given.body, given.status, {"Idempotency-Replayed": "true"}, JSON)


def bearer(session: Session, presented: str, now: datetime) -> Actor:
    """The actor behind an Authorization header."""
    if presented[: len(BEARER)].lower() != BEARER:
        raise Unknown("Only bearer tokens are understood")
    return signin_tokens.token_actor(session, presented[len(BEARER) :].strip(), now=now)


def from_here(request: Request) -> bool:
    """Whether the browser says that a page of this very site makes the call."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def plain(value: Any) -> Any:
    """Records as objects; whatever else orjson doesn't know is refused."""
    if hasattr(value, "_asdict"):
        return value._asdict()
    if hasattr(value, "_mapping"):
        return dict(value._mapping)
    raise TypeError(f"{type(value).__name__} is not JSON")


def said(fault: Fault, locale: str) -> dict[str, str]:
    """A fault in the reader's language."""
    return {"field": fault.field, "reason": say(fault.reason, locale, **(fault.facts or {}))}


def answer(found: Any, status: int = 200) -> Response:
    """Records, rows and plain values as JSON; nothing at all where there is nothing to say (204)."""
    if found is None:
        return Response(status_code=204)
    return Response(orjson.dumps(found, default=plain), status, None, JSON)


async def incoming(request: Request) -> Incoming:
    """The call, with its body where that is JSON or text and its instant; a question that it doesn't know is refused.

    Whoever misspells `unit` must not be answered as if they had asked for everything.
    """
    now: datetime = request.app.state.clock()
    if request.scope["query_string"] and request.url.path.startswith("/api/"):
        known_questions_only(request)
    if request.method in SAFE or not request.url.path.startswith("/api/"):  # a page reads its form by itself
        return Incoming(request, now)
    try:
        return Incoming(request, now, await request.body())
    except RuntimeError:  # the framework has read the body as a form, and kept nothing of it
        return Incoming(request, now)


def known_questions_only(request: Request) -> None:
    """Refuse what is asked and the route doesn't know; one that reads its questions by a schema does so itself."""
    route: APIRoute = request.scope["route"]
    if "parameters" in (route.openapi_extra or {}):
        return
    known = {one.alias for part in (route.dependant, *route.dependant.dependencies) for one in part.query_params}
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError([{"loc": ("query", name), "type": "extra_forbidden"} for name in unknown])


Call = Annotated[Incoming, Depends(incoming)]
