"""The ledger's sweeps: once per instant, the same however late, up to the office above, no dearer for what is shut."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Case, CaseRung, Hazard, Notice, Recheck
from models.base import table_of
from service import cases, store, sweeps
from service.hazards import acts as hazards
from service.hazards import sweep as hazard_sweep
from service.rechecks import sweep as recheck_sweep
from service.rules.steps import make
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, at, hazard, report, rows, told
from tests.service.worlds import counting

NIGHT = timedelta(hours=23)


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def rungs(engine: Engine, subject: str) -> list[tuple[Any, ...]]:
    found = [row for row in rows(engine, CaseRung) if row.case == f"case:{subject}"]
    return [(row.place, row.due_at, row.state, row.person) for row in sorted(found, key=lambda row: row.place)]


def test_an_overdue_hazard_climbs_to_the_principal_leader_and_the_office_above(county: Engine) -> None:
    code = report(county)
    act(county, hazards.assign, "inspector", code, responsible="boss")
    for day in range(13, 26):
        worlds.sweep(county, at(f"2026-03-{day} 08:00"))
    assert told(county, "hazard_due_soon") == ["boss"]
    (case,) = rows(county, Case)
    assert (case.subject, case.kind, case.began_at, case.policy) == (
        f"hazard:{code}:1", "hazard", at("2026-03-17"), "usual",
    )  # fmt: skip
    assert rungs(county, case.subject) == [
        (1, at("2026-03-17"), "taken", "boss"), (2, at("2026-03-18"), "taken", "deputy"),
        (3, at("2026-03-19"), "taken", "chief"), (4, at("2026-03-20"), "taken", "secretary"),
        (5, at("2026-03-24"), "taken", "office"),
    ]  # fmt: skip


def test_a_campaigns_own_ladder_is_climbed(county: Engine) -> None:
    worlds.campaign(county, escalation=[{"after": {"hours": 2}, "to": {"level": 4}}])
    code = report(county, campaign="drive")
    worlds.sweep(county, at("2026-03-17 08:00"))
    (case,) = rows(county, Case)
    assert (case.policy, told(county, "escalated")) == ("drive", ["secretary"])
    assert rungs(county, f"hazard:{code}:1") == [(1, at("2026-03-17 02:00"), "taken", "secretary")]


def test_a_unit_without_anybody_of_its_own_answers_through_its_chain(county: Engine) -> None:
    code = report(county, unit="e2")
    worlds.sweep(county, at("2026-03-17"))
    assert rungs(county, f"hazard:{code}:1")[0] == (1, at("2026-03-17"), "taken", "grid")


def test_what_is_handed_in_and_never_accepted_is_overdue_too(county: Engine) -> None:
    code = worlds.bring_to(county, "submitted")
    worlds.sweep(county, at("2026-03-17"))
    assert worlds.open_cases(county) == [f"hazard:{code}:1"]


def test_only_beneath_the_units_asked_for(county: Engine) -> None:
    report(county)
    other = report(county, "stranger", unit="other")
    now = at("2026-03-17 08:00")
    hazard_sweep.sweep(county, now, within=["town"])
    assert hazard(county, other).attend_at is not None
    hazard_sweep.sweep(county, now, within=["other"])
    assert hazard(county, other).attend_at is None
    assert len(worlds.open_cases(county)) == 2


@pytest.mark.parametrize("noun", ["hazards", "rechecks"])
def test_a_second_sweep_at_one_instant_owes_nothing(county: Engine, noun: str) -> None:
    report(county)
    worlds.closed(county)
    now = at("2026-06-30")
    first = sweeps.NOUNS[noun](county, now)
    assert first.applied > 0
    assert sweeps.NOUNS[noun](county, now).applied == 0


def live(engine: Engine, step: timedelta) -> dict[str, list[Any]]:
    """A season in which some are closed, some left lying and nobody looks back, swept every so often."""
    worlds.found(engine)
    for n in range(4):
        code = report(engine, unit=("e1", "e2")[n % 2], now=FOUND + timedelta(hours=n))
        if n < 2:
            worlds.close(engine, code, now=FOUND + timedelta(hours=n))
    now, end = FOUND + timedelta(days=1), FOUND + timedelta(days=50)
    while now < end:
        worlds.sweep(engine, now)
        now = min(end, now + step)
    worlds.sweep(engine, end)
    plain: dict[str, list[Any]] = {}
    for table in (Hazard, Recheck, Case, CaseRung):
        names = [column.name for column in table_of(table).columns if column.name not in ("version", "taken_at")]
        plain[table.__name__] = [tuple(getattr(row, name) for name in names) for row in rows(engine, table)]
    plain["notices"] = [(row.key, row.owed_at) for row in rows(engine, Notice)]
    return plain


def test_fifty_days_asleep_end_as_fifty_days_awake(engine: Engine, all_databases: Any, tmp_path: Any) -> None:
    asleep = all_databases.sqlite(tmp_path / "asleep.sqlite")
    awake, slept = live(engine, NIGHT), live(asleep, timedelta(days=60))
    asleep.dispose()
    assert set(slept.pop("notices")) <= set(awake.pop("notices"))
    assert slept == awake


def ahead(engine: Engine, many: int) -> None:
    """Hazards and rechecks that lie ahead or are over: none of a sweep's business."""
    later = at("2027-01-01")
    known = {
        "unit": "e1", "description": "隐患", "level": "general", "mode": "by_deadline", "source": "sheet",
        "found_on": FOUND.date(), "due_at": later,
    }  # fmt: skip
    look = {"hazard": "B-00000", "unit": "e1", "cycle": 1, "opens_at": later, "due_at": later}
    steps = [make(Hazard, f"B-{n:05}", "made", known | {"attend_at": (later, None)[n % 2]}) for n in range(many)]
    for n in range(many):
        steps.append(make(Recheck, f"hazard:B-{n:05}:recheck:1.1", "made", look | {"attend_at": (later, None)[n % 2]}))
    worlds.write(engine, *steps)


def test_a_sweep_sends_as_many_statements_over_a_large_ledger_as_over_a_small_one(county: Engine) -> None:
    counts = []
    for many in (0, 3_000):
        ahead(county, many)
        report(county)
        due = hazard(county, rows(county, Hazard)[-1].key).due_at + timedelta(days=1)
        with counting(county) as counted:
            hazard_sweep.sweep(county, due)
            recheck_sweep.sweep(county, due)
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_many_are_taken_batch_by_batch(county: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hazard_sweep, "BATCH", 3)
    monkeypatch.setattr(recheck_sweep, "BATCH", 3)
    for _ in range(7):
        report(county)
        worlds.closed(county)
    worlds.sweep(county, at("2026-07-01"))
    assert len(worlds.open_cases(county)) == 7 + 14
    assert worlds.sweep(county, at("2026-07-01")) == 0


def test_two_sweepers_at_once_begin_each_case_once(county: Engine) -> None:
    for _ in range(20):
        report(county)
    worlds.closed(county)
    came: list[Any] = []

    def one() -> None:
        try:
            came.append(sweeps.sweep(county, at("2026-07-01"), only=("hazards", "rechecks")))
        except Exception as wrong:
            came.append(wrong)

    threads = [Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(isinstance(one, dict) for one in came), came
    sweeps.sweep(county, at("2026-07-01"))
    assert len(rows(county, Case)) == 22
    assert len(rows(county, CaseRung)) == 22 * 5


def test_an_act_while_its_case_climbs_is_not_refused(county: Engine) -> None:
    """The closing waits for the sweep that holds the case, and ends it; nothing stays open."""
    codes = [worlds.bring_to(county, "submitted") for _ in range(4)]
    worlds.sweep(county, at("2026-03-17"))
    now = at("2026-03-25")
    wrong: list[Exception] = []

    def sweeping() -> None:
        try:
            cases.sweep(county, now)
        except Exception as raised:
            wrong.append(raised)

    thread = Thread(target=sweeping)
    thread.start()
    for code in codes:
        act(county, hazards.accept, "inspector", code, now=now)
    thread.join(60)
    assert wrong == []
    worlds.sweep(county, now)
    assert worlds.open_cases(county) == []


def test_the_ledgers_sweeps_run_before_the_cases(county: Engine) -> None:
    order = list(sweeps.NOUNS)
    assert order.index("hazards") < order.index("rechecks") < order.index("cases")
    with store.transaction(county) as session:
        assert hazard_sweep.gather(session, FOUND).hazards == []
