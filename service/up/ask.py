"""What the supervisor asks its children over loopback: whether they answer, and whether Prefect really schedules."""

import base64
import json
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

ANSWERS_WITHIN = 3.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
TICKS = {"tags": {"all_": ["tick"]}}


def answers(host: str, port: int, path: str) -> bool:
    """Whether a page comes back, and not an error."""
    try:
        status, _ = call(host, port, path, {})
    except (OSError, ValueError, IndexError):
        return False
    return status < 400


def scheduling(port: int, now: datetime, every: int, environment: Mapping[str, str]) -> str:
    """How the schedules do: `ok`, or what is wrong in words.

    Prefect's server can be in good health and make no run at all (a library of the wrong version was seen to do it), so
    the runs themselves are counted: some must lie ahead, and one must have ended lately.
    """
    lately = timedelta(seconds=max(3 * every, 120))
    ahead = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": {"after_": now.isoformat()}}
    done = {"state": {"type": {"any_": ["COMPLETED"]}}, "end_time": {"after_": (now - lately).isoformat()}}
    try:
        if not count(port, ahead, environment):
            return "no run is scheduled"
        if not count(port, done, environment):
            return f"no run has succeeded in the last {lately.total_seconds():.0f} s"
    except (OSError, ValueError, IndexError) as fault:
        return f"Prefect cannot be asked: {type(fault).__name__}"
    return "ok"


def count(port: int, runs: Mapping[str, Any], environment: Mapping[str, str]) -> int:
    """How many of the ticks there are."""
    headers = {"Content-Type": "application/json"}
    if secret := environment.get("PREFECT_API_AUTH_STRING"):
        headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
    body = json.dumps({"flow_runs": TICKS | dict(runs)})
    status, answer = call("127.0.0.1", port, "/api/flow_runs/count", headers, body)
    if status != 200:
        raise ValueError(f"status {status}")
    return int(answer)


def call(host: str, port: int, path: str, headers: Mapping[str, str], body: str | None = None) -> tuple[int, bytes]:
    """The status and body of an answer; a body makes it a POST.

    Spelled out on a socket: the library's client would bring TLS and mail parsing into a process that lives on loopback
    and is counted twice, itself and its fork.
    """
    sent = body.encode() if body is not None else b""
    fields = {"Host": "localhost", "Connection": "close", "Content-Length": str(len(sent)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    with socket.create_connection((EVERYWHERE.get(host, host), port), timeout=ANSWERS_WITHIN) as line:
        line.sendall(f"{'POST' if body is not None else 'GET'} {path} HTTP/1.0\r\n{head}\r\n".encode() + sent)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    said, _, rest = answer.partition(b"\r\n\r\n")
    return int(said.split(b" ", 2)[1]), rest
