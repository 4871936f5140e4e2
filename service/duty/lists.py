"""Lists of duty, page by page: rosters, watches, absences, wishes, swaps and presence checks, as far as seen."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import Absence, Person, PresenceCheck, Roster, Swap, Unit, Watch, Wish
from models.duty import RosterMember
from models.kinds import SwapState
from service.access import Actor, in_scope
from service.duty.presence import CHECK_COLUMNS, CHECKS
from service.listings import columns
from service.lists import PAGE, Page, cursor, in_sight, newest, place_of
from service.people import offered

ROSTER_COLUMNS = (
    "key", "version", "name", "owner", "phone", "note", "drafted_ahead_days", "checks_a_week", "retired",
)  # fmt: skip
WATCH_COLUMNS = (
    "key", "version", "roster", "unit", "on", "watch", "role", "place", "starts_at", "ends_at", "turn_of", "served_by",
    "state", "sequence", "changed_at", "confirmed_at", "checked_in_at", "handed_over_at", "cancelled_at", "reason",
)  # fmt: skip
ABSENCE_COLUMNS = ("key", "version", "person", "from_on", "to_on", "reason")
WISH_COLUMNS = ("key", "version", "person", "on", "want", "weight")
SWAP_COLUMNS = (
    "key", "version", "watch", "in_return", "asked_by", "asked_of", "state", "asked_at", "answered_at", "answered_by",
    "reason",
)  # fmt: skip


def rosters(
    session: Session, actor: Actor, *, retired: bool = False, limit: int = PAGE, after: str | None = None
) -> Page:
    """A page of the rosters whose unit the actor sees, and of those they serve on, by key."""
    mine = select(col(RosterMember.roster)).where(col(RosterMember.person) == actor.person)
    statement = select(*columns(Roster, ROSTER_COLUMNS), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(Roster.owner) == col(Unit.key))
    statement = statement.where(or_(in_scope(Roster.owner, actor.paths("see")), col(Roster.key).in_(mine)))
    if not retired:
        statement = statement.where(col(Roster.retired).is_(False))
    return by_key(session, statement, col(Roster.key), limit, after)


def by_key(session: Session, statement: Select[Any], key: Any, limit: int, after: str | None) -> Page:
    """A page of a list in the order of its keys, which are its cursors."""
    if after is not None:
        statement = statement.where(key > after)
    rows = session.execute(statement.order_by(key).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)


def watch_rows() -> Select[Any]:
    """Watches, each with the names of its roster, its unit and whoever serves it."""
    server = aliased(Person)
    named: Any = (
        func.coalesce(col(Roster.name), "").label("name"),
        col(Unit.name).label("unit_name"),
        func.coalesce(col(server.name), "").label("person_name"),
    )
    statement: Select[Any] = select(*columns(Watch, WATCH_COLUMNS), *named)
    statement = statement.join(Unit, col(Watch.unit) == col(Unit.key))
    statement = statement.outerjoin(Roster, col(Watch.roster) == col(Roster.key))
    return statement.outerjoin(server, col(Watch.served_by) == col(server.key))


def seen_watches(actor: Actor) -> Any:
    """The watches an actor sees: of the units in sight, their own, and those of the rosters they serve on."""
    mine = select(col(RosterMember.roster)).where(col(RosterMember.person) == actor.person)
    return or_(
        in_scope(Watch.unit, actor.paths("see")), col(Watch.served_by) == actor.person,
        col(Watch.turn_of) == actor.person, col(Watch.roster).in_(mine),
    )  # fmt: skip


def watches(
    session: Session,
    actor: Actor,
    *,
    roster: str | None = None,
    unit: str | None = None,
    person: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    states: Sequence[str] = (),
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of watches in the order in which they begin; `person` asks for what they serve or whose turn it was.

    `unit` asks for everything at and beneath it (NotFound when out of sight).
    """
    statement = watch_rows().where(seen_watches(actor))
    if roster is not None:
        statement = statement.where(col(Watch.roster) == roster)
    if unit is not None:
        statement = statement.where(in_scope(Watch.unit, (in_sight(session, actor, unit),)))
    if person is not None:
        statement = statement.where(or_(col(Watch.served_by) == person, col(Watch.turn_of) == person))
    if from_on is not None:
        statement = statement.where(col(Watch.on) >= from_on)
    if to_on is not None:
        statement = statement.where(col(Watch.on) <= to_on)
    if states:
        statement = statement.where(col(Watch.state).in_(states))
    return by_instant(session, statement, col(Watch.starts_at), col(Watch.key), limit, after)


def by_instant(session: Session, statement: Select[Any], at: Any, key: Any, limit: int, after: str | None) -> Page:
    """A page of a list in the order of an instant, and of a key that tells equal ones apart."""
    if after is not None:
        instant, name = place_of(after)
        place = tuple_(bindparam("at", instant, type_=at.type), bindparam("after", name))
        statement = statement.where(tuple_(at, key) > place)
    rows = session.execute(statement.order_by(at, key).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], cursor(getattr(last, at.key), last.key) if last else None)


def people_in_sight(actor: Actor, person: Any) -> Any:
    """What belongs to people of the units in sight, and the actor's own."""
    seen = select(col(Person.key)).where(in_scope(Person.unit, actor.paths("see")))
    return or_(col(person).in_(seen), col(person) == actor.person)


def members(session: Session, actor: Actor, act: str) -> list[offered.Offered]:
    """Whom a planner may enter days away for: people on a roster, of the units where `act` is allowed, by number."""
    on_one = select(col(RosterMember.person)).join(Roster, col(RosterMember.roster) == col(Roster.key))
    on_one = on_one.where(col(Roster.retired).is_(False))
    return offered.staff(session, actor, act, col(Person.key).in_(on_one))


def absences(
    session: Session,
    actor: Actor,
    *,
    person: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of absences that touch some days, by key: one's own, and those of people of the units in sight."""
    statement = select(*columns(Absence, ABSENCE_COLUMNS)).where(people_in_sight(actor, Absence.person))
    if person is not None:
        statement = statement.where(col(Absence.person) == person)
    if from_on is not None:
        statement = statement.where(col(Absence.to_on) >= from_on)
    if to_on is not None:
        statement = statement.where(col(Absence.from_on) <= to_on)
    return by_key(session, statement, col(Absence.key), limit, after)


def wishes(
    session: Session,
    actor: Actor,
    *,
    person: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of wishes for some days, by key: one's own, and those of people of the units in sight."""
    statement = select(*columns(Wish, WISH_COLUMNS)).where(people_in_sight(actor, Wish.person))
    if person is not None:
        statement = statement.where(col(Wish.person) == person)
    if from_on is not None:
        statement = statement.where(col(Wish.on) >= from_on)
    if to_on is not None:
        statement = statement.where(col(Wish.on) <= to_on)
    return by_key(session, statement, col(Wish.key), limit, after)


def swaps(
    session: Session,
    actor: Actor,
    *,
    roster: str | None = None,
    state: SwapState | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of swaps, the newest first: those of the units in sight, and those asked of the actor or by them."""
    statement = select(*columns(Swap, SWAP_COLUMNS)).join(Watch, col(Swap.watch) == col(Watch.key))
    mine = or_(col(Swap.asked_of) == actor.person, col(Swap.asked_by) == actor.person)
    statement = statement.where(or_(in_scope(Watch.unit, actor.paths("see")), mine))
    if roster is not None:
        statement = statement.where(col(Watch.roster) == roster)
    if state is not None:
        statement = statement.where(col(Swap.state) == state)
    return newest(session, statement, col(Swap.asked_at), col(Swap.key), limit=limit, after=after)


def checks(
    session: Session,
    actor: Actor,
    *,
    roster: str | None = None,
    made: bool | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of presence checks by when they are due, for those who make them: nobody else learns of one beforehand.

    Nor does whoever serves the watch, until it was made.
    """
    statement = select(*columns(PresenceCheck, CHECK_COLUMNS)).join(Watch, col(PresenceCheck.watch) == col(Watch.key))
    statement = statement.where(in_scope(Watch.unit, actor.paths(CHECKS)))
    own = func.coalesce(col(Watch.served_by), "") == actor.person
    statement = statement.where(or_(~own, col(PresenceCheck.made_at).is_not(None)))
    if roster is not None:
        statement = statement.where(col(Watch.roster) == roster)
    if made is not None:
        unmade = col(PresenceCheck.made_at).is_(None)
        statement = statement.where(~unmade if made else unmade)
    return by_instant(session, statement, col(PresenceCheck.due_at), col(PresenceCheck.key), limit, after)
