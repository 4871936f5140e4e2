"""Folding: a counted figure over the whole reach, or over a child's subtree, a sector or a campaign, in one pass each.

Where a lower unit has a frozen report of the same days that holds the figure, its number stands in the place of the
records of its subtree, the uppermost such report first; what each number came from is kept beside it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from service.figures.base import Figure
from service.figures.counting import Cell, Counted, total
from service.figures.registry import figure
from service.rules.figures import Number, tidy


class Lower(NamedTuple):
    """A lower unit's newest frozen edition of a report, and its numbers by their ids."""

    unit: str
    path: str
    name: str
    report: str
    edition: int
    sha256: str
    figures: Mapping[str, Number]


class Taken(NamedTuple):
    """A number that came from a lower report."""

    lower: Lower
    value: Number


class Got(NamedTuple):
    """A figure as it was folded: `records` of it came from records, the rest from lower reports."""

    value: Number
    records: Number
    taken: tuple[Taken, ...] = ()


class Name(NamedTuple):
    """A figure's id taken apart: its definition's key, and how it is narrowed."""

    key: str
    dim: str = ""
    value: str = ""

    def __str__(self) -> str:
        return f"{self.key}@{self.dim}={self.value}" if self.dim else self.key


def named(text: str) -> Name:
    """`hazards.found@unit=v1` taken apart."""
    key, _, narrowed = text.partition("@")
    dim, _, value = narrowed.partition("=")
    return Name(key, dim, value)


class Fold:
    """What was counted beneath `top`, and the reports of lower units that stand in the place of records."""

    def __init__(self, counted: Counted, lowers: list[Lower], top: str) -> None:
        self.counted = counted
        self.top = top
        self.lowers = sorted(lowers, key=lambda one: one.path)

    @cached_property
    def covering(self) -> dict[str, tuple[Lower, ...]]:
        """Unit → the lower reports at it or above it."""
        by_path = {one.path: one for one in self.lowers}
        found: dict[str, tuple[Lower, ...]] = {}
        if by_path:
            for unit, place in self.counted.places.items():
                above = [by_path[path] for path in prefixes(place.path) if path in by_path]
                if above:
                    found[unit] = tuple(above)
        return found

    def child_of(self, path: str) -> str:
        """The unit right beneath the top in whose subtree a path lies; the top itself for its own."""
        return child_beneath(self.top, path)

    def value_of(self, dim: str, unit: str, campaign: str | None) -> str:
        """What a cell belongs to along one dimension."""
        place = self.counted.places[unit]
        if dim == "unit":
            return self.child_of(place.path)
        return place.sector if dim == "sector" else campaign or ""

    @cached_property
    def folded(self) -> dict[tuple[str, str], dict[str, Got]]:
        """What was folded already, by figure and dimension."""
        return {}

    def got(self, name: Name) -> Got | None:
        """A counted figure; None for one that is not counted in this reach."""
        if name.key not in self.counted.cells:
            return None
        at = (name.key, name.dim)
        if at not in self.folded:
            self.folded[at] = self.along(name.key, name.dim)
        return self.folded[at].get(name.value, Got(0, 0))

    def values(self, keys: tuple[str, ...], dim: str) -> set[str]:
        """The values of a dimension at which one of these figures is not nothing."""
        found: set[str] = set()
        for key in keys:
            if key in self.counted.cells:
                self.got(Name(key, dim, ""))
                found |= {value for value, got in self.folded[key, dim].items() if got.value}
        return found

    def along(self, key: str, dim: str) -> dict[str, Got]:
        """A figure along a dimension: value → what it comes to (the one value "" where there is no dimension)."""
        definition = figure(key)
        assert isinstance(definition, Figure)
        buckets = self.bucketed(key, dim)
        taken: dict[str, list[Taken]] = defaultdict(list)
        for lower, value, number in self.from_reports(key, dim):
            taken[value].append(Taken(lower, number))
        found: dict[str, Got] = {}
        for value in buckets.keys() | taken.keys():
            records = total(definition, buckets.get(value, {}))
            summed = tidy(records + sum(one.value for one in taken[value]))
            found[value] = Got(summed, records, tuple(taken[value]))
        return found

    def bucketed(self, key: str, dim: str) -> Mapping[str, Mapping[Cell, Number]]:
        """The cells of a figure that no lower report stands for, dealt out along a dimension."""
        cells, covering = self.counted.cells[key], self.covering
        if not dim and not covering:
            return {"": cells}
        buckets: dict[str, dict[Cell, Number]] = defaultdict(dict)
        for cell, number in cells.items():
            unit, campaign = cell
            value = self.value_of(dim, unit, campaign) if dim else ""
            if unit in covering:
                held_as = key if dim == "unit" else str(Name(key, dim, value))
                if any(held_as in lower.figures for lower in covering[unit]):
                    continue
            buckets[value][cell] = number
        return buckets

    def from_reports(self, key: str, dim: str) -> Iterator[tuple[Lower, str, Number]]:
        """The numbers of the uppermost lower reports that hold the figure, each with its value of the dimension.

        By unit it is the plain figure that counts, under the child in whose subtree the report was written.
        """
        paths = {one.path: one for one in self.lowers}
        for lower in self.lowers:
            above = [paths[path] for path in prefixes(lower.path)[:-1] if path in paths]
            for text, number in held(lower, key, dim):
                if not any(text in one.figures for one in above):
                    yield lower, self.child_of(lower.path) if dim == "unit" else named(text).value, number


def child_beneath(top: str, path: str) -> str:
    """The unit right beneath the one at `top` in whose subtree a path lies; that one itself for its own."""
    return path[len(top) :].split("/", 1)[0] or top.strip("/").rsplit("/", 1)[-1]


def held(lower: Lower, key: str, dim: str) -> Iterator[tuple[str, Number]]:
    """The numbers of a lower report that count for a figure along a dimension."""
    if dim in ("", "unit"):
        if key in lower.figures:
            yield key, lower.figures[key]
        return
    head = f"{key}@{dim}="
    for text, number in lower.figures.items():
        if text.startswith(head):
            yield text, number


def prefixes(path: str) -> list[str]:
    """The paths at and above one, the uppermost first."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[:n])}/" for n in range(1, len(parts) + 1)]


def plain(numbers: Mapping[str, Any]) -> dict[str, Number]:
    """Numbers read from a database, tidied."""
    return {key: tidy(value) for key, value in numbers.items()}
