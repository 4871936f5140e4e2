"""`/hazards/{key}/evidence`, and that of tasks and rechecks: photos and notes that prove."""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlmodel import Session
from starlette.datastructures import UploadFile

from service import evidence, short_lists
from service.access import Actor
from service.errors import NotFound
from service.pictures import PDF
from service.web import shown
from service.web.asks import PAGE, After, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms_ledger import EvidenceNote

router = APIRouter(tags=["evidence"])

# what stands in front of a key tells what it is the key of; a hazard's code holds no colon
HEADS = {"hazards": "", "tasks": "campaign:", "rechecks": "hazard:", "documents": "plan:"}
TEXT: dict[str, Any] = {"type": "string"}
STAGE = TEXT | {"enum": ["", "before", "during", "after"]}
FIELDS = {"note": TEXT | {"maxLength": 20_000}, "stage": STAGE}
PHOTO = {
    "photo": {
        "type": "string",
        "format": "binary",
        "description": "JPEG, PNG or WebP, of a document also PDF, up to 10 MB",
    }
}
BROUGHT = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": {"type": "object", "properties": PHOTO | FIELDS}},
            "application/json": {"schema": {"type": "object", "properties": FIELDS, "additionalProperties": False}},
        },
    }
}
BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in ("image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain")}}
}


class Brought(NamedTuple):
    """What somebody brought: a photo's bytes or none, what is said of it, and when it was taken."""

    photo: bytes | None
    note: str
    stage: str

    def mark(self) -> bytes:
        """What makes two calls the same: a form draws its lines anew each time."""
        photo = b"" if self.photo is None else sha256(self.photo).digest()
        return b"\0".join((photo, self.note.encode("utf-8", "surrogatepass"), self.stage.encode()))


async def brought(request: Request) -> Brought:
    """The photo and the note of a form, or the note alone of a JSON body."""
    try:
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            said = EvidenceNote.model_validate_json(await request.body())
            return Brought(None, said.note, said.stage)
        async with request.form(max_files=1, max_fields=5, max_part_size=100_000) as form:
            photo = form.get("photo")
            said = EvidenceNote.model_validate({name: value for name, value in form.multi_items() if name != "photo"})
            if photo is not None and not isinstance(photo, UploadFile):
                raise RequestValidationError([{"loc": ("body", "photo"), "type": "value_error"}])
            return Brought(None if photo is None else await photo.read(), said.note, said.stage)
    except ValidationError as wrong:
        errors = [{**one, "loc": ("body", *one["loc"])} for one in wrong.errors()]
        raise RequestValidationError(errors) from None


Given = Annotated[Brought, Depends(brought)]


def subject_of(kind: str, key: str) -> str:
    """The subject that a key names; NotFound for the key of another kind of thing."""
    if not key.startswith(HEADS[kind]) or (":" in key) != bool(HEADS[kind]):
        raise NotFound("There is nothing of that name here")
    return key


def listing(kind: str) -> Callable[..., Response]:
    def list_evidence(call: Call, key: KeyInPath, limit: Limit = PAGE, after: After = None) -> Response:
        subject = subject_of(kind, key)
        return call.read(
            lambda session, actor: short_lists.page_of(
                evidence.listed(session, actor, subject), ("made_at", "key"), limit=limit, after=after
            )
        )

    return list_evidence


def adding(kind: str) -> Callable[..., Response]:
    def add_evidence(call: Call, key: KeyInPath, given: Given) -> Response:
        subject = subject_of(kind, key)
        photo = None
        if given.photo is not None:
            with call.reading() as (session, actor):  # nobody has pictures made anew who can't see the place
                evidence.about(session, actor, subject)
            photo = evidence.read_file(subject, given.photo)

        def add(session: Session, actor: Actor) -> Any:
            made = evidence.add(session, actor, subject, now=call.now, photo=photo, note=given.note, stage=given.stage)
            return next(one for one in evidence.listed(session, actor, subject) if one.key == made)

        return call.act(add, status=201, content=given.mark())

    return add_evidence


def reading(kind: str) -> Callable[..., Response]:
    def read_evidence(
        call: Call, key: KeyInPath, number: Annotated[int, Path(ge=1, le=9_999, description="the end of its key")]
    ) -> Response:
        subject = subject_of(kind, key)
        with call.reading() as (session, actor):
            media_type, data = evidence.read(session, actor, f"{subject}:evidence:{number}")
        # the bytes are what the type says, whatever they look like; the edge adds nosniff and a policy without scripts
        shown_as = "attachment" if media_type == PDF else "inline"
        return Response(data, 200, {"Content-Disposition": shown_as}, media_type)

    return read_evidence


for kind in HEADS:
    path, one = f"/{kind}/{{key}}/evidence", kind.removesuffix("s")
    router.get(
        path,
        name=f"list_{one}_evidence",
        description="The evidence about it, in the order in which it came, without the bytes.",
        **gives(shown.Listing[shown.Evidence]),
    )(listing(kind))
    router.post(
        path,
        name=f"add_{one}_evidence",
        description="Add a photo (multipart) with or without a note, or a note alone (JSON); positions are removed.",
        openapi_extra=BROUGHT,
        **gives(shown.Evidence, 201),
    )(adding(kind))
    router.get(
        f"{path}/{{number}}",
        name=f"read_{one}_evidence",
        description="The photo's bytes, or the note as text.",
        response_class=Response,
        responses=BYTES,
    )(reading(kind))
