"""Errands whose process is gone: they go on by themselves, once, in whichever process looks first."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from models import Errand, RosterVersion
from service import errands, store
from service.access import actor_for
from service.duty import draft_errand
from service.roster.plan import Progress
from service.web.going_on import WORKS, GoingOn
from tests.service import worlds
from tests.service.duty_worlds import FROM, TO, kept

WAITED = 30.0


def asked(engine: Engine, now: datetime) -> str:
    """A draft that was asked for and begun by nobody, as when its process was killed."""
    kept(engine, now)
    with store.transaction(engine) as session:
        return draft_errand.ask(session, actor_for(session, "coord"), "night", FROM, TO, now=now, seconds=5)


def test_a_draft_whose_process_was_killed_is_finished(engine: Engine, now: datetime) -> None:
    key = asked(engine, now)
    at = [now + errands.SILENT_AFTER - timedelta(seconds=1)]
    assert errands.resume(engine, WORKS, clock=lambda: at[0], wait_seconds=WAITED) == 0
    at[0] += timedelta(seconds=1)
    assert errands.resume(engine, {"import": WORKS["import"]}, clock=lambda: at[0], wait_seconds=WAITED) == 0
    assert errands.resume(engine, WORKS, clock=lambda: at[0], wait_seconds=WAITED) == 1
    row = worlds.row(engine, Errand, key)
    assert (row.state, row.found) == ("done", {"number": 1})
    at[0] += errands.SILENT_AFTER
    assert errands.resume(engine, WORKS, clock=lambda: at[0], wait_seconds=WAITED) == 0
    assert len(worlds.rows(engine, RosterVersion)) == 1


def test_the_server_looks_for_them_until_it_stops(engine: Engine, now: datetime) -> None:
    key = asked(engine, now)
    going_on = GoingOn(engine, lambda: now + errands.SILENT_AFTER, every=0.01)
    going_on.start()
    while worlds.row(engine, Errand, key).state == "running":
        assert going_on.thread.is_alive()
        going_on.over.wait(0.05)
    going_on.stop()
    assert not going_on.thread.is_alive()
    assert worlds.row(engine, Errand, key).state == "done"


def test_what_the_engine_has_so_far_is_noted_now_and_then(engine: Engine, now: datetime) -> None:
    key = asked(engine, now)
    worker = errands.Worker(engine, lambda: now, errands.gather(engine, key))
    gauge = draft_errand.Gauge(worker)
    for objective, bound, seconds in ((None, None, 0.1), (90, None, 0.2), (80, 60, 1.0), (70, 60, 3.0)):
        gap = None if bound is None or objective is None else (objective - bound) / objective
        gauge.tell(Progress(objective, bound, gap, seconds, "search"))
        noted = worlds.row(engine, Errand, key).found
        if seconds == 0.1:
            assert noted == {}
        elif seconds < 3:  # the second piece of news came too soon after the first
            assert noted == {"so_far": {"objective": 90, "bound": None, "gap": None}}
    assert noted == {"so_far": {"objective": 70, "bound": 60, "gap": 10 / 70}}
    errands.Worker(engine, lambda: now, errands.gather(engine, key)).says("somebody else has taken it up")
    gauge.tell(Progress(60, 60, 0.0, 9.0, "search"))
    assert worlds.row(engine, Errand, key).found == noted
