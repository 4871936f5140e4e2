"""What the supervisor asks its children over loopback: whether they answer, and whether Prefect really schedules."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any

ANSWERS_WITHIN = 3.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
TICKS = {"tags": {"all_": ["tick"]}}


def answers(host: str, port: int, path: str) -> bool:
    """Whether a page comes back, and not an error."""
    try:
        status, _ = call(host, port, "GET", path)
    except (OSError, HTTPException):
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
    except (OSError, HTTPException, ValueError) as fault:
        return f"Prefect cannot be asked: {type(fault).__name__}"
    return "ok"


def count(port: int, runs: Mapping[str, Any], environment: Mapping[str, str]) -> int:
    """How many of the ticks there are."""
    headers = {"Content-Type": "application/json"}
    if secret := environment.get("PREFECT_API_AUTH_STRING"):
        headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
    body = json.dumps({"flow_runs": TICKS | dict(runs)})
    status, answer = call("127.0.0.1", port, "POST", "/api/flow_runs/count", body, headers)
    if status != 200:
        raise ValueError(f"status {status}")
    return int(answer)


def call(
    host: str, port: int, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    connection = HTTPConnection(EVERYWHERE.get(host, host), port, timeout=ANSWERS_WITHIN)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
