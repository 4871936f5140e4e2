"""Many rows at once: batches of every size around the limits, 50,000 rows, two writers at the same keys."""

import threading
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from models import Journal, Notice, Unit
from models.base import table_of
from service import bulk, store
from service.rules.steps import Step, Telling, change, make, remove
from service.store import Applied
from tests.service import worlds
from tests.service.worlds import at

NOW = at("2026-03-02 09:00")
UNITS = table_of(Unit)
FACTS = {"kind": "village", "version": 1, "sector": "", "risk": "", "address": "", "phone": "", "zone": ""}


def insert(engine: Engine, keys: list[str], name: str = "n") -> list[str]:
    with store.transaction(engine) as session:
        names = ("key", "name", "path", *FACTS)
        columns: list[list[Any]] = [keys, [name] * len(keys), [f"/{key}/" for key in keys]]
        columns += [[value] * len(keys) for value in FACTS.values()]
        return bulk.insert_new(session.connection(), UNITS, names, columns)


def change_names(engine: Engine, keys: list[str], versions: list[int], names: list[str]) -> list[str]:
    with store.transaction(engine) as session:
        return bulk.change_rows(session.connection(), UNITS, ("key", "version", "name"), [keys, versions, names])


def numbered(count: int, start: int = 0) -> list[str]:
    return [f"u{n:06}" for n in range(start, start + count)]


@pytest.mark.parametrize("count", [1, 2, 999, 1000, 1001, 2001])
def test_batches_of_every_size(engine: Engine, count: int) -> None:
    keys = numbered(count)
    assert sorted(insert(engine, keys)) == keys
    assert insert(engine, keys, "again") == []
    more = numbered(count, start=count // 2)
    assert sorted(insert(engine, more, "again")) == [key for key in more if key not in keys]
    assert sorted(change_names(engine, more, [1] * len(more), more)) == more
    assert change_names(engine, more, [1] * len(more), more) == []
    rows = worlds.rows(engine, Unit)
    assert [(row.key, row.version) for row in rows if row.name == row.key] == [(key, 2) for key in more]
    with store.transaction(engine) as session:
        gone = bulk.remove_rows(session.connection(), UNITS, more, [2, *([9] * (len(more) - 1))])
    assert gone == more[:1]


def test_a_version_may_grow_with_nothing_else(engine: Engine) -> None:
    insert(engine, ["a"])
    with store.transaction(engine) as session:
        assert bulk.change_rows(session.connection(), UNITS, ("key", "version"), [["a"], [1]]) == ["a"]
    assert worlds.row(engine, Unit, "a").version == 2


def test_rows_that_have_something_alike_keep_what_they_have_apart(engine: Engine) -> None:
    keys = numbered(1001)
    insert(engine, keys)
    said = {"risk": ["red"] * 1001, "sector": ["矿山"] * 1001, "phone": [str(n % 2) for n in range(1001)]}
    with store.transaction(engine) as session:
        names = ("key", "version", *said)
        written = bulk.change_rows(session.connection(), UNITS, names, [keys, [1] * 1001, *said.values()])
    assert sorted(written) == keys
    rows = {row.key: (row.version, row.risk, row.sector, row.phone, row.name) for row in worlds.rows(engine, Unit)}
    assert rows == {key: (2, "red", "矿山", str(n % 2), "n") for n, key in enumerate(keys)}


def unit(key: str, **facts: Any) -> Step:
    told = Telling("task_assigned", "p1", NOW, {"name": key})
    return make(Unit, key, "made", {"name": key, "path": f"/{key}/", "kind": "village"} | facts, tell=(told,))


def test_a_few_rows_are_found_by_their_keys_whatever_else_stands(engine: Engine) -> None:
    """No statement reads a table from end to end, where the table is worth an index."""
    insert(engine, numbered(20_000))
    with worlds.counting(engine) as sent, store.transaction(engine) as session:
        steps = [change(Unit, "u000007", 1, "renamed", {"name": "x"}), remove(Unit, "u000008", 1, "gone"), unit("z")]
        store.apply(session, steps, now=NOW, by="tests")
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE unit")
        plans = [
            list(connection.exec_driver_sql(explain + sql, parameters)) for sql, parameters in sent if "unit" in sql
        ]
        connection.rollback()
    words = "\n".join(str(line[-1]) for plan in plans for line in plan)
    assert "SCAN unit" not in words
    assert "Seq Scan on unit" not in words
    assert len(plans) == 3


def test_fifty_thousand_rows_with_their_lines_and_notices(engine: Engine) -> None:
    keys = numbered(50_000)
    with store.transaction(engine) as session:
        assert store.apply(session, map(unit, keys), now=NOW, by="tests") == Applied(50_000)
    with store.transaction(engine) as session:
        assert store.apply(session, map(unit, [*keys, "z"]), now=NOW, by="tests") == Applied(1, 50_000)
    renamed = [change(Unit, key, 1 + (n % 2), "renamed", {"name": "x"}) for n, key in enumerate(keys[:5_000])]
    with store.transaction(engine) as session:
        assert store.apply(session, renamed, now=NOW, by="tests") == Applied(2_500, 0, 2_500)
    with store.transaction(engine) as session:
        gone = [remove(Unit, key, 1, "gone") for key in keys[:5_000]]
        assert store.apply(session, gone, now=NOW, by="tests") == Applied(2_500, 0, 2_500)
    for model, count in ((Unit, 47_501), (Notice, 50_001), (Journal, 50_001 + 2_500 + 2_500)):
        with store.reading(engine) as session:
            assert session.execute(select(func.count()).select_from(table_of(model))).scalar_one() == count


def test_lines_of_the_journal_stand_in_the_order_of_their_subjects(engine: Engine) -> None:
    keys = numbered(2_500)
    with store.transaction(engine) as session:
        store.apply(session, [unit(key) for key in reversed(keys)], now=NOW, by="tests")
    subjects = [line[2] for line in worlds.journal(engine)]
    assert subjects == keys


def test_keys_sort_byte_by_byte_on_both(engine: Engine) -> None:
    keys = ["B", "a", "a-b", "a/b", "a0", "ab", "Ä", "一", "二", "𠮷", "\uffee"]
    insert(engine, list(reversed(keys)))
    with store.reading(engine) as session:
        assert list(session.execute(select(UNITS.c.key).order_by(UNITS.c.key)).scalars()) == sorted(keys)
    assert all(a.encode() < b.encode() for a, b in pairwise(sorted(keys)))


def test_two_writers_at_the_same_keys_make_each_row_once(engine: Engine) -> None:
    keys = numbered(3_000)
    done: dict[str, Applied] = {}

    def make_all(name: str, order: list[str]) -> None:
        for start in range(0, len(order), 500):
            told = Telling("task_assigned", name, NOW, {})
            steps = [unit(key, sector=name)._replace(tell=(told,)) for key in order[start : start + 500]]
            with store.transaction(engine) as session:
                done[name] = done.get(name, Applied()) + store.apply(session, steps, now=NOW, by=name)

    writers = [
        threading.Thread(target=make_all, args=("one", keys)),
        threading.Thread(target=make_all, args=("two", keys)),
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert done["one"].applied + done["two"].applied == 3_000
    assert done["one"].taken + done["two"].taken == 3_000
    owner = {row.key: row.sector for row in worlds.rows(engine, Unit)}
    assert sorted(owner) == keys
    assert {notice.subject: notice.recipient for notice in worlds.rows(engine, Notice)} == owner
    assert {line[2]: line[0] for line in worlds.journal(engine)} == owner
    assert len(worlds.journal(engine)) == 3_000


def test_two_writers_at_one_version_one_wins(engine: Engine) -> None:
    insert(engine, numbered(2_000))
    done: list[Applied] = []

    def rename_all(name: str) -> None:
        told = Telling("task_assigned", name, NOW, {})
        steps = [change(Unit, key, 1, "renamed", {"name": name}, name, (told,)) for key in numbered(2_000)]
        with store.transaction(engine) as session:
            done.append(store.apply(session, steps, now=NOW, by=name))

    writers = [threading.Thread(target=rename_all, args=(name,)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert sorted(done) == [Applied(0, 0, 2_000), Applied(2_000)]
    winners = {(row.name, row.version) for row in worlds.rows(engine, Unit)}
    assert len(winners) == 1
    (winner, version) = winners.pop()
    assert version == 2
    assert {notice.recipient for notice in worlds.rows(engine, Notice)} == {winner}
