"""Rechecks (回头看): what becomes of a closed hazard."""
