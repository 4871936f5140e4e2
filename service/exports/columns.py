"""Columns of the sheets that go out, and the words in them: as people print them, or identifiers in English."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Heading(NamedTuple):
    """A column: its identifier, the heading that people print, and how many Latin letters wide it is in print."""

    name: str
    printed: str
    width: int


def headings_in(columns: Iterable[Heading], locale: str) -> list[str]:
    return [column.name if locale == "en" else column.printed for column in columns]


def words_of(known: Mapping[str, str | StrEnum]) -> dict[str, str]:
    """Identifier → the first of the words that sheets have for it."""
    words: dict[str, str] = {}
    for word, identifier in known.items():
        words.setdefault(str(identifier), word)
    return words


def said(identifier: str | None, words: Mapping[str, str], locale: str) -> str:
    """A word of an enum as a sheet says it."""
    return (identifier or "") if locale == "en" else words.get(str(identifier or ""), str(identifier or ""))
