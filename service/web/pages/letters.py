"""Letters of responsibility: their texts, signing one's own, and who has and hasn't."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import people
from service.errors import NotFound, Trouble
from service.papers import FORMATS
from service.records import letters
from service.settings import settings
from service.signin.sessions import Visitor
from service.web.api.exports import disposition
from service.web.asks import PAGE, After, Asked, KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_records import NewLetter, Signing
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()


@router.get("/letters")
def letter_list(call: Call, after: After = None) -> Response:
    with visit(call) as (session, reader):
        found = letters.listed(session, reader.actor, limit=PAGE, after=after)
        may_write = bool(reader.actor.paths("plan campaigns"))
        counted = letters.counted(session, reader.actor, found.items)
        signed_for = letters.signed_for(session, found.items)
    return show(
        call, "records/letters.html", found=found, counted=counted, after=after, may_write=may_write,
        signed_for=signed_for,
    )  # fmt: skip


@router.get("/letters/+new")
def ask_new(call: Call) -> Response:
    return form_page(call)


def form_page(call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None) -> Response:
    with visit(call) as (session, reader):
        known = [(one.key, f"{one.campaign} · {one.name}") for one in letters.activities(session, reader.actor)]
    return show(
        call, "records/letter_new.html", trouble=trouble, typed=typed, this_year=call.now.year, activities=known
    )


@router.post("/letters/+new")
def write(call: Call, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> str:
        campaign, _, activity = form.text("activity").rpartition(":")
        told = form.fit(NewLetter, keep_empty=("title", "text"), campaign=campaign, activity=activity)
        return letters.write(session, visitor.actor, now=call.now, **told.model_dump())

    def again(trouble: Trouble) -> Response:
        return form_page(call, trouble, form)

    return act(call, form, do, then=lambda key: f"/letters/{key}", said=N_("The letter is kept"), again=again)


@router.get("/letters/tasks/{task}")
def read_to_sign(call: Call, task: KeyInPath) -> Response:
    return sign_page(call, task)


def sign_page(call: Incoming, task: str, trouble: Trouble | None = None) -> Response:
    with visit(call) as (session, reader):
        letter = letters.to_sign(session, reader.actor, task)
        name = people.names(session, {reader.actor.person}).get(reader.actor.person, reader.actor.person)
    return show(call, "records/letter_sign.html", letter=letter, signer=name, trouble=trouble, typed=None)


@router.post("/letters/tasks/{task}")
def sign(call: Call, task: KeyInPath, form: Form) -> Response:
    """Sign the text that stood on the page: its digest comes with the form."""

    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Signing)
        letters.sign(session, visitor.actor, task, sha256=told.sha256, now=call.now, version=told.version)

    way = f"/letters/tasks/{task}"
    return act(
        call, form, do, then=way, said=N_("You have signed"), again=lambda trouble: sign_page(call, task, trouble)
    )


@router.get("/letters/{key}/paper")
def letters_on_paper(call: Call, key: KeyInPath, task: Asked = None) -> Response:
    """The letters of all units in sight as one file to print, each on a page of its own; or that of one task."""
    from service.papers import letters as papers  # what makes a .docx is read where it is asked for

    with visit(call) as (session, reader):
        sheets = papers.to_print(session, reader.actor, key, task=task or None)
    if not sheets:
        raise NotFound("Nobody owes this letter yet")
    made = papers.printed(sheets, settings().zone_info(), call.locale)
    named = f"{sheets[0].title}.docx"
    return Response(made, 200, {"Content-Disposition": disposition("letters.docx", named)}, FORMATS["docx"])


@router.get("/letters/{key}")
def one_letter(call: Call, key: KeyInPath, unit: Asked = None) -> Response:
    """A letter's text, and who owes, has handed in and has signed it."""
    with visit(call) as (session, reader):
        letter = letters.find(session, reader.actor, key)
        campaign, _, activity = letter.activity.rpartition(":")
        covered = letters.coverage(
            session, reader.actor, campaign=campaign, activity=activity, year=letter.year, unit=unit or None
        )
        names = people.names(session, {one["assignee"] for one in covered.units} | {letter.made_by})
    return show(call, "records/letter.html", letter=letter, covered=covered, names=names, unit=unit)
