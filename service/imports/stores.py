"""The stores sheet: 单位编码 物资 规格 数量 计量单位 存放地点 有效期 最低数量 管理员; each row is a stock-take."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Person, StoreItem, Unit
from models.base import table_of
from service import store
from service.access import Actor, in_scope
from service.calendar.days import gather_calendar
from service.hazards.fields import sheet_optional_day
from service.imports.chain import check_units
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
from service.people import fields
from service.people.fields import Unfit
from service.records import kept, stores
from service.rules.steps import Step
from service.settings import settings
from service.sheets.reading import Column, Sheet
from service.units import in_batches

COLUMNS = (
    Column("unit", ("单位编码",), needed=True),
    Column("name", ("物资", "物资名称", "名称"), needed=True),
    Column("spec", ("规格", "规格型号")),
    Column("quantity", ("数量",), needed=True),
    Column("unit_word", ("计量单位",), needed=True),
    Column("place", ("存放地点", "存放位置")),
    Column("expires_on", ("有效期", "有效期至")),
    Column("minimum", ("最低数量", "最低储备")),
    Column("person", ("管理员", "管理员工号")),
)
EXAMPLE = ("yanjing-cun01", "应急水泵", "2.2kW", "3", "台", "村委会库房", "2027-06-30", "2", "yj001")


def sheet_amount(cell: str) -> float:
    """A quantity from a cell, `1,200.5` or with full-width digits."""
    kept_cell = unicodedata.normalize("NFKC", cell).replace(",", "").strip(fields.BLANKS)
    try:
        return stores.amount(float(kept_cell))
    except ValueError as wrong:
        raise wrong if isinstance(wrong, Unfit) else Unfit("must be a number") from None


CHECKS = {
    "unit": sheet_code, "name": lambda cell: fields.name(sheet_text(cell)), "spec": sheet_text,
    "quantity": sheet_amount, "unit_word": lambda cell: fields.text(sheet_text(cell), 20) or fields.missing(),
    "place": sheet_text, "expires_on": sheet_optional_day, "minimum": lambda cell: sheet_amount(cell) if cell else 0.0,
    "person": sheet_optional_code,
}  # fmt: skip


def import_stores(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    *,
    now: datetime,
    removals: Removals = "keep",
    allow_mass: bool = False,
    dry_run: bool = False,
) -> Report:
    """The stores as the sheet has them: all rows or none; the same sheet again changes nothing.

    What differs is a stock-take of today; a struck item that the sheet names is in the books again. `removals="close"`
    strikes the items in the actor's reach that it doesn't name. A column the sheet lacks is left as it is. Raises
    Refused naming every place that is wrong, Forbidden who may keep no records at all.
    """
    allowed(actor, kept.ACT)
    reading = Reading(sheet, COLUMNS, CHECKS)
    check_units(session, actor, reading, act=kept.ACT)
    named = named_items(reading)
    known = standing_items(session, actor, named, everything=removals == "close")
    check_keepers(session, actor, reading, named, known)
    gone = (
        [key for key, row in known.items() if key not in named and row.gone_on is None] if removals == "close" else []
    )
    reading.check_mass(len(gone), sum(row.gone_on is None for row in known.values()), allow_mass)
    refused = reading.refuse_faults(dry_run)
    if refused:
        return refused
    calendar = gather_calendar(session, zone=settings().zone_info())
    made = [
        stores.entered(whole_of(entry), actor.person, now, calendar) for key, entry in named.items() if key not in known
    ]
    changed = {key: differing(entry, known[key]) for key, entry in named.items() if key in known}
    changed = {key: values for key, values in changed.items() if values or known[key].gone_on is not None}
    steps: list[Step] = list(made)
    for key, values in changed.items():
        steps += stores.recounted(session, known[key], values, sheet.name, actor.person, now, calendar)
    for key in gone:
        steps += stores.struck(session, known[key], "no longer in the sheet", now)
    if not dry_run and steps:
        store.require(session, steps, now=now, by=actor.person)
    unchanged = len(named) - len(made) - len(changed)
    return Report(len(reading.entries), len(made), len(changed), unchanged, len(gone))


def named_items(reading: Reading) -> dict[str, Entry]:
    """The items the sheet names by their keys; one that repeats an earlier row is a fault."""
    found: dict[str, Entry] = {}
    for entry in reading.entries:
        if "unit" not in entry.values or "name" not in entry.values:
            continue
        values = entry.values
        key = stores.key_of(values["unit"], values["name"], values.get("spec", ""), values.get("place", ""))
        if key in found:
            reading.fault(entry, "name", "stands in row {row} already", row=found[key].number)
        else:
            found[key] = entry
    return found


def standing_items(session: Session, actor: Actor, named: Mapping[str, Entry], *, everything: bool) -> dict[str, Any]:
    """The items of the sheet that stand already, or all in the actor's reach."""
    statement = select(table_of(StoreItem))
    found: dict[str, Any] = {}
    for batch in in_batches(named):
        found |= {row.key: row for row in session.execute(statement.where(col(StoreItem.key).in_(batch)))}
    if everything:
        inside = statement.where(in_scope(StoreItem.unit, actor.paths(kept.ACT)))
        found |= {row.key: row for row in session.execute(inside.where(col(StoreItem.gone_on).is_(None)))}
    return found


def check_keepers(
    session: Session, actor: Actor, reading: Reading, named: Mapping[str, Entry], known: Mapping[str, Any]
) -> None:
    """Fault keepers who don't exist, left, or can't be seen by the actor; who keeps an item already may go on."""
    asked = {entry.values["person"] for entry in named.values() if entry.values.get("person")}
    seen: dict[str, str] = {}
    for batch in in_batches(asked):
        there = select(col(Person.key), col(Unit.path)).join(Unit, col(Person.unit) == col(Unit.key))
        there = there.where(col(Person.key).in_(batch), col(Person.left_on).is_(None))
        seen.update(session.execute(there).tuples().all())
    for key, entry in named.items():
        person = entry.values.get("person")
        stays = key in known and known[key].keeper == person
        mine = person == actor.person or (person in seen and actor.may("see", seen[person]))
        if person and not stays and not (person in seen and mine):
            reading.fault(entry, "person", "there is nobody with the staff number {code}", code=person)


def values_of(entry: Entry) -> dict[str, Any]:
    """A row's values under the names of the item's columns."""
    values = dict(entry.values)
    if "person" in values:
        values["keeper"] = values.pop("person")
    return values


def whole_of(entry: Entry) -> dict[str, Any]:
    """All the columns of a new item."""
    return stores.NOT_YET | values_of(entry)


def differing(entry: Entry, row: Any) -> dict[str, Any]:
    """What a row says otherwise than the books."""
    return {name: value for name, value in values_of(entry).items() if getattr(row, name) != value}
