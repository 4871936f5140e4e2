"""Imports: a sheet is brought, what it would change is shown row by row, and it is taken exactly so when confirmed."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import ErrandState
from service import errands
from service.access import Actor
from service.errors import Fault, Forbidden, NotFound, Refused, Trouble
from service.imports import errand as imports_errand
from service.imports import kinds as imports
from service.imports.rows import Removals
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

KINDS = {
    "units": N_("Units"),
    "people": N_("People"),
    "chain": N_("Who answers for them"),
    "hazards": N_("Hazards"),
    "holidays": N_("Holiday notices"),
    "stores": N_("Emergency stores"),
}
SHOWN_AT_ONCE = 100
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/imports")
def import_list(call: Call) -> Response:
    with visit(call) as (session, reader):
        return list_page(call, session, reader)


def list_page(
    call: Incoming, session: Session, reader: Visitor, form: Posted | None = None, trouble: Trouble | None = None
) -> Response:
    must_import(reader.actor)
    asked = errands.errands(session, reader.actor.person, imports_errand.KIND)
    return show(
        call, "imports.html", kinds=KINDS, asked=asked, typed=form, trouble=trouble,
        silent={row.key for row in asked if errands.is_silent(row, call.now)},
    )  # fmt: skip


def must_import(actor: Actor) -> None:
    """For those who may bring a sheet of some kind."""
    if not actor.paths("see units"):
        raise NotFound("There is nothing of that name here")
    if not actor.paths("change units"):
        raise Forbidden("Your role does not allow this here")


@router.get("/imports/sheets/{kind}")
def empty_sheet(call: Call, kind: KeyInPath) -> Response:
    with visit(call) as (_, reader):
        must_import(reader.actor)
    named = {"Content-Disposition": f'attachment; filename="{kind}.xlsx"'} if kind in KINDS else {}
    return Response(imports.template(kind), 200, named, SHEET)


@router.post("/imports")
def bring(call: Call, form: Form) -> Response:
    """Keep the sheet and set out to read it: a short one has been looked at when the next page opens."""
    files = form.files.get("sheet", [])

    def ask(session: Session, visitor: Visitor) -> str:
        must_import(visitor.actor)
        if not files:
            raise Refused("Some fields are wrong", faults=[Fault("sheet", "is missing")])
        removals: Removals = "close" if form.text("removals") == "close" else "keep"
        return imports_errand.ask(
            session, visitor.actor.person, form.text("kind"), files[0].name or "sheet", files[0].data, now=call.now,
            removals=removals, allow_mass=bool(form.text("allow_mass")),
        )  # fmt: skip

    def again(trouble: Trouble) -> Response:
        with visit(call) as (session, reader):
            return list_page(call, session, reader, form, trouble)

    response = act(call, form, ask, then=lambda key: f"/imports/{key}", again=again)
    if response.status_code == 303:
        set_out(call, response.headers["location"].rpartition("/")[2])
    return response


def set_out(call: Incoming, key: str) -> None:
    imports_errand.set_out(call.engine, key, clock=call.request.app.state.clock)


@router.get("/imports/{key}")
def one_import(call: Call, key: KeyInPath, page: int = 1) -> Response:
    with visit(call) as (session, reader):
        row = errands.errand(session, reader.actor.person, key)
        if row.kind != imports_errand.KIND:
            raise NotFound("There is nothing of that name here")
    found: dict[str, Any] = row.found
    rows = found.get("differences", [])
    for one in rows:
        one["fields"] = sorted(one["fields"], key=lambda field: ORDER.get(field[0], len(ORDER)))
    pages = max(1, -(-len(rows) // SHOWN_AT_ONCE))
    number = min(max(page, 1), pages)
    return show(
        call, "import.html", row=row, found=found, title=KINDS.get(row.asked["kind"], row.asked["kind"]),
        rows=rows[(number - 1) * SHOWN_AT_ONCE : number * SHOWN_AT_ONCE], number=number, pages=pages,
        first=(number - 1) * SHOWN_AT_ONCE + 1, listed=len(rows),
        silent=errands.is_silent(row, call.now), running=row.state == ErrandState.running, fields=FIELDS,
        tables=TABLES, worded_fields=WORDED,
    )  # fmt: skip


@router.post("/imports/{key}/confirm")
def confirm(call: Call, key: KeyInPath, form: Form) -> Response:
    def agree(session: Session, visitor: Visitor) -> None:
        imports_errand.confirm(session, visitor.actor.person, key, now=call.now, version=form.version() or 0)

    response = act(call, form, agree, then=f"/imports/{key}")
    set_out(call, key)
    return response


@router.post("/imports/{key}/again")
def go_on(call: Call, key: KeyInPath, form: Form) -> Response:
    def begin(session: Session, visitor: Visitor) -> None:
        errands.again(session, visitor.actor.person, key, now=call.now, version=form.version())

    response = act(call, form, begin, then=f"/imports/{key}")
    set_out(call, key)
    return response


# fields whose values are words of ours
WORDED = frozenset({"kind", "risk", "role", "state", "level", "mode", "source", "day_class", "festival"})
# what the columns of the tables are called
FIELDS = {
    "name": N_("Name"), "parent": N_("Unit above"), "kind": N_("Kind"), "sector": N_("Sector"), "risk": N_("Risk"),
    "address": N_("Address"), "phone": N_("Telephone"), "closed_on": N_("Closed down on"), "unit": N_("Unit"),
    "tag": N_("Tag"), "from_on": N_("From"), "until_on": N_("Until"), "post": N_("Post"), "mobile": N_("Mobile"),
    "email": N_("E-mail"), "wecom": N_("WeCom"), "left_on": N_("Left on"), "level": N_("Level"),
    "person": N_("Staff number"), "role": N_("Role"), "place": N_("Place"), "description": N_("Description"),
    "category": N_("Category"), "note": N_("Note"), "campaign": N_("Campaign"), "source": N_("Source"),
    "mode": N_("Way of removal"), "state": N_("State"), "found_on": N_("Found on"), "found_by": N_("Found by"),
    "due_at": N_("Due"), "measures": N_("Measures"), "responsible": N_("Responsible person"),
    "responsible_unit": N_("Responsible unit"), "supervisor": N_("Supervising leader"), "funds_yuan": N_("Funds, yuan"),
    "contingency": N_("Contingency plan"), "closed_at": N_("Closed"), "on": N_("Day"), "day_class": N_("Class"),
    "festival": N_("Festival"), "notice": N_("The notice"), "title": N_("Title"), "spec": N_("Make"),
    "quantity": N_("Quantity"), "unit_word": N_("Counted in"), "minimum": N_("Least stock"),
    "expires_on": N_("Good until"), "keeper": N_("Keeper"),
}  # fmt: skip
ORDER = {name: place for place, name in enumerate(FIELDS)}
TABLES = {
    "Unit": N_("Unit"), "UnitTag": N_("Tag"), "Person": N_("Person"), "ChainLink": N_("Who answers"),
    "Grant": N_("Role"), "Hazard": N_("Hazard"), "DayOverride": N_("Day"), "YearNotice": N_("Holiday notice"),
    "StoreItem": N_("Emergency store"),
}  # fmt: skip
