"""`/duty-counts`: the watches that people served, by role and class of day (志愿者节假日值勤)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.duty import counted
from service.web.asks import Asked, Day, gives
from service.web.deps import Call
from service.web.shown import rolls as shown

router = APIRouter(prefix="/duty-counts", tags=["watches"])


@router.get("", **gives(shown.DutyCounts))
def count_duties(
    call: Call,
    unit: Annotated[str, Query(max_length=500, description="at it and everything beneath")],
    from_on: Annotated[Day, Query(alias="from")],
    to_on: Annotated[Day, Query(alias="to")],
    role: Asked = None,
) -> Response:
    """How many watches each person served in a role on workdays, rest days and statutory holidays, and in all."""
    return call.read(
        lambda session, actor: counted.duties(
            session, actor, unit=unit, from_on=from_on, to_on=to_on, role=role, now=call.now
        )
    )
