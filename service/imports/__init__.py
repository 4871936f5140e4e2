"""Sheets in: each kind read, tried out and taken whole, or refused with the place of every fault."""
