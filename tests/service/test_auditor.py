"""The auditor finds every promise that nothing will keep, and withholds the heartbeat."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from models import Case, Channel, Notice, Task
from models.kinds import CaseState
from service import auditor, doctor, store, sweeps
from service.auditor import Broken, require_order
from service.couriers import MemoryCourier
from service.notices.claims import Terms
from service.rules.steps import change
from service.settings import settings
from tests.service import worlds
from tests.service.messages import owe, reach, send
from tests.service.worlds import LONG_AGO, at, row, write
from tests.sinks import HttpSink

POLICY = [
    {"after": {"hours": 0}, "to": "assignee"},
    {"after": {"days": 1}, "to": {"level": 2}},
    {"after": {"days": 2}, "to": {"level": 3}},
]
DUE = at("2026-03-03")  # the villages' inspection of 2 March: due when that day is over
KEY = "campaign:drive:once:2026-03-02:v1"
CASE = f"case:{KEY}"


@pytest.fixture
def town(engine: Engine) -> Engine:
    """A town with one inspection of its two villages, which is overdue from 3 March on and missed a week later."""
    worlds.found(engine)
    once = worlds.once("2026-03-02", assignee={"level": 1}, window={"days": 7}, due={"days": 0})
    worlds.launch(engine, worlds.drive(once, escalation=POLICY), LONG_AGO)
    sweeps.sweep(engine, at("2026-03-02"))
    return engine


def all_sent(engine: Engine) -> None:
    """Have everything that is owed so far be delivered, whatever the hour."""
    send(engine, DUE, MemoryCourier(), Terms(quiet=(DUE.time(), DUE.time())))


def case(engine: Engine, key: str = CASE) -> Any:
    return row(engine, Case, key)


# -- the auditor -------------------------------------------------------------------------------------------------------


def broken(engine: Engine, now: datetime) -> set[str]:
    with store.reading(engine) as session:
        return {finding.check for finding in auditor.audit(session, now) if not finding.well}


def test_the_auditor_finds_every_promise_that_nothing_will_keep(town: Engine) -> None:
    sweeps.sweep(town, DUE)
    all_sent(town)
    (key,) = owe(town, "p", owed_at=DUE)
    assert broken(town, DUE) == set()
    late = DUE + timedelta(hours=1)
    assert broken(town, late) == {"promises"}, "nobody sends"
    write(town, change(Notice, key, 1, "held", {"state": "sending"}))
    assert broken(town, late) == {"claims"}, "a sender holds it that is gone"
    write(town, change(Case, CASE, case(town).version, "lost", {"attend_at": None}))
    assert "cases" in broken(town, DUE)
    write(town, change(Case, CASE, case(town).version, "lost", {"state": CaseState.ended}))
    write(town, change(Task, KEY, row(town, Task, KEY).version, "lost", {"attend_at": None}))
    assert broken(town, DUE) == {"tasks"}
    channel = reach(town, "grid1", "json://a/")
    write(town, change(Channel, channel, 1, "refused", {"refused": "93000"}))
    assert broken(town, DUE) == {"tasks", "refusals"}


def test_it_fails_loudly_and_names_what_is_lost(town: Engine) -> None:
    sweeps.sweep(town, DUE)
    all_sent(town)
    assert {finding.well for finding in require_order(town, DUE)} == {True}
    write(town, change(Case, CASE, case(town).version, "lost", {"attend_at": None}))
    with pytest.raises(Broken, match=f"cases: 1 .*{CASE}"):
        require_order(town, DUE)
    assert any(finding.check == "cases" and not finding.well for finding in doctor.examine(town, DUE))


def test_the_heartbeat_is_called_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.cache_clear()
    assert auditor.beat() is False
    with HttpSink() as sink:
        monkeypatch.setenv("ZHIBAN_HEARTBEAT_URL", f"{sink.url}/beat")
        settings.cache_clear()
        assert auditor.beat() is False, "an address that answers otherwise did not hear it"
    assert auditor.beat() is False, "nor does one where nobody is"
    heard: list[str] = []

    def hear(url: str, **_: Any) -> httpx.Response:
        heard.append(url)
        return httpx.Response(204)

    monkeypatch.setattr(httpx, "get", hear)
    assert auditor.beat() is True
    assert len(heard) == 1
    monkeypatch.undo()
    settings.cache_clear()
