"""Calendar addresses: made with a secret that is told once, listed, revoked; and found again by the secret's hash."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from models import Feed, Person, Unit
from models.base import table_of
from service import store
from service.access import Actor, actor_for
from service.duty.allowed import PLAN, find_roster
from service.duty.rosters import person_path
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.listings import columns
from service.lists import PAGE, Page, newest
from service.people.unit_acts import visible_unit
from service.rules.steps import change, make

SECRET_BYTES = 24
CHECK_LETTERS = 6
SECRET_LETTERS = 32 + CHECK_LETTERS
MOST_FEEDS = 50
MOST_MINUTES = 40_320
SHOWN = (
    "key", "version", "person", "roster", "unit", "made_by", "language", "with_tasks", "remind_minutes", "made_at",
    "revoked_at",
)  # fmt: skip


class Made(NamedTuple):
    """A new address: its key and the secret, which is told this once."""

    key: str
    secret: str


def check_of(secret: str) -> str:
    """The letters at the end of a secret that show a mistyped or made-up one without asking the database."""
    return urlsafe_b64encode(sha256(f"zhiban feed {secret}".encode()).digest()).decode()[:CHECK_LETTERS]


def key_of(secret: str) -> str | None:
    """The key of the feed with a secret; None for what can't be one."""
    if len(secret) != SECRET_LETTERS or not secret.isascii():
        return None
    if check_of(secret[:-CHECK_LETTERS]) != secret[-CHECK_LETTERS:]:
        return None
    return sha256(secret.encode()).hexdigest()


def make_feed(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    person: str | None = None,
    roster: str | None = None,
    unit: str | None = None,
    language: str = "",
    with_tasks: bool = False,
    remind_minutes: int | None = None,
) -> Made:
    """A new calendar address: one's own (a planner: anybody's), of a roster in sight, or of a unit in sight."""
    if sum(one is not None for one in (person, roster, unit)) != 1:
        fault = Fault("person", "exactly one of person, roster and unit is needed")
        raise Refused("Some fields are wrong", faults=[fault])
    if with_tasks and person is None:
        raise Refused("Some fields are wrong", faults=[Fault("with_tasks", "only a person has tasks")])
    if person is not None:
        may_for(session, actor, person)
    elif roster is not None:
        find_roster(session, actor, roster, members=True)
    else:
        path = visible_unit(session, actor, str(unit)).path
        if not actor.may("see", path):
            raise Forbidden("Your role does not allow this here")
    few_enough(session, actor)
    body = token_urlsafe(SECRET_BYTES)
    secret = body + check_of(body)
    key = sha256(secret.encode()).hexdigest()
    values = {
        "person": person, "roster": roster, "unit": unit, "made_by": actor.person, "language": language,
        "with_tasks": with_tasks, "remind_minutes": remind_minutes, "made_at": now,
    }  # fmt: skip
    store.require(session, [make(Feed, key, "feed made", values)], now=now, by=actor.person)
    return Made(key, secret)


def may_for(session: Session, actor: Actor, person: str) -> None:
    """Refuse the calendar of somebody else, but for those who plan there."""
    path = person_path(session, actor, person)
    if actor.person != person and not actor.may(PLAN, path):
        raise Forbidden("Your role does not allow this here")


def few_enough(session: Session, actor: Actor) -> None:
    statement = select(func.count()).select_from(Feed)
    statement = statement.where(col(Feed.made_by) == actor.person, col(Feed.revoked_at).is_(None))
    if session.execute(statement).scalar_one() >= MOST_FEEDS:
        raise Conflict("You have {most} calendar addresses; revoke one first", most=MOST_FEEDS)


def feeds_of(session: Session, actor: Actor) -> Sequence[Any]:
    """The addresses one made, and those of one's own duties, the newest first."""
    return listed(session, actor, limit=4 * MOST_FEEDS).items


def listed(session: Session, actor: Actor, *, limit: int = PAGE, after: str | None = None) -> Page:
    """A page of the same."""
    own = or_(col(Feed.made_by) == actor.person, col(Feed.person) == actor.person)
    statement = select(*columns(Feed, SHOWN)).where(own)
    return newest(session, statement, col(Feed.made_at), col(Feed.key), limit=limit, after=after)


def revoke(session: Session, actor: Actor, key: str, *, now: datetime, version: int | None = None) -> None:
    """End an address: by whoever made it, whose duties it shows, or a planner of theirs; twice changes nothing."""
    row = session.execute(select(table_of(Feed)).where(col(Feed.key) == key)).one_or_none()
    if row is None or not (actor.person in (row.made_by, row.person) or plans_for(session, actor, row)):
        raise NotFound("There is no calendar address {key}", key=key)
    if version is not None and version != row.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if row.revoked_at is not None:
        return
    step = change(Feed, key, row.version, "feed revoked", {"revoked_at": now})
    store.require(session, [step], now=now, by=actor.person)


def plans_for(session: Session, actor: Actor, feed: Any) -> bool:
    """Whether an actor plans where the maker of a feed belongs."""
    path = select(col(Unit.path)).join(Person, col(Person.unit) == col(Unit.key)).where(col(Person.key) == feed.made_by)
    found = session.execute(path).scalar_one_or_none()
    return found is not None and actor.may(PLAN, found)


def alive(session: Session, key: str) -> Any | None:
    """The feed of a key, if it still may be read: not revoked, its people here, its maker still in sight of it."""
    row = session.execute(select(table_of(Feed)).where(col(Feed.key) == key)).one_or_none()
    if row is None or row.revoked_at is not None:
        return None
    people = {row.made_by, row.person} - {None}
    here = select(func.count()).select_from(Person).where(col(Person.key).in_(people), col(Person.left_on).is_(None))
    if session.execute(here).scalar_one() < len(people):
        return None
    maker = actor_for(session, row.made_by)
    try:
        if row.person is not None:
            may_for(session, maker, row.person)
        elif row.roster is not None:
            find_roster(session, maker, row.roster, members=True)
        elif not maker.may("see", visible_unit(session, maker, row.unit).path):
            return None
    except (NotFound, Forbidden):
        return None
    return row
