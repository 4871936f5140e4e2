"""Refusals as RFC 9457 problems, in the reader's language: every error of the service and of the framework itself."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from service.errors import Fault, Refused, Trouble, Unknown
from service.settings import settings
from service.web.marks import N_
from service.web.misfits import faults_of
from service.web.paper import refusal_page
from service.words import in_words, locale_for, say

MEDIA_TYPE = "application/problem+json"
SIGN_IN = 'Bearer realm="zhiban"'
RETRY_AFTER_SECONDS = "2"


class ProblemError(BaseModel):
    """One place that is wrong, and why."""

    field: str
    reason: str


class Problem(BaseModel):
    """What was refused (RFC 9457); `errors` name each place and reason."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[ProblemError]


def locale_of(request: Request) -> str:
    """The language of the answer: what the caller asks for, else that of the settings."""
    return locale_for(request.headers.get("accept-language", ""), settings().locale)


def wants_page(request: Request) -> bool:
    """Whether a browser asks for a page, to be answered with one."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def problem(
    request: Request,
    status: int,
    title: str,
    detail: str,
    facts: dict[str, Any] | None = None,
    faults: Iterable[Fault] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """The answer that says what is wrong; `title`, `detail` and the faults' reasons are msgids."""
    locale = locale_of(request)
    said = say(detail, locale, **in_words(facts or {}, locale))
    if wants_page(request):
        return refusal_page(request, status, title, said, faults)
    body = {
        "type": "about:blank",
        "title": say(title, locale),
        "status": status,
        "detail": said,
        "errors": [{"field": one.field, "reason": say(one.reason, locale, **(one.facts or {}))} for one in faults],
    }
    sent = {"Content-Language": locale.replace("_", "-"), **(headers or {})}
    return Response(orjson.dumps(body, default=str), status, sent, MEDIA_TYPE)


def troubled(request: Request, trouble: Trouble) -> Response:
    """The problem that a refusal of the service is."""
    headers = {"WWW-Authenticate": SIGN_IN} if trouble.status == Unknown.status else None
    return problem(request, trouble.status, trouble.title, trouble.message, trouble.facts, trouble.faults, headers)


def answer_problems(app: FastAPI) -> None:
    """Have the application answer every error as a problem."""

    @app.exception_handler(Trouble)
    async def refused(request: Request, trouble: Trouble) -> Response:
        return troubled(request, trouble)

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, wrong: RequestValidationError) -> Response:
        return troubled(request, Refused("Some fields are wrong", faults=faults_of(wrong.errors())))

    @app.exception_handler(HTTPException)
    async def unserved(request: Request, wrong: HTTPException) -> Response:
        headers = dict(wrong.headers or {})
        if wrong.status_code == HTTPStatus.BAD_REQUEST:  # the framework's word for a body that it can't parse
            return troubled(request, Refused("The body can't be read"))
        title, detail = SAID.get(wrong.status_code, (str(wrong.detail), str(wrong.detail)))
        return problem(request, wrong.status_code, title, detail, headers=headers)

    @app.exception_handler(OperationalError)
    async def busy(request: Request, wrong: OperationalError) -> Response:
        return unavailable(request)

    @app.exception_handler(DataError)
    async def unkept(request: Request, wrong: DataError) -> Response:
        # a NUL in a query, a number beyond the column: what no schema of ours has caught
        return troubled(request, Refused("Something in this call is not a value that can be looked for or kept"))

    @app.exception_handler(PoolTimeout)
    async def crowded(request: Request, wrong: PoolTimeout) -> Response:
        return unavailable(request)


def unavailable(request: Request) -> Response:
    headers = {"Retry-After": RETRY_AFTER_SECONDS}
    return problem(request, 503, *SAID[503], headers=headers)


# status → title and detail of what the framework refuses by itself
SAID: dict[int, tuple[str, str]] = {
    404: (N_("Not found"), N_("There is nothing at this address")),
    405: (N_("Method not allowed"), N_("This can't be done here")),
    413: (N_("Too large"), N_("The body is larger than is taken here")),
    503: (N_("Not available"), N_("The database is busy or away; try again shortly")),
    500: (N_("Internal error"), N_("Something went wrong here; it has been written to the log")),
}
