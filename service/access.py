"""Who may see and do what: roles held on units, each for the whole subtree. The one place where this is decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true
from sqlmodel import Session, col

from models import Grant, Unit
from models.base import table_of
from models.kinds import Role
from service.errors import Forbidden, NotFound

EVERYWHERE = "/"

EVERYONE = frozenset(Role)
PLANNERS = frozenset({Role.coordinator, Role.admin})
CHECKERS = frozenset({Role.inspector, Role.coordinator, Role.leader, Role.admin})
DOERS = frozenset({Role.inspector, Role.coordinator, Role.admin})
DECIDERS = frozenset({Role.coordinator, Role.leader, Role.admin})
KEEPERS = frozenset({Role.admin})

# what each act asks for; whoever holds none of these roles above the unit is refused
ACTS: dict[str, frozenset[Role]] = {
    "see": EVERYONE - {Role.staff},
    "see units": EVERYONE,
    "change units": PLANNERS,
    "change people": PLANNERS,
    "change chain": PLANNERS,
    "grant": KEEPERS,
    "plan campaigns": PLANNERS,
    "run campaigns": DECIDERS,
    "open tasks": PLANNERS,
    "submit tasks": DOERS,
    "accept tasks": CHECKERS,
    "reassign tasks": PLANNERS,
    "cancel tasks": PLANNERS,
    "register events": DOERS | {Role.staff},
    "set days": PLANNERS,
    "report hazards": EVERYONE - {Role.viewer},
    "import hazards": PLANNERS,
    "assign hazards": CHECKERS,
    "rectify hazards": DOERS,
    "accept hazards": CHECKERS,
    "decide hazards": DECIDERS,
    "recheck hazards": CHECKERS,
    "waive rechecks": frozenset({Role.leader}),
    "enforce": CHECKERS,
    "report incidents": EVERYONE - {Role.viewer},
    "report incidents up": CHECKERS,
    "correct incidents": CHECKERS,
    "decide incidents": DECIDERS,
    "set clocks": PLANNERS,
    "broadcast alerts": DECIDERS,
    "acknowledge alerts": CHECKERS,
    "keep records": DOERS,
    "write reports": DOERS,
    "sign reports": frozenset({Role.leader, Role.admin}),
    "send reports": DECIDERS,
    "keep report keys": KEEPERS,
    "read journal": DECIDERS,
    "see notices": DECIDERS,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the roles they hold and the paths they hold them on; `person` is their code.

    `tops` are those paths that all units there are lie beneath: who sees one of them sees everything.
    """

    person: str
    holds: tuple[tuple[str, str], ...] = ()
    tops: frozenset[str] = field(default=frozenset(), compare=False)

    def may(self, act: str, path: str) -> bool:
        """Whether one of the roles that `act` asks for is held on the unit at `path` or above it."""
        wanted = ACTS[act]
        return any(role in wanted and path.startswith(held) for role, held in self.holds)

    def must(self, act: str, path: str, *, see: str = "see") -> None:
        """Refuse: as not found if they can't even see the place, as forbidden if they can."""
        if self.may(act, path):
            return
        if self.may(see, path):
            raise Forbidden("Your role does not allow this here")
        raise NotFound("There is nothing of that name here")

    def paths(self, act: str) -> tuple[str, ...]:
        """The tops of the subtrees where `act` is allowed, none beneath another; "/" for who sees everything."""
        wanted = ACTS[act]
        held = sorted({path for role, path in self.holds if role in wanted})
        if act == "see" and not self.tops.isdisjoint(held):
            return (EVERYWHERE,)
        return tuple(path for path in held if not any(path != top and path.startswith(top) for top in held))


SYSTEM = Actor("zhiban", ((Role.admin, EVERYWHERE),))


def actor_for(session: Session, person: str) -> Actor:
    """The person with all the roles granted to them."""
    statement = select(col(Grant.role), col(Unit.path), is_top(Unit)).join(Unit, col(Grant.unit) == col(Unit.key))
    rows = session.execute(statement.where(col(Grant.person) == person).order_by(col(Grant.key))).all()
    return holding(person, rows)


def holding(person: str, rows: Iterable[Sequence[Any]]) -> Actor:
    """The person by what they hold: role, path, and whether that is a top; rows without a role are nothing."""
    held = [(role, path, top) for role, path, top in rows if role is not None]
    return Actor(person, tuple((role, path) for role, path, _ in held), frozenset(path for _, path, top in held if top))


def is_top(unit: Any) -> Any:
    """Whether no unit lies outside the subtree of `unit` (the table, or another name of it): two looks at an index."""
    others = table_of(Unit).alias("others")
    elsewhere = or_(others.c.path < col(unit.path), others.c.path >= end_of(col(unit.path)))
    return not_(exists().where(elsewhere).correlate(unit)).label("top")


def narrowed(actor: Actor, role: str, path: str) -> Actor:
    """What a token for `role` on the unit at `path` leaves of a person's rights: never more than they hold."""
    ranks = {Role.admin: frozenset(Role)}
    kept: set[tuple[str, str]] = set()
    for held, top in actor.holds:
        if held == role or role in ranks.get(Role(held), ()):
            if path.startswith(top):
                kept.add((role, path))
            elif top.startswith(path):
                kept.add((role, top))
    return Actor(actor.person, tuple(sorted(kept)), actor.tops & {path for _, path in kept})


def beneath(path: str) -> ColumnElement[bool]:
    """The unit is at `path` or in its subtree: one range of the path index."""
    if path == EVERYWHERE:
        return true()
    return and_(col(Unit.path) >= path, col(Unit.path) < path[:-1] + "0")  # "0" follows "/" in byte order


def end_of(path: Any) -> Any:
    """The same of a column of paths: what comes right after all that is in its subtree."""
    return func.substr(path, 1, func.length(path) - 1) + "0"


def units_beneath(paths: tuple[str, ...] | list[str]) -> ColumnElement[bool]:
    """The unit is in one of the subtrees; no paths, no units."""
    return or_(*(beneath(path) for path in paths)) if paths else false()


def in_scope(unit_column: Any, paths: tuple[str, ...] | list[str]) -> ColumnElement[bool]:
    """The row's unit is in one of the subtrees."""
    if EVERYWHERE in paths:
        return true()
    if not paths:
        return false()
    inside: ColumnElement[bool] = col(unit_column).in_(select(col(Unit.key)).where(units_beneath(paths)))
    return inside
