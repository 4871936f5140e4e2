"""A round too large for one machine: the root units are dealt out, chunk by chunk, to the workers of a pool."""

import asyncio
from functools import partial

from prefect import flow
from prefect.deployments import arun_deployment

from flows import database, late, records
from service import sweeps

POLL_SECONDS = 2.0


@flow(name="dispatch", description="Deals a round out to the workers, a chunk of root units each.")
async def dispatch(size: int = 5, to: str = "campaigns/chunk", waits_for: float = 300) -> None:
    """Hand chunks of `size` root units to the deployment `to`, and wait for them, at most `waits_for` seconds.

    A chunk that is lost with its worker is no loss: what it left undone is owed again at the next round.
    """
    await late.forget(**late.own())
    units = await database.on_database(sweeps.roots)
    chunks = [units[at : at + size] for at in range(0, len(units), size)]
    asked = partial(arun_deployment, to, timeout=waits_for, poll_interval=POLL_SECONDS)
    runs = await asyncio.gather(*(asked(parameters={"within": chunk}) for chunk in chunks))
    await records.keep_chunks("dispatch", {" ".join(units): run for units, run in zip(chunks, runs, strict=True)})
