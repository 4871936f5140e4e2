"""SIGKILL in the middle of a sweep, a hundred times: whoever goes on ends where an undisturbed year ends."""

import os
import random
import signal
import sys
import threading
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import Engine

from service import sweeps
from tests.databases import Databases
from tests.service import worlds
from tests.stories.busy import busy, instants
from tests.stories.sweeper import nursery
from tests.stories.test_two_sweepers import once_each

KILLS = 100


@pytest.mark.slow
@pytest.mark.timeout(900)  # a hundred lives, each as long as a busy machine needs
def test_a_year_of_killed_sweepers_ends_as_an_undisturbed_one(
    engine: Engine, all_databases: Databases, tmp_path: Path
) -> None:
    year, chance = instants(days=3), random.Random(20260101)
    undisturbed = busy(all_databases.sqlite(tmp_path / "undisturbed.sqlite"))
    begun = perf_counter()
    for now in year:
        sweeps.sweep(undisturbed, now)
    # a hundred such lives, half of this each, are about the year's work, however fast the machine is
    longest = 2 * (perf_counter() - begun) / KILLS
    address = busy(engine).url.render_as_string(hide_password=False)
    engine.dispose()
    killed, pause = 0, threading.Event()
    with nursery() as children:
        while killed < KILLS:
            child = children.start(address, year)
            pause.wait(chance.uniform(0.005, longest))
            os.kill(child, signal.SIGKILL)
            status = children.wait(child)
            assert status in (0, -signal.SIGKILL)
            killed += status == -signal.SIGKILL
        midway = len(worlds.tasks(engine))
        engine.dispose()
        assert children.wait(children.start(address, year)) == 0
    figures = f"{killed} killed, each within {longest:.3f} s, {midway} of {len(worlds.tasks(engine))} tasks by then"
    sys.stdout.write(f"{engine.dialect.name}: {figures}\n")
    assert midway > 0, "nobody lived long enough to do anything"
    found, expected = worlds.everything(engine), worlds.everything(undisturbed)
    for name, rows in expected.items():
        assert found[name] == rows, name
    once_each(engine)
    undisturbed.dispose()
