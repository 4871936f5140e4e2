"""Named lists of units (重点单位名单): who stands on one, since when and why, and who once did."""

from types import SimpleNamespace

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.errors import Trouble
from service.imports import errand as imports_errand
from service.people import offered
from service.people.fields import today
from service.records import households, unit_lists
from service.signin.sessions import Visitor
from service.web.asks import PAGE, After, KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_records import Listed, ListForm, TakenOff
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.imports import set_out
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()


@router.get("/lists")
def list_of_lists(call: Call, after: After = None) -> Response:
    return lists_page(call, after)


def lists_page(
    call: Incoming, after: str | None = None, trouble: Trouble | None = None, typed: Posted | None = None
) -> Response:
    with visit(call) as (session, reader):
        found = unit_lists.listed(session, reader.actor, on=today(call.now), limit=PAGE, after=after)
        may_change = bool(reader.actor.paths(unit_lists.ACT))
        units = offered.units(session, reader.actor) if may_change else []
    return show(
        call, "records/lists.html", found=found, after=after, may_change=may_change, units=units, trouble=trouble,
        typed=typed,
    )  # fmt: skip


@router.post("/lists")
def put(call: Call, form: Form) -> Response:
    tag = form.text("tag").strip()

    def do(session: Session, visitor: Visitor) -> str:
        told = form.fit(ListForm, keep_empty=("name", "owner"))
        unit_lists.put(session, visitor.actor, tag, now=call.now, **told.model_dump())
        return tag

    def again(trouble: Trouble) -> Response:
        return lists_page(call, trouble=trouble, typed=form)

    return act(call, form, do, then=lambda made: f"/lists/{made}", said=N_("The list is kept"), again=again)


@router.get("/lists/{tag}")
def one_list(call: Call, tag: KeyInPath, every: bool = False, after: After = None) -> Response:
    return list_page(call, tag, every=every, after=after)


def list_page(
    call: Incoming, tag: str, *, every: bool = False, after: str | None = None, trouble: Trouble | None = None,
    typed: Posted | None = None,
) -> Response:  # fmt: skip
    with visit(call) as (session, reader):
        row = unit_lists.find(session, reader.actor, tag)
        on = None if every else today(call.now)
        found = unit_lists.members(session, reader.actor, tag, on=on, limit=PAGE, after=after)
        may_change = bool(reader.actor.paths(unit_lists.ACT))
        units = offered.units(session, reader.actor) if may_change else []
    asked = {"every": "true"} if every else {}
    return show(
        call, "records/list.html", row=SimpleNamespace(**unit_lists.shown(row)), found=found, after=after, asked=asked,
        may_change=may_change, units=units, trouble=trouble, typed=typed,
    )  # fmt: skip


@router.post("/lists/{tag}/units")
def add(call: Call, tag: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Listed, keep_empty=("unit",))
        unit_lists.add(session, visitor.actor, tag, now=call.now, **told.model_dump())

    def again(trouble: Trouble) -> Response:
        return list_page(call, tag, trouble=trouble, typed=form)

    return act(call, form, do, then=f"/lists/{tag}", said=N_("The unit is on the list"), again=again)


@router.post("/lists/{tag}/households")
def paste(call: Call, tag: KeyInPath, form: Form) -> Response:
    """Pasted lines become a sheet that is looked at first, on the page of imports."""

    def ask(session: Session, visitor: Visitor) -> str:
        row = unit_lists.find(session, visitor.actor, tag)
        sheet = households.sheet_of(session, visitor.actor, tag, form.text("parent").strip(), form.text("lines"))
        return imports_errand.ask(session, visitor.actor.person, "units", f"{row.name}.csv", sheet, now=call.now)

    def again(trouble: Trouble) -> Response:
        return list_page(call, tag, trouble=trouble, typed=form)

    response = act(call, form, ask, then=lambda key: f"/imports/{key}", again=again)
    if response.status_code == 303:
        set_out(call, response.headers["location"].rpartition("/")[2])
    return response


@router.post("/lists/{tag}/units/{unit}/take-off")
def take_off(call: Call, tag: KeyInPath, unit: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(TakenOff)
        unit_lists.take_off(session, visitor.actor, tag, unit, now=call.now, **told.model_dump())

    def again(trouble: Trouble) -> Response:
        return list_page(call, tag, trouble=trouble, typed=form)

    return act(call, form, do, then=f"/lists/{tag}", said=N_("The unit is off the list"), again=again)
