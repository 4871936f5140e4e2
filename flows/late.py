"""What an outage leaves behind in Prefect: due runs that nobody took, and runs whose process is gone."""

from datetime import timedelta
from typing import Any

from prefect import runtime

from flows.pages import in_pages
from service import clock

TICK = "tick"  # the tag of every run that a schedule made; one round makes up for all that were missed
LATE_AFTER = timedelta(seconds=30)
GONE = {"type": "CRASHED", "message": "Its runner is gone."}


async def forget(**which: Any) -> int:
    """Drop the rounds that are past their time: thirty days asleep owe one round, not thousands."""
    due = {"before_": (clock.now() - LATE_AFTER).isoformat()}
    return await in_pages(
        "/flow_runs/bulk_delete", "deleted", ticks("SCHEDULED", next_scheduled_start_time=due, **which)
    )


def own() -> dict[str, Any]:
    """`which` rounds: those of the deployment that runs here."""
    return {"deployment_id": {"any_": [str(key) for key in filter(None, [runtime.deployment.id])]}}


async def bury() -> int:
    """Call crashed what a killed runner left running, so that its place is free; for a runner that works alone."""
    return await in_pages("/flow_runs/bulk_set_state", "results", ticks("PENDING", "RUNNING"), most=1, state=GONE)


def ticks(*states: str, **which: Any) -> dict[str, Any]:
    return {"tags": {"all_": [TICK]}, "state": {"type": {"any_": list(states)}}, **which}
