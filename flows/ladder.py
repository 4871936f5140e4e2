"""The moment of hazards, rechecks, incidents and alerts, and of everything missed: it climbs the chain."""

from prefect import flow

from flows import rounds

NOUNS = ("hazards", "rechecks", "records", "incidents", "alerts", "cases")


@flow(
    name="ladder",
    description="Warns of hazards, opens look-backs, asks for reports upward, and tells the chain of what was missed.",
)
async def ladder(within: list[str] | None = None) -> None:
    """One round over these nouns, beneath the units `within` or everywhere; what it owes is sent."""
    await rounds.hold("ladder", NOUNS, within or ())
