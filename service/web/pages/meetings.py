"""Meetings and study: what is to be held, who is called and came, signing in, and the minutes."""

import re
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import AttendanceMark, TaskState
from service import people
from service.errors import Trouble
from service.people import offered
from service.records import meetings
from service.signin.sessions import Visitor
from service.web.asks import PAGE, After, Asked, KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_records import Agenda, Held, Marked, Minutes
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.journal_words import ACTS
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit
from service.words import say

router = APIRouter()

BETWEEN = re.compile(r"[\s,，、;；]+")  # what people put between names

EXCUSED = N_("asked for leave")
HELD_IN = (TaskState.open, TaskState.submitted)
MARKS = {
    AttendanceMark.called: N_("Called to it"), AttendanceMark.signed_in: N_("Signed in"),
    AttendanceMark.absent: N_("Not there"), AttendanceMark.excused: N_("Excused"),
}  # fmt: skip


@router.get("/meetings")
def meeting_list(call: Call, unit: Asked = None, owed: bool | None = None, after: After = None) -> Response:
    with visit(call) as (session, reader):
        found = meetings.listed(session, reader.actor, unit=unit or None, minutes_owed=owed, limit=PAGE, after=after)
    asked = {name: value for name, value in (("unit", unit), ("owed", "true" if owed else None)) if value}
    return show(call, "records/meetings.html", found=found, asked=asked, after=after)


@router.get("/meetings/{key}")
def one_meeting(call: Call, key: KeyInPath) -> Response:
    return meeting_page(call, key)


def meeting_page(
    call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = ""
) -> Response:
    with visit(call) as (session, reader):
        whole = meetings.whole(session, reader.actor, key)
        found = meetings.find(session, reader.actor, key, to_read=True)
        me = reader.actor.person
        writes = me in (found.task.assignee, found.task.co_assignee) or reader.actor.may(
            "submit tasks", found.task.path
        )
        names = people.names(session, {line.by for line in whole.journal} | {whole.meeting["minutes_by"]})
        staff = offered.staff(session, reader.actor) if writes else []
    mine = next((one for one in whole.attendance if one["person"] == me), None)
    return show(
        call, "records/meeting.html", task=SimpleNamespace(**whole.task), meeting=SimpleNamespace(**whole.meeting),
        minutes=whole.minutes, attendance=whole.attendance, figures=whole.figures, missing=whole.missing_parties,
        journal=whole.journal, names=names, acts=ACTS, presence=MARKS, mine=mine, writes=writes,
        staff=staff,
        running=whole.task["state"] in meetings.RUNNING, may_hold=whole.task["state"] in HELD_IN,
        trouble=trouble, typed=typed, act_named=act_named,
    )  # fmt: skip


def done(call: Incoming, key: str, form: Posted, name: str, said: str, do: Any) -> Response:
    """Do it, and go back to the meeting."""
    way = f"/meetings/{key}"

    def again(trouble: Trouble) -> Response:
        return meeting_page(call, key, trouble, form, name)

    return act(call, form, do, then=way, said=said, again=again)


@router.post("/meetings/{key}/sign-in")
def sign_in(call: Call, key: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        meetings.sign_in(session, visitor.actor, key, now=call.now)

    return done(call, key, form, "sign-in", N_("You have signed in"), do)


@router.post("/meetings/{key}/agenda")
def prepare(call: Call, key: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Agenda, keep_empty=("agenda",))
        meetings.prepare(session, visitor.actor, key, now=call.now, agenda=told.agenda, place=told.place)

    return done(call, key, form, "agenda", N_("The agenda is kept"), do)


@router.post("/meetings/{key}/attendance")
def call_people(call: Call, key: KeyInPath, form: Form) -> Response:
    """Call people: staff numbers, and others one a line: the name, a blank or a comma, the party they speak for."""

    def do(session: Session, visitor: Visitor) -> None:
        called: list[dict[str, Any]] = [
            one for line in (form.text("person"), *form.text("people").splitlines()) for one in on_record(line)
        ]
        called += [
            {"name": name, "party": party.strip()}
            for line in form.text("others").splitlines()
            for name, party in ((*BETWEEN.split(line.strip(), maxsplit=1), "")[:2],)
            if name
        ]
        meetings.call(session, visitor.actor, key, called, now=call.now)

    return done(call, key, form, "attendance", N_("They are called"), do)


def on_record(line: str) -> list[dict[str, Any]]:
    """The staff numbers of a line; a word in Chinese is the party that the one before it speaks for."""
    called: list[dict[str, Any]] = []
    for piece in filter(None, BETWEEN.split(line)):
        if called and not piece.isascii():
            called[-1]["party"] = piece
        else:
            called.append({"person": piece})
    return called


@router.post("/meetings/{key}/attendance/{number}")
def mark(call: Call, key: KeyInPath, number: int, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Marked)
        # the one form has a reason beside all three buttons: it is that of who asked for leave
        excused = told.mark == AttendanceMark.excused
        reason = (told.reason or say(EXCUSED, call.locale)) if excused else ""
        meetings.mark(session, visitor.actor, key, number, told.mark, now=call.now, reason=reason)

    return done(call, key, form, f"mark-{number}", N_("The attendance is kept"), do)


@router.post("/meetings/{key}/hold")
def hold(call: Call, key: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        meetings.hold(session, visitor.actor, key, now=call.now, held_at=form.fit(Held).held_at)

    return done(call, key, form, "hold", N_("The meeting was held; its minutes are owed from now on"), do)


@router.post("/meetings/{key}/minutes")
def write_minutes(call: Call, key: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Minutes, keep_empty=("text",))
        meetings.write_minutes(session, visitor.actor, key, told.text, now=call.now, version=told.version)

    return done(call, key, form, "minutes", N_("The minutes are kept"), do)
