"""Figures: one registry of what can be counted, and the one way to count it and to list the records behind it."""

from service.figures.base import Defined, Figure, Less, Rate, Reach, Span
from service.figures.registry import FIGURES, figure

__all__ = ["FIGURES", "Defined", "Figure", "Less", "Rate", "Reach", "Span", "figure"]
