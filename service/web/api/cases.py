"""`/cases`: what is overdue and climbs the chain of responsibility."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import CaseState
from service import cases, lists
from service.access import Actor
from service.web import shown
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms_ledger import Acknowledged

router = APIRouter(prefix="/cases", tags=["cases"])


@router.get("", **gives(shown.Listing[shown.Case]))
def list_cases(
    call: Call,
    state: CaseState | None = None,
    subject: Asked = None,
    unit: Asked = None,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The cases in sight and those on whose ladder the caller stands, what began last first."""

    def look(session: Session, actor: Actor) -> Any:
        if unit is not None:
            lists.in_sight(session, actor, unit)
        return cases.listed(session, actor, state=state, subject=subject, unit=unit, limit=limit, after=after)

    return call.read(look)


@router.get("/{key}", **gives(shown.CaseWhole))
def read_case(call: Call, key: KeyInPath) -> Response:
    """One case with its rungs, each with its true instant beside the real one."""
    return call.read(lambda session, actor: cases.whole(session, actor, key))


@router.post("/{key}/acknowledge", **gives(shown.CaseWhole))
def acknowledge_case(call: Call, key: KeyInPath, form: Acknowledged) -> Response:
    """Say that somebody is at it: quiet until the stated instant, and never forgotten."""

    def acknowledge(session: Session, actor: Actor) -> Any:
        cases.acknowledge(
            session, actor, key, now=call.now, until_at=form.until_at, note=form.note, version=form.version
        )
        return cases.whole(session, actor, key)

    return call.act(acknowledge)
