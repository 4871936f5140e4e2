"""Campaigns: applying a file, running it, and what pausing and closing leave."""

from typing import Any

import pytest
from sqlalchemy import Engine

from models import Activity, Campaign, CampaignPlan
from service import store, sweeps
from service.campaigns import acts as campaigns
from service.errors import Conflict, Forbidden, NotFound, Refused, Trouble
from tests.service import worlds
from tests.service.worlds import at, drive, once, states, tenths

START = at("2025-12-20")


def campaign(engine: Engine) -> Any:
    return worlds.row(engine, Campaign, "drive")


def whole(engine: Engine) -> list[Any]:
    """All that applying a file could change."""
    found = [worlds.rows(engine, Campaign), worlds.rows(engine, CampaignPlan), worlds.rows(engine, Activity)]
    return [*found, worlds.journal(engine)]


# -- applying ----------------------------------------------------------------------------------------------------------


def test_a_new_file_is_a_draft_and_a_draft_does_nothing(engine: Engine) -> None:
    worlds.apply(worlds.found(engine), drive(tenths(), once("2026-01-05")), START)
    row = campaign(engine)
    assert (row.state, row.plan, row.owner, row.parent) == ("draft", 1, "town", None)
    (version,) = worlds.rows(engine, CampaignPlan)
    assert (version.key, version.number, version.applied_at, version.applied_by) == ("drive:1", 1, START, "zhiban")
    assert version.text == drive(tenths(), once("2026-01-05"))
    found = {row.key: (row.stale, row.attend_at) for row in worlds.rows(engine, Activity)}
    assert found == {"drive:monthly": (True, None), "drive:once": (True, None)}
    for now in (START, at("2026-06-01"), at("2027-06-01")):
        sweeps.sweep(engine, now)
    assert worlds.tasks(engine) == {}


def test_the_same_file_again_changes_nothing(engine: Engine) -> None:
    text = drive(tenths(), once("2026-01-05"))
    worlds.launch(worlds.found(engine), text, START)
    sweeps.sweep(engine, START)
    before = whole(engine)
    worlds.apply(engine, text, at("2026-01-01"))
    worlds.apply(engine, text.replace('", "', '",   "') + "\n", at("2026-01-01"))
    assert whole(engine) == before


def test_another_file_is_another_version_and_the_old_one_is_kept(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(tenths(), once("2026-01-05")), START)
    sweeps.sweep(engine, START)
    text = drive(tenths(name="自查"), name="新名", basis="1号文", to="2026-11-30")
    worlds.apply(engine, text, at("2026-01-01"))
    row = campaign(engine)
    assert (row.name, row.basis, row.plan, row.state, str(row.to_on)) == ("新名", "1号文", 2, "active", "2026-11-30")
    assert [row.number for row in worlds.rows(engine, CampaignPlan)] == [1, 2]
    found = {row.key: (row.name, row.retired, row.stale) for row in worlds.rows(engine, Activity)}
    assert found == {"drive:monthly": ("自查", False, True), "drive:once": ("once", True, True)}
    sweeps.sweep(engine, at("2026-01-01"))
    assert states(engine)["once:2026-01-05:v1"] == "cancelled"
    assert worlds.tasks(engine)["once:2026-01-05:v1"].unplanned
    assert states(engine)["monthly:2026-01-10:e1"] == "planned"


def test_a_file_for_a_closed_campaign_is_refused(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(tenths()), START)
    worlds.run(engine, "drive", "close", START)
    with pytest.raises(Conflict, match="closed"):
        worlds.apply(engine, drive(once("2026-01-05")), START)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (drive(tenths(), owner="nowhere", targets={"within": "town"}), "owner"),
        (drive(tenths(targets={"within": "nowhere"})), "activities[0].targets.within"),
        (drive(tenths(), targets={"within": "nowhere"}), "targets.within"),
        (drive(tenths(), parent="nothing"), "parent"),
        (drive(tenths(checklist="nothing")), "activities[0].checklist"),
        (drive(tenths(assignee={"person": "nobody"})), "activities[0].assignee"),
        (drive(tenths(targets={"kinds": ["school"]})), "activities[0].targets"),
        (drive({"key": "a", "kind": "drill", "when": {"event": "x"}}, targets={"sectors": ["mining"]}), "targets"),
    ],
)
def test_what_a_file_names_must_be_there(engine: Engine, text: str, field: str) -> None:
    worlds.found(engine)
    with pytest.raises(Refused) as refused:
        worlds.apply(engine, text, START)
    assert [fault.field.rpartition(" ")[2] for fault in refused.value.faults] == [field]
    assert worlds.rows(engine, Campaign) == []


def test_parents(engine: Engine) -> None:
    worlds.apply(worlds.found(engine), drive(tenths(), key="whole"), START)
    worlds.apply(engine, drive(tenths(), key="part", parent="whole"), START)
    worlds.apply(engine, drive(tenths(), key="piece", parent="part"), START)
    assert worlds.row(engine, Campaign, "piece").parent == "part"
    with pytest.raises(Refused) as refused:
        worlds.apply(engine, drive(tenths(), key="whole", parent="piece"), START)
    assert [fault.field.rpartition(" ")[2] for fault in refused.value.faults] == ["parent"]


WHO: dict[str, type[Trouble] | None] = {
    "coord": None, "admin": None, "inspector": Forbidden, "leader": Forbidden, "viewer": Forbidden,
    "staff": Refused, "grid1": Refused, "stranger": Refused,
}  # fmt: skip


@pytest.mark.parametrize("who", WHO)
def test_who_may_apply_a_file(engine: Engine, who: str) -> None:
    """Whoever can't see the owner is told that there is none; the targets are asked about too."""
    worlds.found(engine)
    text = drive(tenths())
    with store.transaction(engine) as session:
        actor, expected = worlds.actor(session, who), WHO[who]
        if expected is None:
            campaigns.apply_file(session, actor, text, now=START)
        else:
            with pytest.raises(expected):
                campaigns.apply_file(session, actor, text, now=START)
    if who == "coord":
        foreign = drive(once("2026-01-05", targets={"within": "city"}), key="foreign")
        with store.transaction(engine) as session, pytest.raises((NotFound, Forbidden)):
            campaigns.apply_file(session, actor, foreign, now=START)


# -- running -----------------------------------------------------------------------------------------------------------

ADMITS = {
    ("draft", "activate"): "active", ("draft", "close"): "closed", ("active", "pause"): "paused",
    ("active", "close"): "closed", ("paused", "resume"): "active", ("paused", "close"): "closed",
}  # fmt: skip
ROAD: dict[str, tuple[str, ...]] = {
    "draft": (), "active": ("activate",), "paused": ("activate", "pause"), "closed": ("close",)
}  # fmt: skip


@pytest.mark.parametrize("state", ROAD)
def test_which_acts_a_state_admits(engine: Engine, state: str) -> None:
    worlds.found(engine)
    for n, act in enumerate(campaigns.ACTS):
        key = worlds.apply(engine, drive(tenths(), key=f"drive{n}"), START)
        for step in ROAD[state]:
            worlds.run(engine, key, step, START)
        if (state, act) in ADMITS:
            worlds.run(engine, key, act, START)
            assert worlds.row(engine, Campaign, key).state == ADMITS[state, act]
        else:
            with pytest.raises(Conflict) as refused:
                worlds.run(engine, key, act, START)
            assert refused.value.facts == {"state": state}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("coord", None), ("leader", None), ("admin", None), ("inspector", Forbidden), ("viewer", Forbidden),
        ("staff", NotFound), ("grid1", NotFound), ("stranger", NotFound),
    ],
)  # fmt: skip
def test_who_may_run_one(engine: Engine, who: str, expected: type[Trouble] | None) -> None:
    worlds.apply(worlds.found(engine), drive(tenths()), START)
    with store.transaction(engine) as session:
        actor = worlds.actor(session, who)
        if expected is None:
            campaigns.run(session, actor, "drive", "activate", now=START, version=1)
        else:
            with pytest.raises(expected):
                campaigns.run(session, actor, "drive", "activate", now=START)


def test_a_stale_version_is_a_conflict(engine: Engine) -> None:
    worlds.apply(worlds.found(engine), drive(tenths()), START)
    with store.transaction(engine) as session, pytest.raises(Conflict, match="in the meantime"):
        campaigns.run(session, worlds.actor(session, "coord"), "drive", "activate", now=START, version=2)
    with store.transaction(engine) as session, pytest.raises(NotFound):
        campaigns.run(session, worlds.actor(session, "coord"), "nothing", "activate", now=START)


# Four turns of two days, due with their first: 5, 12, 19 and 26 January.
WEEKLY = once(
    "2026-01-05", key="w", when={"rrule": "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260131"}, due={"days": 0}, window={"days": 2}
)


def january(engine: Engine) -> dict[str, str]:
    return {key.split(":")[1][8:]: state for key, state in states(engine).items() if key.endswith("v1")}


def test_paused_nothing_opens_and_what_fell_into_the_pause_is_called_off(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(WEEKLY), START)
    sweeps.sweep(engine, at("2026-01-05 12:00"))
    worlds.run(engine, "drive", "pause", at("2026-01-05 13:00"))
    for now in ("2026-01-07", "2026-01-13", "2026-01-20"):
        sweeps.sweep(engine, at(now))
    assert january(engine) == {"05": "missed", "12": "planned", "19": "planned", "26": "planned"}
    worlds.run(engine, "drive", "resume", at("2026-01-20 12:00"))
    assert january(engine)["12"] == "cancelled"
    sweeps.sweep(engine, at("2026-01-20 13:00"))
    assert january(engine) == {"05": "missed", "12": "cancelled", "19": "open", "26": "planned"}
    assert worlds.tasks(engine)["w:2026-01-12:v1"].reason == "paused"
    sweeps.sweep(engine, at("2026-03-01"))
    assert january(engine) == {"05": "missed", "12": "cancelled", "19": "missed", "26": "missed"}


def test_what_had_come_due_before_a_pause_goes_on_though_nobody_had_looked(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(WEEKLY), START)
    sweeps.sweep(engine, START)
    worlds.run(engine, "drive", "pause", at("2026-01-05 13:00"))
    worlds.run(engine, "drive", "resume", at("2026-01-20 12:00"))
    sweeps.sweep(engine, at("2026-01-20 13:00"))
    assert january(engine) == {"05": "missed", "12": "cancelled", "19": "open", "26": "planned"}


def test_closed_what_is_open_remains_and_the_rest_is_called_off(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(WEEKLY), START)
    sweeps.sweep(engine, START)
    worlds.run(engine, "drive", "close", at("2026-01-05 13:00"))
    assert worlds.tasks(engine)["w:2026-01-12:v1"].reason == "closed"
    sweeps.sweep(engine, at("2026-01-06"))
    assert january(engine) == {"05": "open", "12": "cancelled", "19": "cancelled", "26": "cancelled"}
    worlds.announce(engine, 2027, [("2027-01-01", "workday")], at("2026-01-06"))
    sweeps.sweep(engine, at("2026-03-01"))
    assert january(engine) == {"05": "missed", "12": "cancelled", "19": "cancelled", "26": "cancelled"}


def test_closed_out_of_a_pause(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(WEEKLY), START)
    sweeps.sweep(engine, START)
    worlds.run(engine, "drive", "pause", at("2026-01-02"))
    worlds.run(engine, "drive", "close", at("2026-01-13"))
    sweeps.sweep(engine, at("2026-03-01"))
    assert set(january(engine).values()) == {"cancelled"}


def test_a_file_changed_during_a_pause_is_planned_when_it_ends(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(WEEKLY), START)
    sweeps.sweep(engine, START)
    worlds.run(engine, "drive", "pause", at("2026-01-02"))
    worlds.apply(engine, drive(WEEKLY | {"due": {"days": 1}}, once("2026-01-14")), at("2026-01-03"))
    sweeps.sweep(engine, at("2026-01-04"))
    assert set(january(engine).values()) == {"planned"}
    worlds.run(engine, "drive", "resume", at("2026-01-10"))
    sweeps.sweep(engine, at("2026-01-10"))
    assert worlds.tasks(engine)["w:2026-01-12:v1"].due_at == at("2026-01-14")
    assert states(engine)["once:2026-01-14:v1"] == "planned"
