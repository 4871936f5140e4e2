"""Look-backs: the list, and one of them with the form that says what was found."""

from types import SimpleNamespace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import field_validator
from sqlmodel import Session

from models.kinds import RecheckResult, RecheckState
from service import evidence, people
from service.errors import Trouble
from service.ledger import lists as ledger_lists
from service.ledger import whole as ledger_whole
from service.rechecks import acts as rechecks
from service.rechecks import guards as recheck_guards
from service.signin.sessions import Visitor
from service.web.api.rechecks import RecheckQuestions
from service.web.asks import KeyInPath, read_questions
from service.web.deps import Call, Incoming
from service.web.forms import Reasoned
from service.web.forms_ledger import LookedBack
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.journal_words import ACTS as LINES
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

PHOTO = "photo"
TO_BE_MADE = [RecheckState.open, RecheckState.missed]
# what is asked most: words and the questions they stand for; where nothing is asked, what is to be made is shown
VIEWS: tuple[tuple[str, dict[str, Any]], ...] = (
    (N_("To be made"), {}),
    (N_("Missed"), {"state": [str(RecheckState.missed)]}),
    (N_("Planned"), {"state": [str(RecheckState.planned)]}),
    (N_("Made"), {"state": [str(RecheckState.done)]}),
    (N_("All"), {"every": "true"}),
)


class PageQuestions(RecheckQuestions):
    """The questions of the API, of which a form may leave any empty; `every` asks for whatever state there is."""

    every: bool = False

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        if isinstance(value, list):
            return [one for one in value if one != ""]
        return None if value == "" else value

    def states(self) -> list[RecheckState]:
        """The states that are asked for: those to be made, unless something else is."""
        return [] if self.every or self.hazard else self.state or TO_BE_MADE

    def kept(self) -> dict[str, Any]:
        """What was asked, as an address says it."""
        said = self.model_dump(mode="json", exclude_defaults=True, exclude={"after", "limit"})
        return said | ({"every": "true"} if self.every else {})


Asked = Annotated[PageQuestions, Depends(read_questions(PageQuestions))]


@router.get("/rechecks")
def recheck_list(call: Call, asked: Asked) -> Response:
    with visit(call) as (session, reader):
        found = ledger_lists.rechecks(
            session, reader.actor, unit=asked.unit, hazard=asked.hazard, campaign=asked.campaign, person=asked.person,
            states=asked.states(), due_before=asked.due_before, limit=asked.limit, after=asked.after,
        )  # fmt: skip
        names = people.names(session, {one for row in found.items for one in (row.assignee, row.done_by)})
    return show(
        call, "rechecks.html", found=found, names=names, asked=asked.kept(), after=asked.after, views=VIEWS,
        states=tuple(RecheckState),
    )  # fmt: skip


@router.get("/rechecks/{key}")
def one_recheck(call: Call, key: KeyInPath) -> Response:
    return recheck_page(call, key)


def recheck_page(
    call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = ""
) -> Response:
    """The page of a look-back; after a refusal with what was typed."""
    with visit(call) as (session, reader):
        whole = ledger_whole.recheck(session, reader.actor, key)
        hazard, cycle, path = ledger_whole.looked_back_at(session, whole.recheck["hazard"], whole.recheck["cycle"])
        row = SimpleNamespace(**whole.recheck)
        allowed = recheck_guards.allowed(reader.actor, row, hazard, path, cycle.submitted_by)
        proofs = ledger_whole.evidence_of(session, (hazard.key,))
        named = {whole.recheck[name] for name in ("assignee", "co_assignee", "done_by")} | {cycle.submitted_by}
        named |= {line.by for line in whole.journal} | {one.made_by for one in (*proofs, *whole.evidence)}
        names = people.names(session, named)
    photos = [one for one in proofs if one.sha256 and one.cycle == cycle.cycle]
    return show(
        call, "recheck.html", recheck=whole.recheck, hazard=hazard, cycle=cycle, journal=whole.journal, names=names,
        proofs=whole.evidence, photos=photos, ready=[name for name, why in allowed.items() if why is None],
        stuck=allowed, results=tuple(RecheckResult), trouble=trouble, typed=typed, act_named=act_named,
        acts=LINES,
    )  # fmt: skip


@router.post("/rechecks/{key}/result")
def say_result(call: Call, key: KeyInPath, form: Form) -> Response:
    """Say what was found, with photos of it; a hazard that is there again opens with them as its `before`."""

    def say(session: Session, visitor: Visitor) -> Any:
        told = form.fit(LookedBack, keep_empty=("result",))
        rechecks.result(session, visitor.actor, key, told.result, now=call.now, note=told.note, version=form.version())
        code = ledger_whole.recheck(session, visitor.actor, key).recheck["hazard"]
        again = told.result == RecheckResult.rebounded
        for photo in form.photos(PHOTO):
            evidence.add(session, visitor.actor, key, now=call.now, photo=photo)
            if again:
                evidence.add(session, visitor.actor, code, now=call.now, photo=photo, stage="before")
        return code

    return act(
        call, form, say, then=lambda code: f"/hazards/{code}", said=N_("What you found is written down"),
        photos=(PHOTO,), again=lambda trouble: recheck_page(call, key, trouble, form, "result"),
    )  # fmt: skip


@router.post("/rechecks/{key}/waive")
def waive_recheck(call: Call, key: KeyInPath, form: Form) -> Response:
    def waive(session: Session, visitor: Visitor) -> None:
        reason = form.fit(Reasoned, keep_empty=("reason",)).reason
        rechecks.waive(session, visitor.actor, key, now=call.now, reason=reason, version=form.version())

    return act(
        call, form, waive, then=f"/rechecks/{key}", said=N_("The look-back is waived"),
        again=lambda trouble: recheck_page(call, key, trouble, form, "waive"),
    )  # fmt: skip
