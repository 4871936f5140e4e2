"""The moment of the auditor: apart from the rounds it watches, it fails loudly when a promise is left to nobody."""

from prefect import flow, task

from flows import late
from flows.database import TRIED_AGAIN_AFTER, gave_way, on_database
from service import auditor, clock


@task(name="audit", retries=3, retry_delay_seconds=TRIED_AGAIN_AFTER, retry_condition_fn=gave_way)
async def audited() -> list[auditor.Finding]:
    """What was found when all is in order; fails when it is not."""
    return await on_database(lambda engine: auditor.require_order(engine, clock.now()))


@flow(name="auditor", description="Fails when a promise is left to nobody; while all is in order it says so.")
async def audit() -> None:
    """Look for broken promises; the heartbeat is called only when there are none."""
    await late.forget(**late.own())
    await audited()
    auditor.beat()
