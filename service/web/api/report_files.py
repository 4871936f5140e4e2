"""Reports as files: printed in every format, and sealed to be taken in by the deployment above."""

from typing import Any

import orjson
from fastapi import APIRouter, Response
from sqlmodel import Session

from service import papers
from service.access import Actor
from service.reports import files, keys, shown
from service.reports.wording import title
from service.web import shown as out
from service.web.api.exports import disposition
from service.web.api.reports import Edition
from service.web.asks import PAGE, After, KeyInPath, Limit, gives, gives_nothing
from service.web.deps import Call
from service.web.forms_reports import SharedKey

router = APIRouter(prefix="/reports", tags=["reports"])
TAKEN = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


@router.post("/files", openapi_extra=TAKEN, **gives(out.ReportWhole, 201))
def take_file(call: Call) -> Response:
    """Take in the report file of a lower unit's own deployment; one that was tampered with is refused."""

    def take(session: Session, actor: Actor) -> Any:
        key = files.take(session, actor, call.raw, now=call.now)
        return shown.whole(session, actor, key)

    return call.act(take, status=201)


@router.post("/keys", **gives(out.Shared, 201))
def share_key(call: Call, form: SharedKey) -> Response:
    """Share a key with a unit's deployment, made here or given; it is shown this one time."""

    def share(session: Session, actor: Actor) -> Any:
        secret = keys.share(session, actor, form.unit, now=call.now, given=form.secret)
        return {"unit": form.unit, "secret": secret}

    return call.act(share, status=201)


@router.get("/keys", **gives(out.Listing[out.SharedWith]))
def list_keys(call: Call, limit: Limit = PAGE, after: After = None) -> Response:
    """The units with whose deployments a key is shared; never the key itself."""
    return call.read(lambda session, actor: keys.listed(session, actor, limit=limit, after=after))


@router.delete("/keys/{unit}", **gives_nothing())
def end_key(call: Call, unit: KeyInPath) -> Response:
    """Take a key back: files that are sealed with it are refused from now on."""
    return call.act(lambda session, actor: keys.take_back(session, actor, unit, now=call.now))


@router.get("/{key}/file", response_class=Response, responses={200: {"content": {papers.FORMATS["json"]: {}}}})
def read_file(call: Call, key: KeyInPath, edition: Edition = None) -> Response:
    """The sealed file of a frozen edition, for the deployment above."""
    with call.reading() as (session, actor):
        made = files.written(session, actor, key, edition)
    return Response(
        made, 200, {"Content-Disposition": 'attachment; filename="report-file.json"'}, papers.FORMATS["json"]
    )


def printing(name: str) -> Any:
    """The route that prints a report in one format."""

    def print_report(call: Call, key: KeyInPath, edition: Edition = None) -> Response:
        with call.reading() as (session, actor):
            snapshot = shown.snapshot_of(session, actor, key, edition)
            # a frozen edition's own bytes, never written anew
            made = shown.frozen(session, actor, key, edition) if name == "json" and snapshot["edition"] else None
        made = made or (orjson.dumps(snapshot) if name == "json" else papers.render(snapshot, name, call.locale))
        return Response(
            made,
            200,
            {"Content-Disposition": disposition(f"report.{name}", f"{title(snapshot, call.locale)}.{name}")},
            papers.FORMATS[name],
        )

    return print_report


for suffix, media in papers.FORMATS.items():
    router.add_api_route(
        f"/{{key}}.{suffix}", printing(suffix), methods=["GET"], name=f"print_report_{suffix}",
        summary=f"Print as {suffix}", description="The frozen edition, or the draft while nothing is frozen.",
        response_class=Response, responses={200: {"content": {media.split(";")[0]: {}}}},
    )  # fmt: skip
