"""Incidents (事故): reported against their clocks, upward, corrected by new lines."""
