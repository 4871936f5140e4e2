"""Absences after publishing, the gaps they open, and who could fill them most fairly."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Absence, Roster, Watch
from models.base import table_of
from models.kinds import Role, WatchState
from service import store, units
from service.access import Actor
from service.duty.allowed import PLAN, find_roster, held, must, unchanged
from service.duty.civil import UnitDays
from service.duty.publishing import FACTS
from service.duty.rosters import overlapping, person_path
from service.duty.weighing import Candidate, Scales
from service.errors import NotFound
from service.rules.steps import Step, make, remove
from service.rules.watches import AHEAD, WatchFacts, vacated

LOOKS_AHEAD = timedelta(days=30)


class Gap(NamedTuple):
    """A watch ahead that nobody serves, and those who could, the fairest first."""

    watch: Any
    candidates: list[Candidate]


def enter_absence(
    session: Session, actor: Actor, person: str, from_on: date, to_on: date, *, now: datetime, reason: str = ""
) -> str:
    """Somebody is away, both days included: by themselves or a planner. Their watches ahead become gaps.

    The coordinators of each roster's unit are told. Refused when it ends before it begins, Conflict when it overlaps.
    """
    path = person_path(session, actor, person)
    if actor.person != person:
        must(actor, PLAN, path)
    overlapping(session, person, from_on, to_on)
    key = f"{person}:{from_on}"
    values = {"person": person, "from_on": from_on, "to_on": to_on, "reason": reason.strip()}
    steps = [make(Absence, key, "away", values, reason.strip())]
    steps += vacating(session, person, now=now, by=actor.person, first=from_on, last=to_on, why=f"absence {key}")
    store.require(session, steps, now=now, by=actor.person)
    return key


def end_absence(session: Session, actor: Actor, key: str, *, now: datetime, expects: int | None = None) -> None:
    """Take an absence back; watches that were given to others in the meantime stay theirs."""
    row = session.execute(select(table_of(Absence)).where(col(Absence.key) == key)).one_or_none()
    if row is None:
        raise NotFound("There is no absence {key}", key=key)
    path = person_path(session, actor, row.person)
    if actor.person != row.person:
        must(actor, PLAN, path)
    unchanged(row, expects)
    store.require(session, [remove(Absence, key, row.version, "back")], now=now, by=actor.person)


def vacating(
    session: Session, person: str, *, now: datetime, by: str, first: date, last: date | None, why: str
) -> list[Step]:
    """The steps that leave a person's watches ahead vacant, between two days or from one on."""
    statement = select(*(col(getattr(Watch, name)) for name in FACTS), col(Roster.name))
    statement = statement.join(Roster, col(Watch.roster) == col(Roster.key))
    statement = statement.where(col(Watch.served_by) == person, col(Watch.starts_at) > now, col(Watch.on) >= first)
    statement = statement.where(col(Watch.state).in_(AHEAD))
    if last is not None:
        statement = statement.where(col(Watch.on) <= last)
    rows = session.execute(held(session, statement.order_by(col(Watch.key)), Watch)).all()
    heard = units.gather_holders(session, Role.coordinator, {row.unit for row in rows})
    return [
        vacated(WatchFacts(*row[:-1]), row[-1], now=now, why=why, by=by, heard=heard.get(row.unit, ())) for row in rows
    ]


def gaps(session: Session, actor: Actor, roster: str, *, now: datetime, ahead: timedelta = LOOKS_AHEAD) -> list[Gap]:
    """The watches of a roster that nobody serves in the days ahead, each with the fairest candidates."""
    return gaps_of(session, find_roster(session, actor, roster).row, now=now, ahead=ahead)


def gaps_of(
    session: Session, roster: Any, *, now: datetime, ahead: timedelta = LOOKS_AHEAD, civil: UnitDays | None = None
) -> list[Gap]:
    """The same of a roster that was found already, and whose unit's days were perhaps read."""
    empty = vacancies(session, roster.key, now, now + ahead)
    if not empty:
        return []
    scales = Scales(session, roster, empty[0].on, empty[-1].on, civil)
    return [Gap(watch, scales.candidates(watch)) for watch in empty]


def vacancies(session: Session, roster: str, after: datetime, until: datetime) -> list[Any]:
    """The vacant watches of a roster that begin after an instant and until another, in order."""
    statement = select(table_of(Watch)).where(
        col(Watch.roster) == roster, col(Watch.state) == WatchState.vacant, col(Watch.starts_at) > after,
        col(Watch.starts_at) <= until,
    )  # fmt: skip
    return list(session.execute(statement.order_by(col(Watch.starts_at), col(Watch.key))))
