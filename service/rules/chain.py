"""The chain of responsibility of one unit, inheritance already resolved, and how a level is found in it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple


class Holders(NamedTuple):
    """Who holds a level: the people (two at most, 双主任制), which level answered, whether one was passed over."""

    people: tuple[str, ...]
    level: int
    passed_over: bool


class Chain(NamedTuple):
    """Level → the people who hold it for this unit, its own or inherited from the nearest unit above that has any.

    `origins` says for each level the code of the unit whose people these are.
    """

    levels: Mapping[int, tuple[str, ...]]
    origins: Mapping[int, str] = MappingProxyType({})

    def at(self, level: int) -> Holders:
        """The holders of a level; one nobody holds is passed over for the next above, at once."""
        for candidate in sorted(number for number in self.levels if number >= level):
            if self.levels[candidate]:
                return Holders(self.levels[candidate], candidate, candidate != level)
        return Holders((), level, True)

    def highest_from(self, up_to: int) -> str | None:
        """The unit whose people hold the highest level up to `up_to` that anybody holds; None if nobody does."""
        held = [level for level, people in self.levels.items() if people and level <= up_to]
        return self.origins.get(max(held)) if held else None


NOBODY = Chain({})


def ancestors(path: str) -> list[str]:
    """The codes on a unit's path, the unit itself first: `/a/b/c/` → `[c, b, a]`."""
    return path.strip("/").split("/")[::-1]


def inherit(path: str, links: Mapping[str, Iterable[tuple[int, str]]]) -> Chain:
    """The chain of the unit at `path`: for every level, the holders at the nearest unit on the path that has any.

    `links` gives (level, person) by unit code, in the order in which two on one level are to be named.
    """
    levels: dict[int, tuple[str, ...]] = {}
    origins: dict[int, str] = {}
    for code in ancestors(path):
        own: dict[int, list[str]] = {}
        for level, person in links.get(code, ()):
            own.setdefault(level, []).append(person)
        for level, people in own.items():
            if level not in levels:
                levels[level], origins[level] = tuple(people), code
    return Chain(levels, origins)
