"""Words said in a statement itself: an index of only some rows is used only where the words it was made with stand."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import literal_column
from sqlmodel import col


def word(value: str) -> Any:
    """A word of an enum as it is, not as a parameter."""
    return literal_column(f"'{value}'")


def one_of(column: Any, values: Iterable[str]) -> Any:
    """The column is one of these words of an enum."""
    return col(column).in_([word(value) for value in values])


UNDER_WAY, HANDED_IN = word("open"), word("submitted")
