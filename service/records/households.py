"""Households entered many at once: pasted lines become a sheet of units, tried out and taken as any sheet is."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Unit, UnitTag
from models.kinds import UnitKind
from service.access import Actor
from service.errors import Fault, Refused
from service.hazards.found import known_unit
from service.imports.units import COLUMNS
from service.notices.words import N_
from service.people import fields
from service.records import unit_lists

LINES_MOST = 2_000
BETWEEN = re.compile(r"\t|[,，;；]")
PARTS_MOST, LETTERS_MOST = 3, 200
NO_HOUSEHOLD = N_("line {n} must be a name, an address and a telephone")
NO_PHONE = N_("line {n}: what stands third is no telephone number")


class Household(NamedTuple):
    name: str
    address: str = ""
    phone: str = ""


def sheet_of(session: Session, actor: Actor, tag: str, parent: str, text: str) -> bytes:
    """A sheet of units (csv) that puts the household of each line beneath `parent` and on the list of that tag.

    Who stands there by that name already keeps their code, and what the line leaves out; the others get the next free
    `<parent>-h001`. Raises Refused naming the lines that can't be read, Forbidden.
    """
    actor.must(unit_lists.ACT, known_unit(session, actor, parent, "parent"), see="see units")
    read = lines_of(text)
    there, tags = standing(session, parent)
    codes = free_codes(session, parent)
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow([column.headings[0] for column in COLUMNS])
    for one in read:
        row = there.pop(one.name, None)
        code = row.key if row else next(codes)
        kept = (row.sector, row.risk) if row else ("", "")
        carried = " ".join(dict.fromkeys([*tags.get(code, []), tag]))
        address, phone = one.address or (row.address if row else ""), one.phone or (row.phone if row else "")
        sheet.writerow([code, one.name, parent, str(UnitKind.household), *kept, carried, address, phone])
    return written.getvalue().encode()


def lines_of(text: str) -> list[Household]:
    """A household of each line: name, address, telephone, with tabs or commas between them."""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines or len(lines) > LINES_MOST:
        fault = Fault("lines", "must be 1 to {most} lines", {"most": LINES_MOST})
        raise Refused("Some fields are wrong", faults=[fault])
    found = [read_line(line) for _, line in lines]
    faults = [
        Fault("lines", one, {"n": n})
        for (n, _), one in zip(lines, found, strict=True)
        if not isinstance(one, Household)
    ]
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    return [one for one in found if isinstance(one, Household)]


def read_line(line: str) -> Household | str:
    """The household of a line, or why it is none."""
    parts = [part.strip() for part in BETWEEN.split(line)]
    if not parts[0] or len(parts) > PARTS_MOST or max(map(len, parts)) > LETTERS_MOST:
        return NO_HOUSEHOLD
    try:
        fields.phone("".join(parts[2:]))
    except fields.Unfit:
        return NO_PHONE
    return Household(*parts)


def standing(session: Session, parent: str) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The open households right beneath a unit by their names, and the tags that each carries."""
    columns = (Unit.key, Unit.name, Unit.sector, Unit.risk, Unit.address, Unit.phone)
    homes = (col(Unit.parent) == parent, col(Unit.kind) == UnitKind.household, col(Unit.closed_on).is_(None))
    rows = session.execute(select(*(col(one) for one in columns)).where(*homes).order_by(col(Unit.key).desc()))
    there = {row.name: row for row in rows}  # the first of several that are called the same
    carried = select(col(UnitTag.unit), col(UnitTag.tag)).where(col(UnitTag.until_on).is_(None))
    tags: dict[str, list[str]] = {}
    for unit, tag in session.execute(carried.where(col(UnitTag.unit).in_(select(col(Unit.key)).where(*homes)))):
        tags.setdefault(unit, []).append(tag)
    return there, tags


def free_codes(session: Session, parent: str) -> Iterator[str]:
    """Codes that no unit has, numbered on behind those that are there."""
    head = f"{parent}-h"
    taken = session.execute(select(col(Unit.key)).where(col(Unit.key) > head, col(Unit.key) < f"{head}:"))
    numbers = [int(tail) for (key,) in taken if (tail := key.removeprefix(head)).isdecimal()]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"{head}{number:03}"
