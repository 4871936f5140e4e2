"""A roster in use as a form: what its file says filled in; what a change does to what is published is said first."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.duty.allowed import PLAN, find_roster, must
from service.duty.changing import Effects, change_roster, foreseen, text_of
from service.duty.file import document_of
from service.duty.filling import FIELDS, RESTS, Filled, RoleFilled, filled, kinds_of
from service.duty.people import cards_of
from service.duty.usual_acts import people_to_serve
from service.errors import Refused, Trouble
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.duty_usual import KINDS_OF_DAY
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

WATCHES_SHOWN = 60
NOTHING = Effects([], [], [])
CHANGED = N_("The roster is changed; what is published stands until it is planned anew")
VACATED = N_("The roster is changed. Watches that are vacant now: {n}; those who served them are told")


@router.get("/duty/{roster}/edit")
def ask_change(call: Call, roster: KeyInPath, below: str = "") -> Response:
    return edit_page(call, roster, bool(below))


def edit_page(
    call: Incoming, roster: str, below: bool, trouble: Trouble | None = None, typed: Posted | None = None
) -> Response:
    """The form as the roster stands, or as it was typed with what that would do to what is published."""
    with visit(call) as (session, reader):
        row, path = find_roster(session, reader.actor, roster)
        must(reader.actor, PLAN, path)
        stands = filled(document_of(row.text))
        offered, more = people_to_serve(session, reader.actor, row.owner, below=below)
        told = told_in(typed, stands) if typed else stands
        effects = effects_of(call, session, row, told) if typed else NOTHING
        serving = {code for role in stands.roles for code in role.members}
        cards = cards_of(session, serving | {one.served_by for one in effects.watches})
    return show(
        call, "duty/edit.html", roster=row, stands=stands, below=below, offered=offered, more_people=more, cards=cards,
        kinds=KINDS_OF_DAY, kinds_of=kinds_of, beside=beside(stands), effects=effects, most=WATCHES_SHOWN,
        present=[role for role in stands.roles if role.is_meant], stays=sorted(serving),
        stays_told=any(told.stays.values()), trouble=trouble, typed=typed,
        absent=[role for role in stands.roles if not role.is_meant],
        meant={role.code for role in told.roles if role.is_meant},
    )  # fmt: skip


def effects_of(call: Incoming, session: Session, row: object, told: Filled) -> Effects:
    """What was typed would do; nothing yet where it is wrong."""
    try:
        return foreseen(session, row, text_of(session, row, told), now=call.now)
    except Refused:
        return NOTHING


def beside(stands: Filled) -> set[str]:
    """The fields that say their own faults."""
    codes = [role.code for role in stands.roles]
    needs = {f"{role.code}[{kind}]" for role in stands.roles for kind in kinds_of(role)}
    return {*FIELDS, *stands.stays, *needs, *(f"{code}[{part}]" for code in codes for part in ("members", *RESTS))}


@router.post("/duty/{roster}/edit")
def change(call: Call, roster: KeyInPath, form: Form) -> Response:
    vacate = form.text("published") == "vacant"

    def change(session: Session, visitor: Visitor) -> int:
        row, path = find_roster(session, visitor.actor, roster)
        must(visitor.actor, PLAN, path)
        return change_roster(
            session, visitor.actor, roster, told_in(form, filled(document_of(row.text))), now=call.now,
            version=form.version(), seen=form.text("seen"), vacate=vacate,
        )  # fmt: skip

    return act(
        call, form, change, then=f"/duty/{roster}", said=VACATED if vacate else CHANGED, facts=lambda n: {"n": n},
        again=lambda trouble: edit_page(call, roster, bool(form.text("below")), trouble, form),
    )  # fmt: skip


def told_in(form: Posted, stands: Filled) -> Filled:
    """What was typed into the fields that the roster as it stands has."""
    return Filled(
        {name: form.text(name).strip() for name in FIELDS},
        [role_in(form, role) for role in stands.roles],
        {name: form.text(name).strip() for name in stands.stays},
    )


def role_in(form: Posted, role: RoleFilled) -> RoleFilled:
    need = {kind: form.text(f"{role.code}[{kind}]").strip() for kind in kinds_of(role)}
    rests = {name: form.text(f"{role.code}[{name}]").strip() for name in RESTS}
    return RoleFilled(role.code, need, form.several(f"{role.code}[members]"), rests)
