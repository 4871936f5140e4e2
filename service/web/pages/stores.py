"""Stores: what is kept for an emergency, and one item with its stock-takes."""

from types import SimpleNamespace
from typing import Literal

from fastapi import APIRouter, Response
from sqlmodel import Session

from models import StoreItem
from service import people
from service.errors import Trouble
from service.people import offered
from service.records import kept, stores
from service.signin.sessions import Visitor
from service.web.asks import PAGE, After, Asked, KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_records import Counted, NewItem, Reasoned
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.journal_words import ACTS
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()


@router.get("/stores")
def item_list(
    call: Call, unit: Asked = None, lacking: Literal["short", "expired", "any"] | None = None, after: After = None
) -> Response:
    with visit(call) as (session, reader):
        found = stores.listed(
            session, reader.actor, now=call.now, unit=unit or None, lacking=lacking, limit=PAGE, after=after
        )
        names = people.names(session, {row.keeper for row in found.items})
        may_add = bool(reader.actor.paths(kept.ACT))
    asked = {name: value for name, value in (("unit", unit), ("lacking", lacking)) if value}
    return show(call, "records/stores.html", found=found, names=names, asked=asked, after=after, may_add=may_add)


@router.get("/stores/+new")
def ask_new(call: Call) -> Response:
    return form_page(call)


def form_page(call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None) -> Response:
    with visit(call) as (session, reader):
        units, staff = offered.units(session, reader.actor), offered.staff(session, reader.actor)
    return show(call, "records/store_new.html", units=units, staff=staff, trouble=trouble, typed=typed)


@router.post("/stores/+new")
def enter(call: Call, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> str:
        told = form.fit(NewItem, keep_empty=("unit", "name", "unit_word"))
        return stores.enter(session, visitor.actor, now=call.now, **told.model_dump())

    def again(trouble: Trouble) -> Response:
        return form_page(call, trouble, form)

    return act(call, form, do, then=lambda key: f"/stores/{key}", said=N_("The item is in the books"), again=again)


@router.get("/stores/{key}")
def one_item(call: Call, key: KeyInPath) -> Response:
    return item_page(call, key)


def item_page(
    call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = ""
) -> Response:
    with visit(call) as (session, reader):
        whole = stores.whole(session, reader.actor, key)
        row = kept.find(session, reader.actor, StoreItem, key, "keeper", to_read=True)
        writes = reader.actor.may(kept.ACT, row.path) or row.keeper == reader.actor.person
        named = {row.keeper} | {line.by for line in whole.journal} | {one.counted_by for one in whole.takes}
        names = people.names(session, named)
    return show(
        call, "records/store.html", item=SimpleNamespace(**whole.item), takes=whole.takes, journal=whole.journal,
        names=names, acts=ACTS, writes=writes and row.gone_on is None, trouble=trouble, typed=typed,
        act_named=act_named,
    )  # fmt: skip


@router.post("/stores/{key}/count")
def count(call: Call, key: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Counted)
        stores.count(session, visitor.actor, key, now=call.now, keep_expiry=False, **told.model_dump())

    return act(
        call, form, do, then=f"/stores/{key}", said=N_("The count is kept"),
        again=lambda trouble: item_page(call, key, trouble, form, "count"),
    )  # fmt: skip


@router.post("/stores/{key}/strike")
def strike(call: Call, key: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Reasoned, keep_empty=("reason",))
        stores.strike(session, visitor.actor, key, now=call.now, reason=told.reason, version=told.version)

    return act(
        call, form, do, then=f"/stores/{key}", said=N_("The item is struck off the books"),
        again=lambda trouble: item_page(call, key, trouble, form, "strike"),
    )  # fmt: skip
