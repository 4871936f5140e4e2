"""The moment of campaigns: their tasks are planned ahead, opened, and called late or missed."""

from prefect import flow

from flows import late, records, rounds

NOUNS = ("planning", "tasks")


@flow(name="campaigns", description="Plans the tasks of campaigns and brings them what time brings.")
async def campaigns(within: list[str] | None = None) -> None:
    """One round over campaigns and tasks, beneath the units `within` or everywhere, and what it owes is sent."""
    await late.forget(**late.own())
    try:
        done = await rounds.swept(NOUNS, within or ())
    finally:
        sent = await rounds.sent()
    await records.keep("campaigns", done, sent)
