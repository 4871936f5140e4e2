"""Checklists: what tasks ask, item by item; one is written as lines, a question each."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import checklists, unit_tree
from service.access import Actor
from service.errors import Fault, Forbidden, NotFound, Refused, Trouble
from service.people import offered
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

ITEMS_AT_MOST = 300


@router.get("/checklists")
def checklist_list(call: Call) -> Response:
    with visit(call) as (session, reader):
        must_see(reader.actor)
        found = checklists.checklists(session, reader.actor)
        names = unit_tree.names(session, {one.owner for one in found})
    return show(call, "checklists.html", found=found, names=names, may_add=may_put(reader.actor))


def must_see(actor: Actor) -> None:
    if not actor.holds:
        raise NotFound("There is nothing of that name here")


def may_put(actor: Actor) -> bool:
    return bool(actor.paths(checklists.ACT))


@router.get("/checklists/+new")
def ask_new(call: Call) -> Response:
    with visit(call) as (session, reader):
        return form_page(call, session, reader.actor, None)


@router.get("/checklists/{key}")
def one_checklist(call: Call, key: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        must_see(reader.actor)
        found = checklists.checklist(session, reader.actor, key)
        names = unit_tree.names(session, {found.owner})
    return show(call, "checklist.html", found=found, names=names, may_change=may_put(reader.actor))


@router.get("/checklists/{key}/edit")
def ask_change(call: Call, key: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        found = checklists.checklist(session, reader.actor, key)
        return form_page(call, session, reader.actor, found)


def form_page(
    call: Incoming,
    session: Session,
    actor: Actor,
    found: checklists.ChecklistRecord | None,
    form: Posted | None = None,
    trouble: Trouble | None = None,
) -> Response:
    must_see(actor)
    if not may_put(actor):
        raise Forbidden("Your role does not allow this here")
    offers = offered.units(session, actor, checklists.ACT)
    return show(call, "checklist_form.html", found=found, offers=offers, typed=form, trouble=trouble)


@router.post("/checklists/+new")
def add(call: Call, form: Form) -> Response:
    return put(call, form, form.text("key").strip(), None)


@router.post("/checklists/{key}/edit")
def change(call: Call, key: KeyInPath, form: Form) -> Response:
    return put(call, form, key, form.version())


def put(call: Incoming, form: Posted, key: str, version: int | None) -> Response:
    items = [line.strip() for line in form.text("items").split("\n") if line.strip()]

    def do(session: Session, visitor: Visitor) -> str:
        if not items or len(items) > ITEMS_AT_MOST:
            fault = Fault("items", "must be 1 to {most} lines", {"most": ITEMS_AT_MOST})
            raise Refused("Some fields are wrong", faults=[fault])
        if version is None and is_there(session, visitor.actor, key):
            raise Refused("Some fields are wrong", faults=[Fault("key", "exists already")])
        checklists.put(
            session, visitor.actor, key, name=form.text("name"), owner=form.text("owner").strip(), items=items,
            now=call.now, version=version,
        )  # fmt: skip
        return key

    def again(trouble: Trouble) -> Response:
        with visit(call) as (session, reader):
            found = None if version is None else checklists.checklist(session, reader.actor, key)
            return form_page(call, session, reader.actor, found, form, trouble)

    return act(call, form, do, then=lambda made: f"/checklists/{made}", said=N_("The checklist is kept"), again=again)


def is_there(session: Session, actor: Actor, key: str) -> bool:
    return any(one.key == key for one in checklists.checklists(session, actor))
