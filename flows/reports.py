"""The moment of reports: what is owed is drafted from one reading of the records."""

from prefect import flow

from flows import rounds

NOUNS = ("reports",)


@flow(name="reports", description="Drafts the reports that are owed, and again before they are due.")
async def reports(within: list[str] | None = None) -> None:
    """One round over reports, beneath the units `within` or everywhere, and what it owes is sent."""
    await rounds.hold("reports", NOUNS, within or ())
