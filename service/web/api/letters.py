"""`/letters`: letters of responsibility by year, signing one by its task, and who has and hasn't signed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.access import Actor
from service.records import letters
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms_records import NewLetter, Signing
from service.web.shown import letters as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/letters", tags=["letters"])


@router.get("", **gives(Listing[shown.Letter]))
def list_letters(call: Call, limit: Limit = PAGE, after: After = None) -> Response:
    """The letters in force, one an activity and year, of campaigns in sight."""
    return call.read(lambda session, actor: letters.listed(session, actor, limit=limit, after=after))


@router.post("", **gives(shown.Letter, 201))
def write_letter(call: Call, form: NewLetter) -> Response:
    """Write the letter of a year, or its next version; what was signed stays as it was signed."""

    def write(session: Session, actor: Actor) -> Any:
        key = letters.write(session, actor, now=call.now, **form.model_dump())
        return letters.find(session, actor, key)

    return call.act(write, status=201)


@router.get("/coverage", **gives(shown.Coverage))
def letter_coverage(
    call: Call,
    campaign: Annotated[str, Query(max_length=500)],
    activity: Annotated[str, Query(max_length=500)],
    year: Annotated[int, Query(ge=1990, le=2099)],
    unit: Asked = None,
) -> Response:
    """How many owed the letter of a year, handed it in, signed it here; unit by unit, with who lacks it."""
    return call.read(
        lambda session, actor: letters.coverage(
            session, actor, campaign=campaign, activity=activity, year=year, unit=unit
        )
    )


@router.get("/tasks/{task}", **gives(shown.ToSign))
def read_letter_to_sign(call: Call, task: KeyInPath) -> Response:
    """The letter that a task asks for, with its blanks filled, or as it was signed."""
    return call.read(lambda session, actor: letters.to_sign(session, actor, task))


@router.post("/tasks/{task}/sign", **gives(shown.ToSign))
def sign_letter(call: Call, task: KeyInPath, form: Signing) -> Response:
    """Sign it, for whom it was given to and nobody else; the task is handed in with it."""

    def sign(session: Session, actor: Actor) -> Any:
        letters.sign(session, actor, task, sha256=form.sha256, now=call.now, version=form.version)
        return letters.to_sign(session, actor, task)

    return call.act(sign)


@router.get("/{key}", **gives(shown.Letter))
def read_letter(call: Call, key: KeyInPath) -> Response:
    """One version of a letter's text."""
    return call.read(lambda session, actor: letters.find(session, actor, key))
