"""A hazard's season: found, closed, looked back at, back again, left lying, and heard of by the town's secretary."""

from datetime import timedelta

from sqlalchemy import Engine

from service.hazards import acts as hazards
from tests.service import hazard_worlds as town
from tests.service.hazard_worlds import act, at, cycle, hazard, looks, told


def days(engine: Engine, since: str, to: str) -> None:
    """Every morning at eight, time is asked what it owes."""
    now = at(f"{since} 08:00")
    while now <= at(f"{to} 08:00"):
        town.sweep(engine, now)
        now += timedelta(days=1)


def test_the_ledger_does_not_forget(engine: Engine) -> None:
    town.found(engine)
    code = town.report(engine, description="除尘管道积尘超厚", now=at("2026-03-02 09:00"))
    town.close(engine, code, now=at("2026-03-09 15:00"))
    assert (hazard(engine, code).state, cycle(engine, code).closed_in_time) == ("closed", True)

    days(engine, "2026-03-10", "2026-04-08")  # a month later somebody is asked to look again
    assert told(engine, "recheck_due") == ["inspector"]
    town.look(engine, f"hazard:{code}:recheck:1.1", "rebounded", now=at("2026-04-09 10:00"), note="积尘又超厚")
    assert (hazard(engine, code).state, hazard(engine, code).cycle) == ("assigned", 2)
    assert told(engine, "hazard_rebounded") == ["boss", "chief", "deputy"]

    days(engine, "2026-04-10", "2026-05-08")  # nobody does anything: the chain hears of it, level by level
    assert told(engine, "escalated") == ["boss", "chief", "deputy", "office", "secretary"]
    act(engine, hazards.begin, "boss", code, now=at("2026-05-09 09:00"))
    act(engine, hazards.submit, "boss", code, note="更换滤芯并清灰", now=at("2026-05-09 16:00"))
    act(engine, hazards.accept, "inspector", code, now=at("2026-05-09 17:00"))
    assert (cycle(engine, code, 2).closed_in_time, town.open_cases(engine)) == (False, [])
    assert cycle(engine, code, 1).closed_in_time is True  # the first round stays what it was

    days(engine, "2026-05-10", "2026-06-30")  # this time nobody looks back either
    assert {key: one.state for key, one in looks(engine, code).items()} == {
        "1.1": "done", "1.2": "cancelled", "2.1": "missed", "2.2": "planned",
    }  # fmt: skip
    assert town.open_cases(engine) == [f"hazard:{code}:recheck:2.1"]
    assert told(engine, "escalated").count("secretary") == 2
    assert all(case.attend_at is not None for case in town.cases(engine).values() if case.state == "open")
