"""A nursery of sweepers: one process that has read everything, and forks a child for each sweep that is asked of it.

A child is an ordinary process with its own connections; killing it is killing a sweeper. Started as
`python -m tests.stories.sweeper`, it takes one JSON object a line: `{"sweep": [address, instants]}` answers the child's
process id at once, `{"wait": id}` its exit status once it has ended.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from models import Pulse
from service import store, sweeps
from service.calendar.days import calendar_with
from service.settings import settings

ROOT = Path(__file__).parents[2]


def sweep_through(address: str, instants: list[str]) -> None:
    """Sweep at each instant in turn, going on after the last one that was swept to its end."""
    engine = store.open_engine(address)
    with store.reading(engine) as session:
        swept_at = session.execute(select(col(Pulse.swept_at)).order_by(col(Pulse.swept_at).desc())).scalars().first()
    for now in map(datetime.fromisoformat, instants):
        if swept_at is None or now > swept_at:
            sweeps.sweep(engine, now)
    engine.dispose()


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def serve() -> None:
    calendar_with(settings().zone_info(), (), ())  # the slowest thing to read, and every child would read it anew
    say("ready")
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            _, status = os.waitpid(asked["wait"], 0)
            say(os.waitstatus_to_exitcode(status))
            continue
        child = os.fork()
        if child == 0:
            try:
                sweep_through(*asked["sweep"])
            except BaseException:
                traceback.print_exc()  # on the test's own stderr: the exit status alone says nothing
                os._exit(1)
            os._exit(0)
        say(child)


class Nursery:
    """The other end: start a sweeper, kill it or wait for it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.answer()

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, **what: object) -> int:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return int(self.answer())

    def start(self, address: str, instants: list[datetime]) -> int:
        """Have a child sweep through the instants; answers its process id."""
        return self.ask(sweep=[address, [now.isoformat() for now in instants]])

    def wait(self, child: int) -> int:
        """The exit status of a child, the signal's number below zero if one ended it."""
        return self.ask(wait=child)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery for as long as a test lasts."""
    command = [sys.executable, "-W", "error", "-m", "tests.stories.sweeper"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Nursery(process)
        finally:
            process.kill()


if __name__ == "__main__":
    serve()
