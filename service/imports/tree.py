"""Where the units of a sheet will stand: parents that exist, no circles, and the path of every unit once it holds."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Unit
from service.access import EVERYWHERE, Actor, units_beneath
from service.imports.rows import Entry, Reading
from service.people.unit_acts import ACT, PATH_BYTES_AT_MOST
from service.units import in_batches


class Standing(NamedTuple):
    """A unit as it stands within the actor's reach."""

    key: str
    version: int
    parent: str | None
    path: str
    closed_on: date | None
    name: str
    kind: str
    sector: str
    risk: str
    address: str
    phone: str


def standing_units(session: Session, actor: Actor) -> dict[str, Standing]:
    """Every unit that the actor may change, by code."""
    columns = (col(getattr(Unit, name)) for name in Standing._fields)
    statement = select(*columns).where(units_beneath(actor.paths(ACT))).order_by(col(Unit.path))
    return {row[0]: Standing(*row) for row in session.execute(statement)}


def check_places(
    session: Session, actor: Actor, reading: Reading, named: dict[str, Entry], known: Mapping[str, Standing]
) -> None:
    """Fault what stands outside the actor's reach, and parents that don't exist, are closed or may not be left.

    Units outside the actor's reach are struck from `named`.
    """
    strange = [code for code in named if code not in known]
    for batch in in_batches(strange):
        for code in session.execute(select(col(Unit.key)).where(col(Unit.key).in_(batch))).scalars():
            reading.fault(named[code], "code", "is no unit that you may change")
            del named[code]
    everywhere = actor.may(ACT, EVERYWHERE)
    for code, entry in named.items():
        if "parent" not in entry.values:
            continue
        parent, stands = entry.values["parent"], known.get(code)
        if stands and stands.parent == parent:
            continue
        if parent is None:
            if not everywhere:
                reading.fault(entry, "parent", "is missing: only someone with rights everywhere may add a root")
        elif parent not in named and parent not in known:
            reading.fault(entry, "parent", "there is no unit {code}", code=parent)
        elif parent not in named and known[parent].closed_on is not None:
            reading.fault(entry, "parent", "is closed")
        elif stands and not actor.may(ACT, stands.path.removesuffix(f"{code}/")):
            reading.fault(entry, "parent", "may not change: the unit above is not yours to take it from")


def new_paths(reading: Reading, named: Mapping[str, Entry], known: Mapping[str, Standing]) -> dict[str, str]:
    """The path of every unit once the sheet holds; faults the circles and what would stand too deep."""
    parents: dict[str, str | None] = {code: unit.parent for code, unit in known.items()}
    parents.update((code, entry.values.get("parent")) for code, entry in named.items())
    paths: dict[str, str] = {}
    circling: set[str] = set()
    for start in parents:
        line: list[str] = []
        seen: set[str] = set()
        code: str | None = start
        while code is not None and code in parents and code not in paths and code not in circling and code not in seen:
            line.append(code)
            seen.add(code)
            code = parents[code]
        if code in seen:
            circle = line[line.index(str(code)) :]
            for one in circle:
                if one in named:
                    words = " → ".join([*circle[circle.index(one) :], *circle[: circle.index(one)], one][:10])
                    reading.fault(named[one], "parent", "stands under itself: {circle}", circle=words)
        if code in seen or code in circling:
            circling.update(line)
            continue
        for one in reversed(line):
            paths[one] = f"{path_above(one, parents[one], paths, known)}{one}/"
            if one in named and len(paths[one].encode()) > PATH_BYTES_AT_MOST:
                reading.fault(named[one], "parent", "stands too deep in the tree")
    return paths


def path_above(code: str, parent: str | None, paths: Mapping[str, str], known: Mapping[str, Standing]) -> str:
    """The path of the unit above; the top of the actor's reach has one that isn't among the known."""
    if parent in paths:
        return paths[str(parent)]
    if code in known and known[code].parent == parent:
        return known[code].path.removesuffix(f"{code}/")
    return EVERYWHERE
