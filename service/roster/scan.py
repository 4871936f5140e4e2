"""Reading one value at a time from a document, remembering what was wrong and where."""

from collections.abc import Mapping
from datetime import date
from typing import Any

MOST_ERRORS = 50


class ProblemError(ValueError):
    """A roster problem that can't be planned as written; `errors` lists (field path, reason)."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{field or 'document'}: {reason}" for field, reason in errors[:5]))


class Scan:
    """Takes values out of a document; a wrong one is noted with its path and a harmless stand-in is returned."""

    def __init__(self) -> None:
        self.errors: list[tuple[str, str]] = []

    def wrong(self, path: str, reason: str) -> None:
        """Notes a mistake, up to fifty of them."""
        if len(self.errors) < MOST_ERRORS:
            self.errors.append((path, reason))

    def stop_if_wrong(self) -> None:
        """Raises ProblemError when anything was wrong so far."""
        if self.errors:
            raise ProblemError(self.errors)

    def table(self, value: Any, path: str, keys: set[str], required: set[str] | None = None) -> Mapping[str, Any]:
        """An object with these keys and no others."""
        if not isinstance(value, Mapping):
            self.wrong(path, f"expected an object, got {_kind(value)}")
            return {}
        for key in value:
            if key not in keys:
                self.wrong(_at(path, str(key)), f"unknown key; known are {', '.join(sorted(keys))}")
        for key in sorted(required or ()):
            if key not in value:
                self.wrong(_at(path, key), "missing")
        return value

    def items(self, value: Any, path: str) -> list[Any]:
        """A list; nothing is an empty one."""
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.wrong(path, f"expected a list, got {_kind(value)}")
            return []
        return list(value)

    def text(self, value: Any, path: str, *, empty: bool = False) -> str:
        """A text, not empty unless allowed, of two hundred characters at most."""
        if isinstance(value, str) and len(value) <= 200 and (empty or value.strip()):
            return value
        self.wrong(path, f"expected a text, got {_kind(value)}" if not isinstance(value, str) else "empty or too long")
        return ""

    def count(self, value: Any, path: str, *, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number between two limits."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(path, f"expected a whole number, got {_kind(value)}")
            return least
        if not least <= value <= most:
            self.wrong(path, f"{value} is not between {least} and {most}")
            return least
        return value

    def hours(self, value: Any, path: str, *, most: int = 24 * 31) -> int:
        """Hours, whole or not, as minutes."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            self.wrong(path, f"expected hours between 0 and {most}, got {_shown(value)}")
            return 0
        return round(value * 60)

    def date(self, value: Any, path: str) -> date | None:
        """A civil date: YYYY-MM-DD or a date."""
        if type(value) is date:
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong(path, f"expected a date like 2023-10-01, got {_shown(value)}")
            return None

    def one_of(self, value: Any, path: str, known: frozenset[str], what: str) -> str:
        """A text that names something known."""
        if isinstance(value, str) and value in known:
            return value
        self.wrong(path, f"{_shown(value)} is not a known {what}")
        return ""


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _kind(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__


def _shown(value: Any) -> str:
    return repr(value)[:60]
