"""Documents that are revised by a date: the register, and one of them with its revisions and files."""

from types import SimpleNamespace

from fastapi import APIRouter, Response
from sqlmodel import Session

from models import PlanDocument
from service import evidence, people
from service.errors import Trouble
from service.people import offered
from service.records import documents, kept
from service.signin.sessions import Visitor
from service.web.asks import PAGE, After, Asked, KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_records import NewDocument, Reasoned, Revised
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.journal_words import ACTS
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()


@router.get("/documents")
def document_list(
    call: Call, unit: Asked = None, overdue: bool | None = None, retired: bool = False, after: After = None
) -> Response:
    with visit(call) as (session, reader):
        found = documents.listed(
            session,
            reader.actor,
            now=call.now,
            unit=unit or None,
            overdue=overdue,
            retired=retired,
            limit=PAGE,
            after=after,
        )
        names = people.names(session, {row.keeper for row in found.items})
        may_add = bool(reader.actor.paths(kept.ACT))
    wishes = (("unit", unit), ("overdue", "true" if overdue else None), ("retired", "true" if retired else None))
    asked = {name: value for name, value in wishes if value}
    return show(call, "records/documents.html", found=found, names=names, asked=asked, after=after, may_add=may_add)


@router.get("/documents/+new")
def ask_new(call: Call) -> Response:
    return form_page(call)


def form_page(call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None) -> Response:
    with visit(call) as (session, reader):
        units, staff = offered.units(session, reader.actor), offered.staff(session, reader.actor)
    return show(call, "records/document_new.html", units=units, staff=staff, trouble=trouble, typed=typed)


@router.post("/documents/+new")
def register(call: Call, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> str:
        told = form.fit(NewDocument, keep_empty=("unit", "code", "kind", "title"))
        return documents.register(session, visitor.actor, now=call.now, **told.model_dump())

    def again(trouble: Trouble) -> Response:
        return form_page(call, trouble, form)

    return act(call, form, do, then=lambda key: f"/documents/{key}", said=N_("The document is registered"), again=again)


@router.get("/documents/{key}")
def one_document(call: Call, key: KeyInPath) -> Response:
    return document_page(call, key)


def document_page(
    call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = ""
) -> Response:
    with visit(call) as (session, reader):
        whole = documents.whole(session, reader.actor, key)
        row = kept.find(session, reader.actor, PlanDocument, key, "keeper", to_read=True)
        writes = reader.actor.may(kept.ACT, row.path) or row.keeper == reader.actor.person
        named = {row.keeper} | {line.by for line in whole.journal} | {one.made_by for one in whole.evidence}
        names = people.names(session, named | {one.made_by for one in whole.revisions})
    return show(
        call, "records/document.html", document=SimpleNamespace(**whole.document), revisions=whole.revisions,
        proofs=whole.evidence, journal=whole.journal, names=names, acts=ACTS, writes=writes and row.retired_on is None,
        trouble=trouble, typed=typed, act_named=act_named,
    )  # fmt: skip


@router.post("/documents/{key}/revise")
def revise(call: Call, key: KeyInPath, form: Form) -> Response:
    """Enter a revision, with its file where one is brought."""

    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Revised)
        documents.revise(session, visitor.actor, key, now=call.now, **told.model_dump())
        for file in form.files.get("file", ()):
            paper = evidence.read_file(key, file.data)
            evidence.add(session, visitor.actor, key, now=call.now, photo=paper, note=told.note or file.name)

    return act(
        call, form, do, then=f"/documents/{key}", said=N_("The revision is entered"),
        again=lambda trouble: document_page(call, key, trouble, form, "revise"),
    )  # fmt: skip


@router.post("/documents/{key}/retire")
def retire(call: Call, key: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Reasoned, keep_empty=("reason",))
        documents.retire(session, visitor.actor, key, now=call.now, reason=told.reason, version=told.version)

    return act(
        call, form, do, then=f"/documents/{key}", said=N_("The document is retired"),
        again=lambda trouble: document_page(call, key, trouble, form, "retire"),
    )  # fmt: skip
