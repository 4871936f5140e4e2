"""How a flow reaches the database: from a thread beside it, and again when the database gave way."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from prefect.client.schemas.objects import State
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from service import store
from service.settings import settings

Answer = TypeVar("Answer")
TRIED_AGAIN_AFTER = [2.0, 10.0, 30.0]  # seconds


async def on_database(call: Callable[[Engine], Answer]) -> Answer:
    """What `call` answers of the database."""
    engine = store.open_engine(settings().database(), pool_size=settings().pool_size)
    try:
        return await asyncio.to_thread(call, engine)
    finally:
        engine.dispose()


async def gave_way(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether a later try may find things mended: the database was away or gave way. A wrong setting stays wrong."""
    return isinstance(await state.aresult(raise_on_failure=False), OperationalError)
