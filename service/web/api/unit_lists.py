"""`/lists`: named lists of units (重点单位名单), each a tag that campaigns may choose by, with their history."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.access import Actor
from service.people.fields import today
from service.records import unit_lists
from service.web.asks import PAGE, After, Day, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms_records import Listed, ListForm, TakenOff
from service.web.shown import rolls as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/lists", tags=["lists"])


@router.get("", **gives(Listing[shown.UnitListCounted]))
def list_lists(
    call: Call,
    on: Annotated[Day | None, Query(description="today where it is left out")] = None,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The lists in sight, each with how many units in sight stand on it on a day."""
    day = on or today(call.now)
    return call.read(lambda session, actor: unit_lists.listed(session, actor, on=day, limit=limit, after=after))


@router.put("/{tag}", **gives(shown.UnitList))
def put_list(call: Call, tag: KeyInPath, form: ListForm) -> Response:
    """Give a list its name, its owner and what it is based on; made where there was none."""

    def put(session: Session, actor: Actor) -> Any:
        unit_lists.put(session, actor, tag, now=call.now, **form.model_dump())
        return unit_lists.shown(unit_lists.find(session, actor, tag))

    return call.act(put)


@router.get("/{tag}", **gives(shown.UnitList))
def read_list(call: Call, tag: KeyInPath) -> Response:
    """One list: its name, its owner, what it is based on."""
    return call.read(lambda session, actor: unit_lists.shown(unit_lists.find(session, actor, tag)))


@router.get("/{tag}/units", **gives(Listing[shown.Listed]))
def list_listed(
    call: Call,
    tag: KeyInPath,
    on: Annotated[Day | None, Query(description="who stood on it that day; left out: its whole history")] = None,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The units in sight that stand or stood on it, from when to when and why."""
    return call.read(lambda session, actor: unit_lists.members(session, actor, tag, on=on, limit=limit, after=after))


@router.post("/{tag}/units", status_code=204, response_model=None)
def add_to_list(call: Call, tag: KeyInPath, form: Listed) -> Response:
    """Put a unit on it, from a day on, with the reason."""
    given = form.model_dump()
    return call.act(lambda session, actor: unit_lists.add(session, actor, tag, now=call.now, **given), status=204)


@router.post("/{tag}/units/{unit}/take-off", status_code=204, response_model=None)
def take_off_list(call: Call, tag: KeyInPath, unit: KeyInPath, form: TakenOff | None = None) -> Response:
    """Take a unit off it, with its last day and the reason; the history stays."""
    given = form.model_dump() if form else {}
    return call.act(
        lambda session, actor: unit_lists.take_off(session, actor, tag, unit, now=call.now, **given), status=204
    )
