"""How the ledger finds what it is asked for: few by the rarest thing that was asked, many by a walk in their order.

A planner that guesses sorts a whole ledger, or walks all of it for three rows. So what was asked is counted one by one,
each by its own index and to five thousand at most. Is something rare, then all that has it is looked at, and sorted;
so it is where several things are asked of which each is seldom, as a walk past all that has but one of them is long.
Otherwise the ledger is walked in its order, along an index in which what is asked stands itself, until a page is full.
"""

from collections.abc import Mapping, Sequence
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
ONE: Any = literal_column("1")
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
    numbers = counts(session, {name: asks[name] for name in FOUND_BY if name in asks})
    rarest = min(numbers, key=lambda name: numbers[name], default=None)
    if rarest is not None and (numbers[rarest] <= FEW or seldom(session, list(numbers.values()))):
        name = finder(numbers, asks)
        return [few(asks, asks[name], name)], None
    holding = few_holding(session, wishes.text, FEW) if wishes.text else None
    if holding is not None:
        return [few(asks, among(session, holding))], None
    walked = walks(asks, sort, wishes.states, now)
    if "sight" in asks:
        own = {str(number): part for number, part in enumerate(own_parts(actor))}
        keys = union(*(select(col(Hazard.key)).where(part) for part in own.values()))
        in_sight = counts(session, own)
        total = sum(in_sight.values())
        if total <= FEW:
            return [few(asks, col(Hazard.key).in_(keys), "sight")], None
        if rarest is not None and seldom(session, [*numbers.values(), total]):
            return [few(asks, asks[rarest], rarest)], None
        most = max(in_sight, key=lambda name: in_sight[name])
        if asks.keys() == {"sight"} and in_sight[most] > enough:
            return walked, select(ONE).select_from(Hazard).where(own[most])
        if asks.keys() == {"sight"}:
            return walked, select(ONE).select_from(keys.subquery())
    counted = select(ONE).select_from(Hazard).where(*asks.values())
    index = "ix_hazard_by_found" if rarest is None else FOUND_BY[rarest]
    return walked, by_index(counted, Hazard, index)


def seldom(session: Session | Connection, numbers: Sequence[int]) -> bool:
    """Whether all that has the rarest thing is sooner looked at than a page of what has everything is come by."""
    counted = [number for number in numbers if number < COUNTED_TO]
    if len(counted) < 2:
        return False
    entered = int(session.execute(select(func.max(col(HazardWords.id)))).scalar() or 1)
    return min(counted) * DEAR < PAGE / prod((number / entered for number in counted), start=1.0)


def finder(numbers: Mapping[str, int], asks: Asks) -> str:
    """What few are found by: the rarest, or the unit, whose index tells levels and states without a look at the row."""
    told = 4 if asks.keys() & {"level", "state", "late"} else 1
    return min(numbers, key=lambda name: numbers[name] / (told if name == "unit" else 1))


def counts(session: Session | Connection, asked: Mapping[str, Any]) -> dict[str, int]:
    """How many hazards meet each condition, counted to `COUNTED_TO`."""
    if not asked:
        return {}
    row = session.execute(select(*map(bounded_count, asked.values()))).one()
    return dict(zip(asked, map(int, row), strict=True))


def bounded_count(condition: Any) -> Any:
    some = select(ONE).select_from(Hazard).where(condition).limit(COUNTED_TO).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def own_parts(actor: Actor) -> list[Any]:
    """What is in sight, in parts that indexes find: by the units, and by what concerns the reader."""
    named = (Hazard.found_by, Hazard.responsible, Hazard.supervisor)
    parts = [col(column) == actor.person for column in named]
    parts += [and_(*owned) for owned in answered_for(actor.person)]
    paths = actor.paths("see")
    return [in_scope(Hazard.unit, paths), *parts] if paths else parts


def few(asks: Asks, rare: Any, name: str = "") -> Way:
    """All that has the rare thing and the rest of what was asked; `name` is what it was asked as."""
    rest = [condition for other, condition in asks.items() if other != name]
    keys = select(*ordered(), func.count().over().label("many")).where(rare)
    if name in FOUND_BY:
        keys = by_index(keys.where(*rest), Hazard, FOUND_BY[name])
    else:
        keys = keys.where(*(one.is_(true()) for one in rest))  # told as truths, which no planner looks up
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
