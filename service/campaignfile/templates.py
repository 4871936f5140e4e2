"""Campaign files to begin with: eight that a safety office knows, for 2026, and any of them moved to another period.

How `from_template` moves the days (phases and `date:` activities; rules, holidays and seasons need no moving):

1. A period moved by whole years (2026-06-01…30 to 2027-06-01…30): every day moves by those years; 29 February becomes
   the 28th.
2. Any other period: a `date:` keeps its month and day in the first year where that lies in the new period. A phase,
   and a date without such a year, takes the same share of the new period as it had of the old one. Phases stay in
   order, next to each other where they were, a day long at least.

Everything else stays as it is written, comments too.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from service.campaignfile.amounts import YEARS
from service.campaignfile.faults import Faults, Spot
from service.campaignfile.nodes import Scalar
from service.campaignfile.reading import read
from service.campaignfile.values import code
from service.campaignfile.values import key as key_of
from service.campaignfile.values import text as text_of
from service.errors import NotFound
from service.rules.plan import OnDate, Plan

_DAY = timedelta(days=1)
_ISO = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True, slots=True)
class Template:
    """A campaign file to begin with: `about` says in a sentence what it plans, `text` is the whole file.

    `english` and `about_english` say the same to those who read no Chinese; what is made keeps the file's own words.
    """

    key: str
    name: str
    about: str
    text: str
    english: str
    about_english: str


def templates() -> list[Template]:
    """The shipped templates, by key."""
    folder = files("service").joinpath("templates_campaigns")
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name)
    return [_template(item.name.removesuffix(".yaml"), item.read_text("utf-8")) for item in found]


def _template(key: str, text: str) -> Template:
    """The first line of a file says in Chinese what it plans, the second in English: `# name: what it plans`."""
    about, english, rest = text.split("\n", 2)
    named, _, told = english.removeprefix("# ").partition(": ")
    text = f"{about}\n{rest}"
    return Template(
        key=key, name=read(text).name, about=about.removeprefix("# "), text=text, english=named,
        about_english=told[:1].upper() + told[1:],
    )  # fmt: skip


def from_template(key: str, *, campaign_key: str, name: str, owner: str, from_on: date, to_on: date) -> str:
    """A template's text with its own key, name, owner and period, and its days moved as the module tells.

    Raises NotFound for an unknown template and Refused when a word can't stand in a file, the period runs backwards or
    has fewer days than the template has phases. What comes out is a draft: in a very short period a rule may have no
    day left, which `read` then says with its line.
    """
    text = next((template.text for template in templates() if template.key == key), None)
    if text is None:
        raise NotFound("There is no template {key}", key=key)
    plan = read(text)
    _check(plan, campaign_key, name, owner, from_on, to_on)
    rows = text.splitlines()
    for path, on in _moved(plan, from_on, to_on).items():
        row = plan.lines[path] - 1
        word = path.rpartition(".")[2]
        rows[row] = re.sub(rf"\b{word}: {_ISO}", f"{word}: {on}", rows[row], count=1)
    for word, value in {"key": campaign_key, "name": name, "owner": owner}.items():
        rows[plan.lines[word] - 1] = f"{word}: {json.dumps(value.strip(), ensure_ascii=False)}"
    return "\n".join(rows) + "\n"


def _check(plan: Plan, campaign_key: str, name: str, owner: str, from_on: date, to_on: date) -> None:
    faults = Faults()
    key_of(faults, Scalar(plan.lines["key"], "key", campaign_key, "str"))
    text_of(faults, Scalar(plan.lines["name"], "name", name, "str"))
    code(faults, Scalar(plan.lines["owner"], "owner", owner, "str"))
    days = (to_on - from_on).days + 1
    if from_on.year not in YEARS or to_on.year not in YEARS:
        faults.blame(
            Spot(plan.lines["from"], "from"),
            "The years must lie between {least} and {most}",
            least=YEARS[0],
            most=YEARS[-1],
        )
    elif days < max(len(plan.phases), 1):
        at = Spot(plan.lines["to"], "to")
        faults.blame(
            at,
            "{first} to {last} is too short a period: it needs {n} days at least",
            first=str(from_on),
            last=str(to_on),
            n=max(len(plan.phases), 1),
        )
    if faults:
        raise faults.refusal()


def _moved(plan: Plan, from_on: date, to_on: date) -> dict[str, date]:
    """Where each written day of the template goes, by its path."""
    written = {"from": plan.from_on, "to": plan.to_on} | _dates(plan)
    years = from_on.year - plan.from_on.year
    if (years_later(plan.from_on, years), years_later(plan.to_on, years)) == (from_on, to_on):
        return {path: years_later(on, years) for path, on in (written | _phases(plan)).items()}
    moved = {path: _in_period(plan, on, from_on, to_on) for path, on in _dates(plan).items()}
    return {"from": from_on, "to": to_on} | moved | _phases_in_period(plan, from_on, to_on)


def _dates(plan: Plan) -> dict[str, date]:
    whens = enumerate(activity.when for activity in plan.activities)
    return {f"activities[{n}].when.date": when.on for n, when in whens if isinstance(when, OnDate)}


def _phases(plan: Plan) -> dict[str, date]:
    ends = {f"phases[{n}].to": phase.to_on for n, phase in enumerate(plan.phases)}
    return {f"phases[{n}].from": phase.from_on for n, phase in enumerate(plan.phases)} | ends


def years_later(on: date, years: int) -> date:
    """The same day of another year; 28 February for the 29th."""
    if (on.month, on.day) == (2, 29):
        on -= _DAY
    return on.replace(year=on.year + years)


def _in_period(plan: Plan, on: date, from_on: date, to_on: date) -> date:
    for year in range(from_on.year, to_on.year + 1):
        if from_on <= (moved := years_later(on, year - on.year)) <= to_on:
            return moved
    return from_on + _share(plan, on, (to_on - from_on).days + 1) * _DAY


def _share(plan: Plan, on: date, days: int) -> int:
    """How many of the new period's days lie before this one."""
    return (on - plan.from_on).days * days // ((plan.to_on - plan.from_on).days + 1)


def _phases_in_period(plan: Plan, from_on: date, to_on: date) -> dict[str, date]:
    days = (to_on - from_on).days + 1
    moved: dict[str, date] = {}
    free = 0
    for n, phase in enumerate(plan.phases):
        after = len(plan.phases) - n - 1  # so many phases still need a day each
        start = min(max(_share(plan, phase.from_on, days), free), days - after - 1)
        free = min(max(_share(plan, phase.to_on + _DAY, days), start + 1), days - after)
        moved |= {f"phases[{n}].from": from_on + start * _DAY, f"phases[{n}].to": from_on + (free - 1) * _DAY}
    return moved
