"""`/rechecks`: looking back at what was closed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlmodel import Session

from models.kinds import RecheckState
from service.access import Actor
from service.ledger import lists as ledger_lists
from service.ledger import whole as ledger_whole
from service.lists import PAGE, PAGE_AT_MOST
from service.rechecks import acts as rechecks
from service.web import shown
from service.web.asks import Instant, KeyInPath, Questions, gives, parameters, read_questions
from service.web.deps import Call
from service.web.forms import Reasoned
from service.web.forms_ledger import Draw, LookedBack

router = APIRouter(prefix="/rechecks", tags=["rechecks"])


class RecheckQuestions(Questions):
    unit: str | None = Field(None, max_length=500, description="at it and everything beneath")
    hazard: str | None = Field(None, max_length=500)
    campaign: str | None = Field(None, max_length=500)
    person: str | None = Field(None, max_length=500, description="theirs to do")
    state: list[RecheckState] = Field(default_factory=list, max_length=6, description="one or several")
    due_before: Instant | None = None
    limit: int = Field(PAGE, ge=1, le=PAGE_AT_MOST, description="how many at most")
    after: str | None = Field(None, max_length=2_000, description="the `next` of the page before")


Asked = Annotated[RecheckQuestions, Depends(read_questions(RecheckQuestions))]


@router.get("", openapi_extra=parameters(RecheckQuestions), **gives(shown.Listing[shown.RecheckListed]))
def list_rechecks(call: Call, asked: Asked) -> Response:
    """The rechecks in sight in the order of their due instants, and the caller's own."""
    return call.glance(
        lambda connection, actor: ledger_lists.rechecks(
            connection, actor, unit=asked.unit, hazard=asked.hazard, campaign=asked.campaign, person=asked.person,
            states=asked.state, due_before=asked.due_before, limit=asked.limit, after=asked.after,
        )
    )  # fmt: skip


@router.post("/draws", **gives(shown.Drawn, 201))
def draw_rechecks(call: Call, form: Draw) -> Response:
    """Draw a sample of what a campaign closed between two days; seed and size are kept, so that it can be repeated."""

    def draw(session: Session, actor: Actor) -> Any:
        codes = rechecks.draw(
            session, actor, form.campaign, now=call.now, from_on=form.from_on, to_on=form.to_on, share=form.share,
            seed=form.seed,
        )  # fmt: skip
        key = f"{form.campaign}:{form.from_on}:{form.to_on}"
        return ledger_whole.draw(session, key) | {"hazards": list(codes)}

    return call.act(draw, status=201)


@router.get("/{key}", **gives(shown.RecheckWhole))
def read_recheck(call: Call, key: KeyInPath) -> Response:
    """One recheck with its evidence and journal."""
    return call.read(lambda session, actor: ledger_whole.recheck(session, actor, key))


@router.post("/{key}/result", **gives(shown.RecheckWhole))
def answer_recheck(call: Call, key: KeyInPath, form: LookedBack) -> Response:
    """Say what was found: held, rebounded (the hazard opens again) or blocked (another recheck is planned)."""

    def look(session: Session, actor: Actor) -> Any:
        rechecks.result(session, actor, key, form.result, now=call.now, note=form.note, version=form.version)
        return ledger_whole.recheck(session, actor, key)

    return call.act(look)


@router.post("/{key}/waive", **gives(shown.RecheckWhole))
def waive_recheck(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Do without it: a leader may, with the reason."""

    def waive(session: Session, actor: Actor) -> Any:
        rechecks.waive(session, actor, key, now=call.now, reason=form.reason, version=form.version)
        return ledger_whole.recheck(session, actor, key)

    return call.act(waive)
