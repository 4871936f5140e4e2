"""The words that queries share, and how a route says what it answers."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AwareDatetime, Field

from service.lists import PAGE, PAGE_AT_MOST

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
FIRST_INSTANT, LAST_INSTANT = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Instant = Annotated[AwareDatetime, Field(ge=FIRST_INSTANT, le=LAST_INSTANT)]
Limit = Annotated[int, Query(ge=1, le=PAGE_AT_MOST, description="how many at most")]
After = Annotated[str | None, Query(max_length=2_000, description="the `next` of the page before")]
Asked = Annotated[str | None, Query(max_length=500)]
KeyInPath = Annotated[str, Path(max_length=500)]

__all__ = ["PAGE", "After", "Asked", "Day", "Instant", "KeyInPath", "Limit", "gives"]


def gives(model: Any, status: int = 200) -> dict[str, Any]:
    """What a route says of itself: the status of its answer and what stands in it."""
    return {"status_code": status, "responses": {status: {"model": model}}, "response_model": None}


def gives_nothing() -> dict[str, Any]:
    """What a route says that answers 204."""
    return {"status_code": 204, "response_model": None}
