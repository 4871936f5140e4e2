"""A preview writes nothing, and says exactly what is then made."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from service import store, sweeps
from service.access import SYSTEM
from service.campaigns import acts as campaigns
from tests.service import worlds
from tests.service.worlds import at, drive, once, tenths

PATROL = once(
    "2026-01-01", key="patrol", when={"season": "flood", "every_days": 7}, targets={"kinds": ["hazard_point"]}
)
HOLIDAY = once(
    "2026-01-01", key="holiday", when={"holiday": ["spring_festival", "qingming"]}, targets={"tags": ["key"]}
)
HOLIDAY.pop("window")
TEXT = drive(
    tenths(),
    once("2026-03-02", targets={"within": "v1"}),
    once("2026-03-02", key="risky", targets={"min_risk": "yellow"}, window={"hours": 6}),
    once("2026-03-02", key="dust", targets={"sectors": ["dust"]}, due={"working_days": 3}),
    PATROL,
    HOLIDAY,
    phases=[{"name": "排查", "from": "2026-01-01", "to": "2026-05-31"}],
)


def made(engine: Engine) -> dict[str, Any]:
    return {
        key: (task.unit, task.phase, task.opens_at, task.due_at, task.closes_at)
        for key, task in worlds.tasks(engine).items()
    }


def foreseen(engine: Engine, first: str, last: str) -> dict[str, Any]:
    return {
        key: (task.unit, task.phase, task.opens_at, task.due_at, task.closes_at)
        for key, task in worlds.planned_by_preview(engine, TEXT, first, last).items()
    }


def seasoned(engine: Engine) -> Engine:
    """The town with a flood season, and a nearer one at one village."""
    worlds.found(engine)
    worlds.season(engine, "2026-04-15", "2026-10-15", at("2025-12-01"))
    worlds.season(engine, "2026-05-01", "2026-06-01", at("2025-12-01"), "v2")
    return engine


def test_what_is_foreseen_is_made(engine: Engine) -> None:
    ahead = foreseen(seasoned(engine), "2026-01-01", "2026-12-31")
    worlds.launch(engine, TEXT, at("2025-12-01"))
    for now in ("2025-12-01", "2026-02-01", "2026-06-30", "2027-01-01"):
        sweeps.sweep(engine, at(now))
    assert made(engine) == ahead
    kinds = {key.split(":")[0] for key in ahead}
    assert kinds == {"monthly", "once", "risky", "dust", "patrol", "holiday"}
    assert {phase for _, phase, *_ in ahead.values()} == {"排查", ""}


def test_days_are_those_on_which_a_task_opens(engine: Engine) -> None:
    seasoned(engine)
    whole = foreseen(engine, "2026-01-01", "2026-12-31")
    days = [foreseen(engine, f"2026-{month:02}-01", f"2026-{month:02}-28") for month in range(1, 13)]
    assert all(not set(days[n]) & set(days[n + 1]) for n in range(11))
    march = {key for key, task in whole.items() if at("2026-03-01") <= task[2] < at("2026-03-29")}
    assert set(days[2]) == march
    assert foreseen(engine, "2026-03-03", "2026-03-02") == {}


def test_a_preview_writes_nothing_and_needs_no_campaign(engine: Engine) -> None:
    seasoned(engine)
    before = worlds.everything(engine), worlds.journal(engine)
    with worlds.counting(engine) as sent:
        assert len(foreseen(engine, "2026-01-01", "2026-12-31")) == 51
    assert {sql.split()[0] for sql, _ in sent} <= {"SELECT", "BEGIN"}
    assert (worlds.everything(engine), worlds.journal(engine)) == before


def test_it_is_listed_as_it_opens(engine: Engine) -> None:
    seasoned(engine)
    with store.reading(engine) as session:
        plan = campaigns.check(session, SYSTEM, TEXT, now=at("2026-01-01"))
        found = campaigns.preview(session, plan, from_on=date(2026, 1, 1), to_on=date(2026, 12, 31))
    assert [(task.opens_at, task.key) for task in found] == sorted((task.opens_at, task.key) for task in found)
    assert {task.name for task in found if task.activity == "patrol"} == {"patrol"}


@pytest.mark.parametrize("closed", ["2026-03-01", "2026-03-02", "2026-03-03"])
def test_a_unit_that_closes_is_left_out_of_both(engine: Engine, closed: str) -> None:
    seasoned(engine)
    worlds.close_unit(engine, "v1", date.fromisoformat(closed), at("2025-12-01"))
    ahead = foreseen(engine, "2026-01-01", "2026-12-31")
    assert ("once:2026-03-02:v1" in ahead) is (closed == "2026-03-03")
    worlds.launch(engine, TEXT, at("2025-12-01"))
    sweeps.sweep(engine, at("2027-01-01"))
    assert made(engine) == ahead
