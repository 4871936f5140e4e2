"""The moment of messages: what is owed leaves, whatever else is at work."""

from prefect import flow

from flows import late, records, rounds


@flow(name="notices", description="Sends what is owed, and again what did not arrive.")
async def deliver() -> None:
    """Send what is owed by now, through everybody's own channels."""
    await late.forget(**late.own())
    await records.keep("notices", {}, await rounds.sent())
