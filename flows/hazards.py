"""The moment of hazards: their deadlines, escalations, rechecks and enforcement cases."""

from prefect import flow

from flows import rounds

NOUNS = (
    "hazards",
    "rechecks",
    "cases",
)  # cases last, as with campaigns; two that sweep them at once write nothing twice


@flow(name="hazards", description="Brings hazards, their rechecks and their cases what time brings.")
async def hazards(within: list[str] | None = None) -> None:
    """One round over hazards, rechecks and cases, beneath the units `within` or everywhere; what is owed is sent."""
    await rounds.hold("hazards", NOUNS, within or ())
