"""Presence checks (查岗): drawn by a seed, made by somebody, and what becomes of a post that was found empty."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import PresenceCheck, Watch
from models.base import table_of
from models.kinds import Role, WatchState
from service import store, units
from service.access import Actor
from service.duty.allowed import PLAN, find_roster, find_watch, must
from service.duty.swaps import name_of
from service.errors import Conflict, Fault, NotFound, Refused
from service.rules.steps import Telling, change, make
from service.rules.watches import drawn, moment_in, watch_facts

MOST_DRAWN = 100
CHECKS = "accept tasks"
CAN_BE_MISSED = (WatchState.on_duty, WatchState.published, WatchState.confirmed)


def draw(session: Session, actor: Actor, roster: str, on: date, *, seed: int, count: int, now: datetime) -> list[str]:
    """Draw so many of a day's watches to be checked, each at a moment that the seed chooses; answers the checks' keys.

    The same seed draws the same: the draw can be shown to have been fair.
    """
    must(actor, PLAN, find_roster(session, actor, roster).path)
    if not 1 <= count <= MOST_DRAWN:
        raise Refused(
            "Some fields are wrong", faults=[Fault("count", "must be between 1 and {most}", {"most": MOST_DRAWN})]
        )
    statement = select(table_of(Watch)).where(
        col(Watch.roster) == roster, col(Watch.on) == on, col(Watch.served_by).is_not(None), col(Watch.ends_at) > now,
        col(Watch.state).in_(CAN_BE_MISSED),
    )  # fmt: skip
    watches = {row.key: row for row in session.execute(statement)}
    steps = []
    for key in drawn(watches, seed=seed, count=count):
        row = watches[key]
        due_at = moment_in(max(row.starts_at, now), row.ends_at, seed=seed, key=key)
        counted = select(func.count()).select_from(PresenceCheck).where(col(PresenceCheck.watch) == key)
        nth = session.execute(counted).scalar_one() + 1
        values = {"watch": key, "seed": seed, "due_at": due_at, "attend_at": due_at}
        steps.append(make(PresenceCheck, f"{key}:check:{nth}", "drawn", values))
    store.require(session, steps, now=now, by=actor.person)
    return [step.key for step in steps]


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
