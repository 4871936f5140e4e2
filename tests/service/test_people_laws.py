"""Laws of the tree: however it is imported or moved, by however many at once, a path is the parent's and the code."""

import random
from datetime import datetime
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Unit
from service import people, store
from service.access import SYSTEM
from service.errors import Refused, Trouble
from service.imports.kinds import import_units
from service.imports.rows import Reading
from service.imports.tree import new_paths
from service.imports.units import CHECKS, COLUMNS
from tests.service.workbooks import UNITS, sheet


def broken_paths(session: Session) -> list[str]:
    """The units whose path isn't that of their parent with their own code behind it."""
    rows = session.execute(select(col(Unit.key), col(Unit.parent), col(Unit.path))).all()
    paths = {row.key: row.path for row in rows}
    return [row.key for row in rows if row.path != f"{paths[row.parent] if row.parent else '/'}{row.key}/"]


@given(st.integers(1, 12).flatmap(lambda n: st.lists(st.integers(-1, n - 1), min_size=n, max_size=n)))
def test_a_sheet_is_a_tree_or_its_circles_are_named(parents: list[int]) -> None:
    rows = [(f"u{n}", "单位", f"u{parent}" if parent >= 0 else "", "村") for n, parent in enumerate(parents)]
    reading = Reading(sheet(UNITS, *rows), COLUMNS, CHECKS)
    paths = new_paths(reading, reading.by_key("code"), {})
    expected: dict[str, str] = {}
    circling = set()
    for start in range(len(parents)):
        line = [start]
        while (above := parents[line[-1]]) >= 0 and above not in line:
            line.append(above)
        if above < 0:
            expected[f"u{start}"] = "/" + "".join(f"u{n}/" for n in reversed(line))
        elif above == start:
            circling.add(start)
    assert paths == expected
    assert {fault.field for fault in reading.faults} == {f"表.csv!C{n + 2} 上级编码" for n in circling}
    assert len(reading.faults) == len(circling)


def test_any_moves_leave_a_tree(town: Engine, now: datetime) -> None:
    chance = random.Random(20261123)
    codes = ["yanjing", "dongcun", "dong-grid1", "xicun", "huagong", "bailu", "nancun"]
    refused = 0
    for _ in range(40):
        unit, parent = chance.choice(codes), chance.choice([*codes, "district", None])
        try:
            with store.transaction(town) as session:
                people.change_unit(session, SYSTEM, unit, {"parent": parent}, now=now)
        except Refused:
            refused += 1
        with store.reading(town) as session:
            assert broken_paths(session) == []
    assert 0 < refused < 40


def test_moves_and_new_units_at_once_leave_a_tree(town: Engine, now: datetime) -> None:
    ends: list[str] = []

    def attempt(number: int) -> None:
        try:
            with store.transaction(town) as session:
                if number % 3 == 0:
                    people.change_unit(session, SYSTEM, "dongcun", {"parent": "xicun"}, now=now)
                elif number % 3 == 1:
                    people.change_unit(session, SYSTEM, "xicun", {"parent": "dongcun"}, now=now)
                else:
                    given = {"code": f"n{number}", "name": "新", "kind": "grid", "parent": "dong-grid1"}
                    people.add_unit(session, SYSTEM, now=now, **given)
            ends.append("done")
        except Trouble as trouble:
            ends.append(type(trouble).__name__)

    threads = [Thread(target=attempt, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ends) == 9
    assert set(ends) <= {"done", "Refused"}
    with store.reading(town) as session:
        assert broken_paths(session) == []
        moved = session.execute(select(col(Unit.parent)).where(col(Unit.key).in_(["dongcun", "xicun"]))).scalars()
        assert sorted(str(parent) for parent in moved) in (["dongcun", "yanjing"], ["xicun", "yanjing"])
        assert session.execute(select(col(Unit.key)).where(col(Unit.parent) == "dong-grid1")).scalars().all() != []


def test_two_imports_at_once_end_as_one(engine: Engine, now: datetime) -> None:
    read = sheet(UNITS, ("z", "镇", "", "镇"), *((f"c{n}", "村", "z", "村") for n in range(50)))
    made: list[int] = []

    def attempt() -> None:
        with store.transaction(engine) as session:
            made.append(import_units(session, SYSTEM, read, now=now).made)

    threads = [Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(made) == [0, 0, 0, 51]
    with store.reading(engine) as session:
        assert broken_paths(session) == []
