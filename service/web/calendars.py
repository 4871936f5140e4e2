"""`/feeds/{secret}.ics`: calendars for phones, served from memory wherever nothing has changed."""

from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from service import store
from service.errors import NotFound
from service.feeds.acts import alive, key_of
from service.feeds.shelf import Kept, Shelf
from service.web.problems import troubled

# a calendar is one person's: no cache in between may keep it, and each call asks whether it has changed
PRIVATE = (b"cache-control", b"private, no-cache")
TYPE = (b"content-type", b"text/calendar; charset=utf-8")
NAMED = (b"content-disposition", b'inline; filename="duty.ics"')


def serve_calendars(app: FastAPI) -> None:
    """Have the application serve calendars, before any other route is tried."""
    app.state.shelf = Shelf()
    app.router.routes.insert(0, Route("/feeds/{secret}.ics", serve, methods=["GET", "HEAD"]))


async def serve(request: Request) -> Response:
    """A calendar; 304 where the reader has it, 404 for an address that never was or is no more."""
    key = key_of(request.path_params["secret"])
    kept = None if key is None else await calendar(request.app, key)
    if kept is None or kept.body is None:
        gone = troubled(request, NotFound("There is nothing at this address"))
        gone.headers["cache-control"] = "no-store"
        return gone
    if has(request.scope["headers"], kept.etag):
        return answer(304, b"", [(b"etag", kept.etag), PRIVATE])
    length = (b"content-length", str(len(kept.body)).encode())
    body = b"" if request.method == "HEAD" else kept.body
    return answer(200, body, [(b"etag", kept.etag), PRIVATE, TYPE, NAMED, length])


async def calendar(app: Any, key: str) -> Kept:
    """The calendar of a key from memory, or read anew by a thread of its own."""
    shelf: Shelf = app.state.shelf
    now = app.state.clock()
    kept = shelf.fresh(key, now)
    if kept is None:
        commits = shelf.commits
        body = await run_in_threadpool(read, app.state.engine, key, now)
        kept = shelf.put(key, body, commits, now)
    return kept


def read(engine: Any, key: str, now: datetime) -> bytes | None:
    """The bytes of a calendar as its rows stand; None where the address leads nowhere."""
    from service.feeds.gather import calendar_of

    with store.reading(engine) as session:
        feed = alive(session, key)
        return None if feed is None else calendar_of(session, feed, now)


def has(headers: list[tuple[bytes, bytes]], etag: bytes) -> bool:
    """Whether the reader says that it has the calendar as it is."""
    return any(name == b"if-none-match" and (etag in value or value == b"*") for name, value in headers)


def answer(status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> Response:
    """An answer whose headers are made already."""
    made = Response.__new__(Response)
    made.status_code, made.body, made.raw_headers, made.background = status, body, headers, None
    return made
