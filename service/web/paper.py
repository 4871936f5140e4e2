"""Pages on paper: the templates, filled in the reader's language and the place's zone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from service.duty.table_words import role_name
from service.errors import Fault
from service.notices import render
from service.settings import settings
from service.web import tones
from service.web.cookies import LANGUAGE, SAID
from service.web.figure_words import FIGURES
from service.web.form_marks import FormMarks
from service.web.marks import N_
from service.web.nav import menu
from service.web.reasons import because
from service.web.seals import form_token, said_before
from service.web.statics import static
from service.words import locale_for, say

TEMPLATES = Path(__file__).parent.parent / "templates"
LANGUAGES = (("zh_CN", "中文"), ("en", "English"))
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
# identifiers that English does not spell as they stand
SPELT = {
    "dragon_boat": "Dragon Boat Festival",
    "flash": "danger",
    "labour_day": "Labour Day",
    "makeup_workday": "make-up workday",
    "mid_autumn": "Mid-Autumn Festival",
    "national_day": "National Day",
    "new_year": "New Year",
    "on_spot": "on the spot",
    "qingming": "Qingming",
    "self_check": "self-check",
    "spring_festival": "Spring Festival",
}


@cache
def environment() -> Environment:
    """Everything is escaped; a name that no page hands over is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals |= {"_": spoken, "static": static, "once": token_urlsafe, "asking": asking, "tone": tones.tone}
    made.globals |= {"languages": LANGUAGES, "faults_at": faults_at, "worded": worded}
    made.globals |= {"duty_role": duty_role, "figure_name": figure_name}
    made.filters |= {"minute": minute, "due": due, "iso": iso, "day": day, "weekday": weekday, "why": why}
    return made


@pass_context
def spoken(context: Context, msgid: str, **facts: Any) -> str:
    """A msgid in the language of the page; an identifier (`on_duty`) that has no words there is read without its _."""
    words = say(str(msgid), context["locale"], **facts)
    if words != msgid or not words.islower() or " " in words:
        return words
    return SPELT.get(words) or words.replace("_", " ")


@pass_context
def why(context: Context, reason: str) -> str:
    """A reason in the language of the page; what a person gave as one stays as they wrote it."""
    words = because(reason, context["locale"])
    return words if words != reason else spoken(context, reason)


@pass_context
def worded(context: Context, words: Iterable[Any]) -> list[tuple[str, str]]:
    """Each word with what it is called in the language of the page, for a select."""
    return [(str(word), spoken(context, str(word))) for word in words]


@pass_context
def duty_role(context: Context, role: str) -> str:
    """What a role on watch is called."""
    return role_name(role, context["locale"])


@pass_context
def figure_name(context: Context, name: str) -> str:
    """What a number that a task asks for is called."""
    return spoken(context, FIGURES.get(name, name))


def minute(at: datetime | None) -> str:
    """An instant on the clock of the place."""
    return f"{at.astimezone(settings().zone_info()):%Y-%m-%d %H:%M}" if at else ""


def due(at: datetime | None) -> str:
    """A deadline on the clock of the place; midnight is the end of its day."""
    return render.local(at, settings().zone_info()) if at else ""


def iso(at: datetime | None) -> str:
    """An instant for machines."""
    return at.astimezone(settings().zone_info()).isoformat(timespec="minutes") if at else ""


def day(at: datetime | date | None) -> str:
    """The civil day of an instant at the place, or a day as it is."""
    if isinstance(at, datetime):
        at = at.astimezone(settings().zone_info()).date()
    return at.isoformat() if at else ""


@pass_context
def weekday(context: Context, on: date) -> str:
    """The short name of a day of the week."""
    return say(WEEKDAYS[on.weekday()], context["locale"])


def asking(path: str, asked: Mapping[str, Any], **more: Any) -> str:
    """An address with its questions; what is empty is left out, a list comes several times."""
    wishes = {name: value for name, value in {**asked, **more}.items() if value not in (None, "", [], ())}
    return f"{path}?{urlencode(wishes, doseq=True)}" if wishes else path


def faults_at(faults: Iterable[Fault], name: str) -> list[Fault]:
    """The faults of one field; `findings[0][note]` and `findings.0.note` are the same place."""
    place = dotted(name)
    return [fault for fault in faults if dotted(fault.field) == place]


def dotted(name: str) -> str:
    return name.replace("[", ".").replace("]", "")


def page(request: Request, name: str, *, language: str = "", status: int = 200, **facts: Any) -> Response:
    """A page; in the person's own `language` where they have set one, else as they chose before, else as they ask."""
    reader = facts.pop("reader", None) or getattr(request.state, "reader", None)
    locale = locale_of_page(request, language or (reader.language if reader else ""))
    said = said_before(request)
    known = {
        "locale": locale, "reader": reader, "form_token": form_token(request), "said": said, "trouble": None,
        "typed": None, "here": request.url.path, "back": back_to(request),
        "menu": menu(request.app, reader.actor, request.url.path) if reader else [],
        "marks": FormMarks(facts.get("typed")), **facts,
    }  # fmt: skip
    headers = {"Content-Language": locale.replace("_", "-")}
    response = HTMLResponse(environment().get_template(name).render(known), status, headers)
    if SAID in request.cookies:
        response.delete_cookie(SAID, path="/", httponly=True, samesite="lax", secure=settings().secure_cookies)
    return response


def locale_of_page(request: Request, language: str = "") -> str:
    """The language of a page: the reader's own, else the one chosen in this browser, else what it asks for."""
    reader = getattr(request.state, "reader", None)
    wish = language or (reader.language if reader else "") or request.cookies.get(LANGUAGE, "")
    return locale_for(wish or request.headers.get("accept-language", ""), settings().locale)


def back_to(request: Request) -> str:
    """Where a reader is, to come back to: the page's own address, or the first page where that was no page."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def refusal_page(request: Request, status: int, title: str, detail: str, faults: Iterable[Fault]) -> Response:
    """The page that says what was refused; `detail` is already in words."""
    came = came_from(request) if request.method == "POST" else ""
    return page(request, "refusal.html", status=status, title=title, detail=detail, faults=list(faults), came=came)


def came_from(request: Request) -> str:
    """The page of ours on which a form stood that was refused; nothing where the browser doesn't say."""
    came = urlsplit(request.headers.get("referer", ""))
    ours = (
        came.netloc == request.headers.get("host") and came.path.startswith("/") and came.path[:2] not in ("//", "/\\")
    )
    return came.path + (f"?{came.query}" if came.query else "") if ours else ""
