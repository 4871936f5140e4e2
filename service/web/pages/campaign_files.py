"""A campaign file on its way: from a template or pasted, its faults beside its lines, foreseen, and then applied."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson
from fastapi import APIRouter, Response
from sqlmodel import Session

from service import campaignfile, unit_tree, units
from service.access import Actor
from service.calendar.days import gather_calendar
from service.campaigns import acts as campaigns
from service.campaigns import changes as campaign_changes
from service.campaigns import year_strip
from service.campaigns.changes import Changes
from service.errors import Fault, Forbidden, NotFound, Refused, Trouble
from service.people import offered
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages import strips
from service.web.pages.acts import act, ours
from service.web.pages.campaigns import must_see
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

TURNS_SHOWN, UNITS_NAMED = 60, 3
ASKED = {"name", "key", "owner", "from", "to", "within"}  # what is filled in to a template
FILLED = {"targets.within": "within"}


class Row(NamedTuple):
    """One line of a file with what is wrong in it."""

    number: int
    text: str
    faults: tuple[Fault, ...]


@router.get("/campaigns/+new")
def choose_template(call: Call) -> Response:
    with visit(call) as (_, reader):
        must_plan(reader.actor)
    return show(call, "campaign_new.html", templates=campaignfile.templates())


def must_plan(actor: Actor) -> None:
    """For those who may plan campaigns somewhere."""
    must_see(actor)
    if not actor.paths("plan campaigns"):
        raise Forbidden("Your role does not allow this here")


@router.get("/campaigns/+new/{template}")
def ask_template(call: Call, template: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        return template_page(call, session, reader.actor, template)


def template_page(
    call: Incoming, session: Session, actor: Actor, key: str, form: Posted | None = None, trouble: Trouble | None = None
) -> Response:
    must_plan(actor)
    chosen = next((one for one in campaignfile.templates() if one.key == key), None)
    if chosen is None:
        raise NotFound("There is no template {key}", key=key)
    plan = campaignfile.read(chosen.text)
    units = offered.units(session, actor)
    return show(
        call, "campaign_template.html", chosen=chosen, plan=plan, units=units, typed=form, trouble=trouble,
    )  # fmt: skip


@router.post("/campaigns/+new/{template}")
def fill_template(call: Call, template: KeyInPath, form: Form) -> Response:
    with visit(call) as (session, reader):
        must_plan(reader.actor)
        try:
            ours(call, form)
            text = text_from(template, form)
        except Refused as trouble:
            return template_page(call, session, reader.actor, template, form, with_fields(trouble))
        try:
            changes = campaign_changes.changes(session, reader.actor, text, now=call.now)
        except (Refused, NotFound) as trouble:
            told = with_fields(trouble) if isinstance(trouble, Refused) else None
            if told is not None and told.faults and {one.field for one in told.faults} <= ASKED:
                return template_page(call, session, reader.actor, template, form, told)
            return editor(call, text, trouble=trouble)
        return foreseen(call, session, changes, text)


def text_from(template: str, form: Posted) -> str:
    """The template's text with what was typed; the days as they are written, or named as what is wrong."""
    days, faults = {}, []
    for name in ("from", "to"):
        try:
            days[name] = date.fromisoformat(form.text(name).strip())
        except ValueError:
            faults.append(Fault(name, "must be a date like 2023-04-01"))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    owner, within = form.text("owner").strip(), form.text("within").strip()
    text = campaignfile.from_template(
        template, campaign_key=form.text("key").strip(), name=form.text("name"), owner=owner,
        from_on=days["from"], to_on=days["to"],
    )  # fmt: skip
    if within and within != owner:
        line = f"targets: {{within: {orjson.dumps(within).decode()}}}"
        rows = text.splitlines()
        place = next(n for n, row in enumerate(rows) if row.startswith("to: "))
        text = "\n".join([*rows[: place + 1], line, *rows[place + 1 :]]) + "\n"
    return text


def with_fields(trouble: Refused) -> Refused:
    """Faults of a file's lines as faults of the fields they were made of: `line 4: owner` is `owner`."""
    names = [one.field.rpartition(": ")[2] for one in trouble.faults]
    faults = [
        Fault(FILLED.get(name, name), one.reason, one.facts) for name, one in zip(names, trouble.faults, strict=True)
    ]
    return Refused("Some fields are wrong" if faults else trouble.message, faults=faults, **trouble.facts)


@router.get("/campaigns/+file")
def ask_file(call: Call) -> Response:
    with visit(call) as (_, reader):
        must_plan(reader.actor)
    return editor(call, "")


@router.get("/campaigns/{key}/file")
def change_file(call: Call, key: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        found = campaigns.find(session, reader.actor, key)
        reader.actor.must("plan campaigns", found.path)
        text = campaigns.text_of(session, key, found.plan)
    return editor(call, text, found=found)


def editor(call: Incoming, text: str, *, trouble: Trouble | None = None, found: Any = None) -> Response:
    """The page on which a file is written, its faults beside its lines."""
    rows = rows_of(text, trouble.faults) if trouble else []
    loose = [fault for fault in trouble.faults if line_of(fault) is None] if trouble else []
    return show(call, "campaign_file.html", text=text, rows=rows, loose=loose, trouble=trouble, found=found)


def rows_of(text: str, faults: Sequence[Fault]) -> list[Row]:
    """The lines around what is wrong: each faulty one with its faults, and two on either side."""
    wrong: dict[int, list[Fault]] = {}
    for fault in faults:
        if (number := line_of(fault)) is not None:
            wrong.setdefault(number, []).append(fault)
    lines = text.splitlines() or [""]
    near = {n for number in wrong for n in range(number - 2, number + 3)}
    return [Row(n, line, tuple(wrong.get(n, ()))) for n, line in enumerate(lines, 1) if n in near]


def line_of(fault: Fault) -> int | None:
    """The line that a fault names: `line 12: activities[0].when`."""
    head = fault.field.partition(":")[0]
    number = head.removeprefix("line ")
    return int(number) if head.startswith("line ") and number.isdigit() else None


@router.post("/campaigns/+file")
def look_at_file(call: Call, form: Form) -> Response:
    text = text_in(form)
    with visit(call) as (session, reader):
        must_plan(reader.actor)
        if form.text("edit"):
            return editor(call, text)
        try:
            ours(call, form)
        except Refused as trouble:
            return editor(call, text, trouble=trouble)
        return looked_at(call, session, reader, text)


def text_in(form: Posted) -> str:
    """The file that was brought, else what was typed."""
    files = form.files.get("file")
    if not files:
        return form.text("text")
    try:
        return files[0].data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refused("The file is not UTF-8") from None


def looked_at(call: Incoming, session: Session, reader: Visitor, text: str) -> Response:
    """What a file would come to, before anything of it is made; or the file again with what is wrong in it."""
    try:
        changes = campaign_changes.changes(session, reader.actor, text, now=call.now)
    except (Refused, NotFound) as trouble:
        return editor(call, text, trouble=trouble)
    return foreseen(call, session, changes, text)


def foreseen(call: Incoming, session: Session, changes: Changes, text: str, trouble: Trouble | None = None) -> Response:
    plan = changes.plan
    calendar = gather_calendar(session, zone=units.zone_of(session, plan.owner))
    shown = year_strip.strip(session, plan, from_on=plan.from_on, to_on=plan.to_on)
    drawn = strips.strips(
        shown, calendar, from_on=plan.from_on, to_on=plan.to_on, phases=plan.phases, today=calendar.civil(call.now)
    )
    turns = campaign_changes.together(changes.tasks)
    named = {unit for turn in turns[:TURNS_SHOWN] for unit in turn.units[:UNITS_NAMED]}
    names = unit_tree.names(session, {plan.owner, plan.targets.within, *named})
    activities = {f"{plan.key}:{one.key}": one.name for one in plan.activities}
    return show(
        call, "campaign_foreseen.html", plan=plan, changes=changes, turns=turns[:TURNS_SHOWN], text=text,
        more=len(turns) > TURNS_SHOWN, strips=drawn,
        listed=strips.listed(shown, calendar), names=names, activities=activities, trouble=trouble,
        named=UNITS_NAMED,
        counts=Counter(one.what for one in changes.tasks), total=sum(one.tasks for one in shown),
    )  # fmt: skip


@router.post("/campaigns/+apply")
def apply_file(call: Call, form: Form) -> Response:
    text = form.text("text")

    def apply(session: Session, visitor: Visitor) -> str:
        return campaigns.apply_file(session, visitor.actor, text, now=call.now, version=form.version() or 0).key

    def again(trouble: Trouble) -> Response:
        with visit(call) as (session, reader):
            if isinstance(trouble, Refused):
                return editor(call, text, trouble=trouble)
            changes = campaign_changes.changes(session, reader.actor, text, now=call.now)
            return foreseen(call, session, changes, text, trouble)

    said = (
        N_("The changed plan is kept") if form.version() else N_("The plan is kept as a draft; now it can be started")
    )
    return act(call, form, apply, then=lambda key: f"/campaigns/{key}", said=said, again=again)
