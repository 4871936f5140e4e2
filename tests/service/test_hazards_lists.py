"""The ledger read: pages without gaps, what is in whose sight, one hazard whole, look-backs to be done."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from service import enforcement, evidence, hazard_lists, hazards, store
from service.access import actor_for
from service.errors import NotFound, Refused
from service.lists import Page
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, at, report


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def page(engine: Engine, who: str, verb: Any = hazard_lists.hazards, **asked: Any) -> Page:
    with store.reading(engine) as session:
        given = asked if verb is hazard_lists.rechecks else {"now": FOUND} | asked
        found: Page = verb(session, actor_for(session, who), **given)
        return found


def keys(engine: Engine, who: str, verb: Any = hazard_lists.hazards, **asked: Any) -> list[str]:
    return [row.key for row in page(engine, who, verb, **asked).items]


def test_pages_hold_every_hazard_once_the_latest_first(county: Engine) -> None:
    codes = [report(county, now=FOUND + timedelta(days=n // 2)) for n in range(5)]
    seen: list[str] = []
    after = None
    while True:
        found = page(county, "viewer", limit=2, after=after)
        seen += [row.key for row in found.items]
        after = found.next
        if after is None:
            break
    assert seen == codes[::-1]
    for wrong in ("x", "WyJhIiwiYiJd", "MQ"):
        with pytest.raises(Refused):
            page(county, "viewer", after=wrong)


def test_what_is_asked_for_is_what_comes(county: Engine) -> None:
    worlds.campaign(county)
    one = report(county, campaign="drive")
    major = report(county, level="major", unit="e2")
    closed = worlds.closed(county, unit="v1")
    everything = {one, major, closed}
    assert set(keys(county, "viewer")) == everything
    assert keys(county, "viewer", campaign="drive") == [one]
    assert keys(county, "viewer", level="major") == [major]
    assert keys(county, "viewer", states=["closed", "void"]) == [closed]
    assert keys(county, "viewer", unit="e1") == [one]
    assert set(keys(county, "viewer", unit="v1")) == everything
    assert keys(county, "viewer", overdue=True, now=at("2026-03-17")) == [one]
    assert set(keys(county, "viewer", overdue=False, now=at("2026-03-17"))) == everything - {one}
    with pytest.raises(NotFound):
        keys(county, "viewer", unit="other")


def test_everybody_sees_what_is_theirs_and_no_more(county: Engine) -> None:
    code = report(county)
    report(county, unit="e2")
    assert (keys(county, "boss"), keys(county, "stranger"), keys(county, "staff")) == ([], [], [])
    act(county, hazards.assign, "coord", code, responsible="boss")
    assert keys(county, "boss") == [code]


def test_one_hazard_whole(county: Engine) -> None:
    code = report(county)
    act(county, enforcement.record, "inspector", unit="e1", kind="order", hazard=code)
    act(county, evidence.add, "inspector", code, note="原状", stage="before")
    act(county, hazards.extend, "leader", code, due_on="2026-03-20", reason="等待配件")
    worlds.close(county, code, now=at("2026-03-05"))
    worlds.sweep(county, at("2026-05-01"))
    with store.reading(county) as session:
        whole = hazard_lists.hazard(session, actor_for(session, "viewer"), code)
        for who in ("stranger", "nobody"):
            with pytest.raises(NotFound):
                hazard_lists.hazard(session, actor_for(session, who), code)
    assert (whole.hazard["state"], whole.hazard["unit_name"]) == ("closed", "e1")
    assert [row.key for row in whole.cycles] == [f"{code}:1"]
    assert [row.key for row in whole.extensions] == [f"{code}:1:1"]
    assert [(row.key, row.state) for row in whole.rechecks] == [
        (f"hazard:{code}:recheck:1.1", "missed"), (f"hazard:{code}:recheck:1.2", "planned"),
    ]  # fmt: skip
    assert [row.kind for row in whole.enforcement] == ["order"]
    assert [row.note for row in whole.evidence] == ["原状"]
    assert [row.subject for row in whole.cases] == [f"hazard:{code}:recheck:1.1"]
    acts = [line.act for line in whole.journal]
    assert acts[-1] == "reported"
    assert {"extended", "closed", "recheck planned", "recheck_missed", "case begins"} <= set(acts)


def test_look_backs_come_in_the_order_they_are_due(county: Engine) -> None:
    first = worlds.closed(county)
    second = worlds.closed(county, now=FOUND + timedelta(days=7), unit="e2")
    worlds.sweep(county, at("2026-04-02"))
    all_of_them = [
        f"hazard:{first}:recheck:1.1", f"hazard:{second}:recheck:1.1", f"hazard:{first}:recheck:1.2",
        f"hazard:{second}:recheck:1.2",
    ]  # fmt: skip
    looks = hazard_lists.rechecks
    assert keys(county, "viewer", looks) == all_of_them
    halves = page(county, "viewer", looks, limit=2)
    assert [row.key for row in halves.items] + keys(county, "viewer", looks, after=halves.next) == all_of_them
    assert keys(county, "viewer", looks, states=["open"]) == all_of_them[:1]
    assert keys(county, "viewer", looks, person="inspector") == all_of_them[:1]
    assert keys(county, "viewer", looks, unit="e2", due_before=at("2026-05-01")) == all_of_them[1:2]
    assert keys(county, "viewer", looks, hazard=first) == all_of_them[::2]
    assert keys(county, "stranger", looks) == []
