"""The people sheet: 工号 姓名 单位编码 职务 手机 邮箱 企业微信."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Person, Unit
from service.access import SYSTEM, Actor, in_scope
from service.imports.rows import Entry, Reading, Removals, Report, allowed, sheet_code, sheet_text
from service.people import fields
from service.people.person_acts import ACT, shut_out
from service.rules.steps import Step, change, make
from service.sheets.reading import Column, Sheet
from service.store import require
from service.units import in_batches

COLUMNS = (
    Column("code", ("工号",), needed=True),
    Column("name", ("姓名",), needed=True),
    Column("unit", ("单位编码",), needed=True),
    Column("post", ("职务",)),
    Column("mobile", ("手机", "手机号", "手机号码")),
    Column("email", ("邮箱", "电子邮箱")),
    Column("wecom", ("企业微信",)),
)
CHECKS = {
    "code": sheet_code, "name": lambda cell: fields.name(sheet_text(cell)), "unit": sheet_code, "post": sheet_text,
    "mobile": fields.mobile, "email": fields.email, "wecom": sheet_text,
}  # fmt: skip
EXAMPLE = ("yj001", "张示例", "yanjing", "安全员", "13800130001", "zhang@example.com", "zhangshili")
PLAIN = ("name", "unit", "post", "mobile", "email", "wecom")
UNSET = {"post": "", "mobile": "", "email": "", "wecom": ""}


class Standing(NamedTuple):
    """A person within the actor's reach."""

    key: str
    version: int
    left_on: date | None
    name: str
    unit: str
    post: str
    mobile: str
    email: str
    wecom: str


def import_people(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    *,
    now: datetime,
    removals: Removals = "keep",
    allow_mass: bool = False,
    dry_run: bool = False,
) -> Report:
    """The people as the sheet has them: all rows or none, and the same sheet again changes nothing.

    Somebody who left and is named is back, without their former roles. `removals="close"` lets leave, as of today,
    the people in the actor's reach whom the sheet doesn't name, never the actor. A column the sheet lacks is left as
    it is. Raises Refused naming every place that is wrong, Forbidden who may change nobody at all.
    """
    allowed(actor, ACT)
    reading = Reading(sheet, COLUMNS, CHECKS)
    known = standing_people(session, actor)
    named = reading.by_key("code")
    check_people(session, reading, named, known)
    check_units(session, actor, reading, known)
    gone = []
    if removals == "close" and not reading.faults:
        gone = [p.key for p in known.values() if p.left_on is None and p.key not in named and p.key != actor.person]
    reading.check_mass(len(gone), sum(person.left_on is None for person in known.values()), allow_mass)
    refused = reading.refuse_faults(dry_run)
    if refused:
        return refused
    made = [
        make(Person, code, "added", UNSET | plain_values(entry), sheet.name)
        for code, entry in named.items()
        if code not in known
    ]
    changed = [
        rewritten(entry, known[code], differences, sheet.name)
        for code, entry in named.items()
        if code in known and (differences := differing(entry, known[code]))
    ]
    if not dry_run:
        left = {"left_on": fields.today(now)}
        steps = [change(Person, code, known[code].version, "left", left, "no longer in the sheet") for code in gone]
        require(session, [*made, *changed, *steps, *shut_out(session, gone, now)], now=now, by=actor.person)
    same = len(named) - len(made) - len(changed)
    return Report(len(reading.entries), len(made), len(changed), same, len(gone))


def standing_people(session: Session, actor: Actor) -> dict[str, Standing]:
    """Everybody whom the actor may change, by number."""
    columns = (col(getattr(Person, name)) for name in Standing._fields)
    statement = select(*columns).where(in_scope(Person.unit, actor.paths(ACT))).order_by(col(Person.key))
    return {row[0]: Standing(*row) for row in session.execute(statement)}


def check_people(session: Session, reading: Reading, named: Mapping[str, Entry], known: Mapping[str, Standing]) -> None:
    """Fault the numbers that stand outside the actor's reach, and the name the service itself acts under."""
    for batch in in_batches(code for code in named if code not in known):
        for code in session.execute(select(col(Person.key)).where(col(Person.key).in_(batch))).scalars():
            reading.fault(named[code], "code", "is nobody whom you may change")
    if SYSTEM.person in named:
        reading.fault(named[SYSTEM.person], "code", "is the name the service itself acts under")


def check_units(session: Session, actor: Actor, reading: Reading, known: Mapping[str, Standing]) -> None:
    """Fault units that don't exist or lie outside the actor's reach (which reads as unknown), and closed ones.

    Whoever is in a closed unit already may stay there.
    """
    closed: dict[str, date | None] = {}
    for batch in in_batches({entry.values["unit"] for entry in reading.entries if "unit" in entry.values}):
        statement = select(col(Unit.key), col(Unit.path), col(Unit.closed_on)).where(col(Unit.key).in_(batch))
        closed.update((row.key, row.closed_on) for row in session.execute(statement) if actor.may(ACT, row.path))
    for entry in reading.entries:
        unit = entry.values.get("unit")
        if unit is not None and unit not in closed:
            reading.fault(entry, "unit", "there is no unit {code}", code=unit)
        elif unit is not None and closed[unit] is not None and unit != unit_of(entry, known):
            reading.fault(entry, "unit", "is closed")


def unit_of(entry: Entry, known: Mapping[str, Standing]) -> str | None:
    """Where the person of a row is now; None for somebody new or who left."""
    stands = known.get(entry.values.get("code", ""))
    return stands.unit if stands is not None and stands.left_on is None else None


def plain_values(entry: Entry) -> dict[str, Any]:
    return {name: entry.values[name] for name in PLAIN if name in entry.values}


def differing(entry: Entry, person: Standing) -> list[str]:
    """The fields in which a row and its person differ."""
    names = [name for name, value in plain_values(entry).items() if value != getattr(person, name)]
    return names + (["left_on"] if person.left_on is not None else [])


def rewritten(entry: Entry, person: Standing, differences: list[str], sheet: str) -> Step:
    # always the same columns, so that all changes of a sheet are one statement
    values = {name: entry.values.get(name, getattr(person, name)) for name in PLAIN} | {"left_on": None}
    return change(Person, person.key, person.version, "changed", values, f"{sheet}: {', '.join(differences)}")
