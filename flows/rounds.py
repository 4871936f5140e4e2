"""One round as Prefect tasks, sweep and send, and the round that the flow of every noun holds."""

from collections.abc import Sequence

from prefect import task

from flows import late, records
from flows.database import TRIED_AGAIN_AFTER, gave_way, on_database
from service import clock, sweeps
from service.notices import delivery
from service.notices.acts import Sent
from service.store import Applied


@task(name="sweep", retries=3, retry_delay_seconds=TRIED_AGAIN_AFTER, retry_condition_fn=gave_way)
async def swept(nouns: Sequence[str], within: Sequence[str] = ()) -> dict[str, Applied]:
    """Sweep these nouns once, beneath the units `within` or everywhere; answers what each did."""
    return await on_database(lambda engine: sweeps.sweep(engine, clock.now(), within=within, only=nouns))


@task(name="send", retries=3, retry_delay_seconds=TRIED_AGAIN_AFTER, retry_condition_fn=gave_way)
async def sent() -> Sent:
    """Send what is owed to be told by now; what a sender that was killed had claimed comes with it later."""
    return await on_database(lambda engine: delivery.deliver_owed(engine, clock.now()))


async def hold(key: str, nouns: Sequence[str], within: Sequence[str]) -> None:
    """Sweep, send what is owed even if the sweep failed, and keep the record as the artifact `key`."""
    await late.forget(**late.own())
    try:
        done = await swept(nouns, within)
    finally:
        told = await sent()
    await records.keep(key, done, told)
