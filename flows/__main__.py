"""`python -m flows`: register the flows with Prefect and run each at its moment, on this machine."""

import asyncio

from prefect import serve

from flows import late
from flows.schedules import deployed
from flows.served import FLOWS
from service.settings import settings

AT_ONCE = 4  # without a limit, a runner that was away would start everything that is due at the same time
TAKEN_BEFORE = 6  # a run is taken a sixth of the way ahead, so that its process stands ready when the moment comes


async def make_up() -> None:
    """Put in order what an outage left, so that what follows is one round."""
    await late.bury()
    await late.forget()


if __name__ == "__main__":
    asyncio.run(make_up())
    every, zone = settings().sweep_seconds, settings().zone
    apart = every / len(FLOWS)  # one after the other: together they would wait for one another's processes
    rounds = [
        deployed(flow, every=every * n, zone=zone, after=apart * at) for at, (flow, n) in enumerate(FLOWS.items())
    ]
    ahead = min(10, every // TAKEN_BEFORE)
    serve(*rounds, limit=AT_ONCE, pause_on_shutdown=False, print_starting_message=False, prefetch_seconds=ahead)
