"""`zhiban up` as a process to watch: started on free ports, asked over loopback, its whole family seen in /proc."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx

Found = TypeVar("Found")


def until(look: Callable[[], Found], within: float, what: str, every: float = 0.2) -> Found:
    """What `look` finds as soon as it finds anything; an AssertionError that names `what` when time is up."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if seen := look():
            return seen
        time.sleep(every)
    raise AssertionError(f"waited {within} s in vain for {what}")


def family(data: Path) -> dict[int, str]:
    """Every living process that was started for this data folder: process → its command line."""
    mark = f"ZHIBAN_DATA={data}".encode()
    living: dict[int, str] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            surroundings = (entry / "environ").read_bytes().split(b"\0")
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:  # it ended while we looked
            continue
        if mark in surroundings and command:  # a process that has ended and waits to be counted has no command line
            living[int(entry.name)] = command
    return living


class Upright:
    """A running `zhiban up`."""

    def __init__(self, data: Path, *args: str, every: int = 10, said: str = "said", **environment: str) -> None:
        self.data = data
        given = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIBAN_", "PREFECT_"))}
        given |= {"ZHIBAN_DATA": str(data), "ZHIBAN_PREFECT_PORT": "0", "ZHIBAN_SWEEP_SECONDS": str(every)}
        self.said = data.parent / said
        with self.said.open("wb") as out:
            command = [sys.executable, "-m", "service.cli", "up", "--port", "0", *args]
            self.process = subprocess.Popen(
                command, env=given | environment, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )

    def told(self) -> dict[str, Any]:
        """What `up.json` says, nothing while there is none."""
        try:
            found: dict[str, Any] = json.loads((self.data / "up.json").read_text())
        except FileNotFoundError:
            assert self.process.poll() is None, self.said.read_text()
            return {}
        return found

    def child(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.told().get("children", {}).get(name, {})
        return found

    def ready(self, name: str, within: float = 120) -> int:
        """The number of a child's process once it is ready."""

        def number() -> int:
            child = self.child(name)
            return int(child["pid"] or 0) if child.get("ready") else 0

        return until(number, within, f"{name} to be ready")

    def prefect(self, path: str, **asked: Any) -> Any:
        """What Prefect's server answers; its SQLite is locked now and then for a moment: a 503, or a line cut off."""
        for _ in range(30):
            with suppress(httpx.TransportError):
                answer = httpx.post(f"{self.told()['prefect']}/api{path}", json=asked, timeout=30)
                if answer.status_code != 503:
                    answer.raise_for_status()
                    return answer.json()
            time.sleep(0.3)
        raise AssertionError(f"Prefect does not answer: {path}")

    def runs(self, *states: str) -> list[dict[str, Any]]:
        """The flow runs in these states."""
        chosen = {"state": {"type": {"any_": list(states)}}}
        found: list[dict[str, Any]] = self.prefect("/flow_runs/filter", flow_runs=chosen, limit=200)
        return found

    def end(self, how: signal.Signals, within: float) -> int:
        """Signal it, wait for its end; answers its exit code."""
        self.process.send_signal(how)
        return self.process.wait(within)


@contextmanager
def upright(data: Path, *args: str, every: int = 10, **environment: str) -> Iterator[Upright]:
    """`zhiban up` for as long as the test looks at it; whatever it leaves running is ended with it."""
    started = Upright(data, *args, every=every, **environment)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.end(signal.SIGTERM, 20)
        for left in family(data):
            os.kill(left, signal.SIGKILL)
