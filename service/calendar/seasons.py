"""What people do to the calendar: enter a year's holiday notice, declare a season, change it, take it back.

Whatever moves a day makes the campaigns compare what has not opened with their plans again, and rosters be looked at.
"""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Season, Unit
from models.kinds import SeasonKind
from service import units
from service.access import EVERYWHERE, Actor
from service.calendar import days
from service.calendar.notice_file import HolidayNotice
from service.checklists import concerns
from service.duty.rosters import look_again
from service.errors import Forbidden, NotFound
from service.rules.steps import Step
from service.store import require

ACT = "set days"


class SeasonRecord(NamedTuple):
    key: str
    version: int
    kind: str
    name: str
    unit: str | None
    from_on: date
    to_on: date


COLUMNS = tuple(col(getattr(Season, name)) for name in SeasonRecord._fields)


def seasons(session: Session, actor: Actor, *, kind: str | None = None) -> list[SeasonRecord]:
    """The seasons that hold everywhere, and those of units above and beneath the actor's own, in order of date."""
    statement = select(*COLUMNS, col(Unit.path)).outerjoin(Unit, col(Season.unit) == col(Unit.key))
    if kind is not None:
        statement = statement.where(col(Season.kind) == kind)
    rows = session.execute(statement.order_by(col(Season.from_on), col(Season.key)))
    return [SeasonRecord(*found) for *found, path in rows if concerns(actor, path or EVERYWHERE)]


def season(session: Session, actor: Actor, key: str) -> SeasonRecord:
    """One season; NotFound where there is none of that key that concerns the actor."""
    for found in seasons(session, actor):
        if found.key == key:
            return found
    raise NotFound("There is no season {key}", key=key)


def enter_notice(session: Session, actor: Actor, text: str | bytes, *, now: datetime) -> HolidayNotice:
    """Enter a year's holiday notice from its file; the same one again changes nothing.

    For those who may set days at every root of the tree. Raises Refused with the line of every fault.
    """
    everywhere(session, actor)
    notice = days.read_notice(text)
    steps = days.enter_notice(session, notice)
    moved(session, actor, steps, None, f"holiday notice of {notice.year}", now)
    return notice


def declare(
    session: Session,
    actor: Actor,
    *,
    kind: SeasonKind,
    from_on: date,
    to_on: date,
    unit: str | None,
    name: str,
    now: datetime,
) -> str:
    """Declare a season for a unit and everything beneath it, or everywhere; answers its key."""
    path = allowed(session, actor, unit)
    steps = days.declare_season(session, kind=kind, from_on=from_on, to_on=to_on, unit=unit, name=name)
    moved(session, actor, steps, path, f"season {steps[0].key}", now)
    return steps[0].key


def change(
    session: Session, actor: Actor, key: str, *, version: int, from_on: date, to_on: date, name: str, now: datetime
) -> None:
    """Give a season other dates or another name; Conflict for a stale `version`."""
    path = allowed(session, actor, season(session, actor, key).unit)
    steps = days.change_season(session, key, version, from_on=from_on, to_on=to_on, name=name)
    moved(session, actor, steps, path, f"season {key}", now)


def withdraw(session: Session, actor: Actor, key: str, *, version: int, reason: str, now: datetime) -> None:
    """Take a season back; Conflict for a stale `version`."""
    path = allowed(session, actor, season(session, actor, key).unit)
    steps = days.withdraw_season(session, key, version, reason=reason)
    moved(session, actor, steps, path, f"season {key}", now)


def moved(session: Session, actor: Actor, steps: list[Step], path: str | None, why: str, now: datetime) -> None:
    """Write what changed, if anything did, and have the campaigns and the rosters it touches plan again."""
    if steps:
        steps = [*steps, *units.restless(session, now=now, path=path, why=why)]
        require(session, [*steps, *look_again(session, now=now, path=path, why=why)], now=now, by=actor.person)


def allowed(session: Session, actor: Actor, unit: str | None) -> str | None:
    """The path of the unit where the actor may set days, None for everywhere; refuses where they may not."""
    if unit is None:
        everywhere(session, actor)
        return None
    path = units.path_of(session, unit)
    if not actor.may("see units", path):
        raise NotFound("There is no unit {code}", code=unit)
    actor.must(ACT, path, see="see units")
    return path


def everywhere(session: Session, actor: Actor) -> None:
    """Refuse whoever may not set days at every root of the tree."""
    roots = session.execute(select(col(Unit.path)).where(col(Unit.parent).is_(None))).scalars().all()
    if not all(actor.may(ACT, root) for root in roots):
        raise Forbidden("Only someone with rights at every root unit may change the days of all")
