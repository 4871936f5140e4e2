"""Thirty days asleep over 500 open cases: one sweep later each stands at its right step, each person has one digest."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from models import Case, CaseRung, Channel, Notice, Task
from models.kinds import CaseState, RungState
from service import sweeps
from service.couriers import MemoryCourier
from service.notices.claims import Terms
from service.rules.plan import Span
from service.rules.steps import Step, make
from tests.rules.plans import china
from tests.service import worlds
from tests.service.messages import send
from tests.service.worlds import at, rows, write

NOW = at("2026-06-01 09:00")
AWAKE = NOW + timedelta(days=30)
HOURS = 26  # how far apart the tasks fall due
POLICY = [
    {"after": {"hours": 0}, "to": "assignee"},
    {"after": {"days": 2}, "to": {"level": 2}},
    {"after": {"days": 10}, "to": {"level": 3}},
    {"after": {"days": 60}, "to": {"level": 4}},
]
UNITS = tuple(f"e{number:03}" for number in range(100))


def channel(person: str, rank: int) -> Step:
    facts = {"person": person, "kind": "json", "sealed": f"json://{person}{rank}/", "rank": rank}
    return make(Channel, f"person:{person}:{rank}", "added", facts)


def settle(engine: Engine) -> None:
    """A hundred units with their grid officer each, three people above all; five tasks each, open for months."""
    tree = [("town", None, "town", "", ""), *((unit, "town", "enterprise", "", "") for unit in UNITS)]
    people = [(f"g{unit}", unit) for unit in UNITS] + [(name, "town") for name in ("deputy", "chief", "mayor", "top")]
    write(engine, *worlds.unit_steps(tree), *worlds.person_steps(people))
    chain = [(unit, 1, f"g{unit}") for unit in UNITS]
    chain += [("town", 2, "deputy"), ("town", 3, "chief"), ("town", 3, "mayor"), ("town", 4, "top")]
    write(engine, *worlds.chain_steps(chain))
    once = worlds.once("2026-12-30", assignee={"level": 1}, targets={"kinds": ["enterprise"]}, due={"days": 0})
    worlds.apply(engine, worlds.drive(once, escalation=POLICY), NOW)
    steps = [channel(person, rank) for person, _ in people for rank in (1, 2)]
    for number in range(500):
        unit = UNITS[number % 100]
        due_at = NOW - timedelta(hours=1) + timedelta(hours=HOURS) * (number // 100)
        facts = {
            "campaign": "drive",
            "activity": "drive:once",
            "unit": unit,
            "kind": "inspection",
            "planned_on": due_at.date(),
            "opens_at": due_at - timedelta(days=9),
            "due_at": due_at,
            "closes_at": due_at + timedelta(days=200),
            "state": "open",
            "assignee": f"g{unit}",
            "attend_at": due_at,
        }
        steps.append(make(Task, f"campaign:drive:once:{number:03}:{unit}", "planned", facts))
    write(engine, *steps)


@pytest.mark.parametrize("asleep", [True, False], ids=["asleep", "daily"])
def test_thirty_days(engine: Engine, asleep: bool) -> None:
    settle(engine)
    now = NOW
    sweeps.sweep(engine, now, only=("tasks", "cases"))
    if not asleep:
        while now < AWAKE - timedelta(hours=6):
            now += timedelta(hours=6)
            sweeps.sweep(engine, now, only=("tasks", "cases"))
    sweeps.sweep(engine, AWAKE, only=("tasks", "cases"))
    cases = rows(engine, Case)
    assert len(cases) == 500
    for case in cases:
        assert (case.state, case.rung) == (CaseState.open, 3), "the fourth step is due after sixty days"
        assert case.attend_at == at_end_of(case.began_at, 60)
    rungs = rows(engine, CaseRung)
    assert Counter(rung.state for rung in rungs) == {RungState.taken: 1500, RungState.waiting: 500}
    told = [one for one in rows(engine, Notice) if one.kind == "escalated"]
    assert len(told) == 500 * 4, "assignee, deputy, and both who chair"
    assert len({one.key for one in told}) == len(told)
    assert {one.owed_at for one in told if one.recipient == "deputy"} == {at_end_of(case.began_at, 2) for case in cases}
    assert sweeps.sweep(engine, AWAKE, only=("tasks", "cases"))["cases"].applied == 0

    memory = MemoryCourier()
    sent = send(engine, AWAKE, memory, Terms(a_minute=20))
    assert sent.messages == 100 + 3
    assert sent.delivered == len(rows(engine, Notice))
    assert set(Counter(address for address, _ in memory.got).values()) == {1}, "one digest for each person"
    assert not any("2/" in address for address, _ in memory.got), "through the first channel that works"
    chief = next(message for address, message in memory.got if address == "json://chief1/")
    assert "500" in chief.title
    lines = chief.body.splitlines()
    assert str(500 - len(lines) + 1) in lines[-1], "what does not fit is counted"


def at_end_of(began_at: datetime, days: int) -> datetime:
    """When a step so many days after an instant is due: at the end of that day."""
    return china().after(began_at - timedelta(microseconds=1), Span(days=days))
