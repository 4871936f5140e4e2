"""How the ledger finds what it is asked for: few by the rarest thing that was asked, many by a walk in their order.

A planner that guesses sorts a whole ledger, or walks all of it for three rows. So what was asked is counted one by one,
each by its own index and to five thousand at most. Is something rare, then all that has it is looked at, and sorted;
so it is where several things are asked of which each is seldom, as a walk past all that has but one of them is long.
Otherwise the ledger is walked in its order, along an index in which what is asked stands itself, until a page is full.
So it is at once where nothing is asked but the beginning and the end of a walk.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import prod
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, literal_column, select, true, union
from sqlmodel import Session, col

from models import Hazard, HazardWords
from service.access import Actor, in_scope
from service.by_name import word
from service.ledger.wishes import Wishes, answered_for
from service.ledger.words import among, few_holding
from service.lists import PAGE
from service.rules.hazards import OPEN
from service.store import by_index

FEW, COUNTED_TO = 1_000, 5_000
DEAR = 8  # to look at a row costs as much as to pass so many by in a walk
ORDERED = ("key", "found_on", "due_at", "level", "rank")
# what may be asked, and the index that finds it
FOUND_BY = {
    "task": "ix_hazard_task", "responsible": "ix_hazard_responsible", "unit": "ix_hazard_unit_level_state",
    "late": "ix_hazard_state_due_at", "due_at": "ix_hazard_by_due", "found_on": "ix_hazard_by_found",
    "level": "ix_hazard_level_found_on_key", "state": "ix_hazard_state_due_at", "source": "ix_hazard_source",
    "mode": "ix_hazard_mode", "campaign": "ix_hazard_campaign_key",
}  # fmt: skip
# what may be sorted by: the index that is walked, and what it holds of the order
WALKED_BY = {
    "found": ("ix_hazard_by_found", ("key", "found_on")), "due": ("ix_hazard_by_due", ("key", "due_at")),
    "level": ("ix_hazard_level_found_on_key", ("key", "found_on", "level")),
}  # fmt: skip
# what a walk begins and ends at: asked alone, it needs no look at how rare it is
ENDS_OF = {"found": ("found_on",), "due": ("due_at", "state", "late"), "level": ("level",)}
TOLD = 4  # the index of units tells levels and states: so many of its rows are looked at as cheaply as one elsewhere
ONE: Any = literal_column("1")
EVER_ENTERED = select(func.max(col(HazardWords.id))).scalar_subquery()
Asks = Mapping[str, Any]  # what must hold of a hazard, by names


class Way(NamedTuple):
    """A select of hazards' keys with the columns of their order; `at` is where those columns stand.

    One that finds few says with each how `many` there are.
    """

    keys: Any
    at: Any


def ways(
    session: Session | Connection, actor: Actor, asks: Asks, sort: str, wishes: Wishes, now: datetime, enough: int
) -> tuple[list[Way], Any]:
    """The ways to what was asked, and the select that counts it to `enough`, None where the way itself counts.

    "sight" is among what must hold, unless what is asked for lies in sight anyway.
    """
    alone = next(iter(asks)) if len(asks) == 1 else ""
    if alone in ENDS_OF.get(sort, ()):
        return walks(asks, sort, wishes.states, now), counting(asks, alone)
    own = own_parts(actor) if "sight" in asks else {}
    entered, numbers, shares = counts(session, {name: asks[name] for name in FOUND_BY if name in asks}, own)
    own = {name: part for name, part in own.items() if shares[name]} or own  # where nothing is, nothing is looked for
    if min(numbers.values(), default=COUNTED_TO) <= FEW or seldom(entered, list(numbers.values())):
        name = finder(numbers, asks)
        return [few_in_sight(own, asks) if name == "sight" else few(asks, asks[name], name)], None
    holding = few_holding(session, wishes.text, FEW) if wishes.text else None
    if holding is not None:
        return [few(asks, among(session, holding))], None
    walked = walks(asks, sort, wishes.states, now)
    if asks.keys() == {"sight"}:
        most = max(shares, key=lambda name: shares[name])
        if shares[most] > enough:
            return walked, select(ONE).select_from(Hazard).where(own[most])
        return walked, select(ONE).select_from(in_parts(own, asks, ["key"]).subquery())
    return walked, counting(asks, min(numbers.keys() - {"sight"}, key=lambda name: numbers[name], default="found_on"))


def counting(asks: Asks, name: str) -> Any:
    """A one for each hazard that has all that is asked, found by one thing of it."""
    return by_index(select(ONE).select_from(Hazard).where(*asks.values()), Hazard, index_of(name, asks))


def index_of(name: str, asks: Iterable[str]) -> str:
    """The index by which a thing that is asked is found: of units, what is overdue is among the few that are open."""
    return "ix_hazard_open" if name == "unit" and "late" in asks else FOUND_BY[name]


def seldom(entered: int, numbers: Sequence[int]) -> bool:
    """Whether all that has the rarest thing is sooner looked at than a page of what has everything is come by."""
    counted = [number for number in numbers if number < COUNTED_TO]
    if len(counted) < 2:
        return False
    return min(counted) * DEAR < PAGE / prod((number / entered for number in counted), start=1.0)


def finder(numbers: Mapping[str, int], asks: Asks) -> str:
    """What few are found by: the rarest, or the unit, whose index tells levels and states without a look at the row."""
    told = TOLD if asks.keys() & {"level", "state", "late"} else 1
    return min(numbers, key=lambda name: numbers[name] / (told if name in ("unit", "sight") else 1))


def counts(
    session: Session | Connection, asked: Mapping[str, Any], own: Mapping[str, Any]
) -> tuple[int, dict[str, int], dict[str, int]]:
    """How many hazards were ever entered, meet each thing that is asked, and are in each part of what is in sight.

    All of one statement, each counted to `COUNTED_TO`; "sight" is among what is asked as the sum of its parts.
    """
    if not asked and not own:
        return 1, {}, {}
    wanted = [*asked.values(), *own.values()]
    entered, *many = session.execute(select(EVER_ENTERED, *map(bounded_count, wanted))).one()
    numbers = dict(zip(asked, many, strict=False))
    shares = dict(zip(own, many[len(numbers) :], strict=True))
    return entered or 1, numbers | ({"sight": sum(shares.values())} if own else {}), shares


def bounded_count(condition: Any) -> Any:
    some = select(ONE).select_from(Hazard).where(condition).limit(COUNTED_TO).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def own_parts(actor: Actor) -> dict[str, Any]:
    """What is in sight, in parts that indexes find: by the units, and by what concerns the reader."""
    paths = actor.paths("see")
    parts = {"unit": in_scope(Hazard.unit, paths)} if paths else {}
    parts |= {name: col(getattr(Hazard, name)) == actor.person for name in ("found_by", "responsible", "supervisor")}
    return parts | {str(number): and_(*owned) for number, owned in enumerate(answered_for(actor.person))}


def in_parts(parts: Mapping[str, Any], asks: Asks, names: Sequence[str]) -> Any:
    """Columns of what is in sight and is what was asked, each part found by itself, what is in two of them once."""
    rest = [condition for name, condition in asks.items() if name != "sight"]
    row = select(*ordered(names))
    units = by_index(row.where(*rest), Hazard, index_of("unit", asks))
    others = row.where(*(one.is_(true()) for one in rest))  # told as truths, which no planner looks up
    return union(*((units if name == "unit" else others).where(part) for name, part in parts.items()))


def few_in_sight(parts: Mapping[str, Any], asks: Asks) -> Way:
    """All that is in sight and is what was asked."""
    mine = in_parts(parts, asks, ORDERED).subquery("mine")
    found = select(mine, func.count().over().label("many")).subquery("found")
    return Way(select(found), found.c)


def few(asks: Asks, rare: Any, name: str = "") -> Way:
    """All that has the rare thing and the rest of what was asked; `name` is what it was asked as."""
    rest = [condition for other, condition in asks.items() if other != name]
    keys = select(*ordered(), func.count().over().label("many")).where(rare)
    if name in FOUND_BY:
        keys = by_index(keys.where(*rest), Hazard, index_of(name, asks))
    else:
        keys = keys.where(*(one.is_(true()) for one in rest))
    found = keys.subquery("found")
    return Way(select(found), found.c)


def walks(asks: Asks, sort: str, states: Sequence[str], now: datetime) -> list[Way]:
    """The walks in an order: by deadline each state by itself, past all that was closed long ago.

    Of a unit's subtree it is only told whether a row is in it: nobody shall begin there.
    """
    told = {name: one.is_(true()) if name == "unit" else one for name, one in asks.items()}
    late = "late" in asks
    states = states or (OPEN if late else ())
    if sort == "due" and states:
        rest = [condition for name, condition in told.items() if name not in ("state", "late")]
        rest += [col(Hazard.due_at) <= now] if late else []  # where a walk for what is overdue ends
        walk = by_index(select(*ordered(("key", "due_at"))).where(*rest), Hazard, "ix_hazard_state_due_at")
        wanted = [state for state in dict.fromkeys(map(str, states)) if not late or state in OPEN]
        return [Way(walk.where(col(Hazard.state) == word(state)), Hazard) for state in wanted or ["none"]]
    if sort in WALKED_BY:
        index, held = WALKED_BY[sort]
        return [Way(by_index(select(*ordered(held)).where(*told.values()), Hazard, index), Hazard)]
    return [Way(select(*ordered()).where(*(one.is_(true()) for one in asks.values())), Hazard)]


def ordered(names: Sequence[str] = ORDERED) -> list[Any]:
    return [col(getattr(Hazard, name)) for name in names]
