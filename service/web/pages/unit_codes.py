"""The codes that hang at a unit's door: a picture of each, and sheets of them to print."""

from io import BytesIO
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from service import people
from service.settings import settings
from service.web.asks import After, Asked, KeyInPath
from service.web.deps import Call
from service.web.pages.visit import show, visit

router = APIRouter()

ON_A_SHEET = 12  # three beside each other, four beneath
SHEETS_AT_ONCE = 4


def report_address(request: Request, code: str) -> str:
    """Where a unit's code leads whoever scans it: the page on which everybody may report."""
    base = (settings().address or str(request.base_url)).rstrip("/")
    return f"{base}/r/{quote(code)}"


def picture_of(address: str) -> bytes:
    """An address as a QR code; of the second grade of correction, since paper at a gate gets dirty."""
    import segno

    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, omitsize=True, xmldecl=False)
    return drawn.getvalue()


@router.get("/units/{code}/code.svg")
def code_picture(call: Call, code: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        people.unit(session, reader.actor, code)
    return Response(picture_of(report_address(call.request, code)), media_type="image/svg+xml")


@router.get("/units/+codes")
def code_sheets(call: Call, within: Asked = None, kind: Asked = None, after: After = None) -> Response:
    """Sheets of codes for a unit and those beneath it, to be printed and hung up."""
    with visit(call) as (session, reader):
        top = people.unit(session, reader.actor, within) if within else None
        found = people.units(
            session, reader.actor, within=within or None, kind=kind or None, after=after,
            limit=ON_A_SHEET * SHEETS_AT_ONCE,
        )  # fmt: skip
    sheets = [found.items[n : n + ON_A_SHEET] for n in range(0, len(found.items), ON_A_SHEET)]
    return show(
        call, "unit_codes.html", top=top, sheets=sheets, found=found, asked={"within": within, "kind": kind},
        after=after, address=lambda code: report_address(call.request, code),
    )  # fmt: skip
