"""Warnings: the list, the form that shows whom one would reach before it is sent, and one with its receipts, live."""

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Response
from pydantic import Field, ValidationError, field_validator
from sqlmodel import Session
from starlette.background import BackgroundTask

from models.kinds import AlertState, Risk, UnitKind
from service import people, unit_tree, units
from service.alerts import acts as alerts
from service.alerts import lists as alert_lists
from service.alerts.found import subjects_of
from service.errors import NotFound, Refused, Trouble
from service.notices import delivery
from service.people import offered
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath, Questions, read_questions
from service.web.deps import Call, Incoming
from service.web.forms import Reasoned
from service.web.forms_incidents import Aimed, Ended, NewAlert, Received
from service.web.marks import N_
from service.web.misfits import fault_of
from service.web.pages.acts import act, beside, ours
from service.web.pages.incidents import instants
from service.web.pages.journal_words import ACTS as LINES
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()
AnyAim = TypeVar("AnyAim", bound=Aimed)

SHOWN_AT_ONCE = 200
LOOKS_AGAIN_SECONDS = 10
KINDS = (UnitKind.town, UnitKind.village, UnitKind.grid, UnitKind.enterprise, UnitKind.site, UnitKind.school,
         UnitKind.hazard_point, UnitKind.department)  # fmt: skip


class AlertQuestions(Questions):
    """What the list is asked; what a form leaves empty counts as not asked."""

    unit: str | None = Field(None, max_length=500)
    state: AlertState | None = None
    after: str | None = Field(None, max_length=2_000)

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        return None if value == "" else value


Asked = Annotated[AlertQuestions, Depends(read_questions(AlertQuestions))]


@router.get("/alerts")
def alert_list(call: Call, asked: Asked) -> Response:
    with visit(call) as (session, reader):
        found = alert_lists.alerts(session, reader.actor, unit=asked.unit, state=asked.state, after=asked.after)
        names = people.names(session, {row["made_by"] for row in found.items})
        offers = offered.units(session, reader.actor)
    return show(
        call, "alerts.html", found=found, names=names, states=tuple(AlertState), after=asked.after,
        asked=asked.model_dump(mode="json", exclude_none=True, exclude={"after"}),
        may_send=bool(reader.actor.paths(alerts.ACT)), offers=offers,
    )  # fmt: skip


@router.get("/alerts/new")
def ask_alert(call: Call, unit: str = "") -> Response:
    return alert_form(call, unit=unit[:200])


def alert_form(
    call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None, unit: str = "", *, reached: Any = None
) -> Response:
    """The form of a warning; with `reached`, the units it would go to and who would be told first."""
    with visit(call) as (session, reader):
        if not reader.actor.paths(alerts.ACT):
            raise NotFound("There is nothing of that name here")
        units = offered.units(session, reader.actor)
        found = reached(session, reader) if reached else None
        told = {person for one in found or () for person in one["people"]}
        names = people.names(session, told)
        unit_names = unit_tree.names(session, {one["unit"] for one in found or ()})
    return show(
        call, "alert_new.html", trouble=trouble, typed=typed, unit=unit, units=units, kinds=KINDS, levels=tuple(Risk),
        reached=found, names=names, unit_names=unit_names, at_most=SHOWN_AT_ONCE,
        chosen=typed.several("kinds") if typed else ["village"],
    )  # fmt: skip


@router.post("/alerts/new")
def send_alert(call: Call, form: Form) -> Response:
    """Show whom the warning would reach, or send it: two buttons of one form."""
    if form.text("do") != "send":
        return look_first(call, form)
    subjects: list[str] = []

    def send(session: Session, visitor: Visitor) -> str:
        told = read_form(form, NewAlert)
        key = alerts.broadcast(session, visitor.actor, now=call.now, **told.model_dump())
        subjects.extend(subjects_of(session, key))
        return key

    response = act(
        call, form, send, then=lambda key: f"/alerts/{key}?live=1", said=N_("The warning is out"),
        again=lambda trouble: alert_form(call, trouble, form),
    )  # fmt: skip
    return leaving(call, response, subjects)


def look_first(call: Incoming, form: Posted) -> Response:
    """The form again, with everybody it would reach; nothing is written."""

    def reached(session: Session, visitor: Visitor) -> Any:
        ours(call, form)
        told = read_form(form, Aimed)
        return alerts.preview(session, visitor.actor, now=call.now, **told.model_dump())

    try:
        return alert_form(call, typed=form, reached=reached)
    except (Refused, NotFound) as trouble:
        return alert_form(call, beside(form, trouble), form)


def read_form(form: Posted, schema: type[AnyAim]) -> AnyAim:
    """The fields of a warning by their schema; tags and minutes are several in one line, with commas or blanks."""
    known = schema.model_fields
    told: dict[str, Any] = {name: form.text(name).strip() for name in ("unit", "title", "text", "level")}
    told["kinds"] = form.several("kinds")
    told["tags"] = parted(form.text("tags"))
    if form.text("until_at").strip():
        told |= {"until_at": form.text("until_at")} | instants(form, "until_at")
    if minutes := parted(form.text("chase")):
        told["chase"] = [int(one) if one.isascii() and one.isdecimal() and len(one) < 6 else one for one in minutes]
    try:
        return schema.model_validate({name: value for name, value in told.items() if name in known})
    except ValidationError as wrong:
        faults = [fault_of({**one, "loc": ("body", one["loc"][0])}) for one in wrong.errors()]
        raise Refused("Some fields are wrong", faults=faults) from None


def parted(text: str) -> list[str]:
    return text.replace("，", ",").replace("、", ",").replace(",", " ").split()


def leaving(call: Incoming, response: Response, subjects: list[str]) -> Response:
    """The answer; what it promised urgently leaves right after it."""
    if subjects:
        response.background = BackgroundTask(delivery.deliver_now, call.engine, subjects, call.now)
    return response


@router.get("/alerts/{key}")
def one_alert(call: Call, key: KeyInPath, live: str = "", after: str | None = None) -> Response:
    return alert_page(call, key, live=live == "1", after=after)


def alert_page(
    call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = "", *,
    live: bool = False, after: str | None = None,
) -> Response:  # fmt: skip
    """One warning: those silent first. While it is `live` the page looks again by itself, and has no forms."""
    with visit(call) as (session, reader):
        actor = reader.actor
        whole = alert_lists.whole(session, actor, key)
        silent = alert_lists.receipts(session, actor, key, silent=True, limit=SHOWN_AT_ONCE)
        answered = alert_lists.receipts(session, actor, key, silent=False, limit=SHOWN_AT_ONCE, after=after)
        reached = alert_lists.at_a_glance(session, key)["reached"]
        rows = [*silent.items, *answered.items]
        codes = {row[name] for row in rows for name in ("person", "co_person", "acknowledged_by", "entered_by")}
        names = people.names(session, codes | {whole.alert["made_by"]} | {line.by for line in whole.journal})
        paths = units.paths_of(session, {row["unit"] for row in silent.items} | {whole.alert["unit"]})
    told = {row["unit"] for row in silent.items if actor.person in (row["person"], row["co_person"])}
    mine = told | {row["unit"] for row in silent.items if actor.may("acknowledge alerts", paths.get(row["unit"], ""))}
    open_now = whole.alert["state"] == AlertState.open
    response = show(
        call, "alert.html", whole=whole, silent=silent, answered=answered, reached=reached, names=names, mine=mine,
        may_end=open_now and actor.may(alerts.ACT, paths.get(whole.alert["unit"], "")), live=live and open_now,
        looks=LOOKS_AGAIN_SECONDS, lines=LINES, after=after, trouble=trouble, typed=typed, act_named=act_named,
    )  # fmt: skip
    if live and open_now:
        response.headers["Refresh"] = str(LOOKS_AGAIN_SECONDS)  # whoever asked for it can have it stand still
    return response


@router.post("/alerts/{key}/acknowledge")
def acknowledge_alert(call: Call, form: Form, key: KeyInPath) -> Response:
    def acknowledge(session: Session, visitor: Visitor) -> None:
        told = form.fit(Received, keep_empty=("unit",))
        alerts.acknowledge(session, visitor.actor, key, told.unit, now=call.now, note=told.note, person=told.person)

    named = f"acknowledge {form.text('unit')}"
    return act(
        call, form, acknowledge, then=f"/alerts/{key}", said=N_("It is acknowledged"),
        again=lambda trouble: alert_page(call, key, trouble, form, named),
    )  # fmt: skip


@router.post("/alerts/{key}/{verb}")
def end_alert(call: Call, form: Form, key: KeyInPath, verb: str) -> Response:
    if verb not in ("end", "cancel"):
        raise NotFound("There is nothing of that name here")
    subjects: list[str] = []

    def over(session: Session, visitor: Visitor) -> None:
        told = form.fit(Ended) if verb == "end" else form.fit(Reasoned, keep_empty=("reason",))
        do = alerts.end if verb == "end" else alerts.cancel
        do(session, visitor.actor, key, now=call.now, version=form.version(), reason=told.reason)
        subjects.append(key)

    said = N_("The warning is over; everybody who had been told hears it") if verb == "end" else N_("It is taken back")
    response = act(
        call, form, over, then=f"/alerts/{key}", said=said,
        again=lambda trouble: alert_page(call, key, trouble, form, verb),
    )  # fmt: skip
    return leaving(call, response, subjects)
