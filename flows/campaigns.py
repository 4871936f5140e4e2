"""The moment of campaigns: their tasks are planned ahead, opened, called late or missed, and escalated."""

from prefect import flow

from flows import rounds

# cases after: what is found overdue takes its first rung at once
NOUNS = ("planning", "tasks", "cases", "answers", "public calls", "errands")


@flow(name="campaigns", description="Plans the tasks of campaigns and brings them what time brings.")
async def campaigns(within: list[str] | None = None) -> None:
    """One round over campaigns, tasks and cases, beneath the units `within` or everywhere, and what is owed is sent."""
    await rounds.hold("campaigns", NOUNS, within or ())
