"""A roster from its file: pasted or brought, every fault named with its line; changed the same way, and retired."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.duty import retiring, rosters
from service.duty.allowed import PLAN, find_roster, must, must_plan
from service.errors import Fault, Refused, Trouble
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms import Reasoned
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

FILE_BYTES_MOST = 200_000
EXAMPLE = """key: duty-24h
name: 24小时值班
owner: town-code
phone: "13800130000"
note: 值班期间手机保持畅通。
watch: {starts: "08:00", hours: 24}
roles:
  - {role: leader, need: 1, members: [A001, A002, A003], rest_days: 1}
  - {role: officer, need: {default: 1, holiday: 2}, members: [A005, A006, A007, A008], rest_days: 1}
fair: {total: 10, rest_day: 10, holiday: 15}
"""


@router.get("/duty/+new")
def new_roster(call: Call) -> Response:
    return file_page(call)


@router.get("/duty/{roster}/file")
def file_of_roster(call: Call, roster: KeyInPath) -> Response:
    return file_page(call, roster)


def file_page(
    call: Incoming, roster: str = "", trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = ""
) -> Response:
    """The form with the file of a roster, or an example where there is none yet."""
    with visit(call) as (session, reader):
        row = text = None
        if roster:
            row, path = find_roster(session, reader.actor, roster)
            must(reader.actor, PLAN, path)
            text = row.text
        else:
            must_plan(reader.actor)
    return show(
        call, "duty/file.html", roster=row, text=text or "", example=EXAMPLE, trouble=trouble, typed=typed,
        act_named=act_named,
    )  # fmt: skip


def text_in(form: Posted) -> str:
    """The file that was brought, else the text that was typed."""
    files = form.files.get("file", [])
    if not files:
        text = form.text("text")
    elif len(files[0].data) > FILE_BYTES_MOST:
        raise Refused("Some fields are wrong", faults=[Fault("file", "is too long")])
    else:
        try:
            text = files[0].data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused("Some fields are wrong", faults=[Fault("file", "is not UTF-8 text")]) from None
    if not text.strip():
        raise Refused("Some fields are wrong", faults=[Fault("text", "is missing")])
    return text


@router.post("/duty/+new")
def make_roster(call: Call, form: Form) -> Response:
    def apply(session: Session, visitor: Visitor) -> str:
        must_plan(visitor.actor)  # before the file is looked into
        return rosters.apply_file(session, visitor.actor, text_in(form), now=call.now, new=True).key

    return act(
        call, form, apply, then=lambda key: f"/duty/{key}/draft", said=N_("The roster is made; plan its first days"),
        again=lambda trouble: file_page(call, "", trouble, form),
    )  # fmt: skip


@router.post("/duty/{roster}/file")
def change_roster(call: Call, roster: KeyInPath, form: Form) -> Response:
    def apply(session: Session, visitor: Visitor) -> str:
        find_roster(session, visitor.actor, roster)
        text = text_in(form)
        return rosters.apply_file(session, visitor.actor, text, now=call.now, version=form.version()).key

    return act(
        call, form, apply, then=lambda key: f"/duty/{key}",
        said=N_("The roster is changed; what is published stands until it is planned anew"),
        again=lambda trouble: file_page(call, roster, trouble, form),
    )  # fmt: skip


@router.post("/duty/{roster}/retire")
def retire_roster(call: Call, roster: KeyInPath, form: Form) -> Response:
    def retire(session: Session, visitor: Visitor) -> None:
        reason = form.fit(Reasoned, keep_empty=("reason",)).reason
        retiring.retire(session, visitor.actor, roster, now=call.now, reason=reason, version=form.version())

    return act(
        call, form, retire, then="/duty", said=N_("The roster is kept no longer"),
        again=lambda trouble: file_page(call, roster, trouble, form, "retire"),
    )  # fmt: skip
