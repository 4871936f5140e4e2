"""What a list of hazards may be narrowed to: one meaning for the API, the pages and what is taken out of the ledger."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select, union
from sqlmodel import Session, col

from models import ChainLink, Hazard, Unit
from service.access import EVERYWHERE, Actor, in_scope
from service.days import calendar_with
from service.lists import in_sight
from service.rules.hazards import OPEN
from service.settings import settings


class Wishes(NamedTuple):
    """The questions a list of hazards is asked; what is None or empty asks nothing.

    `unit` asks for everything at and beneath it, `late` for what is overdue or isn't, `text` for a piece of the
    description, the place or the code. Days are civil, both included.
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
    return and_(col(Hazard.state).in_(OPEN), col(Hazard.due_at) <= now)


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
    answers_for = select(col(ChainLink.unit)).where(col(ChainLink.person) == person, col(ChainLink.level) == 1)
    key, nobody = select(col(Hazard.key)), col(Hazard.responsible).is_(None)
    return union(
        *(key.where(col(named) == person) for named in (Hazard.found_by, Hazard.responsible, Hazard.supervisor)),
        key.where(nobody, col(Hazard.responsible_unit).in_(answers_for)),
        key.where(nobody, col(Hazard.responsible_unit).is_(None), col(Hazard.unit).in_(answers_for)),
    )


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
    statement = statement.where(seen(actor))
    equal = (
        (Hazard.campaign, wishes.campaign), (Hazard.task, wishes.task), (Hazard.responsible, wishes.responsible),
        (Hazard.level, wishes.level), (Hazard.source, wishes.source), (Hazard.mode, wishes.mode),
    )  # fmt: skip
    for column, wanted in equal:
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    if wishes.unit is not None:
        statement = statement.where(in_scope(Hazard.unit, (path_in_sight(session, actor, wishes.unit),)))
    if wishes.states:
        statement = statement.where(col(Hazard.state).in_(wishes.states))
    if wishes.late is not None:
        statement = statement.where(overdue(now) if wishes.late else ~overdue(now))
    if wishes.found_from is not None:
        statement = statement.where(col(Hazard.found_on) >= wishes.found_from)
    if wishes.found_to is not None:
        statement = statement.where(col(Hazard.found_on) <= wishes.found_to)
    if wishes.due_from is not None or wishes.due_to is not None:
        statement = statement.where(*due_between(wishes))
    if wishes.text:
        holds = [
            col(column).contains(wishes.text, autoescape=True)
            for column in (Hazard.description, Hazard.place, Hazard.key)
        ]
        statement = statement.where(or_(*holds))
    return statement


def due_between(wishes: Wishes) -> list[Any]:
    """The deadline falls on one of the days asked for; it is the instant at which its last day ends."""
    calendar = calendar_with(settings().zone_info(), (), ())  # where days begin, whatever their class
    bounds = []
    if wishes.due_from is not None:
        bounds.append(col(Hazard.due_at) > calendar.start_of(wishes.due_from))
    if wishes.due_to is not None:
        bounds.append(col(Hazard.due_at) <= calendar.end_of(wishes.due_to))
    return bounds


def path_in_sight(session: Session | Connection, actor: Actor, unit: str) -> str:
    """The path of a unit; NotFound for one that is not there or that the actor may not see."""
    in_sight(session, actor, unit)
    return str(session.execute(select(col(Unit.path)).where(col(Unit.key) == unit)).scalar_one())
