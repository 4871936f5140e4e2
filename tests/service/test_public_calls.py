"""Calls nobody signs in for: counted across processes, told apart by network, forgotten after an hour."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine

from models import PublicCall
from service import public_calls, store
from tests.service.worlds import counting, rows


@pytest.fixture(autouse=True)
def own_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_calls, "secret", lambda: "a secret of the test")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "somewhere", False),
    ],
)
def test_who_counts_as_one_caller(engine: Engine, now: datetime, first: str, second: str, same: bool) -> None:
    assert public_calls.wait(engine, first, "e1", now=now, most=1) == 0
    assert (public_calls.wait(engine, second, "e1", now=now, most=1) > 0) is same


def test_it_holds_for_an_hour_and_is_forgotten(engine: Engine, now: datetime) -> None:
    came = [now + timedelta(minutes=10 * n) for n in range(5)]
    assert [public_calls.wait(engine, "192.0.2.1", "e1", now=at) for at in came] == [0] * 5
    assert public_calls.wait(engine, "192.0.2.1", "e1", now=now + timedelta(minutes=50)) == 600
    assert public_calls.wait(engine, "192.0.2.1", "e2", now=now + timedelta(minutes=50)) == 0
    assert public_calls.wait(engine, "192.0.2.1", "e1", now=now + timedelta(minutes=60)) == 0
    assert public_calls.sweep(engine, now + timedelta(minutes=109)).applied == 0
    assert public_calls.sweep(engine, now + timedelta(minutes=110)).applied == 1
    assert len(rows(engine, PublicCall)) == 1
    assert "192.0.2.1" not in str(rows(engine, PublicCall))


def test_a_clock_set_back_lets_nobody_in_and_locks_nobody_out(engine: Engine, now: datetime) -> None:
    for _ in range(5):
        assert public_calls.wait(engine, "192.0.2.1", "e1", now=now) == 0
    earlier = now - timedelta(hours=3)
    assert public_calls.wait(engine, "192.0.2.1", "e1", now=earlier) == 3_600


def test_two_processes_share_one_count(engine: Engine, now: datetime) -> None:
    other = store.open_engine(engine.url.render_as_string(hide_password=False))
    together, answers = Barrier(8), []

    def call(door: Engine) -> None:
        together.wait()
        answers.append(public_calls.wait(door, "192.0.2.1", "e1", now=now))

    callers = [Thread(target=call, args=(door,)) for door in (engine, other) * 4]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    let_in = answers.count(0)
    assert 1 <= let_in <= 5
    later = [public_calls.wait(engine, "192.0.2.1", "e1", now=now) for _ in range(8)]
    assert let_in + later.count(0) == 5
    other.dispose()


def test_who_is_turned_away_keeps_no_writer_waiting(engine: Engine, now: datetime) -> None:
    public_calls.wait(engine, "192.0.2.1", "e1", now=now, most=1)
    with counting(engine) as sent:
        assert public_calls.wait(engine, "192.0.2.1", "e1", now=now, most=1)
    assert [one for one, _ in sent if not one.lstrip().upper().startswith("SELECT")] in ([], ["BEGIN"])
