"""The ledger's sheet (隐患台账): new hazards with the history it knows of them, and better words for old ones."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Hazard
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import Fault, Refused
from service.hazards import fields as known
from service.imports.hazards_history import Deadlines, History, days_fit, history_of
from service.imports.hazards_names import gather_names
from service.imports.rows import Checks, Entry, Reading, Removals, Report, allowed, sheet_code, sheet_text
from service.ladders import deadlines_for, lookback_for
from service.people.fields import today
from service.rules.hazards import CLOSED
from service.rules.steps import Step, change
from service.settings import settings
from service.sheets.reading import Column, Sheet
from service.store import require
from service.units import in_batches

ACT = "import hazards"
COLUMNS = (
    Column("code", ("编号", "隐患编号")),
    Column("campaign", ("所属行动", "专项行动")),
    Column("unit", ("被检查单位", "单位", "单位编码"), needed=True),
    Column("place", ("地点/部位", "地点", "部位")),
    Column("description", ("隐患描述", "隐患内容", "问题隐患"), needed=True),
    Column("category", ("类别", "隐患类别")),
    Column("level", ("级别", "隐患级别", "隐患等级")),
    Column("source", ("来源", "隐患来源")),
    Column("found_on", ("发现日期", "检查日期", "排查日期"), needed=True),
    Column("found_by", ("检查人", "检查人员", "发现人")),
    Column("measures", ("整改措施",)),
    Column("responsible_unit", ("责任单位", "整改责任单位")),
    Column("responsible", ("责任人", "整改责任人")),
    Column("supervisor", ("督办领导",)),
    Column("funds_yuan", ("资金", "整改资金")),
    Column("due_on", ("整改期限", "整改时限")),
    Column("contingency", ("应急措施/预案", "应急措施", "应急预案")),
    Column("submitted_on", ("完成日期", "整改完成日期")),
    Column("accepted_by", ("验收人",)),
    Column("accepted_on", ("验收日期",)),
    Column("closed_on", ("销号日期",)),
    Column("looked_on", ("回头看日期",)),
    Column("looked", ("回头看结果",)),
    Column("note", ("备注",)),
)
EXAMPLE = (
    "", "", "yanjing-cun01", "配电室", "配电箱无防护盖", "用电", "一般", "检查", "2026-03-02", "", "加装防护盖", "", "",
    "", "0.05", "2026-03-16", "", "", "", "", "", "", "", "",
)  # fmt: skip
remembered = lru_cache(maxsize=10_000)  # what repeats in a ledger is looked at once
CHECKS: Checks = {
    "code": lambda cell: sheet_code(cell) if cell else None,
    "campaign": remembered(sheet_text), "unit": remembered(sheet_text), "place": remembered(sheet_text),
    "description": known.description, "category": remembered(sheet_text),
    "level": remembered(lambda cell: known.level(cell or "一般")),
    "source": remembered(lambda cell: known.source(cell or "导入")),
    "found_on": remembered(known.sheet_day), "found_by": remembered(sheet_text), "measures": known.long_text,
    "responsible_unit": remembered(sheet_text), "responsible": remembered(sheet_text),
    "supervisor": remembered(sheet_text), "funds_yuan": remembered(known.ten_thousand_yuan),
    "due_on": remembered(known.sheet_deadline), "contingency": known.long_text,
    "submitted_on": remembered(known.sheet_optional_day), "accepted_by": remembered(sheet_text),
    "accepted_on": remembered(known.sheet_optional_day), "closed_on": remembered(known.sheet_optional_day),
    "looked_on": remembered(known.sheet_optional_day),
    "looked": remembered(lambda cell: known.result(cell) if cell else None), "note": known.long_text,
}  # fmt: skip
WORDS = ("place", "description", "category", "note")  # what no act changes, so that a sheet may


class Standing(NamedTuple):
    """A hazard of the sheet that is in the ledger already."""

    key: str
    version: int
    unit: str
    state: str
    cycle: int
    place: str
    description: str
    category: str
    note: str


def import_hazards(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    *,
    now: datetime,
    removals: Removals = "keep",
    allow_mass: bool = False,
    dry_run: bool = False,
) -> Report:
    """Enter the hazards of a sheet into the ledger: all rows or none, and the same sheet again changes nothing.

    A row without a code is known again by its unit, day, place and description. A new one comes with the history its
    columns tell: handed in, accepted, closed (its look-backs planned, those slept through as one from now on). Of one
    that stands, only place, description, category and note are taken; everything else has moved by acts since.
    Nobody is told. Raises Refused naming every place that is wrong; Forbidden who may import nowhere.
    """
    allowed(actor, ACT)
    if removals == "close":
        fault = Fault("removals", "hazards are closed by acts, not by sheets")
        raise Refused("A ledger forgets nothing", faults=[fault])
    reading = Reading(sheet, COLUMNS, CHECKS)
    names = gather_names(session, actor, ACT)
    given = gather_standing(session, {code for entry in reading.entries if (code := entry.values.get("code"))})
    for entry in reading.entries:
        names.resolve(reading, entry, stands=entry.values.get("code") in given)
        if entry.values.get("code") not in given:  # the rest of what stands has moved by acts, and is not taken
            days_fit(reading, entry, today(now))
    named = coded(reading)
    standing = given | gather_standing(session, named.keys() - given.keys())
    for code, entry in named.items():
        if code in standing:
            agrees(reading, entry, standing[code])
    refused = reading.refuse_faults(dry_run)
    if refused:
        return refused
    calendar = gather_calendar(session, zone=settings().zone_info())
    terms = Deadlines(
        calendar, lambda campaign: deadlines_for(session, campaign), lambda campaign: lookback_for(session, campaign)
    )
    made = [history_of(code, entry.values, terms, now) for code, entry in named.items() if code not in standing]
    changed = [step for code, entry in named.items() if code in standing for step in reworded(entry, standing[code])]
    if not dry_run:
        write(session, made, changed, now=now, by=actor.person)
    return Report(len(reading.entries), len(made), len(changed), len(named) - len(made) - len(changed), 0)


def coded(reading: Reading) -> dict[str, Entry]:
    """The entries by their codes, given or made of what tells one finding from another; a row twice is a fault."""
    found: dict[str, Entry] = {}
    for entry in reading.entries:
        values = entry.values
        code = values.get("code")
        if code is None:
            if not {"unit", "found_on", "description"} <= values.keys():
                continue
            code = known.code_from(values["unit"], values["found_on"], values.get("place", ""), values["description"])
        if code in found:
            column = "code" if values.get("code") else "description"
            reading.fault(entry, column, "stands in row {row} already", row=found[code].number)
        else:
            found[code] = entry
    return found


def gather_standing(session: Session, codes: Iterable[str]) -> dict[str, Standing]:
    """The hazards of these codes that are in the ledger."""
    columns = [col(getattr(Hazard, name)) for name in Standing._fields]
    found: dict[str, Standing] = {}
    for batch in in_batches(codes):
        rows = session.execute(select(*columns).where(col(Hazard.key).in_(batch)))
        found.update((row.key, Standing(*row)) for row in rows)
    return found


def agrees(reading: Reading, entry: Entry, stands: Standing) -> None:
    """Fault a row that says of a hazard what only an act may bring about, or that means another hazard."""
    if "unit" in entry.values and entry.values["unit"] != stands.unit:
        reading.fault(entry, "code", "stands in the ledger for the unit {unit}", unit=stands.unit)
    elif entry.values.get("closed_on") and stands.cycle == 1 and stands.state != CLOSED:
        reading.fault(entry, "closed_on", "is open in the ledger: close it there")


def reworded(entry: Entry, stands: Standing) -> list[Step]:
    """The step that gives a hazard the sheet's words, if they differ."""
    words = {name: entry.values.get(name, getattr(stands, name)) for name in WORDS}
    differ = [name for name in WORDS if words[name] != getattr(stands, name)]
    return [change(Hazard, stands.key, stands.version, "reworded", words, ", ".join(differ))] if differ else []


def write(session: Session, made: list[History], changed: list[Step], *, now: datetime, by: str) -> None:
    """Write the hazards, then what belongs to each; a draw that is owed already stays as it is."""
    hazards = [one.hazard for one in made]
    draws = {draw.key: draw for one in made for draw in one.draws}
    if draws and hazards:
        hazards[0] = hazards[0]._replace(then=tuple(draws.values()))
    require(session, hazards, now=now, by=by)
    require(session, [step for one in made for step in one.parts], now=now, by=by)
    require(session, changed, now=now, by=by)
