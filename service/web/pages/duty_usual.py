"""The usual roster as a form: name, watch, and for each role how many are needed and who is in it."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.duty.allowed import must_plan
from service.duty.usual import NEEDS, ROLES, Usual, UsualRole
from service.duty.usual_acts import make_usual, people_to_serve, units_to_plan
from service.errors import NotFound, Trouble
from service.signin.sessions import Visitor
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

KINDS_OF_DAY = {
    "default": N_("On usual days"), "rest_day": N_("On rest days"), "holiday": N_("On holidays"),
    "sensitive": N_("In sensitive periods"),
}  # fmt: skip
# the fields that say their own faults; what is wrong elsewhere is said above the form
BESIDE = {
    "key", "name", "phone", "note", "starts", "hours", "checks_a_week",
    *(f"{role}[{part}]" for role in ROLES for part in (*NEEDS, "members", "rest_days")),
}  # fmt: skip


@router.get("/duty/+usual")
def ask_usual(call: Call, owner: str = "", below: str = "") -> Response:
    return usual_page(call, owner, bool(below))


def usual_page(
    call: Incoming, owner: str, below: bool, trouble: Trouble | None = None, typed: Posted | None = None
) -> Response:
    """The form for a unit, the uppermost where none is named, with the people who may be ticked."""
    with visit(call) as (session, reader):
        must_plan(reader.actor)
        units = units_to_plan(session, reader.actor)
        unit = next((one for one in units if one.key == owner or not owner), None)
        if unit is None:
            raise NotFound("There is nothing of that name here")
        offered, more = people_to_serve(session, reader.actor, unit.key, below=below)
    return show(
        call, "duty/usual.html", units=units, unit=unit, below=below, offered=offered,
        more_people=more, roles=ROLES, kinds=KINDS_OF_DAY, beside=BESIDE, trouble=trouble, typed=typed,
    )  # fmt: skip


@router.post("/duty/+usual")
def make_usual_roster(call: Call, form: Form) -> Response:
    def make(session: Session, visitor: Visitor) -> str:
        must_plan(visitor.actor)
        return make_usual(session, visitor.actor, usual_in(form), now=call.now)

    return act(
        call, form, make, then=lambda key: f"/duty/{key}/draft", said=N_("The roster is made; plan its first days"),
        again=lambda trouble: usual_page(call, form.text("owner"), bool(form.text("below")), trouble, form),
    )  # fmt: skip


def usual_in(form: Posted) -> Usual:
    """What was typed, as it was typed."""
    plain = ("key", "name", "owner", "phone", "note", "divided", "starts", "hours", "checks_a_week")
    return Usual(**{name: form.text(name).strip() for name in plain}, roles=[role_in(form, code) for code in ROLES])


def role_in(form: Posted, code: str) -> UsualRole:
    need = {kind: told for kind in NEEDS if (told := form.text(f"{code}[{kind}]").strip())}
    return UsualRole(code, need, form.several(f"{code}[members]"), form.text(f"{code}[rest_days]").strip())
