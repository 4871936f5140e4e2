"""How the ledger finds what it is asked for: few by the rarest thing that was asked, many by a walk in their order.

A planner that guesses sorts a whole ledger, or walks all of it for three rows. So what was asked is counted one by one,
each by its own index and to five thousand at most. Is something rare, then all that has it is looked at, and sorted.
Otherwise the ledger is walked in its order, along an index in which what is asked stands itself, until a page is full.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, literal_column, select, true, union
from sqlmodel import Session, col

from models import Hazard
from service.access import Actor, in_scope
from service.by_name import word
from service.ledger_wishes import Wishes, answered_for
from service.ledger_words import few_holding
from service.rules.hazards import OPEN
from service.store import by_index

FEW, COUNTED_TO = 1_000, 5_000
ORDERED = ("key", "found_on", "due_at", "level", "rank")
# what may be asked, and the index that finds it
FOUND_BY = {
    "task": "ix_hazard_task", "responsible": "ix_hazard_responsible", "unit": "ix_hazard_unit_level_state",
    "late": "ix_hazard_state_due_at", "due_at": "ix_hazard_by_due", "found_on": "ix_hazard_by_found",
    "level": "ix_hazard_level_found_on_key", "state": "ix_hazard_state_due_at", "source": "ix_hazard_source",
    "mode": "ix_hazard_mode", "campaign": "ix_hazard_campaign_key",
}  # fmt: skip
WALKED_BY = {"found": "ix_hazard_by_found", "due": "ix_hazard_by_due", "level": "ix_hazard_level_found_on_key"}
ONE: Any = literal_column("1")
Asks = Mapping[str, Any]  # what must hold of a hazard, by names


class Way(NamedTuple):
    """A select of hazards' keys with the columns of every order; `at` is where those columns stand.

    One that finds few says with each how `many` there are.
    """

    keys: Any
    at: Any


def ways(
    session: Session | Connection, actor: Actor, asks: Asks, sort: str, wishes: Wishes, now: datetime
) -> tuple[list[Way], Any]:
    """The ways to what was asked, and the select that counts it, None where the way itself counts.

    "sight" is among what must hold, unless what is asked for lies in sight anyway.
    """
    numbers = counts(session, {name: [asks[name]] for name in FOUND_BY if name in asks})
    rarest = min(numbers, key=lambda name: numbers[name], default=None)
    if rarest is not None and numbers[rarest] <= FEW:
        return [few(asks, asks[rarest], rarest)], None
    holding = few_holding(session, wishes.text, FEW) if wishes.text else None
    if holding is not None:
        return [few(asks, col(Hazard.key).in_(holding))], None
    states = wishes.states
    if "sight" in asks:
        own = own_parts(actor)
        keys = union(*(select(col(Hazard.key)).where(part) for part in own))
        in_sight = counts(session, {"sight": own})["sight"]
        if in_sight <= FEW:
            return [few(asks, col(Hazard.key).in_(keys), "sight")], None
        if asks.keys() == {"sight"} and in_sight < COUNTED_TO:
            return walks(asks, sort, states, now), select(ONE).select_from(keys.subquery())
    counted = select(ONE).select_from(Hazard).where(*asks.values())
    index = "ix_hazard_by_found" if rarest is None else FOUND_BY[rarest]
    return walks(asks, sort, states, now), by_index(counted, Hazard, index)


def counts(session: Session | Connection, parts: Mapping[str, Sequence[Any]]) -> dict[str, int]:
    """How many hazards meet each, the parts of one added up; every part counted to `COUNTED_TO`."""
    if not parts:
        return {}
    bounded = {name: sum((bounded_count(part) for part in several), ONE - ONE) for name, several in parts.items()}
    row = session.execute(select(*bounded.values())).one()
    return dict(zip(bounded, map(int, row), strict=True))


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
    """The walks in an order: by deadline each state by itself, past all that was closed long ago."""
    late = "late" in asks
    states = states or (OPEN if late else ())
    if sort == "due" and states:
        rest = [condition for name, condition in asks.items() if name not in ("state", "late")]
        rest += [col(Hazard.due_at) <= now] if late else []  # where a walk for what is overdue ends
        walk = by_index(select(*ordered()).where(*rest), Hazard, "ix_hazard_state_due_at")
        wanted = [state for state in dict.fromkeys(map(str, states)) if not late or state in OPEN]
        return [Way(walk.where(col(Hazard.state) == word(state)), Hazard) for state in wanted or ["none"]]
    if sort in WALKED_BY:
        return [Way(by_index(select(*ordered()).where(*asks.values()), Hazard, WALKED_BY[sort]), Hazard)]
    return [Way(select(*ordered()).where(*(one.is_(true()) for one in asks.values())), Hazard)]


def ordered() -> list[Any]:
    return [col(getattr(Hazard, name)) for name in ORDERED]
