"""The words that queries share, and how a route says what it answers."""

from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar, get_origin

from fastapi import Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from service.lists import PAGE, PAGE_AT_MOST

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
FIRST_INSTANT, LAST_INSTANT = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Instant = Annotated[AwareDatetime, Field(ge=FIRST_INSTANT, le=LAST_INSTANT)]
Limit = Annotated[int, Query(ge=1, le=PAGE_AT_MOST, description="how many at most")]
After = Annotated[str | None, Query(max_length=2_000, description="the `next` of the page before")]
Asked = Annotated[str | None, Query(max_length=500)]
KeyInPath = Annotated[str, Path(max_length=500)]

__all__ = [
    "PAGE", "After", "Asked", "Day", "Instant", "KeyInPath", "Limit", "Questions", "gives", "gives_nothing",
    "parameters", "read_questions",
]  # fmt: skip


class Questions(BaseModel):
    """What a list may be asked, read by one schema: a route with many parameters of its own spends more on them than on
    its rows. A question that it doesn't know is an error."""

    model_config = ConfigDict(extra="forbid")


AnyQuestions = TypeVar("AnyQuestions", bound=Questions)


def read_questions(schema: type[AnyQuestions]) -> Callable[[Request], Coroutine[Any, Any, AnyQuestions]]:
    """The dependency that reads a query by a schema; a field that is a list may come several times."""
    several = {name for name, field in schema.model_fields.items() if get_origin(field.annotation) is list}

    async def read(request: Request) -> AnyQuestions:
        asked: dict[str, Any] = {}
        if request.scope["query_string"]:
            for name, value in request.query_params.multi_items():
                if name in several:
                    asked.setdefault(name, []).append(value)
                else:
                    asked[name] = value
        try:
            return schema.model_validate(asked)
        except ValidationError as wrong:
            errors = [{**one, "loc": ("query", *one["loc"])} for one in wrong.errors()]
            raise RequestValidationError(errors) from None

    return read


def parameters(schema: type[Questions]) -> dict[str, Any]:
    """The same questions for the description of the API."""
    fields = schema.model_json_schema(ref_template="#/components/schemas/{model}")
    named = [
        {"name": name, "in": "query", "required": False, "schema": inlined(one, fields.get("$defs", {}))}
        for name, one in fields["properties"].items()
    ]
    return {"parameters": named}


def inlined(schema: Any, known: dict[str, Any]) -> Any:
    """A schema with what it refers to in its place."""
    if isinstance(schema, list):
        return [inlined(one, known) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return known[schema["$ref"].rsplit("/", 1)[1]]
    return {name: inlined(one, known) for name, one in schema.items()}


def gives(model: Any, status: int = 200) -> dict[str, Any]:
    """What a route says of itself: the status of its answer and what stands in it."""
    return {"status_code": status, "responses": {status: {"model": model}}, "response_model": None}


def gives_nothing() -> dict[str, Any]:
    """What a route says that answers 204."""
    return {"status_code": 204, "response_model": None}
