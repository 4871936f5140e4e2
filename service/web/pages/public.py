"""Reports from the public by a unit's QR code: a form that nobody signs in for, and what became of a report.

A unit that isn't there, or is closed, has no such page; nothing tells the two apart. The receipt is typed into a form
and stands in no address.
"""

from fastapi import APIRouter, Response

from service import answered, evidence, public_calls, reports_in, store
from service.errors import Fault, NotFound, Refused, Trouble
from service.web.api.reports_in import address_of, turned_away
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.posted import Posted, PublicForm
from service.web.pages.visit import show
from service.web.seals import is_ours

router = APIRouter()

LATER = N_("There have been many reports from here within an hour; try again later, or telephone the office")
OLD = N_("This form stood open too long; look it over and send it again")
FOLLOWS_AN_HOUR = 60
TEXT_MOST, CONTACT_MOST = 10_000, 200


class TooMany(Trouble):
    """More than are taken from one place."""

    status = 429
    title = "Too many calls"


@router.get("/r/receipt")
def ask_receipt(call: Call) -> Response:
    return show(call, "public_receipt.html", found=None, receipt="")


@router.post("/r/receipt")
def follow(call: Call, form: PublicForm) -> Response:
    """What became of the report with this receipt; no name of anybody."""
    receipt = form.text("receipt")[:100]
    try:
        ours(call, form)
        if public_calls.wait(call.engine, address_of(call), "receipt", now=call.now, most=FOLLOWS_AN_HOUR):
            raise TooMany(LATER)
        with store.reading(call.engine) as session:
            found = reports_in.follow(session, receipt)
    except NotFound as none:
        wrong = Refused(none.message, faults=[Fault("receipt", "belongs to no report; look at each sign of it again")])
        return show(call, "public_receipt.html", found=None, receipt=receipt, trouble=wrong)
    except (Refused, TooMany) as trouble:
        return show(call, "public_receipt.html", found=None, receipt=receipt, trouble=trouble)
    return show(call, "public_receipt.html", found=found, receipt=receipt)


@router.get("/r/{unit}")
def ask_report(call: Call, unit: KeyInPath) -> Response:
    return report_page(call, unit)


def report_page(call: Incoming, unit: str, trouble: Trouble | None = None, typed: Posted | None = None) -> Response:
    return show(call, "public_report.html", unit=unit, unit_name=name_of(call, unit), trouble=trouble, typed=typed)


def name_of(call: Incoming, unit: str) -> str:
    """The name of a unit that one may report about; NotFound for any other."""
    with store.reading(call.engine) as session:
        name = reports_in.named_publicly(session, unit)
    if name is None:
        raise NotFound("There is nothing at this address")
    return name


@router.post("/r/{unit}")
def report(call: Call, unit: KeyInPath, form: PublicForm) -> Response:
    """Take a report with its photo, and show the receipt this once; the same form again shows it again."""
    name_of(call, unit)
    try:
        ours(call, form)
        receipt = taken(call, unit, form)
    except (Refused, TooMany) as trouble:
        return report_page(call, unit, trouble, form)
    return show(call, "public_thanks.html", receipt=receipt)


def ours(call: Incoming, form: Posted) -> None:
    """Refuse a form that another site's page sends, or one that stood open too long."""
    if not is_ours(call.request, form.token):
        raise Refused(OLD)


def taken(call: Incoming, unit: str, form: Posted) -> str:
    """The receipt of a report: kept sealed with the form's own key, so that sending it twice reports once."""
    claim = answered.claim_for(f"public:{address_of(call)}", f"POST /r/{unit}", form.once, form.mark())
    with store.reading(call.engine) as session:
        given = answered.before(session, claim)
    if given is not None:
        return given.body.decode()
    if turned_away(call, unit):
        raise TooMany(LATER)
    photo = next((evidence.read_photo(file.data) for file in form.files.get("photo", ())), None)
    with store.transaction(call.engine) as session:
        given = answered.answer_to(session, claim, now=call.now)
        if given is not None:
            return given.body.decode()
        receipt = reports_in.report_publicly(
            session, unit, form.text("text"), form.text("contact"), now=call.now, photo=photo
        )
        answered.keep(session, claim, answered.Given(200, receipt.encode()), now=call.now)
    return receipt
