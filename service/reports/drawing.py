"""Drawing: a whole report from one steady read, as the snapshot that every print and every roll-up is made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Campaign
from service.figures import counting
from service.figures.base import Figure
from service.figures.folding import Name, named
from service.figures.registry import figure, terms
from service.reports import numbers as of
from service.reports.asked import Asked, span_of
from service.reports.blocks import Drawn, block_of, heads_of
from service.reports.declared import Declared, by_figure, differing
from service.reports.duty_days import duty_days
from service.reports.numbers import Numbers, Stated
from service.reports.shown_figures import Before, shown
from service.reports.templates import template
from service.reports.templates.base import Days, Table, Template
from service.rules.figures import digits, tidy
from service.rules.reports import stretch_before, year_before

FORMAT = "zhiban-report/1"
TASKS_NAMED = 20  # so many tasks are named where declared numbers do not agree; all of them are summed


def draw(
    session: Session,
    asked: Asked,
    *,
    now: datetime,
    texts: Mapping[str, Any] | None = None,
    stated: Mapping[str, Stated] | None = None,
) -> dict[str, Any]:
    """The snapshot of a report, not frozen yet.

    1. count what the template names, once, cell by cell; and again for the days it is compared with
    2. put the lower reports of the same days in the place of records
    3. fill sentences and tables with ids, and keep each figure once with all that stands behind it
    4. foot every total against its parts, and say where they do not agree
    """
    form = template(asked.template)
    members = counting.members(session, asked.campaign) if asked.campaign else None
    apart = [block.columns for block in form.blocks() if isinstance(block, Table) and block.by == "campaign"]
    fold = of.count(
        session, asked, needed(form, stated or {}), members, by_campaign=[key for columns in apart for key in columns]
    )
    numbers = Numbers(fold, stated or {})
    before = earlier(session, asked, form, members)
    drawn = Drawn(numbers, before, heads_of(session, asked, form, fold))
    sections = [
        {
            "id": section.id, "level": section.level, "heading": {"msgid": section.heading, "facts": {}},
            "blocks": [
                duty_days(session, asked, block) if isinstance(block, Days) else shape
                for block in section.blocks
                if isinstance(block, Days) or (shape := block_of(drawn, block)) is not None
            ],
        }
        for section in form.sections
    ]  # fmt: skip
    figures = figures_of(asked, drawn, numbers, before)
    span = span_of(session, asked.stretch, asked.zone)
    handed_in = by_figure(differing(session, asked, members, span, fold.counted))
    campaign = campaign_of(session, asked.campaign, members)
    return {
        "format": FORMAT,
        "key": asked.key,
        "edition": 0,
        "reason": "",
        "template": form.key,
        "unit": {"code": asked.unit, "name": asked.name, "kind": asked.kind, "path": asked.path},
        "period": {
            "from": asked.stretch.from_on.isoformat(), "to": asked.stretch.to_on.isoformat(),
            "kind": str(asked.stretch.period),
        },
        "campaign": campaign,
        "scope": {"units": len(fold.counted.places), "zone": asked.zone},
        "drawn_at": now.isoformat(),
        "frozen_at": None,
        "frozen_by": None,
        "title": {"msgid": form.title, "facts": {"unit": asked.name, "template": form.name}},
        "sections": standing(sections),
        "figures": figures,
        "texts": dict(texts or {}),
        "findings": findings_of(figures, handed_in),
        "sources": [
            {"unit": one.unit, "name": one.name, "report": one.report, "edition": one.edition, "sha256": one.sha256}
            for one in fold.lowers
        ],
    }  # fmt: skip


def standing(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sections that say something, or have one beneath them that does."""
    found: list[dict[str, Any]] = []
    for section in reversed(sections):
        beneath = bool(found) and found[-1]["level"] > section["level"]
        if section["blocks"] or beneath:
            found.append(section)
    return found[::-1]


def needed(form: Template, stated: Mapping[str, Stated]) -> list[str]:
    """The figures to count: what the template names, their parts, and what was stated."""
    found: dict[str, None] = {}
    for key in [*form.plain_figures(), *(named(text).key for text in stated)]:
        one = figure(key)
        found |= dict.fromkeys((key, *terms(one), *(part for parts in one.parts.values() for part in parts)))
    return list(found)


def earlier(session: Session, asked: Asked, form: Template, members: tuple[str, ...] | None) -> Before:
    """The compared figures of the year before and of the period before."""
    if not form.compared:
        return {}
    stretches = {"year": year_before(asked.stretch), "period": stretch_before(asked.stretch)}
    return {
        which: (stretch, Numbers(of.count(session, asked.over(stretch), form.compared, members), {}))
        for which, stretch in stretches.items()
    }


def figures_of(asked: Asked, drawn: Drawn, numbers: Numbers, before: Before) -> dict[str, Any]:
    """Every figure that a block names, with its terms and parts, each once."""
    found: dict[str, Any] = {}
    # what is nothing and therefore not said is known to be nothing, here and to the report above that sums this one
    left = [*drawn.ids, *template(asked.template).plain_figures(), *numbers.stated]
    while left:
        text = left.pop(0)
        if text in found:
            continue
        name = named(text)
        found[text] = shown(asked, name, numbers, before, drawn.lines.get(text, {}))
        one = figure(name.key)
        left += [str(name._replace(key=term)) for term in terms(one)]
        left += [part for group in found[text]["parts"] for part in group["of"]]
        if name.dim:
            left.append(name.key)
    return found


def findings_of(figures: dict[str, Any], handed_in: Mapping[str, list[Declared]]) -> list[dict[str, Any]]:
    """Where a total and its parts do not agree, and what was stated against the records, or declared with tasks
    otherwise than they have it; hung at the figures too."""
    found: list[dict[str, Any]] = []
    for text, one in figures.items():
        if one["stated"] and one["stated"]["value"] != one["counted"]:
            hang(found, figures, contradicted(text, one))
        if text in handed_in:
            hang(found, figures, declared_otherwise(text, one, handed_in[text]))
        for group in one["parts"]:
            if not group["sums"]:
                hang(found, figures, unfooted(text, one, group))
    return found


def contradicted(text: str, one: dict[str, Any]) -> dict[str, Any]:
    """A figure that a person states otherwise than the records have it."""
    numbers = {"stated": one["stated"]["value"], "counted": one["counted"]}
    return {"kind": "stated", "figure": text, **numbers, "shown": digits_of(one, numbers)}


def declared_otherwise(text: str, one: dict[str, Any], differing: list[Declared]) -> dict[str, Any]:
    """Numbers handed in with tasks that the records of the same contradict; the first of those tasks by name."""
    numbers = {
        "declared": tidy(sum(each.declared for each in differing)),
        "counted": tidy(sum(each.counted for each in differing)),
    }
    return {
        "kind": "declared", "figure": text, **numbers, "shown": digits_of(one, numbers),
        "tasks": [each._asdict() for each in differing[:TASKS_NAMED]], "units": len({each.unit for each in differing}),
    }  # fmt: skip


def digits_of(one: dict[str, Any], numbers: dict[str, Any]) -> dict[str, str]:
    """Numbers of a figure as they are printed."""
    definition = figure(one["figure"])
    return {
        name: digits(number, decimals=definition.decimals, ten_thousands=definition.ten_thousands)
        for name, number in numbers.items()
    }


def unfooted(text: str, one: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
    """A total that its parts don't make."""
    numbers = {"total": one["value"], "sum": group["sum"], "off": tidy(one["value"] - group["sum"])}
    said = digits_of(one, numbers)
    return {
        "kind": "parts", "figure": text, "by": group["by"], "total": one["value"], "sum": group["sum"], "shown": said,
    }  # fmt: skip


def hang(found: list[dict[str, Any]], figures: dict[str, Any], finding: dict[str, Any]) -> None:
    figures[finding["figure"]]["findings"].append(len(found))
    found.append(finding)


def campaign_of(session: Session, key: str | None, members: tuple[str, ...] | None) -> dict[str, Any] | None:
    """The campaign of a report, with its sub-plans."""
    if key is None:
        return None
    row = session.execute(select(col(Campaign.name), col(Campaign.basis)).where(col(Campaign.key) == key)).one_or_none()
    name, basis = (row.name, row.basis) if row else (key, "")
    return {"key": key, "name": name, "basis": basis, "members": list(members or ())}


def additive(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The numbers of a snapshot that a report above may sum: what is counted, not what is computed from it."""
    return {
        text: one["value"]
        for text, one in snapshot["figures"].items()
        if one["value"] is not None and isinstance(figure(one["figure"]), Figure)
    }


__all__ = ["FORMAT", "Name", "additive", "draw"]
