"""`python -m flows`: register the flows with Prefect and run each at its moment, on this machine."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from prefect import Flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Interval

from flows import late
from flows.campaigns import campaigns
from service.settings import settings

FLOWS = (campaigns,)
AT_ONCE = 4  # without a limit, a runner that was away would start everything that is due at the same time
AHEAD_SECONDS = 1  # a run is taken when it is due, not ten seconds before: it holds the only place from then on
SINCE = datetime(2020, 1, 1, tzinfo=UTC)  # a fixed beginning: a restart leaves the schedule as it was
ALONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW, grace_period_seconds=60)


def deployed(flow: Flow[Any, Any]) -> RunnerDeployment:
    """A flow on its schedule: one round at a time, and one that comes while another runs is dropped."""
    chosen = settings()
    every = Interval(chosen.sweep_seconds, anchor_date=SINCE, timezone=chosen.zone)
    return RunnerDeployment.from_flow(
        flow, name="sweep", schedule=every, concurrency_limit=ALONE, tags=["zhiban", late.TICK]
    )


if __name__ == "__main__":
    asyncio.run(late.bury())
    rounds = [deployed(flow) for flow in FLOWS]
    serve(*rounds, limit=AT_ONCE, pause_on_shutdown=False, print_starting_message=False, prefetch_seconds=AHEAD_SECONDS)
