"""Presence checks (查岗): drawn by a seed, made by somebody, and what becomes of a post that was found empty."""

import hmac
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import PresenceCheck, PresenceDraw, Watch
from models.base import table_of
from models.kinds import Role, WatchState
from service import secrets, store, units
from service.access import Actor
from service.duty.allowed import PLAN, find_roster, find_watch, must, name_of
from service.errors import Conflict, Fault, NotFound, Refused
from service.listings import columns
from service.rules.steps import Step, Telling, change, make
from service.rules.watches import drawn, kept_at, moment_in, watch_facts

MOST_DRAWN = 100
# a roster is looked at so long after midnight
LOOKED_AT_AFTER = timedelta(minutes=5)
CHECKS = "accept tasks"
CAN_BE_MISSED = (WatchState.on_duty, WatchState.published, WatchState.confirmed)
CHECK_COLUMNS = ("key", "version", "watch", "draw", "seed", "due_at", "made_at", "made_by", "present", "note")
DRAW_COLUMNS = ("key", "roster", "from_on", "to_on", "seed", "population", "size", "drawn_at")


def draw(
    session: Session, actor: Actor, roster: str, on: date, *, count: int, now: datetime, seed: int | None = None
) -> str:
    """Draw so many of a day's watches to be checked, each at a moment that the seed chooses; answers the draw's key.

    The same seed draws the same of the same watches: the draw can be shown to have been fair.
    """
    must(actor, PLAN, find_roster(session, actor, roster).path)
    if not 1 <= count <= MOST_DRAWN:
        raise Refused(
            "Some fields are wrong", faults=[Fault("count", "must be between 1 and {most}", {"most": MOST_DRAWN})]
        )
    head = f"{roster}:draw:{on}"
    had = select(func.count()).select_from(PresenceDraw)
    had = had.where(col(PresenceDraw.key) > f"{head}.", col(PresenceDraw.key) < f"{head}/")  # "/" follows "." in bytes
    key = f"{head}.{session.execute(had).scalar_one() + 1}"
    steps = drawing(session, roster, key, on, on, seed=seed_for(key) if seed is None else seed, count=count, now=now)
    if not steps:
        raise Conflict("Nobody serves on that day any more")
    store.require(session, steps, now=now, by=actor.person)
    return key


def weekly(session: Session, scene: Any, now: datetime) -> list[Step]:
    """The checks of this week where a roster asks for some, drawn once, from today on; nobody acts in it.

    Weeks in which the roster should have been looked at and was not are drawn as they would have been.
    """
    if not scene.row.checks_a_week:
        return []
    steps: list[Step] = []
    for monday, looks in by_week(scene, now):
        key = f"{scene.row.key}:draw:{monday}"
        if session.execute(select(col(PresenceDraw.key)).where(col(PresenceDraw.key) == key)).one_or_none():
            continue
        for on, at in looks:
            made = drawing(
                session, scene.row.key, key, on, monday + timedelta(days=6), seed=seed_for(key),
                count=scene.row.checks_a_week, at=at, now=now,
            )  # fmt: skip
            steps += made
            if made:
                break
    return steps


def by_week(scene: Any, now: datetime) -> Iterator[tuple[date, list[tuple[date, datetime]]]]:
    """Monday → the days of its week since the roster should have been looked at, each with the instant of the look."""
    first = scene.calendar.civil(scene.due_at)
    days = [first + timedelta(days=n) for n in range((scene.today - first).days + 1)]
    for monday, week in groupby(days, key=monday_of):
        looks = [(on, max(scene.due_at, scene.calendar.start_of(on) + LOOKED_AT_AFTER)) for on in week]
        yield monday, [(on, min(at, now)) for on, at in looks]


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())


def seed_for(key: str) -> int:
    """The seed of a draw: nobody without the house's secret foresees it, and the same draw has the same."""
    digest = hmac.new(secrets.secret().encode(), key.encode(), sha256).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def drawing(
    session: Session,
    roster: str,
    key: str,
    from_on: date,
    to_on: date,
    *,
    seed: int,
    count: int,
    now: datetime,
    at: datetime | None = None,
) -> list[Step]:
    """The steps of one draw among the watches of some days that have not ended; none where there are none.

    `at` is the instant at which it should have been made: the watches are looked at as they were then.
    """
    drawn_at = now if at is None else at
    statement = select(table_of(Watch)).where(
        col(Watch.roster) == roster, col(Watch.on) >= from_on, col(Watch.on) <= to_on,
        col(Watch.served_by).is_not(None), col(Watch.ends_at) > drawn_at,
    )  # fmt: skip
    watches = {
        row.key: row
        for row in session.execute(statement)
        if (row.state in CAN_BE_MISSED if at is None else kept_at(row, at))
    }
    chosen = drawn(watches, seed=seed, count=count)
    if not chosen:
        return []
    counted = select(col(PresenceCheck.watch), func.count()).where(col(PresenceCheck.watch).in_(chosen))
    had = {watch: int(many) for watch, many in session.execute(counted.group_by(col(PresenceCheck.watch)))}
    values = {
        "roster": roster, "from_on": from_on, "to_on": to_on, "seed": seed, "population": len(watches),
        "size": len(chosen), "drawn_at": drawn_at,
    }  # fmt: skip
    steps = [make(PresenceDraw, key, "drawn", values, f"seed {seed}: {len(chosen)} of {len(watches)}")]
    for watch in chosen:
        row = watches[watch]
        due_at = moment_in(max(row.starts_at, drawn_at), row.ends_at, seed=seed, key=watch)
        values = {"watch": watch, "draw": key, "seed": seed, "due_at": due_at, "attend_at": due_at}
        steps.append(make(PresenceCheck, f"{watch}:check:{had.get(watch, 0) + 1}", "drawn", values, key))
    return steps


def whole(session: Session, key: str) -> dict[str, Any]:
    """A draw with the checks it made, for whoever has just drawn it."""
    head = session.execute(select(*columns(PresenceDraw, DRAW_COLUMNS)).where(col(PresenceDraw.key) == key)).one()
    checks = select(*columns(PresenceCheck, CHECK_COLUMNS)).where(col(PresenceCheck.draw) == key)
    rows = session.execute(checks.order_by(col(PresenceCheck.due_at), col(PresenceCheck.key))).all()
    return {"draw": dict(head._mapping), "checks": rows}


def record(session: Session, actor: Actor, key: str, *, present: bool, now: datetime, note: str = "") -> None:
    """Write down what a check found; of an empty post (脱岗) the unit's leaders hear at once."""
    row = session.execute(select(table_of(PresenceCheck)).where(col(PresenceCheck.key) == key)).one_or_none()
    if row is None:
        raise NotFound("There is no check {key}", key=key)
    watch, path = find_watch(session, actor, row.watch)
    must(actor, CHECKS, path)
    if row.made_at is not None:
        raise Conflict("This check was made already")
    if actor.person == watch.served_by:
        raise Refused("Some fields are wrong", faults=[Fault("made_by", "nobody checks on themselves")])
    if now < watch.starts_at:
        raise Conflict("This watch has not begun")
    values = {"made_at": now, "made_by": actor.person, "present": present, "note": note.strip(), "attend_at": None}
    steps = [change(PresenceCheck, key, row.version, "checked", values, note.strip())]
    if not present and watch.state in CAN_BE_MISSED:
        facts = watch_facts(name_of(session, watch), watch.unit, watch.role, watch.starts_at)
        facts |= {"person": watch.served_by}
        heard = units.gather_holders(session, Role.leader, [watch.unit])[watch.unit]
        tell = tuple(Telling("duty_absent", who, now, facts, urgent=True, nth=key.rpartition(":")[2]) for who in heard)
        absent = {"state": WatchState.absent, "attend_at": None}
        steps.append(change(Watch, watch.key, watch.version, "absent", absent, key, tell))
    store.require(session, steps, now=now, by=actor.person)
