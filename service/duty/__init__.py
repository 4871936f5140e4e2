"""Duty: rosters as data, their plans drafted and published, swaps and gaps, and the watches as people serve them."""
