"""All nouns in one round: their order, one of them only, chunks by root unit, the pulse, and giving way to another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from models import Pulse, Unit
from service import sweeps
from service.rules.steps import change
from service.store import Applied
from tests.service import worlds
from tests.service.worlds import at, drive, once, states

START = at("2026-02-20")


def launched(engine: Engine) -> Engine:
    worlds.launch(worlds.found(engine), drive(once("2026-03-02")), START)
    worlds.launch(engine, drive(once("2026-03-02"), key="other", owner="city"), START)
    return engine


def test_one_round_plans_and_opens(engine: Engine) -> None:
    launched(engine)
    done = sweeps.sweep(engine, at("2026-03-02"))
    assert (done["planning"], done["tasks"]) == (Applied(5), Applied(3))
    assert set(states(engine).values()) == {"open"}
    assert list(done)[:2] == ["planning", "tasks"]
    assert all(applied == Applied() for applied in sweeps.sweep(engine, at("2026-03-02")).values())


def test_only_one_noun(engine: Engine) -> None:
    launched(engine)
    assert sweeps.sweep(engine, at("2026-03-02"), only=["planning"]) == {"planning": Applied(5)}
    assert set(states(engine).values()) == {"planned"}
    assert [row.key for row in worlds.rows(engine, Pulse)] == ["planning"]


def test_in_chunks_by_root_units_as_whole(engine: Engine) -> None:
    launched(engine)
    assert sweeps.roots(engine) == ["city", "town"]
    assert sweeps.sweep(engine, at("2026-03-02"), within=["city"])["tasks"] == Applied(1)
    assert states(engine) == {"once:2026-03-02:c1": "open"}
    sweeps.sweep(engine, at("2026-03-02"), within=["town"])
    assert len(states(engine)) == 3
    assert all(applied == Applied() for applied in sweeps.sweep(engine, at("2026-03-02")).values())


def test_the_pulse_is_the_last_whole_round_and_leaves_no_line(engine: Engine) -> None:
    launched(engine)
    lines = len(worlds.journal(engine))
    for now in ("2026-02-21", "2026-02-22"):
        sweeps.sweep(engine, at(now), only=["tasks"])
        (row,) = worlds.rows(engine, Pulse)
        assert row.swept_at == at(now)
    assert (row.version, len(worlds.journal(engine))) == (2, lines)


class GaveWay(Exception):
    """As the driver says that another transaction won."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("gave way")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("sqlstate", "again"), [("40001", True), ("40P01", True), ("57P01", False), ("", False)])
def test_a_sweep_that_gave_way_tries_again(engine: Engine, sqlstate: str, again: bool) -> None:
    calls: list[int] = []

    def call(_engine: Engine, _now: datetime, *, within: Sequence[str] = ()) -> Applied:
        calls.append(1)
        if len(calls) < 3:
            raise OperationalError("UPDATE", {}, GaveWay(sqlstate))
        return Applied(7)

    if again:
        assert sweeps.again(call, engine, START, ()) == Applied(7)
        assert len(calls) == 3
    else:
        with pytest.raises(OperationalError):
            sweeps.again(call, engine, START, ())
        assert len(calls) == 1


def test_one_that_always_gives_way_says_so_in_the_end(engine: Engine) -> None:
    calls: list[int] = []

    def call(*_all: Any, **_named: Any) -> Applied:
        calls.append(1)
        raise OperationalError("UPDATE", {}, GaveWay("40P01"))

    with pytest.raises(OperationalError):
        sweeps.again(call, engine, START, ())
    assert len(calls) == sweeps.TRIES


def test_a_unit_given_another_kind_loses_what_has_not_opened(engine: Engine) -> None:
    """The facts around a plan change: what has not opened follows, what is open remains."""
    launched(engine)
    sweeps.sweep(engine, START)
    worlds.write(engine, change(Unit, "v1", 1, "changed", {"kind": "school"}))
    worlds.changed_days(engine, [], "unit v1", at("2026-02-21"))
    sweeps.sweep(engine, at("2026-02-21"))
    assert states(engine)["once:2026-03-02:v1"] == "cancelled"
    sweeps.sweep(engine, at("2026-03-02"))
    worlds.write(engine, change(Unit, "v2", 1, "changed", {"kind": "school"}))
    worlds.changed_days(engine, [], "unit v2", at("2026-03-02 12:00"))
    sweeps.sweep(engine, at("2026-03-02 13:00"))
    assert states(engine)["once:2026-03-02:v2"] == "open"


def test_every_sweep_asks_for_what_is_due_by_its_index(engine: Engine) -> None:
    """The cost of a sweep grows with what is due: each question for due rows leans on the index of attend_at alone."""
    asked: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    worlds.launch(worlds.found(engine), drive(once("2026-03-02")), START)
    event.listen(engine, "before_cursor_execute", hear)
    sweeps.sweep(engine, at("2026-03-02"))
    event.remove(engine, "before_cursor_execute", hear)
    due = [statement for statement in asked if "attend_at <=" in statement and statement.startswith("SELECT")]
    assert len(due) > 10
    if engine.dialect.name == "sqlite":
        assert [statement for statement in due if "INDEXED BY ix_" not in statement] == []
