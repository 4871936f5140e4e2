"""The schedule of a served flow: every so many seconds, one round at a time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Interval
from prefect.types.entrypoint import EntrypointType

from flows import late

SINCE = datetime(2020, 1, 1, tzinfo=UTC)  # a fixed beginning: a restart leaves the schedule as it was
DROPPED = ConcurrencyLimitStrategy.CANCEL_NEW  # a round that comes while another runs owes nothing that the next won't
PLACE_KEPT_SECONDS = 60  # by a run whose runner was killed


def deployed(flow: Flow[Any, Any], *, every: int, zone: str, after: float = 0) -> RunnerDeployment:
    """A flow on its schedule, `every` so many seconds, and `after` the others of that moment; to be served."""
    return RunnerDeployment.from_flow(
        flow,
        name="sweep",
        schedule=Interval(every, anchor_date=SINCE + timedelta(seconds=after), timezone=zone),
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=DROPPED, grace_period_seconds=PLACE_KEPT_SECONDS
        ),
        tags=["zhiban", late.TICK],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
