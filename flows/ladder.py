"""The moment of hazards and rechecks, and of everything missed: it climbs the chain of responsibility."""

from prefect import flow

from flows import rounds

NOUNS = ("hazards", "rechecks", "cases")


@flow(name="ladder", description="Warns of hazards, opens look-backs, and tells the chain of what was missed.")
async def ladder(within: list[str] | None = None) -> None:
    """One round over hazards, rechecks and cases, beneath the units `within` or everywhere; what it owes is sent."""
    await rounds.hold("ladder", NOUNS, within or ())
