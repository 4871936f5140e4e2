"""Rows of the rules beyond need and rest: successions, most watches in a window, people apart or beside each other."""

from collections.abc import Iterator

from service.roster.facts import Pair
from service.roster.part import Part
from service.roster.turns import seats_fixed

FREE = 10**9
Row = tuple[list[int], list[int] | None, int, int]


def succession_rows(part: Part) -> Iterator[Row]:
    """One of two choices only, where the second's watch may not follow the first's on the next day."""
    for choices in part.by_person.values() if part.problem.successions else ():
        ends: dict[tuple[int, str], list[int]] = {}
        starts: dict[tuple[int, str], list[int]] = {}
        for choice in choices:
            turn = part.turns[part.choices[choice][1]]
            ends.setdefault((turn.days[-1], turn.watch), []).append(choice)
            starts.setdefault((turn.days[0], turn.watch), []).append(choice)
        for earlier, later in part.problem.successions:
            for (day, watch), before in ends.items():
                after = starts.get((day + 1, later), [])
                if watch == earlier and after:
                    yield [*before, *after], None, 0, 1


def limit_rows(part: Part) -> Iterator[Row]:
    """Most watches in any so many days, with what is fixed and what was served before the first day counted in."""
    length = len(part.problem.days)
    for person, choices in part.by_person.items():
        given = [stretch.day for stretch in part.given.get(person, ())]
        for window, most in part.problem.people[person].max_in:
            first = 1 - window if any(day < 0 for day in given) else 0
            for start in range(first, max(first, length - window) + 1):
                inside = range(start, start + window)
                columns, factors = [], []
                for choice in choices:
                    days = sum(day in inside for day in part.turns[part.choices[choice][1]].days)
                    if days:
                        columns.append(choice)
                        factors.append(days)
                room = max(0, most - sum(day in inside for day in given))
                if sum(factors) > room:
                    yield columns, factors, 0, room


def between_rows(part: Part, *, beside_fixed: bool) -> Iterator[Row]:
    """People apart, and people who serve only beside others. `beside_fixed`: also where the one is fixed by hand."""
    fixed = {slot: {seat.person for seat in seats} for slot, seats in seats_fixed(part.problem).items()}
    inside = set(part.members)
    pairs = [pair for pair in part.problem.pairs if pair.who in inside]
    cover = _cover(part, {code for pair in pairs for code in (pair.who, *pair.others)})
    slots = [(day, watch.code) for day in range(len(part.problem.days)) for watch in part.problem.watches]
    for pair in pairs:
        for slot in slots:
            present = fixed.get(slot, set())
            own = cover.get((pair.who, slot), [])
            others = [choice for code in pair.others for choice in cover.get((code, slot), [])]
            row = _between(pair, own, others, present, beside_fixed=beside_fixed)
            if row:
                yield row


def _between(pair: Pair, own: list[int], others: list[int], present: set[str], *, beside_fixed: bool) -> Row | None:
    beside = present & set(pair.others)
    if pair.kind == "apart":
        room = 1 - (pair.who in present) - len(beside)
        columns = [*own, *others]
        return (columns, None, 0, max(0, room)) if columns and room < len(columns) else None
    if beside or (not own and pair.who not in present):
        return None
    if pair.who in present:
        return (others, None, 1, FREE) if others and beside_fixed else None
    return [*own, *others], [1] * len(own) + [-1] * len(others), -FREE, 0


def _cover(part: Part, people: set[str]) -> dict[tuple[str, tuple[int, str]], list[int]]:
    found: dict[tuple[str, tuple[int, str]], list[int]] = {}
    for choice, (person, index) in enumerate(part.choices):
        if person in people:
            for slot in part.turns[index].slots:
                found.setdefault((person, slot), []).append(choice)
    return found
