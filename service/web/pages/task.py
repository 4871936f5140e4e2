"""One task: its checklist, figures and findings on a telephone, and what others do with what was handed in."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Response
from sqlmodel import Session

from models import Report
from models.kinds import ActivityKind, HazardLevel, HazardMode, TaskState
from service import evidence, listings, people
from service.access import Actor
from service.errors import NotFound, Trouble
from service.ledger import lists as ledger_lists
from service.ledger import whole as ledger_whole
from service.people import offered
from service.records import letters
from service.signin.sessions import Visitor
from service.tasks import acts as tasks
from service.tasks import asks as task_asks
from service.tasks import guards as task_guards
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms import Reasoned, Reassignment, Submission
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.findings import PHOTO, Findings
from service.web.pages.journal_words import ACTS as LINES
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

FOUND_SHOWN = 100
IN_FORM = ("findings.", "answers.", "figures.", "note", "photo")
DONE = {
    "open": N_("The task is open"),
    "submit": N_("It is handed in; thank you"),
    "accept": N_("What was handed in is accepted"),
    "reject": N_("It is sent back, with your reason"),
    "reassign": N_("Somebody else has the task now, and is told"),
    "cancel": N_("The task is called off"),
    "evidence": N_("It is kept with the evidence"),
}


@router.get("/tasks/{key}")
def one_task(call: Call, key: KeyInPath) -> Response:
    return task_page(call, key)


def task_page(
    call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = "",
    rows: int = 0,
) -> Response:  # fmt: skip
    """The page of a task; after a refusal with what was typed, in the form of the act that was refused."""
    with visit(call) as (session, reader):
        found, path = tasks.find(session, reader.actor, key)
        whole = listings.task(session, reader.actor, key)
        allowed = task_guards.allowed(reader.actor, found, path, now=call.now)
        asks = task_asks.asks_of(session, found)
        hazards = ledger_lists.hazards(session, reader.actor, now=call.now, task=key, limit=FOUND_SHOWN).items
        proofs = ledger_whole.evidence_of(session, (key,))
        paper = paper_of(session, found) if found.state != TaskState.planned else None
        named = (*(whole.task[name] for name in WHO), *(line.by for line in whole.journal))
        ready = [name for name, why in allowed.items() if why is None]
        staff = offered.staff(session, reader.actor) if "reassign" in ready else []
        names = people.names(session, {*named, *(one.made_by for one in proofs)})
    return show(
        call, "task.html", task=whole.task, figures={one.name: plain(one.value) for one in whole.figures},
        answers={one.item: one for one in whole.answers}, journal=whole.journal, asks=asks, hazards=hazards,
        proofs=proofs, names=names, ready=ready, staff=staff, stuck=allowed,
        may_prove=may_prove(reader.actor, found, path), rows=rows,
        levels=tuple(HazardLevel), modes=tuple(HazardMode), trouble=trouble, typed=typed, act_named=act_named,
        acts=LINES, beside=beside(trouble), paper=paper,
    )  # fmt: skip


class Paper(NamedTuple):
    """Where a task is really done, and what is said of it there."""

    way: str
    words: str
    help: str


LETTER = (
    N_("Read and sign the letter"),
    N_("Signing it hands the task in. What was signed on paper is handed in below, with a photo."),
)
MEETING = (
    N_("Attendance and minutes"),
    N_("Who was called signs in there, and there the minutes are written. Once it was held, hand it in below."),
)
REPORT = N_("Write the report"), N_("It is drafted from the records; sending it hands the task in.")


def paper_of(session: Session, task: Any) -> Paper | None:
    """The letter, the meeting or the report that a task is about."""
    if task.kind == ActivityKind.commitment and letters.newest(session, task.activity, task.planned_on.year):
        return Paper(f"/letters/tasks/{quote(task.key)}", *LETTER)
    if task.kind in (ActivityKind.meeting, ActivityKind.study):
        return Paper(f"/meetings/{quote(task.key)}", *MEETING)
    if task.kind == ActivityKind.report and session.get(Report, f"report:{task.key}"):
        return Paper(f"/reports/{quote(f'report:{task.key}')}", *REPORT)
    return None


def beside(trouble: Trouble | None) -> list[str]:
    """The faults that the form shows where they are, and not above it as well."""
    return [one.field for one in trouble.faults if one.field.startswith(IN_FORM)] if trouble else []


def plain(value: float) -> float:
    """A figure as people write it: 3 and not 3.0."""
    return int(value) if value.is_integer() else value


WHO = ("assignee", "co_assignee", "submitted_by", "accepted_by")


def may_prove(actor: Actor, task: Any, path: str) -> bool:
    """Whether they may add evidence; the act itself looks again."""
    return actor.person in (task.assignee, task.co_assignee) or actor.may("report hazards", path)


@router.post("/tasks/{key}/submit")
def submit_task(call: Call, key: KeyInPath, form: Form) -> Response:
    """Hand it in with its findings and photos, all or nothing; or ask for one more row to write a finding in."""
    given = Findings(form)
    if form.text("more"):
        return task_page(call, key, typed=given.form, act_named="submit", rows=given.many + 1)

    def submit(session: Session, visitor: Visitor) -> None:
        body = given.form.fit(Submission)
        answers = {item: (str(one.mark), one.note) for item, one in body.answers.items()}
        codes = tasks.submit(
            session, visitor.actor, key, now=call.now, figures=body.figures, answers=answers, note=body.note,
            findings=[found.model_dump(exclude_none=True) for found in body.findings], version=given.form.version(),
        )  # fmt: skip
        for subject, name in ((key, PHOTO), *((code, given.photo_field(n)) for n, code in enumerate(codes))):
            for photo in given.photos(name):
                stage = "" if subject == key else "before"
                evidence.add(session, visitor.actor, subject, now=call.now, photo=photo, stage=stage)

    return act(
        call, given.form, submit, then=f"/tasks/{key}", said=DONE["submit"], photos=given.photo_fields(),
        again=lambda trouble: task_page(call, key, trouble, given.form, "submit", given.many),
    )  # fmt: skip


@router.post("/tasks/{key}/evidence")
def add_evidence(call: Call, key: KeyInPath, form: Form) -> Response:
    def add(session: Session, visitor: Visitor) -> None:
        for photo in evidence.photos_or_note(form.photos(PHOTO)):
            evidence.add(session, visitor.actor, key, now=call.now, photo=photo, note=form.text("note"))

    return done(call, key, form, "evidence", add, photos=(PHOTO,))


@router.post("/tasks/{key}/{name}")
def act_on_task(call: Call, key: KeyInPath, name: str, form: Form) -> Response:
    """Open, accept, reject, reassign or cancel it."""
    if name not in ACTS:
        raise NotFound("There is nothing of that name here")
    return done(call, key, form, name, lambda session, visitor: ACTS[name](session, visitor.actor, key, call, form))


def done(
    call: Incoming, key: str, form: Posted, name: str, do: Callable[[Session, Visitor], None],
    photos: tuple[str, ...] = (),
) -> Response:  # fmt: skip
    """Do it and say so on the task's page; a refusal stands there beside what was typed."""
    return act(
        call, form, do, then=f"/tasks/{key}", said=DONE[name], photos=photos,
        again=lambda trouble: task_page(call, key, trouble, form, name),
    )  # fmt: skip


def open_early(session: Session, actor: Actor, key: str, call: Incoming, form: Posted) -> None:
    tasks.open_task(session, actor, key, now=call.now, version=form.version())


def accept(session: Session, actor: Actor, key: str, call: Incoming, form: Posted) -> None:
    tasks.accept(session, actor, key, now=call.now, version=form.version())


def reject(session: Session, actor: Actor, key: str, call: Incoming, form: Posted) -> None:
    reason = form.fit(Reasoned, keep_empty=("reason",)).reason
    tasks.reject(session, actor, key, now=call.now, reason=reason, version=form.version())


def reassign(session: Session, actor: Actor, key: str, call: Incoming, form: Posted) -> None:
    asked = form.fit(Reassignment, keep_empty=("reason",))
    given = {"person": asked.person, "reason": asked.reason}
    tasks.reassign(session, actor, key, now=call.now, version=form.version(), **given)


def cancel(session: Session, actor: Actor, key: str, call: Incoming, form: Posted) -> None:
    reason = form.fit(Reasoned, keep_empty=("reason",)).reason
    tasks.cancel(session, actor, key, now=call.now, reason=reason, version=form.version())


ACTS: dict[str, Callable[[Session, Actor, str, Incoming, Posted], None]] = {
    "open": open_early, "accept": accept, "reject": reject, "reassign": reassign, "cancel": cancel,
}  # fmt: skip
