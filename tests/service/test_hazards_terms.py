"""Terms of a hazard: deadlines moved, supervision, what is void, what comes first."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Extension
from service.errors import Conflict, Refused, Trouble
from service.hazards import acts as hazards
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, at, cycle, hazard, report, rows, told


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def faults(engine: Engine, verb: Any, who: str, *what: Any, **more: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(engine, verb, who, *what, **more)
    return [str(fault) for fault in refused.value.faults]


def test_an_extension_keeps_the_first_deadline_and_the_history(county: Engine) -> None:
    code = report(county)
    for n, day in enumerate((date(2026, 3, 20), date(2026, 4, 1)), 1):
        act(county, hazards.extend, "leader", code, due_on=day, reason=f"等待配件{n}", now=at(f"2026-03-1{n} 10:00"))
    row, first = hazard(county, code), cycle(county, code)
    assert (row.due_at, row.attend_at) == (at("2026-04-02"), at("2026-04-01"))
    assert (first.first_due_at, first.due_at) == (at("2026-03-17"), at("2026-04-02"))
    moved = [(one.key, one.from_at, one.to_at, one.reason, one.approved_by) for one in rows(county, Extension)]
    assert moved == [
        (f"{code}:cycle:1:extension:1", at("2026-03-17"), at("2026-03-21"), "等待配件1", "leader"),
        (f"{code}:cycle:1:extension:2", at("2026-03-21"), at("2026-04-02"), "等待配件2", "leader"),
    ]
    assert told(county, "hazard_extended") == ["boss", "boss"]


@pytest.mark.parametrize(
    ("due_on", "now", "refused"),
    [
        (date(2026, 3, 16), "2026-03-03", Refused),  # the deadline in force
        (date(2026, 3, 1), "2026-03-03", Refused),
        (date(2040, 3, 1), "2026-03-03", Refused),
        ("soon", "2026-03-03", Refused),
        (date(9999, 12, 31), "2026-03-03", Refused),
        (date(2026, 4, 1), "2026-03-17", Conflict),  # it has passed this instant
        (date(2026, 4, 1), "2026-03-16 23:59", None),
    ],
)
def test_a_deadline_moves_only_forward_and_before_it_passes(
    county: Engine, due_on: Any, now: str, refused: type[Trouble] | None
) -> None:
    code = report(county)
    if refused is None:
        act(county, hazards.extend, "leader", code, due_on=due_on, reason="等待配件", now=at(now))
        return
    with pytest.raises(refused):
        act(county, hazards.extend, "leader", code, due_on=due_on, reason="等待配件", now=at(now))
    assert cycle(county, code).due_at == at("2026-03-17")


def test_supervision_is_listed_and_ends(county: Engine) -> None:
    code = report(county)
    act(county, hazards.supervise, "leader", code, supervisor="chief")
    assert told(county, "hazard_supervised") == ["boss", "chief"]
    act(county, hazards.delist, "leader", code, reason="已具备摘牌条件", now=FOUND + timedelta(days=2))
    assert told(county, "hazard_delisted") == ["boss", "chief"]
    row = hazard(county, code)
    assert (row.supervisor, row.supervised_on, row.delisted_on) == ("chief", date(2026, 3, 2), date(2026, 3, 4))
    with pytest.raises(Conflict):
        act(county, hazards.delist, "leader", code)
    act(county, hazards.supervise, "leader", code, supervisor="secretary", now=FOUND + timedelta(days=3))
    assert hazard(county, code).delisted_on is None


def test_a_void_hazard_stays_in_the_ledger_and_troubles_nobody(county: Engine) -> None:
    code = report(county)
    worlds.sweep(county, at("2026-03-17"))
    act(county, hazards.void, "coord", code, reason="与前项重复", now=at("2026-03-18"))
    row = hazard(county, code)
    assert (row.state, row.reason, row.attend_at) == ("void", "与前项重复", None)
    assert worlds.open_cases(county) == []
    assert worlds.told(county, "hazard_void") == ["boss", "inspector"]


def test_what_must_be_done_first_is_ranked(county: Engine) -> None:
    code = report(county)
    act(county, hazards.rank, "inspector", code, rank=2)
    assert hazard(county, code).rank == 2
    act(county, hazards.rank, "inspector", code, rank=None)
    assert hazard(county, code).rank is None
    assert faults(county, hazards.rank, "inspector", code, rank=0) == ["rank: must be from 1 on"]
