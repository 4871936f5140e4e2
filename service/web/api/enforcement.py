"""`/enforcement`: measures taken against units, for a hazard or by themselves."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from models.kinds import EnforcementKind
from service import enforcement
from service.access import Actor
from service.web import shown
from service.web.asks import PAGE, After, Asked, Day, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms_ledger import NewEnforcement

router = APIRouter(prefix="/enforcement", tags=["enforcement"])


def one(session: Session, actor: Actor, key: str) -> dict[str, Any]:
    found = enforcement.one(session, actor, key)
    return {name: getattr(found, name) for name in enforcement.SHOWN}


@router.get("", **gives(shown.Listing[shown.Enforcement]))
def list_enforcement(
    call: Call,
    unit: Asked = None,
    hazard: Asked = None,
    kind: EnforcementKind | None = None,
    from_on: Annotated[Day | None, Query(alias="from")] = None,
    to_on: Annotated[Day | None, Query(alias="to")] = None,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The measures against the units in sight, by key."""
    return call.read(
        lambda session, actor: enforcement.listed(
            session, actor, unit=unit, hazard=hazard, kind=kind, from_on=from_on, to_on=to_on, limit=limit, after=after
        )
    )


@router.post("", **gives(shown.Enforcement, 201))
def record_enforcement(call: Call, form: NewEnforcement) -> Response:
    """Record a measure against a unit."""

    def record(session: Session, actor: Actor) -> Any:
        key = enforcement.record(session, actor, now=call.now, **form.model_dump(exclude_none=True))
        return one(session, actor, key)

    return call.act(record, status=201)


@router.get("/{key}", **gives(shown.Enforcement))
def read_enforcement(call: Call, key: KeyInPath) -> Response:
    """One measure."""
    return call.read(lambda session, actor: one(session, actor, key))
