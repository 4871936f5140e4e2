"""Acts of Prefect's server on many runs at once, which it does a page at a time."""

from typing import Any

from prefect.client.orchestration import get_client

PAGE = 50  # the most it takes


async def in_pages(path: Any, answered: str, runs: dict[str, Any], *, most: int = 1_000_000, **more: Any) -> int:
    """Do one thing to all these runs until there are none left, or `most` were done; answers to how many."""
    done, total = [PAGE], 0
    async with get_client() as client:
        asked = {"flow_runs": runs, "limit": PAGE, **more}
        while done and total < most:
            done = (await client.request("POST", path, json=asked)).json()[answered]
            total += len(done)
    return total
