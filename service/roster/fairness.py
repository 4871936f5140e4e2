"""What fairness means: the level each member of a role starts from, and the spread of the levels.

For a role and a category (total, rest_day, holiday) a member's **level** is

    served so far + allowance for absence + watches planned

and the **spread** is the highest level less the lowest. It is a whole number, and when nobody was away and nothing
was served before, it is the plain "most watches less fewest watches".

- *Allowance*: the seats of the category are D; each weighs the same, and a member was open to A of them (not on leave,
  part availability kept). One open seat earns D / (sum of A over members) watches, so someone away for D - A seats is
  excused D * (D - A) / (sum of A) watches, rounded half up. Three months away in a year is a quarter of the share.
- *Served so far* is what `served` says. A member without it, in a role where others have it, is a newcomer and starts
  at the others' mean, rounded down: they are not chased for a year they did not spend here.
- *Beyond reach*: a start so high that no plan could bring the rest up to it counts as the level the rest can reach;
  one old hand with forty watches must not make every plan look equally unfair.
- A member who is open to no seat of the category at all is not measured in it.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from service.roster.facts import CATEGORIES, Problem, Role

Starts = dict[tuple[str, str], dict[str, int]]


def starting_levels(problem: Problem, *, clipped: bool = True) -> Starts:
    """The level each measured member starts from, by (role, category): served so far plus allowance for absence.

    `clipped` false leaves starts beyond reach as they are: what to carry into the next period's `served`.
    """
    starts: Starts = {}
    for role in problem.roles:
        opened = _open_seats(problem, role)
        for category in CATEGORIES:
            demand = opened[category, None]
            shares = {code: opened[category, code] for code in role.members if opened[category, code]}
            pool = sum(shares.values())
            behind = _behind(role, category)
            levels = {code: behind[code] + _rounded(demand * (demand - share), pool) for code, share in shares.items()}
            if clipped and levels:
                ceiling = level_reached(levels.values(), demand)
                levels = {code: min(level, ceiling) for code, level in levels.items()}
            starts[role.code, category] = levels
    return starts


def spread(levels: Iterable[int]) -> int:
    """Highest level less lowest; 0 when nobody is measured."""
    known = list(levels)
    return max(known) - min(known) if known else 0


def level_reached(starts: Iterable[int], watches: int, rooms: Iterable[int] | None = None) -> int:
    """How high the watches reach when poured on the lowest first, each member up to their room.

    No plan's highest level is lower: this is the pigeonhole bound ceil(D / n) with unequal starts.
    """
    known = list(starts)
    room = list(rooms) if rooms is not None else [watches] * len(known)
    low, high = min(known, default=0), max(known, default=0) + watches
    while low < high:
        middle = (low + high) // 2
        if sum(min(r, max(0, middle - s)) for s, r in zip(known, room, strict=True)) >= watches:
            high = middle
        else:
            low = middle + 1
    return low


def level_kept(starts: Iterable[int], watches: int, rooms: Iterable[int] | None = None) -> int:
    """The greatest lowest level any plan can have: floor(D / n) with unequal starts; nobody rises above their room."""
    known = list(starts)
    room = list(rooms) if rooms is not None else [watches] * len(known)
    low = min(known, default=0)
    high = min((s + r for s, r in zip(known, room, strict=True)), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(max(0, middle - s) for s in known) <= watches:
            low = middle
        else:
            high = middle - 1
    return low


def _behind(role: Role, category: str) -> dict[str, int]:
    """Served so far, newcomers at the mean of those who have served."""
    known = {code: role.served[code].count(category) for code in role.members if code in role.served}
    mean = sum(known.values()) // len(known) if known else 0
    return {code: known.get(code, mean) for code in role.members}


def _open_seats(problem: Problem, role: Role) -> Mapping[tuple[str, str | None], int]:
    """Seats by category that each member is open to; under None the seats there are."""
    opened: dict[tuple[str, str | None], int] = {(c, m): 0 for c in CATEGORIES for m in (None, *role.members)}
    seats = [
        (day.on, watch.code, role.seats(day, watch.code), day.category)
        for day in problem.days
        for watch in problem.watches
    ]
    for on, watch, count, category in seats:
        if not count:
            continue
        kinds = ("total",) if category == "workday" else ("total", category)
        holders = [None, *(m for m in role.members if _open(problem, m, on, watch))]
        for kind in kinds:
            for holder in holders:
                opened[kind, holder] += count
    return opened


def _open(problem: Problem, code: str, on: date, watch: str) -> bool:
    person = problem.people[code]
    return person.available(on, watch) and person.away(on) is None


def _rounded(top: int, bottom: int) -> int:
    return (2 * top + bottom) // (2 * bottom)
