"""The moment of duty: watches are reminded of, empty posts called out, rosters drafted ahead."""

from prefect import flow

from flows import rounds

NOUNS = ("duty", "cases")


@flow(name="duty", description="Reminds of watches, calls out empty posts, drafts rosters ahead.")
async def duty(within: list[str] | None = None) -> None:
    """One round over duty and its cases, beneath the units `within` or everywhere, and what is owed is sent."""
    await rounds.hold("duty", NOUNS, within or ())
