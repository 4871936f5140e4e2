"""What a list of hazards may be narrowed to: one meaning for the API, the pages and what is taken out of the ledger."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select, true, union
from sqlmodel import Session, col

from models import ChainLink, Hazard
from service.access import EVERYWHERE, Actor, in_scope
from service.by_name import one_of
from service.calendar.days import calendar_with
from service.ledger.words import holding
from service.lists import in_sight
from service.rules.hazards import OPEN
from service.settings import settings


class Wishes(NamedTuple):
    """The questions a list of hazards is asked; what is None or empty asks nothing.

    `unit` asks for everything at and beneath it, `late` for what is overdue or isn't, `text` for a piece of the
    description, the place or the code, A to Z in either case. Days are civil, both included.
    """

    unit: str | None = None
    campaign: str | None = None
    task: str | None = None
    responsible: str | None = None
    level: str | None = None
    source: str | None = None
    mode: str | None = None
    states: Sequence[str] = ()
    late: bool | None = None
    found_from: date | None = None
    found_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    text: str | None = None


def overdue(now: datetime) -> Any:
    """The hazard is not closed, and was due before now."""
    return and_(one_of(Hazard.state, OPEN), col(Hazard.due_at) <= now)


def concern(person: str) -> Any:
    """The hazard has to do with a person: they are named in it, or answer for its unit while nobody is."""
    answers_for = select(col(ChainLink.unit)).where(col(ChainLink.person) == person, col(ChainLink.level) == 1)
    place = func.coalesce(col(Hazard.responsible_unit), col(Hazard.unit))
    return or_(
        *(col(named) == person for named in (Hazard.found_by, Hazard.responsible, Hazard.supervisor)),
        and_(col(Hazard.responsible).is_(None), place.in_(answers_for)),
    )


def keys_of_concern(person: str) -> Any:
    """The same as `concern`, as the few keys that indexes find: for who sees nothing else of a large ledger."""
    key = select(col(Hazard.key))
    return union(
        *(key.where(col(named) == person) for named in (Hazard.found_by, Hazard.responsible, Hazard.supervisor)),
        *(key.where(*owned) for owned in answered_for(person)),
    )


def answered_for(person: str) -> list[tuple[Any, ...]]:
    """The conditions under which somebody answers for a hazard that names nobody: for the responsible unit, or its own.

    What is empty is asked for so that SQLite doesn't look it up: nearly every row is empty there.
    """
    units = select(col(ChainLink.unit)).where(col(ChainLink.person) == person, col(ChainLink.level) == 1)
    nobody, nowhere = (func.coalesce(col(named), "") == "" for named in (Hazard.responsible, Hazard.responsible_unit))
    return [(nobody, col(Hazard.responsible_unit).in_(units)), (nobody, nowhere, col(Hazard.unit).in_(units))]


def seen(actor: Actor) -> Any:
    """The hazard is on a unit that the actor sees, or concerns them."""
    paths = actor.paths("see")
    if EVERYWHERE in paths or not paths:
        return in_scope(Hazard.unit, paths) if paths else col(Hazard.key).in_(keys_of_concern(actor.person))
    return or_(in_scope(Hazard.unit, paths), concern(actor.person))


def narrowed(session: Session | Connection, actor: Actor, statement: Any, wishes: Wishes, *, now: datetime) -> Any:
    """A select of hazards, held to what the actor sees and to what was asked.

    NotFound for a unit that is out of sight.
    """
    return statement.where(*conditions(session, actor, wishes, now=now))


def conditions(session: Session | Connection, actor: Actor, wishes: Wishes, *, now: datetime) -> list[Any]:
    """What must hold of a hazard: the actor sees it, and it is what was asked for.

    Whatever is asked finds fewer rows than what one may see does; so that no planner begins with that, it is told as a
    truth that no index knows.
    """
    path = None if wishes.unit is None else in_sight(session, actor, wishes.unit)
    asked = list(asked_for(wishes, path, now=now).values())
    sight = seen(actor)
    return [sight.is_(true()), *asked] if asked and actor.paths("see") else [sight, *asked]


def asked_for(wishes: Wishes, path: str | None, *, now: datetime) -> dict[str, Any]:
    """What must hold of a hazard by what it was asked of, columns by their names; `path` is that of the unit."""
    names = ("campaign", "task", "responsible", "level", "source", "mode")
    asked = {
        name: col(getattr(Hazard, name)) == wanted for name in names if (wanted := getattr(wishes, name)) is not None
    }
    if path is not None:
        asked["unit"] = in_scope(Hazard.unit, (path,))
    if wishes.states:
        asked["state"] = col(Hazard.state).in_(wishes.states)
    if wishes.late is not None:
        asked["late" if wishes.late else "not late"] = overdue(now) if wishes.late else ~overdue(now)
    found = [col(Hazard.found_on) >= wishes.found_from] if wishes.found_from is not None else []
    found += [col(Hazard.found_on) <= wishes.found_to] if wishes.found_to is not None else []
    for name, bounds in (("found_on", found), ("due_at", due_between(wishes))):
        if bounds:
            asked[name] = and_(*bounds)
    if wishes.text:
        asked["text"] = holding(wishes.text)
    return asked


def due_between(wishes: Wishes) -> list[Any]:
    """The deadline falls on one of the days asked for; it is the instant at which its last day ends."""
    if wishes.due_from is None and wishes.due_to is None:
        return []
    calendar = calendar_with(settings().zone_info(), (), ())  # where days begin, whatever their class
    bounds = []
    if wishes.due_from is not None:
        bounds.append(col(Hazard.due_at) > calendar.start_of(wishes.due_from))
    if wishes.due_to is not None:
        bounds.append(col(Hazard.due_at) <= calendar.end_of(wishes.due_to))
    return bounds
