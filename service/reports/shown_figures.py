"""A figure as a snapshot keeps it: with its words, where it comes from, what must sum to it, and what it was before."""

from typing import Any
from urllib.parse import urlencode

from service.figures.base import Defined, Figure, Rate
from service.figures.folding import Name, Taken, named
from service.figures.registry import counted, figure, terms
from service.figures.sources import SOURCES
from service.notices.words import N_
from service.reports.asked import Asked
from service.reports.numbers import Numbers
from service.rules.figures import change, digits, foot
from service.rules.reports import Stretch

CHANGE_DECIMALS = 2
OF_CAMPAIGN = N_("records of the campaign at the unit and everything beneath it")
Before = dict[str, tuple[Stretch, Numbers]]


def shown(
    asked: Asked, name: Name, numbers: Numbers, before: Before, total_parts: dict[str, list[str]]
) -> dict[str, Any]:
    """One figure; `before` has the numbers of the year and of the period before, for those that are compared.

    `total_parts` are the lines of the report's own tables that must sum to it, by what they are told apart by.
    """
    one = figure(name.key)
    value, got = numbers.value(name), numbers.got(name)
    stated = numbers.stated.get(str(name))
    # the lines of tables are not taken apart again: the whole figure is
    own = {} if name.dim else one.parts
    parts = {by: [str(name._replace(key=key)) for key in keys] for by, keys in own.items()} | total_parts
    return {
        "figure": name.key,
        "narrowed": {name.dim: name.value} if name.dim else {},
        "label": one.label,
        "unit_word": one.unit_word,
        "value": value,
        "shown": digits(value, decimals=one.decimals, ten_thousands=one.ten_thousands),
        "definition": one.definition,
        "scope": one.scope if asked.campaign is None else OF_CAMPAIGN,
        "basis": basis_of(one),
        "records": None if isinstance(one, Rate) else link(asked, name),
        "of": dict(zip(("part", "whole"), (str(name._replace(key=term)) for term in terms(one)), strict=True))
        if isinstance(one, Rate)
        else None,
        "counted": numbers.counted(name) if stated else value,
        "stated": stated._asdict() if stated else None,
        "from": {
            "records": got.records if got else None,
            "reports": [reported(taken) for taken in (got.taken if got else ())],
        },
        "parts": [footed(numbers, value, by, ids) for by, ids in parts.items()],
        "comparison": compared(one, name, value, before),
        "findings": [],
    }  # fmt: skip


def reported(taken: Taken) -> dict[str, Any]:
    """A number that a lower report gave."""
    lower = taken.lower
    return {"unit": lower.unit, "report": lower.report, "edition": lower.edition, "value": taken.value}


def basis_of(one: Defined) -> str:
    """By which date a figure's records are counted."""
    first = next(iter(counted(one.key)))
    return SOURCES[first.source].basis


def link(asked: Asked, name: Name) -> str:
    """The call that lists the records behind a figure."""
    unit = name.value if name.dim == "unit" else asked.unit
    query = {"unit": unit, "from": asked.stretch.from_on, "to": asked.stretch.to_on}
    if name.dim == "unit" and name.value == asked.unit:
        query["own"] = "true"
    campaign = name.value if name.dim == "campaign" else asked.campaign
    if campaign or name.dim == "campaign":
        query["campaign"] = campaign or ""
    if name.dim == "campaign":
        query["alone"] = "true"
    if name.dim == "sector":
        query["sector"] = name.value
    return f"/api/v1/figures/{name.key}/records?{urlencode(query)}"


def footed(numbers: Numbers, value: Any, by: str, ids: list[str]) -> dict[str, Any]:
    """Parts beside their total."""
    footing = foot(value, (numbers.value(named(one)) for one in ids))
    return {"by": by, "of": ids, "sum": footing and footing.sum, "sums": footing is None or footing.sums}


def compared(one: Defined, name: Name, value: Any, before: Before) -> dict[str, Any] | None:
    """The figure in earlier days, and by how many percent it has changed."""
    if (
        not before
        or name.dim
        or (isinstance(one, Figure) and next(iter(before.values()))[1].got(Name(name.key)) is None)
    ):
        return None
    found: dict[str, Any] = {}
    for which, (stretch, numbers) in before.items():
        then = numbers.value(name)
        found[which] = {
            "from": stretch.from_on.isoformat(),
            "to": stretch.to_on.isoformat(),
            "value": then,
            "shown": digits(then, decimals=one.decimals, ten_thousands=one.ten_thousands),
            "change": None if value is None or then is None else change(value, then, CHANGE_DECIMALS),
        }
    return found
