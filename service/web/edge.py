"""The edge: what every call meets before the application does, as plain ASGI.

Bodies are held to their size, answers carry their security headers, and a call to the API that brings neither a token
nor a cookie is turned away before anything of it is read.
"""

from collections.abc import Iterable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import Unknown
from service.web.cookies import COOKIE
from service.web.pages.visit import SignInFirst, led
from service.web.problems import SAID, problem, troubled

API = "/api/v1/"
OPEN_CALLS = frozenset({("POST", "/api/v1/session")})
PUBLIC = "/api/v1/public/reports"  # nobody signs in to report what they saw, nor to ask what became of it
SHEETS = "/api/v1/imports/"
EVIDENCE = "/evidence"
BODY_BYTES_MOST = 1_000_000
SHEET_BYTES_MOST = 20 * 1024 * 1024 + 10_000  # the sheet and what multipart puts around it
PHOTO_BYTES_MOST = 10 * 1024 * 1024 + 200_000  # the photo, and the note that comes with it
PUBLIC_BYTES_MOST = 130_000  # 20,000 characters, however they are written
PHOTOS_BYTES_MOST = 64 * 1024 * 1024  # a page's form with several photos or a sheet, of somebody who brings our cookie
PUBLIC_PAGE = "/r"  # the page for everybody, which takes one photo

__all__ = ["COOKIE", "Edge"]

POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
SECURITY = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
NOT_KEPT = [(b"cache-control", b"no-store"), (b"vary", b"Accept-Language, Authorization, Cookie")]
STATIC = "/static/"
# what says itself how long it may be kept
KEEPS_ITSELF = (STATIC, "/feeds/")


class Edge:
    """Wraps the application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        added = SECURITY if path.startswith(KEEPS_ITSELF) else SECURITY + NOT_KEPT

        started = False

        async def send_secured(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = secured(message.get("headers", ()), added)
            await send(message)

        length, credentials, form = brought(scope["headers"])
        most = bytes_most(path, credentials=credentials, form=form)
        if path.startswith(API) and not (credentials or is_open(scope["method"], path)):
            answer = troubled(Request(scope), Unknown("Sign in, or send a token"))
            await answer(scope, receive, send_secured)
        elif length > most:
            asked = Request(scope)
            if form and not (credentials or is_for_all(path)):  # the session ended meanwhile: what was typed is kept
                await led(asked, SignInFirst("/sign-in"))(scope, receive, send_secured)
                return
            answer = problem(asked, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, *SAID[413])
            await answer(scope, receive, send_secured)
        else:
            try:
                await self.app(scope, counted(receive, most), send_secured)
            except Exception:
                if not started:
                    await problem(Request(scope), 500, *SAID[500])(scope, receive, send_secured)
                raise  # the server writes it to its log


def secured(headers: Iterable[tuple[bytes, bytes]], added: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with ours; how long it may be kept, it may have said for itself."""
    own = list(headers)
    says = any(name == b"cache-control" for name, _ in own)
    return own + [one for one in added if not (says and one[0] == b"cache-control")]


def is_open(method: str, path: str) -> bool:
    """Whether a call of the API is made without signing in."""
    return (method, path) in OPEN_CALLS or path == PUBLIC or path.startswith(f"{PUBLIC}/")


def is_for_all(path: str) -> bool:
    """Whether an address takes a form from somebody who has not signed in: the public's page, and the API."""
    return path == PUBLIC_PAGE or path.startswith((f"{PUBLIC_PAGE}/", "/api/"))


def bytes_most(path: str, *, credentials: bool = False, form: bool = False) -> int:
    """The largest body that is taken at an address; a page's `form` may bring files."""
    if form and not path.startswith("/api/"):
        if is_for_all(path):
            return PHOTO_BYTES_MOST
        return PHOTOS_BYTES_MOST if credentials else BODY_BYTES_MOST
    if path.startswith(SHEETS):
        return SHEET_BYTES_MOST
    if path.startswith(API) and path.endswith(EVIDENCE):
        return PHOTO_BYTES_MOST
    return PUBLIC_BYTES_MOST if path.startswith(PUBLIC) else BODY_BYTES_MOST


def brought(headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, bool, bool]:
    """The length that the body is said to have, whether a token or our cookie came along, and whether files may."""
    length, credentials, form = 0, False, False
    for name, value in headers:
        if name == b"content-length" and value.isdigit():
            length = int(value[:20])
        elif name == b"authorization" or (name == b"cookie" and COOKIE.encode() in value):
            credentials = True
        elif name == b"content-type":
            form = value.startswith(b"multipart/form-data")
    return length, credentials, form


def counted(receive: Receive, most: int) -> Receive:
    """The same body, refused as soon as more of it has come than is taken (its length need not have been said)."""
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return receive_counted
