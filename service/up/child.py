"""One child of the supervisor: started in a group of its own, listened to, started again, stopped for good."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

from service.up.logs import Log
from service.up.plan import Child
from service.up.warden import Warden

LEASH = str(Path(__file__).with_name("leash.py"))
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
SETTLED_AFTER = 60.0  # a child that lived this long starts again at the shortest pause


class Kept:
    """A child being kept alive: `process` is None while it waits for its turn or for the pause after a fall."""

    def __init__(self, child: Child, environment: dict[str, str], log: Log, warden: Warden) -> None:
        self.child, self.environment, self.log, self.warden = child, environment, log, warden
        self.process: subprocess.Popen[bytes] | None = None
        self.ready = False
        self.was_ready = False
        self.falls = 0
        self.restarts = 0
        self.began = 0.0
        self.next_start = 0.0
        self.next_ask = 0.0

    def start(self) -> None:
        """Start it on the leash; its output comes through a pipe, so that it can be both kept and shown."""
        command = [sys.executable, "-IS", LEASH, str(os.getpid()), *self.child.command]
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.warden.started(self.process.pid)
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.began = monotonic()

    def listen(self) -> None:
        """Take what it has said so far."""
        if self.process is not None and self.process.stdout is not None:
            with suppress(BlockingIOError, ValueError):
                while said := os.read(self.process.stdout.fileno(), 65_536):
                    self.log.take(said)

    def fallen(self) -> bool:
        """Whether it has ended by itself since it was last asked; what it left running is ended with it."""
        if self.process is None or self.process.poll() is None:
            return False
        code = self.process.returncode
        lived = monotonic() - self.began
        self.sweep_up()
        self.falls = 1 if self.was_ready and lived > SETTLED_AFTER else self.falls + 1
        pause = PAUSES[min(self.falls, len(PAUSES)) - 1]
        self.next_start = monotonic() + pause
        self.restarts += 1
        self.log.note(f"ended with {code} after {lived:.0f} s; starts again in {pause:.0f} s")
        return True

    def stop(self, *, hard: bool = False) -> None:
        """Ask it to end, wait as long as it may take, then end its whole group."""
        if self.process is None:
            return
        if not hard:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)
            until = monotonic() + self.child.ends_within
            while self.process.poll() is None and monotonic() < until:
                self.listen()
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(0.05)
            if self.process.returncode is None:
                self.log.note("did not end in time; killed")
        self.sweep_up()

    def sweep_up(self) -> None:
        """End whatever is left of its group, and forget it."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.listen()
        self.log.end_line()
        self.warden.ended(self.process.pid)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        self.ready = False

    def facts(self) -> dict[str, object]:
        """What `up.json` says of it."""
        return {
            "pid": self.process.pid if self.process else None,
            "ready": self.ready,
            "restarts": self.restarts,
        }
