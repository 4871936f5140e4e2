"""Reading one value at a time from a document, remembering what was wrong and where."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.roster.naming import N_

MOST_ERRORS = 50
NO_MEMBER, NO_ROLE, NO_WATCH = (
    N_("{value} is not a known member"),
    N_("{value} is not a known role"),
    N_("{value} is not a known watch"),
)


class Reason(str):
    """What is wrong with a value, in English; `msgid` and `facts` for those who say it in another language."""

    msgid: str
    facts: dict[str, Any]

    @classmethod
    def of(cls, msgid: str, **facts: Any) -> "Reason":
        """The sentence with its facts filled in, and both kept."""
        made = cls(msgid.format(**facts) if facts else msgid)
        made.msgid, made.facts = msgid, facts
        return made


class ProblemError(ValueError):
    """A roster problem that can't be planned as written; `errors` lists (field path, reason)."""

    def __init__(self, errors: list[tuple[str, Reason]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{field or 'document'}: {reason}" for field, reason in errors[:5]))


class Scan:
    """Takes values out of a document; a wrong one is noted with its path and a harmless stand-in is returned."""

    def __init__(self) -> None:
        self.errors: list[tuple[str, Reason]] = []

    def wrong(self, path: str, msgid: str, **facts: Any) -> None:
        """Notes a mistake, up to fifty of them; of one place the first says enough."""
        if len(self.errors) < MOST_ERRORS and all(path != known for known, _ in self.errors):
            self.errors.append((path, Reason.of(msgid, **facts)))

    def stop_if_wrong(self) -> None:
        """Raises ProblemError when anything was wrong so far."""
        if self.errors:
            raise ProblemError(self.errors)

    def table(self, value: Any, path: str, keys: set[str], required: set[str] | None = None) -> Mapping[str, Any]:
        """An object with these keys and no others."""
        if not isinstance(value, Mapping):
            self.wrong(path, "expected an object: names with their values")
            return {}
        for key in value:
            if key not in keys:
                self.wrong(_at(path, str(key)), "unknown key; known are {known}", known=", ".join(sorted(keys)))
        for key in sorted(required or ()):
            if key not in value:
                self.wrong(_at(path, key), "missing")
        return value

    def items(self, value: Any, path: str) -> list[Any]:
        """A list; nothing is an empty one."""
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.wrong(path, "expected a list")
            return []
        return list(value)

    def text(self, value: Any, path: str, *, empty: bool = False) -> str:
        """A text, not empty unless allowed, of two hundred characters at most."""
        if isinstance(value, str) and len(value) <= 200 and (empty or value.strip()):
            return value
        self.wrong(path, "empty or too long" if isinstance(value, str) else "expected a text")
        return ""

    def count(self, value: Any, path: str, *, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number between two limits."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(path, "expected a whole number")
            return least
        if not least <= value <= most:
            self.wrong(path, "{value} is not between {least} and {most}", value=value, least=least, most=most)
            return least
        return value

    def hours(self, value: Any, path: str, *, most: int = 24 * 31) -> int:
        """Hours, whole or not, as minutes."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            self.wrong(path, "expected hours between 0 and {most}, not {value}", most=most, value=_shown(value))
            return 0
        return round(value * 60)

    def date(self, value: Any, path: str) -> date | None:
        """A civil date: YYYY-MM-DD or a date."""
        if type(value) is date:
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong(path, "expected a date like 2023-10-01, not {value}", value=_shown(value))
            return None

    def one_of(self, value: Any, path: str, known: frozenset[str], what: str) -> str:
        """A text that names something known; `what` is said of anything else."""
        if isinstance(value, str) and value in known:
            return value
        self.wrong(path, what, value=_shown(value))
        return ""


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(value: Any) -> str:
    return str(value)[:60]
