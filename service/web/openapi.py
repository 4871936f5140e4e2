"""The description at `/api/openapi.json`: what the routes declare, and what holds for all of them by rule."""

from typing import Any

from fastapi import FastAPI

from service.web.edge import API, COOKIE, PUBLIC, is_open
from service.web.problems import MEDIA_TYPE, Problem, ProblemError

METHODS = ("get", "put", "post", "delete", "patch")
PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
WORDS = {
    "401": "Nobody, or nobody any more, stands behind the token or the cookie",
    "403": "Seen, but not theirs to do",
    "404": "Not there, or not for this reader to see",
    "409": "The row moved on since it was read, or its state does not admit this",
    "413": "The body is too large",
    "422": "The input is wrong; `errors` name each place and reason",
    "429": "Too many calls within an hour; `Retry-After` says when the next is taken",
    "500": "A fault of ours",
    "503": "The database is busy or away; try again",
}
SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "`zb_…`, issued at POST /api/v1/tokens"},
    "cookie": {
        "type": "apiKey", "in": "cookie", "name": COOKIE,
        "description": "set by POST /api/v1/session; acts are taken from pages of this site only",
    },
}  # fmt: skip
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same call again with the same key is answered the same and does nothing; kept two days",
}  # fmt: skip


def describe(app: FastAPI) -> None:
    """Have the application describe itself completely: the rules below are added to what each route says."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = completed(plain())
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]


def completed(description: dict[str, Any]) -> dict[str, Any]:
    """The description with every problem a call can answer, how to sign in, and Idempotency-Key on every POST."""
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    for gone in ("HTTPValidationError", "ValidationError"):
        schemas.pop(gone, None)
    schemas["ProblemError"] = ProblemError.model_json_schema()
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas["Problem"].pop("$defs", None)
    description["components"]["securitySchemes"] = SECURITY_SCHEMES
    for path, calls in description["paths"].items():
        for method in METHODS:
            if method in calls:
                complete_call(path, method, calls[method])
    return description


def complete_call(path: str, method: str, call: dict[str, Any]) -> None:
    answers = call["responses"]
    for status in refusals(path, method):
        answers[status] = {"description": WORDS[status], **PROBLEM}
    if not path.startswith(API):
        answers.pop("422", None)
        return
    if not is_open(method.upper(), path):
        call["security"] = [{"token": []}, {"cookie": []}]
    if method == "post" and (path.startswith(PUBLIC) or not is_open("POST", path)):
        call.setdefault("parameters", []).append(IDEMPOTENCY_KEY)


def refusals(path: str, method: str) -> list[str]:
    """The refusals that a call can be answered with."""
    if path == "/metrics":
        return ["404", "500", "503"]
    if not path.startswith(API):
        return ["500"]
    if path.startswith(PUBLIC):
        asks = ["404", "422", "500", "503"]
        return asks if method == "get" else [*asks, "409", "413", "429"]
    asks = ["401", "403", "404", "422", "500", "503"]
    return asks if method == "get" else [*asks, "409", "413"]
