"""Watches: what time brings to one, and one given to somebody else or left vacant; presence checks drawn by a seed."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from models import Watch
from models.kinds import WatchState
from service.rules.steps import Step, Telling, change

REMIND_BEFORE = timedelta(days=1)
# a sweep every five minutes then tells the leader within fifteen
CHECK_IN_WITHIN = timedelta(minutes=10)
HAND_OVER_WITHIN = timedelta(minutes=30)
# a change of what begins so soon is told in quiet hours too
URGENT_WITHIN = timedelta(hours=12)
# watches that somebody is to serve and has not begun
AHEAD = frozenset({WatchState.published, WatchState.confirmed})


class WatchFacts(NamedTuple):
    """A watch as the rules see it."""

    key: str
    version: int
    unit: str
    on: date | None
    watch: str
    role: str
    place: int
    starts_at: datetime
    ends_at: datetime
    turn_of: str | None
    served_by: str | None
    state: str
    sequence: int
    attend_at: datetime | None


def watch_facts(name: str, unit: str, role: str, starts_at: datetime) -> dict[str, Any]:
    """What a notice about a watch is made of."""
    return {"name": name, "unit": unit, "role": role, "due_at": starts_at.isoformat()}


def upon_us(starts_at: datetime, now: datetime) -> bool:
    """Whether a watch begins so soon that nobody may sleep over a change of it."""
    return now < starts_at < now + URGENT_WITHIN


def first_look(starts_at: datetime, now: datetime) -> datetime:
    """When time first brings something to a watch given out at `now`: a reminder, if it is not upon us already."""
    remind_at = starts_at - REMIND_BEFORE
    return remind_at if remind_at > now else starts_at + CHECK_IN_WITHIN


def advance(watch: WatchFacts, now: datetime, name: str, leaders: Sequence[str] = ()) -> Step | None:
    """What time has brought to a watch by `now`; None if nothing.

    Reminded a day before; absent when nobody checked in ten minutes after it began, which `leaders` hear of at once;
    asked for the hand-over half an hour after its end. A sleeper hears the outcome, not the history.
    """
    if watch.attend_at is None or watch.attend_at > now or watch.served_by is None:
        return None
    facts = watch_facts(name, watch.unit, watch.role, watch.starts_at)
    late_at, over_at = watch.starts_at + CHECK_IN_WITHIN, watch.ends_at + HAND_OVER_WITHIN
    if watch.state in AHEAD and now >= late_at:
        facts["person"] = watch.served_by
        tell = tuple(Telling("duty_absent", person, late_at, facts, urgent=True) for person in leaders)
        values = {"state": WatchState.absent, "attend_at": None}
        return change(Watch, watch.key, watch.version, "absent", values, "nobody checked in", tell)
    if watch.state in AHEAD:
        remind_at = watch.starts_at - REMIND_BEFORE
        told = Telling("duty_soon", watch.served_by, remind_at, facts, nth=str(watch.sequence))
        tell = (told,) if now < watch.starts_at else ()
        return change(Watch, watch.key, watch.version, "reminded", {"attend_at": late_at}, tell=tell)
    if watch.state == WatchState.on_duty and now >= over_at:
        told = Telling("duty_handover_due", watch.served_by, over_at, facts)
        return change(Watch, watch.key, watch.version, "hand-over due", {"attend_at": None}, tell=(told,))
    return None


def handed(
    watch: WatchFacts, person: str | None, name: str, *, now: datetime, by: str, act: str, reason: str = ""
) -> Step:
    """A watch that is still ahead given to somebody else, or to nobody: the turn stays whose it was.

    A vacant seat was nobody's turn: whoever fills it takes the turn. Whoever is given or freed of it is told, but for
    the one who did it.
    """
    facts = watch_facts(name, watch.unit, watch.role, watch.starts_at) | ({"reason": reason} if reason else {})
    nth = f"s{watch.sequence + 1}"
    tell = tuple(
        Telling(kind, who, now, facts, urgent=upon_us(watch.starts_at, now), nth=nth)
        for kind, who in (("duty_freed", watch.served_by), ("duty_assigned", person))
        if who and who != by and watch.served_by != person
    )
    values = {
        "served_by": person, "turn_of": watch.turn_of or person,
        "state": WatchState.published if person else WatchState.vacant, "confirmed_at": None, "changed_at": now,
        "sequence": watch.sequence + 1, "attend_at": first_look(watch.starts_at, now) if person else None,
    }  # fmt: skip
    return change(Watch, watch.key, watch.version, act, values, reason, tell)


def vacated(watch: WatchFacts, name: str, *, now: datetime, why: str, by: str, heard: Sequence[str]) -> Step:
    """A watch ahead whose person can't come: a gap, and no turn of theirs. `heard` look for somebody else."""
    step = handed(watch, None, name, now=now, by=by, act="vacated", reason=why)
    turn_of = None if watch.turn_of == watch.served_by else watch.turn_of
    facts = watch_facts(name, watch.unit, watch.role, watch.starts_at) | {"person": watch.served_by}
    urgent, nth = upon_us(watch.starts_at, now), f"s{watch.sequence + 1}"
    gap = tuple(Telling("duty_gap", who, now, facts, urgent=urgent, nth=nth) for who in heard)
    return step._replace(values=step.values | {"turn_of": turn_of}, tell=gap)


def taken_off(watch: WatchFacts, name: str, *, now: datetime, why: str, by: str, heard: Sequence[str]) -> Step:
    """A watch ahead whose person is on the roster no longer: a gap, and that person hears of it too."""
    step = vacated(watch, name, now=now, why=why, by=by, heard=heard)
    return step._replace(tell=(*handed(watch, None, name, now=now, by=by, act="vacated").tell, *step.tell))


def kept_at(watch: Any, at: datetime) -> bool:
    """Whether somebody was to be at the post, or was there, at an instant that is past: a check could fall on it."""
    off_at = watch.cancelled_at if watch.state == WatchState.cancelled else None
    if watch.served_by is None or watch.ends_at <= at or (off_at is not None and off_at <= at):
        return False
    if watch.starts_at + CHECK_IN_WITHIN > at:
        return True
    return watch.checked_in_at is not None and watch.checked_in_at <= at and not (
        watch.handed_over_at is not None and watch.handed_over_at <= at
    )  # fmt: skip


def drawn(keys: Iterable[str], *, seed: int, count: int) -> list[str]:
    """So many of the keys, by a seeded choice: the same keys and seed give the same draw in any order."""
    known = sorted(set(keys))
    return sorted(random.Random(seed).sample(known, min(count, len(known))))


def moment_in(starts_at: datetime, ends_at: datetime, *, seed: int, key: str) -> datetime:
    """A moment inside a watch for a presence check, on the minute: never the same for two, always for one seed."""
    minutes = max(1, int((ends_at - starts_at).total_seconds() // 60) - 1)
    return starts_at + timedelta(minutes=1 + random.Random(f"{seed}:{key}").randrange(minutes))
