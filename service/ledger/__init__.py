"""The ledger of hazards and rechecks, read."""
