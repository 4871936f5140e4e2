"""Pages on paper: the templates, filled in the reader's language and the place's zone."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from service.errors import Fault
from service.settings import settings
from service.words import locale_for, say

TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def environment() -> Environment:
    """Everything is escaped; a name that no page hands over is an error."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.globals["_"] = spoken
    made.filters["minute"] = minute
    return made


@pass_context
def spoken(context: Context, msgid: str, **facts: Any) -> str:
    """A msgid in the language of the page."""
    return say(str(msgid), context["locale"], **facts)


def minute(at: datetime | None) -> str:
    """An instant on the clock of the place."""
    return f"{at.astimezone(settings().zone_info()):%Y-%m-%d %H:%M}" if at else ""


def page(request: Request, name: str, *, language: str = "", status: int = 200, **facts: Any) -> Response:
    """A page; in the person's own `language` where they have set one, else in what the browser asks for."""
    wish = language or request.headers.get("accept-language", "")
    locale = locale_for(wish, settings().locale)
    known = {"locale": locale, "reader": None, "form_token": "", **facts}
    headers = {"Content-Language": locale.replace("_", "-")}
    return HTMLResponse(environment().get_template(name).render(known), status, headers)


def refusal_page(request: Request, status: int, title: str, detail: str, faults: Iterable[Fault]) -> Response:
    """The page that says what was refused; `detail` is already in words."""
    return page(request, "refusal.html", status=status, title=title, detail=detail, faults=list(faults))
