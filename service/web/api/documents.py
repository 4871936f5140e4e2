"""`/documents`: plans that are revised by a date; their files stand under `/documents/{key}/evidence`."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.access import Actor
from service.records import documents
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call, Incoming
from service.web.forms import given
from service.web.forms_records import DocumentChanges, NewDocument, Reasoned, Revised
from service.web.shown import records as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/documents", tags=["documents"])


@router.get("", **gives(Listing[shown.Document]))
def list_documents(
    call: Call,
    unit: Asked = None,
    kind: Asked = None,
    overdue: bool | None = None,
    retired: bool = False,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The documents in force of units in sight, or those that were retired."""
    return call.read(
        lambda session, actor: documents.listed(
            session,
            actor,
            now=call.now,
            unit=unit,
            kind=kind,
            overdue=overdue,
            retired=retired,
            limit=limit,
            after=after,
        )
    )


@router.post("", **gives(shown.DocumentWhole, 201))
def register_document(call: Call, form: NewDocument) -> Response:
    """Put a document on the register; its next revision is told ahead, and missed climbs the chain."""

    def register(session: Session, actor: Actor) -> Any:
        key = documents.register(session, actor, now=call.now, **form.model_dump())
        return documents.whole(session, actor, key)

    return call.act(register, status=201)


@router.get("/{key}", **gives(shown.DocumentWhole))
def read_document(call: Call, key: KeyInPath) -> Response:
    """One document with its revisions, files and journal."""
    return call.read(lambda session, actor: documents.whole(session, actor, key))


def done(call: Incoming, key: str, do: Callable[..., Any], **more: Any) -> Response:
    """Do it, and answer the document as it is then."""

    def act(session: Session, actor: Actor) -> Any:
        do(session, actor, key, now=call.now, **more)
        return documents.whole(session, actor, key)

    return call.act(act)


@router.patch("/{key}", **gives(shown.DocumentWhole))
def change_document(call: Call, key: KeyInPath, form: DocumentChanges) -> Response:
    """Change its kind, title, keeper or note."""
    return done(call, key, documents.amend, version=form.version, **given(form, "version"))


@router.post("/{key}/revise", **gives(shown.DocumentWhole))
def revise_document(call: Call, key: KeyInPath, form: Revised) -> Response:
    """Enter that it was revised, and when the next time is owed."""
    return done(call, key, documents.revise, **form.model_dump())


@router.post("/{key}/retire", **gives(shown.DocumentWhole))
def retire_document(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Take it out of force, with the reason."""
    return done(call, key, documents.retire, reason=form.reason, version=form.version)
