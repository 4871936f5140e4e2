"""Photos of evidence as pages show them: whole or small, for whoever may see what they are about."""

from fastapi import APIRouter, Response

from service import evidence
from service.errors import NotFound
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.pages.visit import visit

router = APIRouter()
# asked for again each time, so that who has signed out sees nothing; what has not changed is not sent again
KEPT = "private, no-cache"


@router.get("/evidence/{key}")
def whole_photo(call: Call, key: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        row = evidence.one(session, reader.actor, key)
        if unchanged(call, row.sha256):
            return Response(status_code=304, headers=headers(row.sha256))
        media_type, data = evidence.read(session, reader.actor, key)
    return Response(data, 200, headers(row.sha256), media_type)


@router.get("/evidence/{key}/small")
def small_photo(call: Call, key: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        row = evidence.one(session, reader.actor, key)
        if not row.sha256:
            raise NotFound("There is no evidence {key}", key=key)
        if unchanged(call, f"{row.sha256}-small"):
            return Response(status_code=304, headers=headers(f"{row.sha256}-small"))
        data = evidence.small(session, row.sha256)
    return Response(data, 200, headers(f"{row.sha256}-small"), "image/jpeg")


def headers(mark: str) -> dict[str, str]:
    """How a photo may be kept; `mark` names what is in it."""
    known = {"Content-Disposition": "inline", "Cache-Control": KEPT}
    return known | ({"ETag": f'"{mark}"'} if mark else {})


def unchanged(call: Incoming, mark: str) -> bool:
    return bool(mark) and call.request.headers.get("if-none-match") == f'"{mark}"'
