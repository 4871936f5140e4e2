"""A roster once a day: who has left is freed, drafts follow changed days, and it stays drafted so far ahead.

What is published is never changed here: where days or needs changed, a draft is proposed and the coordinators told.
"""

import calendar as months
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Person, Roster, RosterVersion, Turn, Watch
from models.base import table_of
from models.kinds import Role, VersionState
from service import store, units
from service.access import SYSTEM
from service.calendar.days import gather_calendar
from service.duty import presence, tables
from service.duty.breaches import N_
from service.duty.drafting import classes_of, discard, draft
from service.duty.file import read
from service.duty.gaps import LOOKS_AHEAD, vacancies, vacating
from service.duty.problem import gather_days, gather_watches
from service.roster import Problem
from service.roster.facts import Day
from service.rules.days import Calendar
from service.rules.steps import Step, Telling, change
from service.rules.watches import AHEAD
from service.store import Applied

ONE_DAY = timedelta(days=1)
SECONDS = 20.0
LONGEST_DRAFT = timedelta(days=93)
CHANGED = N_("days or needs changed")


class Scene(NamedTuple):
    """A roster as its daily look finds it; `due_at` is when it should have been looked at."""

    row: Any
    calendar: Calendar
    today: date
    versions: list[Any]
    heard: tuple[str, ...]
    due_at: datetime


def attend(engine: Engine, roster: str, now: datetime) -> Applied:
    """Give a roster what its day brings; each draft is planned outside any transaction.

    1. watches of people who have left become gaps
    2. drafts whose days have changed are drafted anew; for what is published a change is proposed
    3. what lacks to `drafted_ahead_days` is drafted, to the end of that month
    4. gaps of the next thirty days are brought to the coordinators' minds, a holiday's duty table is owed
    5. the week's presence checks are drawn, where the roster asks for some; so are those of weeks slept through
    """
    total = free_the_gone(engine, roster, now)
    total += redraft(engine, roster, now)
    total += propose(engine, roster, now)
    total += draft_ahead(engine, roster, now)
    with store.transaction(engine) as session:
        scene = look(session, roster, now)
        steps = [looked_at(session, scene, now), *tables.owing(session, scene, now)]
        steps += presence.weekly(session, scene, now)
        return total + store.apply(session, steps, now=now, by="sweep")


def look(session: Session, roster: str, now: datetime) -> Scene:
    row = session.execute(select(table_of(Roster)).where(col(Roster.key) == roster)).one()
    calendar = gather_calendar(session, zone=units.zone_of(session, row.owner))
    versions = session.execute(
        select(table_of(RosterVersion)).where(col(RosterVersion.roster) == roster).order_by(col(RosterVersion.number))
    )
    heard = units.gather_holders(session, Role.coordinator, [row.owner]).get(row.owner, ())
    due_at = min(now, row.attend_at or now)
    return Scene(row, calendar, calendar.civil(now), list(versions), heard, due_at)


def free_the_gone(engine: Engine, roster: str, now: datetime) -> Applied:
    """Gaps where people who have left were to serve."""
    with store.transaction(engine) as session:
        statement = select(col(Person.key), col(Person.left_on)).join(Watch, col(Watch.served_by) == col(Person.key))
        statement = statement.where(
            col(Watch.roster) == roster, col(Watch.starts_at) > now, col(Watch.state).in_(AHEAD),
            col(Person.left_on).is_not(None),
        )  # fmt: skip
        gone = session.execute(statement.distinct().order_by(col(Person.key))).all()
        steps = [
            step
            for person, left_on in gone
            for step in vacating(session, person, now=now, by="sweep", first=left_on, last=None, why="left")
        ]
        return store.apply(session, steps, now=now, by="sweep")


def redraft(engine: Engine, roster: str, now: datetime) -> Applied:
    """Drafts that nobody edited, planned again because a notice or a season changed their days."""
    with store.reading(engine) as session:
        scene = look(session, roster, now)
        tomorrow = scene.today + ONE_DAY
        stale = [
            version
            for version in scene.versions
            if version.state == VersionState.draft
            and version.reason != CHANGED
            and version.to_on >= tomorrow
            and known_days(version, tomorrow) != days_now(session, scene, max(version.from_on, tomorrow), version.to_on)
            and not edited(session, version.key)
        ]
    for version in stale:
        with store.transaction(engine) as session:
            discard(session, SYSTEM, version.key, now=now, reason=CHANGED)
        draft(
            engine, SYSTEM, roster, max(version.from_on, tomorrow), version.to_on, now=now, seconds=SECONDS,
            tell=("roster_drafted", scene.heard),
        )  # fmt: skip
    return Applied(2 * len(stale))


def known_days(version: Any, since: date) -> dict[str, str]:
    """The classes of the days from one on that a version was planned with."""
    known = json.loads(version.proof or "{}").get("days", {})
    return {on: kinds for on, kinds in known.items() if on >= since.isoformat()}


def days_now(session: Session, scene: Scene, from_on: date, to_on: date) -> dict[str, str]:
    return classes_of(gather_days(session, scene.row.owner, from_on, to_on))


def edited(session: Session, version: str) -> bool:
    statement = select(col(Turn.key)).where(col(Turn.version_key) == version, col(Turn.by_hand))
    return session.execute(statement.limit(1)).one_or_none() is not None


def propose(engine: Engine, roster: str, now: datetime) -> Applied:
    """A draft for the published days that now need more or fewer people; the same is not proposed twice."""
    with store.reading(engine) as session:
        scene = look(session, roster, now)
        days = misfits(read(scene.row.text).problem, published(session, scene))
        if not days:
            return Applied()
        wanted = days_now(session, scene, days[0], days[-1])
        stretch = (days[0], days[-1], CHANGED)
        for version in scene.versions:
            if (version.from_on, version.to_on, version.reason) == stretch and known_days(version, days[0]) == wanted:
                return Applied()
    draft(
        engine, SYSTEM, roster, days[0], days[-1], now=now, seconds=SECONDS, reason=CHANGED,
        tell=("roster_change_proposed", scene.heard),
    )  # fmt: skip
    return Applied(1)


class Published(NamedTuple):
    """The published days from tomorrow on, and how many seats each has by day, watch and role."""

    days: list[Day]
    seats: Counter[tuple[date | None, str, str]]


def published(session: Session, scene: Scene) -> Published:
    standing = [one for one in scene.versions if one.state == VersionState.published and one.to_on > scene.today]
    if not standing:
        return Published([], Counter())
    first, last = scene.today + ONE_DAY, max(one.to_on for one in standing)
    seats = Counter((row.on, row.watch, row.role) for row in gather_watches(session, scene.row.key, first, last))
    covered = [
        day
        for day in gather_days(session, scene.row.owner, first, last)
        if any(one.from_on <= day.on <= one.to_on for one in standing)
    ]
    return Published(covered, seats)


def misfits(problem: Problem, stands: Published) -> list[date]:
    """The published days whose seats are not what the day needs by `problem`.

    Seats of a role or a watch that the roster has no more are not.
    """
    known = {(watch.code, role.code) for watch in problem.watches for role in problem.roles}
    strays = {on for on, watch, role in stands.seats if (watch, role) not in known}
    return [
        day.on
        for day in stands.days
        if day.on in strays
        or any(
            role.seats(day, watch.code) != stands.seats[day.on, watch.code, role.code]
            for role in problem.roles
            for watch in problem.watches
        )
    ]


def draft_ahead(engine: Engine, roster: str, now: datetime) -> Applied:
    """The next stretch, to the end of the month that `drafted_ahead_days` reaches into."""
    with store.reading(engine) as session:
        scene = look(session, roster, now)
    if not scene.row.drafted_ahead_days:
        return Applied()
    alive = (VersionState.draft, VersionState.published, VersionState.superseded)
    covered = max([one.to_on for one in scene.versions if one.state in alive] + [scene.today])
    horizon = scene.today + timedelta(days=scene.row.drafted_ahead_days)
    if covered >= horizon:
        return Applied()
    last = horizon.replace(day=months.monthrange(horizon.year, horizon.month)[1])
    first = covered + ONE_DAY
    draft(
        engine, SYSTEM, roster, first, min(last, first + LONGEST_DRAFT), now=now, seconds=SECONDS,
        tell=("roster_drafted", scene.heard),
    )  # fmt: skip
    return Applied(1)


def looked_at(session: Session, scene: Scene, now: datetime) -> Step:
    """The roster is looked at again tomorrow; the coordinators hear of gaps."""
    values = {"attend_at": scene.calendar.end_of(scene.today) + presence.LOOKED_AT_AFTER}
    tell = tuple(told_gaps(session, scene, now))
    return change(Roster, scene.row.key, scene.row.version, "looked at", values, tell=tell)


def told_gaps(session: Session, scene: Scene, now: datetime) -> Sequence[Telling]:
    """The vacant watches of the next thirty days, told again only when there are others."""
    empty = vacancies(session, scene.row.key, now, now + LOOKS_AHEAD)
    if not empty:
        return ()
    facts = facts_of(scene) | {"n": len(empty), "due_at": empty[0].starts_at.isoformat()}
    nth = f"{empty[0].on}x{len(empty)}"
    return [Telling("duty_gaps", person, now, facts, nth=nth) for person in scene.heard]


def facts_of(scene: Scene) -> dict[str, Any]:
    return {"name": scene.row.name, "unit": scene.row.owner}
