"""The units sheet: 编码 名称 上级编码 类型 行业 风险等级 标签 地址 联系电话, parents in any order."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import Unit, UnitTag
from service.access import Actor, in_scope
from service.imports.rows import (
    Entry,
    Reading,
    Removals,
    Report,
    allowed,
    sheet_code,
    sheet_optional_code,
    sheet_text,
)
from service.imports.tree import Standing, check_places, new_paths, standing_units
from service.people import fields
from service.people.unit_acts import ACT, TARGETED, common_path, hold_tree, tagged
from service.rules.chain import ancestors
from service.rules.steps import Step, change, make
from service.sheets.reading import Column, Sheet
from service.store import require
from service.units import restless

COLUMNS = (
    Column("code", ("编码", "单位编码"), needed=True),
    Column("name", ("名称", "单位名称"), needed=True),
    Column("parent", ("上级编码", "上级单位编码"), needed=True),
    Column("kind", ("类型", "单位类型"), needed=True),
    Column("sector", ("行业", "所属行业")),
    Column("risk", ("风险等级",)),
    Column("tags", ("标签",)),
    Column("address", ("地址",)),
    Column("phone", ("联系电话", "电话")),
)
CHECKS = {
    "code": sheet_code, "name": lambda cell: fields.name(sheet_text(cell)), "parent": sheet_optional_code,
    "kind": fields.unit_kind, "sector": sheet_text, "risk": fields.risk, "tags": fields.tag_list,
    "address": sheet_text, "phone": lambda cell: fields.phone(sheet_text(cell)),
}  # fmt: skip
EXAMPLE = ("yanjing-cun01", "示例村", "yanjing", "村", "", "黄", "重点 临水", "示例路1号", "13800130000")
PLAIN = ("name", "kind", "sector", "risk", "address", "phone")
UNSET = {"sector": "", "risk": "", "address": "", "phone": ""}


def import_units(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    *,
    now: datetime,
    removals: Removals = "keep",
    allow_mass: bool = False,
    dry_run: bool = False,
) -> Report:
    """The tree of units as the sheet has it: all rows or none, and the same sheet again changes nothing.

    A closed unit that the sheet names is open again. `removals="close"` closes the units in the actor's reach that the
    sheet doesn't name, but for those above a named one. A column the sheet lacks is left as it is.
    Raises Refused naming every place that is wrong, Forbidden who may change no unit at all.
    """
    allowed(actor, ACT)
    reading = Reading(sheet, COLUMNS, CHECKS)
    hold_tree(session)
    known = standing_units(session, actor)
    named = reading.by_key("code")
    check_places(session, actor, reading, named, known)
    paths = new_paths(reading, named, known)
    gone = unnamed(actor, named, known, paths) if removals == "close" and not reading.faults else []
    reading.check_mass(len(gone), sum(unit.closed_on is None for unit in known.values()), allow_mass)
    refused = reading.refuse_faults(dry_run)
    if refused:
        return refused
    made, changed, touched = [], {}, []
    for code, entry in named.items():
        if code not in known:
            values = {**UNSET, **plain_values(entry), "parent": entry.values["parent"], "path": paths[code]}
            made.append(make(Unit, code, "added", values, sheet.name))
            touched.append(paths[code])
        elif differences := differing(entry, known[code]):
            changed[code] = rewritten(entry, known[code], paths[code], ", ".join(differences), sheet.name)
            touched += [known[code].path, paths[code]] if TARGETED & set(differences) else []
    retagged, tag_steps = tag_changes(session, actor, named, fields.today(now)) if "tags" in reading.at else (set(), [])
    touched += [paths[code] for code in retagged if code in known]
    touched += [known[code].path for code in gone]
    changes = [*changed.values(), *moved_along(named, known, paths, gone), *closings(known, paths, gone, now)]
    if not dry_run:
        write(session, made, [*changes, *tag_steps], touched, now=now, by=actor.person, why=f"units of {sheet.name}")
    news = {step.key for step in made}
    others = (changed.keys() | retagged) - news
    return Report(len(reading.entries), len(made), len(others), len(named) - len(made) - len(others), len(gone))


def unnamed(
    actor: Actor, named: Mapping[str, Entry], known: Mapping[str, Standing], paths: Mapping[str, str]
) -> list[str]:
    """The open units that the sheet doesn't name, save those above a named one and the tops of the actor's reach."""
    above = {code for name in named for code in ancestors(paths[name])}
    tops = set(actor.paths(ACT))
    return [
        code for code, unit in known.items() if unit.closed_on is None and code not in above and unit.path not in tops
    ]


def plain_values(entry: Entry) -> dict[str, Any]:
    return {name: entry.values[name] for name in PLAIN if name in entry.values}


def differing(entry: Entry, unit: Standing) -> list[str]:
    """The fields in which a row and its unit differ."""
    names = [name for name, value in plain_values(entry).items() if value != getattr(unit, name)]
    names += ["parent"] if entry.values["parent"] != unit.parent else []
    return names + (["closed_on"] if unit.closed_on is not None else [])


def rewritten(entry: Entry, unit: Standing, path: str, what: str, sheet: str) -> Step:
    # always the same columns, so that all changes of a sheet are one statement
    values = {name: entry.values.get(name, getattr(unit, name)) for name in PLAIN}
    values |= {"parent": entry.values["parent"], "path": path, "closed_on": None}
    return change(Unit, unit.key, unit.version, "changed", values, f"{sheet}: {what}")


def moved_along(
    named: Mapping[str, Entry], known: Mapping[str, Standing], paths: Mapping[str, str], gone: Iterable[str]
) -> Iterator[Step]:
    """New paths for the units beneath a moved one that don't change otherwise."""
    closing = set(gone)
    for code, unit in known.items():
        moves = paths[code] != unit.path
        if moves and code not in closing and (code not in named or not differing(named[code], unit)):
            yield change(Unit, code, unit.version, "moved along", {"path": paths[code]})


def closings(
    known: Mapping[str, Standing], paths: Mapping[str, str], gone: Iterable[str], now: datetime
) -> Iterator[Step]:
    for code in gone:
        values = {"path": paths[code], "closed_on": fields.today(now)}
        yield change(Unit, code, known[code].version, "closed", values, "no longer in the sheet")


def tag_changes(session: Session, actor: Actor, named: Mapping[str, Entry], on: date) -> tuple[set[str], list[Step]]:
    """The units whose tags change, and the steps that keep the history of it."""
    statement = select(*(col(getattr(UnitTag, name)) for name in ("key", "version", "unit", "tag", "until_on")))
    statement = statement.where(or_(col(UnitTag.until_on).is_(None), col(UnitTag.until_on) >= on))
    rows = session.execute(statement.where(in_scope(UnitTag.unit, actor.paths(ACT)))).all()
    latest = {(row.unit, row.tag): row for row in sorted(rows, key=lambda row: str(row.key))}
    retagged: set[str] = set()
    steps: list[Step] = []
    for code, entry in named.items():
        for tag in entry.values["tags"]:
            row = latest.get((code, tag))
            if row is None:
                steps.append(tagged(code, tag, on))
                retagged.add(code)
            elif row.until_on is not None:
                steps.append(change(UnitTag, row.key, row.version, "tagged", {"until_on": None}))
                retagged.add(code)
    for (code, tag), row in latest.items():
        if row.until_on is None and code in named and tag not in named[code].values["tags"]:
            steps.append(change(UnitTag, row.key, row.version, "untagged", {"until_on": on}))
            retagged.add(code)
    return retagged, steps


def write(
    session: Session, made: list[Step], others: list[Step], touched: list[str], *, now: datetime, by: str, why: str
) -> None:
    """Write parents before children, depth by depth, then the rest; campaigns look again where targets may differ."""
    layers: dict[int, list[Step]] = {}
    for step in made:
        layers.setdefault(step.values["path"].count("/"), []).append(step)
    for depth in sorted(layers):
        require(session, layers[depth], now=now, by=by)
    if touched:
        others = [*others, *restless(session, now=now, path=common_path(*touched), why=why)]
    require(session, others, now=now, by=by)
