"""A ledger lived through at random, on a moved clock: what must hold whatever people do and however long nobody looks.

Two ledgers are given the same acts. One is swept every day (on the engine under test), the other, always SQLite, only
when somebody acts: after each act both must stand the same, and the sleeper has told nobody anything of its own.
"""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine

from models import Case, CaseRung, Extension, Hazard, HazardCycle, Notice, Recheck
from service.errors import Trouble
from service.hazards import acts as hazards
from service.rechecks import acts as rechecks
from tests.databases import Databases
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, rows

OPEN = {"registered", "assigned", "rectifying", "submitted"}
HOURS = st.sampled_from((5, 30, 24 * 6, 24 * 16))
NEXT = {
    "registered": ("assign", "inspector"),
    "assigned": ("begin", "boss"),
    "rectifying": ("submit", "boss"),
    "submitted": ("accept", "inspector"),
}
MORE: dict[str, dict[str, Any]] = {
    "assign": {"responsible": "boss", **worlds.MAJOR},
    "submit": {"note": "已整改"},
    "reject": {"reason": "未到位"},
    "void": {"reason": "重复"},
}
# what a sweep's own moment leaves in a row, and how often it was written
BY_MOMENT = {"version", "taken_at", "ended_at"}
# people may do this twice at one instant (extend, and extend again), and each time is told; a sweep says nothing twice
BY_HAND = {
    "hazard_assigned",
    "hazard_submitted",
    "hazard_rejected",
    "hazard_approve",
    "hazard_accepted",
    "hazard_extended",
}


def state_of(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """All that the ledger knows, but for the moments at which it was looked at."""
    return {
        table.__name__: [
            {name: value for name, value in row._mapping.items() if name not in BY_MOMENT}
            for row in rows(engine, table)
        ]
        for table in (Hazard, HazardCycle, Recheck, Extension, Case, CaseRung)
    }


def said(engine: Engine) -> list[tuple[Any, ...]]:
    return [(one.kind, one.subject, one.recipient, one.owed_at) for one in rows(engine, Notice)]


class Ledger(RuleBasedStateMachine):
    """Acts of people and time, on both ledgers."""

    databases: Databases
    kind: str

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="zhiban-ledger-"))
        self.sleeper = worlds.found(self.databases.sqlite(self.folder / "sleeper.sqlite"))
        if self.kind == "sqlite":
            self.ticker = worlds.found(self.databases.sqlite(self.folder / "ticker.sqlite"))
        else:
            self.ticker = worlds.found(self.databases.emptied_postgresql())
        self.now: datetime = FOUND
        self.first_due: dict[str, datetime] = {}
        for level in ("general", "major"):
            self.find(level, "by_deadline", "e1")

    def teardown(self) -> None:
        if not hasattr(self, "sleeper"):
            return
        self.sleeper.dispose()
        if self.kind == "sqlite":
            self.ticker.dispose()
        shutil.rmtree(self.folder)

    def codes(self, *states: str) -> list[Any]:
        return [row for row in rows(self.ticker, Hazard) if row.state in states]

    def both(self, verb: Any, who: str, *what: Any, **more: Any) -> Any:
        """The same act on both ledgers, the sleeper having just woken; it must come to the same."""
        worlds.sweep(self.sleeper, self.now)
        worlds.sweep(self.ticker, self.now)
        came: list[Any] = []
        for engine in (self.ticker, self.sleeper):
            try:
                came.append(act(engine, verb, who, *what, now=self.now, **more))
            except Trouble as refused:
                came.append(type(refused))
        assert came[0] == came[1], (verb.__name__, came)
        return came[0]

    @rule(
        level=st.sampled_from(("general", "major")),
        mode=st.sampled_from(("by_deadline", "on_spot")),
        unit=st.sampled_from(("e1", "e2", "v1")),
    )
    @precondition(lambda self: len(rows(self.ticker, Hazard)) < 5)
    def find(self, level: str, mode: str, unit: str) -> None:
        self.both(hazards.report, "inspector", unit=unit, description="隐患", level=level, mode=mode)

    @rule(which=st.integers(0, 4), steps=st.sampled_from((1, 2, 5, 5)))
    @precondition(lambda self: self.codes(*OPEN))
    def go_on(self, which: int, steps: int) -> None:
        """One hazard goes on to its next state, or as far as it can."""
        open_ones = self.codes(*OPEN)
        code = open_ones[which % len(open_ones)].key
        for _ in range(steps):
            (row,) = [one for one in self.codes(*OPEN, "closed") if one.key == code]
            if row.state == "closed":
                return
            verb, who = NEXT[row.state]
            (cycle,) = [one for one in rows(self.ticker, HazardCycle) if one.key == f"{code}:cycle:{row.cycle}"]
            if row.state == "submitted" and cycle.accepted_by:
                verb, who = "approve", "above"
            self.both(getattr(hazards, verb), who, code, **MORE.get(verb, {}))

    @rule(which=st.integers(0, 4), what=st.sampled_from(("reject", "void", "approve", "begin")))
    @precondition(lambda self: rows(self.ticker, Hazard))
    def try_something(self, which: int, what: str) -> None:
        """An act that may be refused."""
        found = rows(self.ticker, Hazard)
        self.both(getattr(hazards, what), "coord", found[which % len(found)].key, **MORE.get(what, {}))

    @rule(which=st.integers(0, 4), days=st.integers(-3, 20))
    @precondition(lambda self: self.codes(*OPEN))
    def extend(self, which: int, days: int) -> None:
        open_ones = self.codes(*OPEN)
        row = open_ones[which % len(open_ones)]
        due_on = (row.due_at + timedelta(days=days)).date()
        self.both(hazards.extend, "leader", row.key, due_on=due_on, reason="等待配件")

    @rule(which=st.integers(0, 20), outcome=st.sampled_from(("held", "rebounded", "rebounded", "blocked", "waived")))
    @precondition(lambda self: any(one.state in ("open", "missed") for one in rows(self.ticker, Recheck)))
    def look_back(self, which: int, outcome: str) -> None:
        waiting = [one for one in rows(self.ticker, Recheck) if one.state in ("open", "missed")]
        key = waiting[which % len(waiting)].key
        if outcome == "waived":
            self.both(rechecks.waive, "leader", key, reason="已关停")
        else:
            self.both(rechecks.result, "leader", key, outcome, note="现场查看")

    @rule(hours=HOURS)
    def time_passes(self, hours: int) -> None:
        """The ticker is swept daily, the sleeper not at all."""
        end = self.now + timedelta(hours=hours)
        while self.now < end:
            self.now = min(end, self.now + timedelta(hours=23))
            worlds.sweep(self.ticker, self.now)

    @rule()
    def a_long_sleep(self) -> None:
        """So long that look-backs come."""
        for _ in range(9):
            self.now += timedelta(days=4, hours=5)
            worlds.sweep(self.ticker, self.now)

    @rule()
    def wake(self) -> None:
        """Settles: one round, and the next at the same instant owes nothing. Sleep = ticks."""
        for engine in (self.ticker, self.sleeper):
            worlds.sweep(engine, self.now)
            assert worlds.sweep(engine, self.now) == 0
        assert state_of(self.sleeper) == state_of(self.ticker)
        told = said(self.ticker)
        assert set(said(self.sleeper)) <= set(told)
        swept = [one for one in told if one[0] not in BY_HAND]
        assert len(swept) == len(set(swept))  # nothing is said twice

    @invariant()
    def first_due_dates_stand(self) -> None:
        for row in rows(self.ticker, HazardCycle) if hasattr(self, "ticker") else ():
            assert self.first_due.setdefault(row.key, row.first_due_at) == row.first_due_at

    @invariant()
    def the_ledger_holds_together(self) -> None:
        if not hasattr(self, "ticker"):
            return
        worlds.sweep(self.ticker, self.now)
        found = {row.key: row for row in rows(self.ticker, Hazard)}
        cycles = {row.key: row for row in rows(self.ticker, HazardCycle)}
        looks = {(row.hazard, row.cycle) for row in rows(self.ticker, Recheck)}
        cases = {row.subject: row for row in rows(self.ticker, Case)}
        for code, row in found.items():
            cycle = cycles[f"{code}:cycle:{row.cycle}"]
            assert row.due_at == cycle.due_at
            if row.state == "closed":
                assert (code, row.cycle) in looks  # every closed hazard has its recheck
                assert cycle.closed_in_time is (cycle.closed_at < cycle.due_at)
            case = cases.get(f"hazard:{code}:{row.cycle}")
            overdue = row.state in OPEN and row.due_at <= self.now
            assert overdue is (case is not None and case.state == "open")  # what is overdue climbs, all else is quiet
            if row.state in OPEN and not overdue:
                assert row.attend_at is not None
        for look in rows(self.ticker, Recheck):
            if look.state in ("planned", "open"):  # nobody is sent to look at what is open again
                assert (found[look.hazard].state, found[look.hazard].cycle) == ("closed", look.cycle)
                assert look.attend_at > self.now
        missed = {row.key for row in rows(self.ticker, Recheck) if row.state == "missed"}
        for subject, case in cases.items():
            if case.state == "open":
                assert case.attend_at is not None  # no open case without a next instant
                assert case.attend_at > self.now
                assert subject in missed or subject.count(":") == 2


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_ledger_at_random(all_databases: Databases, kind: str) -> None:
    machine = type("OneLedger", (Ledger,), {"databases": all_databases, "kind": kind})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15 if kind == "sqlite" else 4,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_extended_twice_at_one_instant_it_is_told_twice(all_databases: Databases) -> None:
    ledger = type("OneLedger", (Ledger,), {"databases": all_databases, "kind": "sqlite"})()
    ledger.begin()
    ledger.go_on(0, 2)
    for days in (5, 9):
        ledger.extend(0, days)
    ledger.wake()
    assert [kind for kind, *_ in said(ledger.ticker)].count("hazard_extended") == 2
    ledger.teardown()
