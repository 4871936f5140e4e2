"""Look-backs: born with the closing, opened, answered, missed, waived; and what is drawn by lot."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Recheck, RecheckDraw
from service.errors import Conflict, Forbidden, NotFound, Refused, Trouble
from service.hazards import acts as hazards
from service.rechecks import acts as rechecks
from service.rules.rechecks import drawn
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, at, cycle, hazard, look, looks, notices, open_cases, rows, told

OPENS = at("2026-04-01 08:00")


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


@pytest.fixture
def opened(county: Engine) -> str:
    """The key of a look-back that has opened."""
    code = worlds.closed(county)
    worlds.sweep(county, OPENS)
    return f"hazard:{code}:recheck:1.1"


def code_of(key: str) -> str:
    return key.split(":")[1]


def test_it_opens_for_the_inspectors_and_reminds_them(county: Engine, opened: str) -> None:
    row = looks(county, code_of(opened))["1.1"]
    assert (row.state, row.assignee, row.co_assignee, row.attend_at) == ("open", "inspector", None, at("2026-04-09"))
    assert told(county, "recheck_due") == ["inspector"]
    worlds.sweep(county, at("2026-04-09 07:00"))
    assert told(county, "recheck_due_soon") == ["inspector"]


def test_without_an_inspector_the_second_in_the_chain_looks(county: Engine) -> None:
    from service import people
    from service.access import SYSTEM

    act(county, people.revoke, SYSTEM, "inspector", "inspector", "town", now=FOUND)
    code = worlds.report(county, "coord")
    act(county, hazards.submit, "boss", worlds.report(county, "coord", mode="on_spot"), note="已整改")
    act(county, hazards.assign, "coord", code, responsible="boss")
    act(county, hazards.begin, "boss", code)
    act(county, hazards.submit, "boss", code, note="已整改")
    act(county, hazards.accept, "coord", code)
    worlds.sweep(county, OPENS)
    assert looks(county, code)["1.1"].assignee == "deputy"


def test_what_held_is_done(county: Engine, opened: str) -> None:
    look(county, opened, "held", now=OPENS, note="")
    row = looks(county, code_of(opened))["1.1"]
    assert (row.state, row.result, row.done_at, row.done_by, row.attend_at) == (
        "done", "held", OPENS, "inspector", None,
    )  # fmt: skip
    assert hazard(county, code_of(opened)).state == "closed"


def test_a_rebound_opens_the_same_hazard_and_tells_the_chain_at_once(county: Engine, opened: str) -> None:
    code = code_of(opened)
    look(county, opened, "反弹", now=OPENS, note="防护盖又被拆除")
    row, second = hazard(county, code), cycle(county, code, 2)
    assert (row.state, row.cycle, row.due_at, row.closed_at) == ("assigned", 2, at("2026-04-17"), None)
    assert (second.first_due_at, second.found_on, second.closed_at) == (at("2026-04-17"), date(2026, 4, 1), None)
    assert cycle(county, code, 1).closed_in_time is True  # the past stands
    urgent = [one for one in notices(county).values() if one.kind == "hazard_rebounded"]
    assert sorted(one.recipient for one in urgent) == ["boss", "chief", "deputy"]
    assert all(one.urgent for one in urgent)
    states = {key: (one.state, one.result) for key, one in looks(county, code).items()}
    assert states == {"1.1": ("done", "rebounded"), "1.2": ("cancelled", None)}
    worlds.sweep(county, at("2026-04-17"))
    assert open_cases(county) == [f"hazard:{code}:2"]
    act(county, hazards.begin, "boss", code, now=at("2026-04-18"))
    act(county, hazards.submit, "boss", code, note="焊死", now=at("2026-04-18"))
    act(county, hazards.accept, "inspector", code, now=at("2026-04-18"))
    assert (cycle(county, code, 2).closed_in_time, open_cases(county)) == (False, [])
    assert set(looks(county, code)) == {"1.1", "1.2", "2.1", "2.2"}


def test_a_rebound_ends_what_a_missed_sibling_began(county: Engine) -> None:
    code = worlds.closed(county)
    worlds.sweep(county, at("2026-06-01"))
    assert open_cases(county) == [f"hazard:{code}:recheck:1.1"]
    look(county, f"hazard:{code}:recheck:1.2", "rebounded", now=at("2026-06-01"))
    assert open_cases(county) == []
    assert looks(county, code)["1.1"].state == "missed"  # missed it was
    with pytest.raises(Conflict, match="opened again"):
        look(county, f"hazard:{code}:recheck:1.1", "held", now=at("2026-06-01"))


def test_where_nobody_could_look_another_is_planned(county: Engine, opened: str) -> None:
    look(county, opened, "blocked", now=OPENS, note="大门紧锁")
    row = looks(county, code_of(opened))["1.3"]
    assert (row.state, row.opens_at, row.due_at) == ("planned", at("2026-04-10"), at("2026-04-18"))
    assert hazard(county, code_of(opened)).state == "closed"
    (note,) = [one for one in notices(county).values() if one.kind == "recheck_blocked"]
    assert (note.recipient, note.facts["due_at"]) == ("keeper", row.due_at.isoformat())


def test_a_missed_one_climbs_until_it_is_answered(county: Engine, opened: str) -> None:
    worlds.sweep(county, at("2026-04-14 12:00"))
    row = looks(county, code_of(opened))["1.1"]
    assert (row.state, row.attend_at, open_cases(county)) == ("missed", None, [opened])
    assert worlds.cases(county)[opened].began_at == at("2026-04-10")
    assert told(county, "recheck_missed") == []  # the first rung of its case says it
    assert told(county, "escalated") == ["chief", "deputy", "inspector"]
    look(county, opened, "held", now=at("2026-04-16"))
    assert open_cases(county) == []


def test_a_leader_waives_with_a_reason(county: Engine, opened: str) -> None:
    worlds.sweep(county, at("2026-04-15"))
    with pytest.raises(Refused):
        act(county, rechecks.waive, "leader", opened, reason=" ", now=at("2026-04-16"))
    act(county, rechecks.waive, "leader", opened, reason="企业已关停", now=at("2026-04-16"))
    row = looks(county, code_of(opened))["1.1"]
    assert (row.state, row.reason, row.done_by, open_cases(county)) == ("waived", "企业已关停", "leader", [])
    assert told(county, "recheck_waived") == ["inspector"]


RESULTS: list[tuple[str, type[Trouble] | None]] = [
    ("inspector", None), ("coord", None), ("leader", None), ("keeper", None), ("viewer", Forbidden),
    ("boss", NotFound), ("staff", NotFound), ("nobody", NotFound), ("stranger", NotFound),
]  # fmt: skip


@pytest.mark.parametrize(("who", "refused"), RESULTS)
def test_who_may_say_what_was_found(county: Engine, opened: str, who: str, refused: Any) -> None:
    if refused is None:
        look(county, opened, "held", who, now=OPENS)
        return
    with pytest.raises(refused):
        look(county, opened, "held", who, now=OPENS)


@pytest.mark.parametrize("who", ["coord", "inspector", "keeper", "viewer", "above"])
def test_nobody_but_a_leader_waives(county: Engine, opened: str, who: str) -> None:
    with pytest.raises(Forbidden):
        act(county, rechecks.waive, who, opened, reason="忙", now=OPENS)


def test_whoever_rectified_does_not_look_back_at_it(county: Engine) -> None:
    code = worlds.report(county)
    act(county, hazards.assign, "coord", code, responsible="keeper")
    act(county, hazards.begin, "coord", code)
    act(county, hazards.submit, "coord", code, note="代为整改")
    act(county, hazards.accept, "inspector", code)
    worlds.sweep(county, OPENS)
    for who in ("coord", "keeper"):
        with pytest.raises(Forbidden):
            look(county, f"hazard:{code}:recheck:1.1", "held", who, now=OPENS)


def test_an_answer_comes_in_its_time_and_once(county: Engine, opened: str) -> None:
    later = opened[:-1] + "2"
    with pytest.raises(Conflict):
        look(county, later, "held", now=OPENS)  # it hasn't opened
    with pytest.raises(Conflict):
        act(county, rechecks.result, "inspector", opened, "held", now=OPENS, version=1)  # read before it opened
    with pytest.raises(Refused):
        look(county, opened, "rebounded", now=OPENS, note="")
    with pytest.raises(Refused):
        look(county, opened, "perhaps", now=OPENS)
    look(county, opened, "held", now=OPENS)
    with pytest.raises(Conflict):
        look(county, opened, "rebounded", now=OPENS)
    with pytest.raises(NotFound):
        look(county, "hazard:none:recheck:1.1", "held", now=OPENS)


# -- samples -----------------------------------------------------------------------------------------------------------


def sampled(engine: Engine, many: int, share: float = 0.25) -> list[str]:
    worlds.campaign(engine, lookback={"after_days": [10, 60], "sample": share})
    return [worlds.closed(engine, campaign="drive", now=FOUND + timedelta(hours=n)) for n in range(many)]


def test_a_month_is_drawn_from_once_when_it_is_over(county: Engine) -> None:
    codes = sampled(county, 8)
    worlds.sweep(county, at("2026-03-31 23:59"))
    assert rows(county, Recheck) == []
    for now in (at("2026-04-01"), at("2026-04-01"), at("2026-04-02")):
        worlds.sweep(county, now)
    (row,) = rows(county, RecheckDraw)
    assert (row.population, row.size, row.drawn_at, row.attend_at) == (8, 2, at("2026-04-01"), None)
    chosen = drawn(codes, row.seed, row.share)
    found = rows(county, Recheck)
    assert sorted({one.hazard for one in found}) == chosen  # anybody can repeat it
    assert {one.opens_at for one in found} == {at("2026-04-01"), at("2026-05-01")}


def test_a_draw_slept_through_is_what_it_would_have_been(county: Engine) -> None:
    sampled(county, 8)
    worlds.sweep(county, at("2026-06-20"))
    assert {one.opens_at for one in rows(county, Recheck)} == {at("2026-04-01"), at("2026-05-01")}
    assert {one.state for one in rows(county, Recheck)} == {"missed"}


def test_a_sample_may_be_drawn_by_hand(county: Engine) -> None:
    codes = sampled(county, 5)
    days = {"from_on": date(2026, 3, 1), "to_on": date(2026, 3, 10)}
    now = at("2026-03-20 10:00")
    chosen = act(county, rechecks.draw, "leader", "drive", share=0.5, seed=11, now=now, **days)
    assert list(chosen) == drawn(codes, 11, 0.5)
    assert len(chosen) == 3
    assert {one.opens_at for one in rows(county, Recheck)} == {now, at("2026-05-01")}
    with pytest.raises(Conflict):
        act(county, rechecks.draw, "leader", "drive", share=0.5, now=now, **days)


@pytest.mark.parametrize(
    ("who", "more", "refused"),
    [
        ("inspector", {}, Forbidden),
        ("stranger", {}, NotFound),
        ("leader", {"share": 0.0}, Refused),
        ("leader", {"share": float("nan")}, Refused),
        ("leader", {"to_on": date(2026, 2, 1)}, Refused),
        ("leader", {"to_on": date(2026, 3, 21)}, Refused),
        ("leader", {"from_on": date(2010, 3, 21)}, Refused),
        ("leader", {"seed": 2**31}, Refused),
        ("leader", {"campaign": "none"}, NotFound),
    ],
)
def test_a_draw_by_hand_is_refused(county: Engine, who: str, more: Any, refused: type[Trouble]) -> None:
    sampled(county, 1)
    given = {"campaign": "drive", "from_on": date(2026, 3, 1), "to_on": date(2026, 3, 10), "share": 0.5} | more
    with pytest.raises(refused):
        act(county, rechecks.draw, who, now=at("2026-03-20 10:00"), **given)
