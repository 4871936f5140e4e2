"""The first page: the campaigns in sight and how far they are, tasks by state, units."""

from fastapi import APIRouter, Response

from service import people, progress
from service.web.deps import Call
from service.web.pages.visit import show, visit

router = APIRouter()

UNITS_SHOWN = 200


@router.get("/")
def board(call: Call) -> Response:
    with visit(call) as (session, reader):
        campaigns = progress.running(session, reader.actor)
        counts = progress.of_campaigns(session, reader.actor, now=call.now)
        states = progress.by_state(session, reader.actor)
        units = people.units(session, reader.actor, limit=UNITS_SHOWN)
    return show(
        call, "board.html", campaigns=[(row, counts.get(row.key)) for row in campaigns], states=states, units=units
    )
