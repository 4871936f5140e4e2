"""Finding a roster, a version, a watch; what each act on them asks for."""

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from models import Roster, RosterVersion, Turn, Unit, Watch
from models.base import table_of
from models.duty import RosterMember
from service.access import Actor
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused

PLAN = "plan campaigns"
PUBLISH = "run campaigns"
LONGEST_REASON = 500


class FoundRoster(NamedTuple):
    """A roster, its owner's name with it, and the path of its owner."""

    row: Any
    path: str


class FoundWatch(NamedTuple):
    """A watch and the path of its unit."""

    row: Any
    path: str


def held(session: Session, statement: Any, table: type[SQLModel]) -> Any:
    """The statement, its rows of one table held until the transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return statement
    return statement.with_for_update(of=table_of(table), key_share=True)


def find_roster(session: Session, actor: Actor, key: str, *, members: bool = False) -> FoundRoster:
    """The roster; NotFound also for one the actor may not see. With `members`, those who serve on it see it too."""
    statement = select(table_of(Roster), col(Unit.path), col(Unit.name).label("unit_name")).join(
        Unit, col(Roster.owner) == col(Unit.key)
    )
    row = session.execute(statement.where(col(Roster.key) == key)).one_or_none()
    if row is None or not (actor.may("see", row.path) or (members and is_member(session, key, actor.person))):
        raise NotFound("There is no roster {key}", key=key)
    return FoundRoster(row, row.path)


def find_version(session: Session, actor: Actor, key: str) -> tuple[Any, FoundRoster]:
    """A version and its roster."""
    row = session.execute(select(table_of(RosterVersion)).where(col(RosterVersion.key) == key)).one_or_none()
    if row is None:
        raise NotFound("There is no version {key}", key=key)
    return row, find_roster(session, actor, row.roster)


def turns_of(session: Session, version: str) -> list[Any]:
    """The seats of a version in the order of their days."""
    statement = select(table_of(Turn)).where(col(Turn.version_key) == version)
    return list(session.execute(statement.order_by(col(Turn.on), col(Turn.key))))


def find_watch(session: Session, actor: Actor, key: str) -> FoundWatch:
    """The watch, held so that nobody else changes it meanwhile; its people see it, and who may see the unit."""
    statement = select(table_of(Watch), col(Unit.path)).join(Unit, col(Watch.unit) == col(Unit.key))
    row = session.execute(held(session, statement.where(col(Watch.key) == key), Watch)).one_or_none()
    if row is None or not (actor.may("see", row.path) or concerns(session, actor, row)):
        raise NotFound("There is no watch {key}", key=key)
    return FoundWatch(row, row.path)


def concerns(session: Session, actor: Actor, watch: Any) -> bool:
    """Whether somebody serves a watch, has its turn, or is a member of its roster."""
    return actor.person in (watch.turn_of, watch.served_by) or is_member(session, watch.roster, actor.person)


def is_member(session: Session, roster: str | None, person: str) -> bool:
    """Whether a person is on a roster, in any role."""
    statement = select(col(RosterMember.key)).where(
        col(RosterMember.roster) == roster, col(RosterMember.person) == person
    )
    return session.execute(statement.limit(1)).one_or_none() is not None


def must(actor: Actor, act: str, path: str) -> None:
    """Refuse what the actor's roles don't allow on something they have found."""
    if not actor.may(act, path):
        raise Forbidden("Your role does not allow this here")


def must_plan(actor: Actor) -> None:
    """Let in those who plan rosters somewhere: NotFound for those who see no units, Forbidden for the others."""
    if not actor.paths("see units"):
        raise NotFound("There is nothing of that name here")
    if not actor.paths(PLAN):
        raise Forbidden("Your role does not allow this here")


def unchanged(row: Any, version: int | None) -> None:
    """Refuse an act on a row that has moved on since it was read."""
    if version is not None and version != row.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")


def needed(reason: str) -> str:
    """A reason that says something."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        why = "must say something, in {most} characters at most"
        raise Refused("A reason is needed", faults=[Fault("reason", why, {"most": LONGEST_REASON})])
    return reason.strip()


def on_behalf(actor: Actor, person: str, path: str) -> bool:
    """Whether a planner acts; refuse anybody who is neither a planner nor the person."""
    if actor.may(PLAN, path):
        return True
    if actor.person != person:
        raise Forbidden("Your role does not allow this here")
    return False


def name_of(session: Session, watch: Any) -> str:
    """The name of a watch's roster."""
    statement = select(col(Roster.name)).where(col(Roster.key) == watch.roster)
    return str(session.execute(statement).scalar_one_or_none() or "")
