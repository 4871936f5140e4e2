"""`/imports/{kind}`: sheets of units, people and the chain, all rows or none."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response, UploadFile
from sqlmodel import Session

from service.access import Actor
from service.web import shown
from service.web.asks import KeyInPath, gives
from service.web.deps import Call, said

router = APIRouter(prefix="/imports", tags=["imports"])


@router.post("/{kind}", **gives(shown.Imported))
def import_sheet(
    call: Call,
    kind: KeyInPath,
    sheet: UploadFile,
    dry_run: bool = False,
    removals: Annotated[Literal["keep", "close"], Query(description="what becomes of what no row names")] = "keep",
    allow_mass: Annotated[bool, Query(description="close even a suspicious number at once")] = False,
) -> Response:
    """Take a sheet (.xlsx or .csv); `dry_run` tells what it would come to and names every bad row."""
    from service.imports import kinds as imports

    importer = imports.importer(kind)
    data = sheet.file.read()
    name = sheet.filename or kind
    with call.reading():  # whoever may not call is turned away before anything is read
        pass
    rows = imports.read_sheet(data, name)  # takes seconds, in which no transaction may hold others up

    def take(session: Session, actor: Actor) -> Any:
        report = importer(
            session, actor, rows,
            now=call.now, removals=removals, allow_mass=allow_mass, dry_run=dry_run,
        )  # fmt: skip
        faults, unread = ([said(one, call.locale) for one in each] for each in (report.faults, rows.unread))
        return {**report._asdict(), "faults": faults, "unread": unread}

    return call.act(take, content=name.encode() + b"\0" + data)


@router.get("/{kind}/sheet", response_class=Response, responses={200: {"content": {"application/octet-stream": {}}}})
def empty_sheet(call: Call, kind: KeyInPath) -> Response:
    """An empty sheet of the kind, its headings in place, to be filled in."""
    from service.imports import kinds as imports

    with call.reading():
        made = imports.template(kind)
    named = {"Content-Disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(made, 200, named, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
