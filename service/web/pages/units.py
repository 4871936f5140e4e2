"""The tree of units level by level, and one unit: what is known of it, who answers for it, what is open there."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from models.kinds import Risk, UnitKind
from service import people, unit_tree
from service.access import Actor
from service.errors import Forbidden, NotFound, Trouble
from service.people import LevelRecord, offered
from service.signin.sessions import Visitor
from service.web.asks import After, Asked, KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

FOUND_AT_ONCE = 50
WORK_SHOWN = 10
FIELDS = ("name", "kind", "sector", "risk", "address", "phone", "zone")
LEVELS = range(1, 6)


@router.get("/units")
def tree(
    call: Call,
    at: Asked = None,
    query: Asked = None,
    after: After = None,
    closed: Annotated[bool, Query()] = False,
) -> Response:
    with visit(call) as (session, reader):
        must_see(reader.actor)
        found = None
        branch = None
        if query:
            found = people.units(session, reader.actor, query=query, after=after, closed=closed, limit=FOUND_AT_ONCE)
        else:
            branch = unit_tree.branch(session, reader.actor, at, now=call.now, closed=closed)
    return show(
        call, "units.html", branch=branch, found=found, query=query or "", closed=closed, after=after,
        open_states=unit_tree.OPEN_HAZARDS,
        may_add=bool(reader.actor.paths("change units")),
    )  # fmt: skip


def must_see(actor: Actor) -> None:
    """The tree is for those who hold a role in it."""
    if not actor.paths("see units"):
        raise NotFound("There is nothing of that name here")


@router.get("/units/+new")
def ask_unit(call: Call, parent: Asked = None) -> Response:
    with visit(call) as (session, reader):
        return new_page(call, session, reader.actor, parent or "")


def new_page(
    call: Incoming, session: Session, actor: Actor, parent: str, form: Posted | None = None,
    trouble: Trouble | None = None,
) -> Response:  # fmt: skip
    must_see(actor)
    if not actor.paths("change units"):
        raise Forbidden("Your role does not allow this here")
    above = people.unit(session, actor, parent) if parent and trouble is None else None
    return show(
        call, "unit_new.html", parent=parent, above=above, kinds=tuple(UnitKind), risks=tuple(Risk), typed=form,
        trouble=trouble, offers=offered.units(session, actor, "change units"),
    )  # fmt: skip


@router.post("/units/+new")
def add_unit(call: Call, form: Form) -> Response:
    def add(session: Session, visitor: Visitor) -> str:
        more = {name: form.text(name) for name in FIELDS if name not in ("name", "kind")}
        return people.add_unit(
            session, visitor.actor, now=call.now, code=form.text("code"), name=form.text("name"),
            kind=form.text("kind"), parent=form.text("parent").strip() or None, tags=form.text("tags"), **more,
        )  # fmt: skip

    def again(trouble: Trouble) -> Response:
        with visit(call) as (session, reader):
            return new_page(call, session, reader.actor, form.text("parent"), form, trouble)

    return act(call, form, add, then=unit_path, said=N_("The unit is in the tree"), again=again)


def unit_path(code: str) -> str:
    return f"/units/{code}"


@router.get("/units/{code}")
def one_unit(call: Call, code: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        actor = reader.actor
        found = people.unit(session, actor, code)
        branch = unit_tree.branch(session, actor, code, now=call.now)
        chain = people.chain_of(session, actor, code)
        origins = unit_tree.names(session, {level.inherited_from for level in chain})
        staff = people.people(session, actor, unit=code)
        sees = actor.may("see", found.path)
        work = unit_tree.open_tasks(session, actor, found.path, limit=WORK_SHOWN + 1)
    return show(
        call, "unit.html", found=found, branch=branch, counts=branch.whole, chain=chain, origins=origins, staff=staff,
        work=work[:WORK_SHOWN], more=len(work) > WORK_SHOWN, sees=sees, open_states=unit_tree.OPEN_HAZARDS,
        may_change=actor.may("change units", found.path), may_chain=actor.may("change chain", found.path),
        may_people=actor.may("change people", found.path),
    )  # fmt: skip


@router.get("/units/{code}/edit")
def ask_change(call: Call, code: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        return edit_page(call, session, reader.actor, code)


def edit_page(
    call: Incoming,
    session: Session,
    actor: Actor,
    code: str,
    form: Posted | None = None,
    trouble: Trouble | None = None,
) -> Response:
    found = people.unit(session, actor, code)
    actor.must("change units", found.path, see="see units")
    return show(
        call, "unit_edit.html", found=found, kinds=tuple(UnitKind), risks=tuple(Risk), typed=form, trouble=trouble,
        offers=offered.units(session, actor, "change units"),
    )  # fmt: skip


@router.post("/units/{code}/edit")
def change_unit(call: Call, code: KeyInPath, form: Form) -> Response:
    def change(session: Session, visitor: Visitor) -> None:
        found = people.unit(session, visitor.actor, code)
        changes = {name: form.text(name) for name in FIELDS} | {"parent": form.text("parent").strip() or None}
        if found.parent == changes["parent"]:
            del changes["parent"]
        changes["closed_on"] = form.text("closed_on").strip() or None
        people.change_unit(session, visitor.actor, code, changes, now=call.now, version=form.version())
        retag(session, visitor.actor, found.tags, form, code, call)

    def again(trouble: Trouble) -> Response:
        with visit(call) as (session, reader):
            return edit_page(call, session, reader.actor, code, form, trouble)

    return act(call, form, change, then=unit_path(code), said=N_("The unit is changed"), again=again)


def retag(session: Session, actor: Actor, carried: tuple[str, ...], form: Posted, code: str, call: Incoming) -> None:
    """The unit carries the tags that were typed, and no others."""
    wanted = people.fit_tags(form.text("tags"))
    for tag in wanted:
        if tag not in carried:
            people.tag_unit(session, actor, code, tag, now=call.now)
    for tag in carried:
        if tag not in wanted:
            people.untag_unit(session, actor, code, tag, now=call.now)


@router.get("/units/{code}/chain")
def ask_chain(call: Call, code: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        return chain_page(call, session, reader.actor, code)


def chain_page(
    call: Incoming,
    session: Session,
    actor: Actor,
    code: str,
    form: Posted | None = None,
    trouble: Trouble | None = None,
) -> Response:
    found = people.unit(session, actor, code)
    actor.must("change chain", found.path, see="see units")
    chain = {level.level: level for level in people.chain_of(session, actor, code)}
    origins = unit_tree.names(session, {level.inherited_from for level in chain.values()})
    staff = offered.staff(session, actor)
    levels = range(1, max([*LEVELS, *chain]) + 1)
    return show(
        call, "unit_chain.html", found=found, chain=chain, origins=origins, levels=levels, staff=staff, typed=form,
        trouble=trouble, own=own_people,
    )  # fmt: skip


def own_people(level: LevelRecord | None) -> list[str]:
    """Those whom the unit itself names on a level, two places."""
    names = [holder.person for holder in level.people] if level and level.inherited_from is None else []
    return [*names, "", ""][:2]


@router.post("/units/{code}/chain")
def set_chain(call: Call, code: KeyInPath, form: Form) -> Response:
    """One level at a time: `level`, and the people in its two places; both empty, it is inherited again."""
    level = form.text("level")

    def change(session: Session, visitor: Visitor) -> None:
        named = [form.text(f"people-{level}-{place}").strip() for place in (1, 2)]
        people.set_level(
            session, visitor.actor, code, int(level) if level.isdigit() and len(level) < 3 else 0,
            [one for one in named if one], now=call.now, version=form.version(),
        )  # fmt: skip

    def again(trouble: Trouble) -> Response:
        with visit(call) as (session, reader):
            return chain_page(call, session, reader.actor, code, form, trouble)

    return act(
        call, form, change, then=f"/units/{code}/chain", said=N_("Level {level} is set"),
        facts=lambda _: {"level": level}, again=again,
    )  # fmt: skip
