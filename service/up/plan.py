"""What `zhiban up` starts: the steps before, the children, the order, and the environment they live in."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

DAY = 86_400
KEEPS_RUNS_FOR = 30 * DAY
AHEAD = "PT3M"  # how far ahead Prefect writes runs down: its scheduler looks once a minute

PORT, PREFECT_PORT = "--port", "ZHIBAN_PREFECT_PORT"  # how the ports are chosen
# a server that is told to stop waits for its open connections, and the flows keep one: seconds, not for ever
WEB = (
    "uvicorn", "service.web.app:app", "--no-access-log", "--no-server-header", "--timeout-graceful-shutdown", "2",
    "--host",
)  # fmt: skip
PREFECT = (
    "uvicorn", "--factory", "prefect.server.api.server:create_app", "--log-level", "warning",
    "--timeout-graceful-shutdown", "1", "--host", "127.0.0.1", "--port",
)  # fmt: skip


class Child(NamedTuple):
    """A process to keep alive. `asks` is the path that answers once it is ready; a child waits for those in `after`.

    Without a `vital` child there is no service: when it never comes up, everything is stopped. `chosen_by` is what
    chooses another port for it.
    """

    name: str
    command: tuple[str, ...]
    port: int = 0
    chosen_by: str = ""
    asks: str = ""
    after: tuple[str, ...] = ()
    ends_within: float = 3.0
    vital: bool = False


class Plan(NamedTuple):
    """All that the supervisor must know. `steps` run first, one by one; the last of `children` is stopped first."""

    data: Path
    host: str
    port: int
    prefect_port: int
    environment: dict[str, str]
    steps: tuple[tuple[str, tuple[str, ...]], ...]
    children: tuple[Child, ...]
    every: int


def plan(data: Path, host: str, port: int, prefect_port: int, every: int, demo: bool) -> Plan:
    """The plan of a real start; `every` is how often the flows sweep, in seconds."""
    here = (sys.executable, "-m")
    steps = [("migrate", (*here, "service.cli", "migrate")), ("demo", (*here, "service.cli", "demo"))]
    children = (
        Child(
            "prefect", (*here, *PREFECT, str(prefect_port)), prefect_port, PREFECT_PORT, "/api/health", ends_within=2.5
        ),
        Child("web", (*here, *WEB, host, "--port", str(port)), port, PORT, "/healthz", ends_within=2.5, vital=True),
        Child("flows", (*here, "flows"), after=("prefect",), ends_within=3.5),
    )
    environment = lived_in(os.environ, data, prefect_port)
    return Plan(data, host, port, prefect_port, environment, tuple(steps if demo else steps[:1]), children, every)


def lived_in(given: Mapping[str, str], data: Path, prefect_port: int) -> dict[str, str]:
    """The environment of every child: `given`, with Prefect at home in the data folder, on loopback, silent outwards.

    What somebody set about Prefect's own server stands (its database, say), but for its address, which is ours.
    """
    own = f"http://127.0.0.1:{prefect_port}"
    chosen = {
        "PREFECT_HOME": str(data / "prefect"),
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PREFECT_LOGGING_COLORS": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "2",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": AHEAD,
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(KEEPS_RUNS_FOR),
        "MALLOC_ARENA_MAX": "2",  # the allocator's arena per thread is most of what an idle server would hold
    }
    fixed = {
        "ZHIBAN_DATA": str(data),
        "PREFECT_API_URL": f"{own}/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": own,
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": ",".join(filter(None, (given.get("NO_PROXY"), "127.0.0.1", "localhost"))),
    }
    return chosen | dict(given) | fixed
