"""What an outage leaves behind in Prefect: due runs that nobody took, and runs whose process is gone."""

from datetime import timedelta
from typing import Any

from prefect import runtime
from prefect.client.orchestration import get_client

from service import clock

TICK = "tick"  # the tag of every run that a schedule made; one round makes up for all that were missed
LATE_AFTER = timedelta(seconds=30)
PAGE = 50  # the most that Prefect's server drops or marks at once


async def forget() -> int:
    """Drop the rounds that are past their time: thirty days asleep owe one round, not thousands.

    In a run, those of its own deployment; outside of any, all.
    """
    due = {"next_scheduled_start_time": {"before_": (clock.now() - LATE_AFTER).isoformat()}}
    mine = {"deployment_id": {"any_": [str(key)]} for key in filter(None, [runtime.deployment.id])}
    return await in_pages("/flow_runs/bulk_delete", "deleted", flow_runs=ticks("SCHEDULED") | due | mine)


async def bury() -> int:
    """Call crashed what a killed runner left running, so that its place is free; for a runner that works alone."""
    state = {"type": "CRASHED", "message": "Its runner is gone."}
    return await in_pages("/flow_runs/bulk_set_state", "results", flow_runs=ticks("PENDING", "RUNNING"), state=state)


def ticks(*states: str) -> dict[str, Any]:
    return {"tags": {"all_": [TICK]}, "state": {"type": {"any_": list(states)}}}


async def in_pages(path: Any, answered: str, **asked: Any) -> int:
    total = 0
    async with get_client() as client:
        while done := (await client.request("POST", path, json=asked | {"limit": PAGE})).json()[answered]:
            total += len(done)
    return total
