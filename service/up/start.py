"""`zhiban up`: everything in one go. The command itself only looks before it leaps, then becomes the light supervisor.

The supervisor (`service.up.watch`) imports the standard library alone: it lives as long as the service does, and what
it takes of memory is taken from what the service may use.
"""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

from service.errors import Fault, Refused
from service.up.plan import PORT, PREFECT_PORT
from service.up.ports import listening

LOOPBACK = "127.0.0.1"


def run(*, data: Path, host: str, port: int, demo: bool) -> int:
    """Start everything and stay: migrations, the page and API, Prefect and the flows, until SIGTERM or Ctrl-C.

    1. read the settings, and refuse a wrong one by its name
    2. refuse ports that another program holds, before anything is started; 0 means any free one
    3. become the supervisor: this process goes on as `service.up.watch`, so nothing after this call is reached

    Raises Refused (wrong settings, ports taken). What the supervisor ends with is the exit code of the command: 0 when
    it was asked to stop, 1 when something would not start.
    """
    from service.settings import settings

    os.environ["ZHIBAN_DATA"] = str(data.absolute())
    settings.cache_clear()
    chosen = settings()
    page, prefect = free_ports((host, port, PORT), (LOOPBACK, chosen.prefect_port, PREFECT_PORT))
    told = [str(data.absolute()), host, str(page), str(prefect), str(chosen.sweep_seconds), "demo" if demo else ""]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "service.up.watch", *told])


def free_ports(*wanted: tuple[str, int, str]) -> list[int]:
    """The ports to listen on, of (host, port or 0, how it is chosen); raises Refused naming each one that is taken."""
    faults: list[Fault] = []
    found: list[int] = []
    with ExitStack() as held:  # all at once, so that two free ones are two
        for host, port, chosen_by in wanted:
            try:
                trial = held.enter_context(listening(host, port))
            except OSError as fault:
                facts = {"port": port, "host": host, "why": fault.strerror}
                faults.append(Fault(chosen_by, "Port {port} on {host} cannot be had ({why}); choose another", facts))
            else:
                found.append(int(trial.getsockname()[1]))
    if faults:
        raise Refused("Nothing was started", faults=faults)
    return found
