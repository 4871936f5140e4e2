"""People: the list, one of them with their roles and tokens, and what is done to them: changed, let in, granted."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from models.kinds import Role
from service import people, unit_tree
from service.access import Actor
from service.errors import Forbidden, NotFound, Trouble
from service.people import offered
from service.signin import sessions as signin
from service.signin.sessions import Visitor
from service.store import transaction
from service.web.asks import After, Asked, KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act, ours
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import reader, show, visit

router = APIRouter()

FIELDS = ("name", "unit", "post", "mobile", "email", "wecom", "language")


@router.get("/people")
def person_list(
    call: Call,
    query: Asked = None,
    unit: Asked = None,
    left: Annotated[bool, Query()] = False,
    after: After = None,
) -> Response:
    with visit(call) as (session, visitor):
        if not visitor.actor.paths("see"):
            raise NotFound("There is nothing of that name here")
        found = people.people(session, visitor.actor, query=query, within=unit or None, left=left, after=after)
        units = unit_tree.names(session, {one.unit for one in found.items})
        offers = offered.units(session, visitor.actor)
    asked = {"query": query, "unit": unit, "left": "true" if left else ""}
    return show(
        call, "people.html", found=found, units=units, asked={k: v for k, v in asked.items() if v}, after=after,
        may_add=bool(visitor.actor.paths("change people")), offers=offers,
    )  # fmt: skip


@router.get("/people/+new")
def ask_person(call: Call, unit: Asked = None) -> Response:
    with visit(call) as (session, visitor):
        return new_page(call, session, visitor.actor, unit or "")


def new_page(
    call: Incoming,
    session: Session,
    actor: Actor,
    unit: str,
    form: Posted | None = None,
    trouble: Trouble | None = None,
) -> Response:
    if not actor.paths("see"):
        raise NotFound("There is nothing of that name here")
    if not actor.paths("change people"):
        raise Forbidden("Your role does not allow this here")
    offers = offered.units(session, actor, "change people")
    return show(call, "person_new.html", unit=unit, offers=offers, typed=form, trouble=trouble)


@router.post("/people/+new")
def add_person(call: Call, form: Form) -> Response:
    def add(session: Session, visitor: Visitor) -> str:
        more = {name: form.text(name) for name in FIELDS if name not in ("name", "unit")}
        return people.add_person(
            session, visitor.actor, now=call.now, code=form.text("code"), name=form.text("name"),
            unit=form.text("unit").strip(), **more,
        )  # fmt: skip

    def again(trouble: Trouble) -> Response:
        with visit(call) as (session, visitor):
            return new_page(call, session, visitor.actor, form.text("unit"), form, trouble)

    return act(call, form, add, then=person_path, said=N_("The person stands in the books"), again=again)


def person_path(code: str) -> str:
    return f"/people/{code}"


@router.get("/people/{code}")
def one_person(call: Call, code: KeyInPath) -> Response:
    with visit(call) as (session, visitor):
        return person_page(call, session, visitor.actor, code)


def person_page(
    call: Incoming,
    session: Session,
    actor: Actor,
    code: str,
    *,
    form: Posted | None = None,
    trouble: Trouble | None = None,
    password: str = "",
) -> Response:
    found = people.person(session, actor, code)
    grants = people.grants(session, actor, person=code)
    linked = people.links_of(session, actor, code)
    units = unit_tree.names(session, {found.unit, *(one.unit for one in grants), *(one.unit for one in linked)})
    here = people.path_of(session, found.unit)
    return show(
        call, "person.html", found=found, grants=grants, linked=linked, units=units, typed=form, trouble=trouble,
        roles=tuple(Role), may_change=actor.may("change people", here), may_grant=bool(actor.paths("grant")),
        may_let_in=found.left_on is None and signin.may_enrol(session, actor, code), password=password,
        is_self=actor.person == code, offers=offered.units(session, actor, "grant"),
    )  # fmt: skip


@router.get("/people/{code}/edit")
def ask_change(call: Call, code: KeyInPath) -> Response:
    with visit(call) as (session, visitor):
        return edit_page(call, session, visitor.actor, code)


def edit_page(
    call: Incoming,
    session: Session,
    actor: Actor,
    code: str,
    form: Posted | None = None,
    trouble: Trouble | None = None,
) -> Response:
    found = people.person(session, actor, code)
    if not actor.may("change people", people.path_of(session, found.unit)):
        raise Forbidden("Your role does not allow this here")
    offers = offered.units(session, actor, "change people")
    return show(call, "person_edit.html", found=found, offers=offers, typed=form, trouble=trouble)


@router.post("/people/{code}/edit")
def change_person(call: Call, code: KeyInPath, form: Form) -> Response:
    def change(session: Session, visitor: Visitor) -> None:
        changes = {name: form.text(name).strip() for name in FIELDS}
        changes |= {"left_on": form.text("left_on").strip() or None}  # type: ignore[dict-item]
        people.change_person(session, visitor.actor, code, changes, now=call.now, version=form.version())

    def again(trouble: Trouble) -> Response:
        with visit(call) as (session, visitor):
            return edit_page(call, session, visitor.actor, code, form, trouble)

    return act(call, form, change, then=person_path(code), said=N_("The person is changed"), again=again)


@router.post("/people/{code}/password")
def let_in(call: Call, code: KeyInPath, form: Form) -> Response:
    """A one-time password, shown on the very page that answers and nowhere else; so this leads to no other page."""
    with visit(call) as (session, _):
        people.person(session, reader(call, session).actor, code)
    ours(call, form)
    with transaction(call.engine) as session:
        password = signin.enrol(session, reader(call, session).actor, code, now=call.now)
    with visit(call) as (session, visitor):
        return person_page(call, session, visitor.actor, code, password=password)


@router.post("/people/{code}/grants")
def grant_role(call: Call, code: KeyInPath, form: Form) -> Response:
    def grant(session: Session, visitor: Visitor) -> None:
        unit = form.text("unit").strip()
        people.grant(session, visitor.actor, code, form.text("role"), unit, now=call.now)

    def again(trouble: Trouble) -> Response:
        with visit(call) as (session, visitor):
            return person_page(call, session, visitor.actor, code, form=form, trouble=trouble)

    return act(call, form, grant, then=person_path(code), said=N_("The role is given"), again=again)


@router.post("/people/{code}/grants/revoke")
def revoke_role(call: Call, code: KeyInPath, form: Form) -> Response:
    def revoke(session: Session, visitor: Visitor) -> None:
        people.revoke(session, visitor.actor, code, form.text("role"), form.text("unit"), now=call.now)

    return act(call, form, revoke, then=person_path(code), said=N_("The role is taken back"))
