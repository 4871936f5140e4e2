"""A report as it stands on its page: the paper itself, each figure a link to the records behind it."""

import re
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from markupsafe import Markup

from service.papers.html import article
from service.papers.laid import laid_out
from service.reports.templates import TEMPLATES
from service.reports.templates.base import Text
from service.web.marks import N_
from service.words import say

OPENS, NAMED, CLOSES = "\ue000", "\ue001", "\ue002"  # private use: in no text, and escaped by nothing
POINTER = re.compile(f"{OPENS}(\\d{{1,6}}){NAMED}(.*?){CLOSES}", re.S)
RECORDS_AT = "/api/v1/figures/"
ANNEX = '<section class="annex">'
MEANING = N_("What each figure means, and what was summed")


def paper(snapshot: dict[str, Any], locale: str, *, linked: bool = True) -> Markup:
    """The report in HTML, as every format prints it; `linked` leads from each figure to its records."""
    ways = list(ways_of(snapshot).items()) if linked else []
    places = {name: nth for nth, (name, _) in enumerate(ways)}
    figures = {
        name: one | {"marks": (f"{OPENS}{places[name]}{NAMED}", CLOSES)} if name in places else one
        for name, one in snapshot["figures"].items()
    }
    text = folded(article(laid_out(snapshot | {"figures": figures}, locale)), locale)

    def link(found: re.Match[str]) -> str:
        nth = int(found[1])
        return found[2] if nth >= len(ways) else f'<a href="{Markup.escape(ways[nth][1])}">{found[2]}</a>'

    # the paper escapes all it prints, and the links are escaped here
    return Markup(POINTER.sub(link, text))


def folded(text: str, locale: str) -> str:
    """The annex, which is longer than the report, opens when it is asked for."""
    head, annex = text.split(ANNEX)
    shut = f'<details class="annex"><summary>{Markup.escape(say(MEANING, locale))}</summary>'
    return head + shut + annex.replace("</section>", "</details>")


def ways_of(snapshot: dict[str, Any]) -> dict[str, str]:
    """Figure → the page of its records, of a frozen edition those it counted; a rate leads to those of its whole."""
    figures, number = snapshot["figures"], snapshot["edition"]
    found = {}
    for name, one in figures.items():
        whole = figures.get((one["of"] or {}).get("whole", ""), one)
        way = way_of(one["figure"], whole["records"])
        if way and number:
            way = f"/reports/{quote(snapshot['key'])}/records?{urlencode({'figure': name, 'edition': number})}"
        if way:
            found[name] = way
    return found


def way_of(key: str, records: str | None) -> str | None:
    """The page of the records that a call of the API lists."""
    parts = urlsplit(records or "")
    if not parts.path.startswith(RECORDS_AT):
        return None
    return f"/figures/{quote(key)}/records?{urlencode(parse_qsl(parts.query, keep_blank_values=True))}"


def parts_of(template: str) -> list[tuple[str, str]]:
    """The parts of a template that people write, each with the heading it stands beneath."""
    return [
        (block.name, section.heading)
        for section in TEMPLATES[template].sections
        for block in section.blocks
        if isinstance(block, Text)
    ]
