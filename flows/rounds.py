"""One round of sweeping as a Prefect task: what the flow of every noun is made of."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from prefect import task
from prefect.client.schemas.objects import State
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from service import clock, store, sweeps
from service.settings import settings
from service.store import Applied

Answer = TypeVar("Answer")


async def database_gave_way(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether a later try may find things mended: the database was away or gave way. A wrong setting stays wrong."""
    return isinstance(await state.aresult(raise_on_failure=False), OperationalError)


@task(name="round", retries=3, retry_delay_seconds=[2, 10, 30], retry_condition_fn=database_gave_way, tags=["zhiban"])
async def swept(nouns: Sequence[str], within: Sequence[str] = ()) -> dict[str, Applied]:
    """Sweep these nouns once, beneath the units `within` or everywhere; answers what each did."""
    return await asyncio.to_thread(
        on_database, lambda engine: sweeps.sweep(engine, clock.now(), within=within, only=nouns)
    )


def on_database(call: Callable[[Engine], Answer]) -> Answer:
    """What `call` answers of the database; made for the thread beside the flow."""
    engine = store.open_engine(settings().database(), pool_size=1)
    try:
        return call(engine)
    finally:
        engine.dispose()
