"""A round too large for one machine: the root units are dealt out, chunk by chunk, to the workers of a pool."""

import asyncio
from functools import partial
from itertools import product

from prefect import flow
from prefect.deployments import arun_deployment

from flows import database, late, records
from service import sweeps

POLL_SECONDS = 2.0
CHUNKS = ["campaigns/chunk", "ladder/chunk", "duty/chunk", "reports/chunk"]


@flow(name="dispatch", description="Deals a round out to the workers, a chunk of root units each.")
async def dispatch(size: int = 5, to: list[str] = CHUNKS, waits_for: float = 300) -> None:
    """Hand chunks of `size` root units to each deployment of `to`, and wait for them, at most `waits_for` seconds.

    A chunk that is lost with its worker is no loss: what it left undone is owed again at the next round.
    """
    await late.forget(**late.own())
    units = await database.on_database(sweeps.roots)
    dealt = list(product(to, [units[at : at + size] for at in range(0, len(units), size)]))
    asked = partial(arun_deployment, timeout=waits_for, poll_interval=POLL_SECONDS)
    runs = await asyncio.gather(*(asked(name, parameters={"within": chunk}) for name, chunk in dealt))
    await records.keep_chunks("dispatch", [(name, chunk, run) for (name, chunk), run in zip(dealt, runs, strict=True)])
