"""What a round did, as a Markdown table beside its run in Prefect."""

from collections.abc import Iterable, Mapping
from typing import Any

from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import FlowRun

from service.notices.acts import Sent
from service.store import Applied


def table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table; a row's values stand under `heads`."""
    names = list(heads)
    lines = [names, ["---"] * len(names), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


async def keep(key: str, done: Mapping[str, Applied], sent: Sent) -> None:
    """Keep what each noun did, and what was sent, as the artifact `key`; the newest stands in front of the earlier."""
    text = table(("noun", *Applied._fields), ((noun, *counts) for noun, counts in done.items()))
    await acreate_markdown_artifact(text + "\n" + table(Sent._fields, [sent]), key=key, description="This round.")


async def keep_chunks(key: str, dealt: Iterable[tuple[str, list[str], FlowRun]]) -> None:
    """Keep what became of each chunk of units, and who had it, as the artifact `key`."""
    rows = ((name, " ".join(units), run.name, run.state_name) for name, units, run in dealt)
    text = table(("deployment", "units", "run", "state"), rows)
    await acreate_markdown_artifact(text, key=key, description="The chunks of this round.")
