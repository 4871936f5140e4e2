"""A roster in use as a form: what its file says filled in; what a change does to what is published is said first."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.duty.allowed import PLAN, find_roster, must
from service.duty.changing import Effects, change_roster, foreseen, mark_of, text_of
from service.duty.file import document_of, read
from service.duty.filling import FIELDS, RESTS, STAYS, Filled, RoleFilled, filled, kinds_of
from service.duty.people import Card, cards_of
from service.duty.usual_acts import Colleague, people_to_serve
from service.errors import Conflict, Fault, Refused, Trouble
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.duty_usual import KINDS_OF_DAY
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

DAY = 24 * 60
WATCHES_SHOWN = 60
# empty rows for the first or last day of somebody who has none yet
ROWS = ("a", "b")
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
        serving = sorted({code for role in stands.roles for code in role.members})
        cards = cards_of(session, {*serving, *(one.served_by for one in effects.watches)})
    named = [(code, cards[code].name if code in cards else code) for code in serving]
    return show(
        call, "duty/edit.html", roster=row, stands=stands, below=below, more_people=more, cards=cards,
        people={role.code: to_choose(role, cards, offered) for role in stands.roles},
        kinds=KINDS_OF_DAY, kinds_of=kinds_of, beside=beside(stands), effects=effects, most=WATCHES_SHOWN,
        present=[role for role in stands.roles if role.is_meant], late=isinstance(trouble, Conflict),
        absent=[role for role in stands.roles if not role.is_meant], stood=mark_of(row),
        meant={role.code for role in told.roles if role.is_meant}, stays=with_days(stands, typed), rows=ROWS,
        serving=[("", ""), *named], hours=hours_of(row.text), trouble=trouble, typed=typed,
    )  # fmt: skip


def to_choose(role: RoleFilled, cards: Mapping[str, Card], offered: Sequence[Colleague]) -> list[Colleague]:
    """Those in a role, and the others who may be put into it."""
    inside = [
        Colleague(code, cards[code].name, cards[code].post) if code in cards else Colleague(code, code, "")
        for code in role.members
    ]
    return inside + [one for one in offered if one.key not in role.members]


def hours_of(text: str) -> dict[str, str]:
    """Each watch of a roster's day by when it is kept."""
    found = {}
    for watch in read(text).problem.watches:
        minutes = (watch.starts, (watch.starts + watch.minutes) % DAY)
        found[watch.code] = "–".join(f"{at // 60:02}:{at % 60:02}" for at in minutes)
    return found


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
    return {
        *FIELDS,
        *stands.stays,
        *needs,
        *(f"who-{n}" for n in ROWS),
        *(f"{code}[{part}]" for code in codes for part in ("members", *RESTS)),
    }


def with_days(stands: Filled, typed: Posted | None) -> list[str]:
    """Whose first or last day is shown: those who have one, and those for whom one was typed."""
    names = {name for name, on in stands.stays.items() if on or (typed and name in typed.fields)}
    return sorted({name.partition(":")[2] for name in names})


@router.post("/duty/{roster}/edit")
def change(call: Call, roster: KeyInPath, form: Form) -> Response:
    form = picked(form)
    vacate = form.text("published") == "vacant"

    def change(session: Session, visitor: Visitor) -> int:
        row, path = find_roster(session, visitor.actor, roster)
        must(visitor.actor, PLAN, path)
        if nobody := [Fault(f"who-{n}", "is missing") for n in ROWS if any(form.text(f"{part}-{n}") for part in STAYS)]:
            raise Refused("Some fields are wrong", faults=nobody)
        return change_roster(
            session, visitor.actor, roster, told_in(form, filled(document_of(row.text))), now=call.now,
            version=form.version(), stood=form.text("stood"), seen=form.text("seen"), vacate=vacate,
        )  # fmt: skip

    return act(
        call, form, change, then=f"/duty/{roster}", said=VACATED if vacate else CHANGED, facts=lambda n: {"n": n},
        again=lambda trouble: edit_page(call, roster, bool(form.text("below")), trouble, form),
    )  # fmt: skip


def picked(form: Posted) -> Posted:
    """The form with the days of whoever was picked in an empty row under their own names."""
    fields = dict(form.fields)
    for n in ROWS:
        if person := form.text(f"who-{n}"):
            fields |= {f"{part}:{person}": fields.pop(f"{part}-{n}", [""]) for part in STAYS}
            del fields[f"who-{n}"]
    return Posted([(name, value) for name, values in fields.items() for value in values], path=form.path)


def told_in(form: Posted, stands: Filled) -> Filled:
    """What was typed into the fields that the roster as it stands has."""
    return Filled(
        {name: form.text(name).strip() for name in FIELDS},
        [role_in(form, role) for role in stands.roles],
        {name: form.text(name).strip() for name in stands.stays if name in form.fields},
    )


def role_in(form: Posted, role: RoleFilled) -> RoleFilled:
    need = {kind: form.text(f"{role.code}[{kind}]").strip() for kind in kinds_of(role)}
    rests = {name: form.text(f"{role.code}[{name}]").strip() for name in RESTS}
    return RoleFilled(role.code, need, form.several(f"{role.code}[members]"), rests)
