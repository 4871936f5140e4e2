"""`/hazards`: the ledger, and what people do to a hazard from the finding to the closing."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlmodel import Session

from models.kinds import HazardLevel, HazardMode, HazardSource, HazardState
from service import reports_in
from service.access import Actor
from service.hazards import acts as hazards
from service.ledger import lists as ledger_lists
from service.ledger import whole as ledger_whole
from service.lists import PAGE, PAGE_AT_MOST
from service.web import shown
from service.web.asks import Day, KeyInPath, Questions, gives, parameters, read_questions
from service.web.deps import Call, Incoming
from service.web.forms import Act, Reasoned, given
from service.web.forms_ledger import Assignment, Delisted, Extended, NewHazard, Ranked, Rectified, Supervised

router = APIRouter(prefix="/hazards", tags=["hazards"])

WISHED = (
    "unit", "campaign", "task", "responsible", "level", "source", "found_from", "found_to", "due_from", "due_to",
    "mode", "text",
)  # fmt: skip


class LedgerQuestions(Questions):
    unit: str | None = Field(None, max_length=500, description="at it and everything beneath")
    campaign: str | None = Field(None, max_length=500)
    task: str | None = Field(None, max_length=500, description="found at it")
    responsible: str | None = Field(None, max_length=500, description="theirs to rectify")
    level: HazardLevel | None = None
    source: HazardSource | None = None
    state: list[HazardState] = Field(default_factory=list, max_length=6, description="one or several")
    overdue: bool | None = None
    found_from: Day | None = None
    found_to: Day | None = None
    due_from: Day | None = None
    due_to: Day | None = None
    mode: HazardMode | None = None
    text: str | None = Field(None, max_length=100, description="in the description, the place or the code")

    def wishes(self) -> dict[str, Any]:
        """What is asked, in the words of `Wishes`."""
        asked = {name: getattr(self, name) for name in WISHED}
        return asked | {"states": self.state, "late": self.overdue}


class HazardQuestions(LedgerQuestions):
    sort: Literal["found", "due", "level", "rank"] = Field("found", description="newest, due, major, ranked first")
    limit: int = Field(PAGE, ge=1, le=PAGE_AT_MOST, description="how many at most")
    after: str | None = Field(None, max_length=2_000, description="the `next` of the page before")


Asked = Annotated[HazardQuestions, Depends(read_questions(HazardQuestions))]


@router.get("", openapi_extra=parameters(HazardQuestions), **gives(shown.Listing[shown.Hazard]))
def list_hazards(call: Call, asked: Asked) -> Response:
    """The hazards in sight and those that concern the caller, what was found last first unless sorted otherwise."""
    return call.glance(
        lambda connection, actor: ledger_lists.hazards(
            connection, actor, now=call.now, sort=asked.sort, limit=asked.limit, after=asked.after, **asked.wishes()
        )
    )


@router.post("", **gives(shown.HazardWhole, 201))
def report_hazard(call: Call, form: NewHazard) -> Response:
    """Enter a hazard into the ledger; without a deadline it is due as the campaign says for its level."""

    def report(session: Session, actor: Actor) -> Any:
        code = hazards.report(session, actor, now=call.now, **form.model_dump(exclude_none=True))
        return ledger_whole.hazard(session, actor, code, now=call.now)

    return call.act(report, status=201)


@router.get("/{code}", **gives(shown.HazardWhole))
def read_hazard(call: Call, code: KeyInPath) -> Response:
    """One hazard with its times round, rechecks, enforcement, evidence, cases and journal."""
    return call.read(lambda session, actor: ledger_whole.hazard(session, actor, code, now=call.now))


@router.get("/{code}/contact", **gives(shown.Contact))
def read_contact(call: Call, code: KeyInPath) -> Response:
    """How to reach whoever reported it publicly, for those who decide there."""
    return call.read(lambda session, actor: {"contact": reports_in.contact_of(session, actor, code)})


def done(call: Incoming, code: str, do: Callable[..., None], form: Act | None = None, **more: Any) -> Response:
    """Do it, and answer the hazard as it is then."""

    def act(session: Session, actor: Actor) -> Any:
        do(session, actor, code, now=call.now, version=form.version if form else None, **more)
        return ledger_whole.hazard(session, actor, code, now=call.now)

    return call.act(act)


@router.post("/{code}/assign", **gives(shown.HazardWhole))
def assign_hazard(call: Call, code: KeyInPath, form: Assignment) -> Response:
    """Say who rectifies it and how; what is left out stays as it is."""
    return done(call, code, hazards.assign, form, **given(form, "version"))


@router.post("/{code}/begin", **gives(shown.HazardWhole))
def begin_hazard(call: Call, code: KeyInPath, form: Act | None = None) -> Response:
    """Begin to rectify it; a major one needs the five assurances."""
    return done(call, code, hazards.begin, form)


@router.post("/{code}/submit", **gives(shown.HazardWhole))
def submit_hazard(call: Call, code: KeyInPath, form: Rectified) -> Response:
    """Hand it in for acceptance, with what was done."""
    return done(call, code, hazards.submit, form, note=form.note)


@router.post("/{code}/accept", **gives(shown.HazardWhole))
def accept_hazard(call: Call, code: KeyInPath, form: Act | None = None) -> Response:
    """Accept what somebody else rectified: a general one closes, a major one waits for approval."""
    return done(call, code, hazards.accept, form)


@router.post("/{code}/approve", **gives(shown.HazardWhole))
def approve_hazard(call: Call, code: KeyInPath, form: Act | None = None) -> Response:
    """Approve the closing of an accepted major hazard, for a unit above."""
    return done(call, code, hazards.approve, form)


@router.post("/{code}/reject", **gives(shown.HazardWhole))
def reject_hazard(call: Call, code: KeyInPath, form: Reasoned) -> Response:
    """Send it back, with the reason; the deadline stays."""
    return done(call, code, hazards.reject, form, reason=form.reason)


@router.post("/{code}/extend", **gives(shown.HazardWhole))
def extend_hazard(call: Call, code: KeyInPath, form: Extended) -> Response:
    """Approve a later deadline before the one in force passes."""
    return done(call, code, hazards.extend, form, due_on=form.due_on, reason=form.reason)


@router.post("/{code}/supervise", **gives(shown.HazardWhole))
def supervise_hazard(call: Call, code: KeyInPath, form: Supervised) -> Response:
    """List it for supervision by a person."""
    return done(call, code, hazards.supervise, form, supervisor=form.supervisor)


@router.post("/{code}/delist", **gives(shown.HazardWhole))
def delist_hazard(call: Call, code: KeyInPath, form: Delisted | None = None) -> Response:
    """End its listed supervision."""
    return done(call, code, hazards.delist, form, reason=form.reason if form else "")


@router.post("/{code}/rank", **gives(shown.HazardWhole))
def rank_hazard(call: Call, code: KeyInPath, form: Ranked) -> Response:
    """Say what to do first."""
    return done(call, code, hazards.rank, form, rank=form.rank)


@router.post("/{code}/void", **gives(shown.HazardWhole))
def void_hazard(call: Call, code: KeyInPath, form: Reasoned) -> Response:
    """Strike what was no hazard, or was entered twice, with the reason."""
    return done(call, code, hazards.void, form, reason=form.reason)
