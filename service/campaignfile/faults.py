"""Gathering what is wrong with a campaign file: every fault with its line, so that one reading names them all."""

from dataclasses import dataclass
from typing import Any, Protocol

from service.errors import Fault, Refused

MOST_FAULTS = 200  # beyond this a list helps nobody, and finding more could be made to cost minutes
LONGEST_QUOTE = 200


class Place(Protocol):
    """Anything that stands somewhere in the file: its line (from 1) and its path (`activities[0].when`)."""

    @property
    def line(self) -> int: ...

    @property
    def path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that has no node of its own: a missing key, a line that can't be read."""

    line: int
    path: str = ""


class Stop(Exception):
    """Nothing more can be read; what was found so far is already blamed."""


def quoted(text: str) -> str:
    """The file's own words, short enough to stand in a sentence."""
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def fault_at(line: int, path: str, reason: str, facts: dict[str, Any]) -> Fault:
    """A fault whose field reads `line 12: activities[0].when`."""
    where = f"line {line}: {path}" if path else f"line {line}"
    return Fault(field=where, reason=reason, facts=facts or None)


class Faults:
    """What was found wrong so far."""

    def __init__(self) -> None:
        self._found: list[tuple[int, Fault]] = []

    def blame(self, at: Place, reason: str, **facts: Any) -> None:
        """Note one fault: `reason` is an English msgid whose `{names}` the facts fill. Stops the reading after 200."""
        if len(self._found) == MOST_FAULTS:
            self._found.append(
                (
                    at.line,
                    fault_at(
                        at.line, "", "Only the first {limit} faults are named; there are more", {"limit": MOST_FAULTS}
                    ),
                )
            )
            raise Stop
        shown = {name: quoted(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        self._found.append((at.line, fault_at(at.line, at.path, reason, shown)))

    def __bool__(self) -> bool:
        return bool(self._found)

    def refusal(self) -> Refused:
        """The error that names them all, in the order of their lines."""
        faults = [fault for _, fault in sorted(self._found, key=lambda found: found[0])]
        return Refused("The campaign file has {n} faults", faults=faults, n=len(faults))
