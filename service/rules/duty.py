"""Duty: what publishing a plan changes in the watches that stand, and whom it concerns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from models import Watch
from models.kinds import WatchState
from service.rules.steps import Step, Telling, change, make
from service.rules.watches import WatchFacts, first_look, upon_us, watch_facts


class Seat(NamedTuple):
    """One seat of a version: where it stands, when it is, and whose turn the plan says it is."""

    key: str
    on: date
    watch: str
    role: str
    place: int
    starts_at: datetime
    ends_at: datetime
    person: str | None
    by_hand: bool = False


class Version(NamedTuple):
    """What is published: the roster, its name and unit, the version's number and its stretch of days."""

    roster: str
    name: str
    unit: str
    number: int
    reason: str = ""

    @property
    def because(self) -> str:
        """Why a watch changes, as its journal keeps it: the version's key, which leads to its reason and its proof."""
        return f"{self.roster}:{self.number}" if self.number else self.reason


class Moved(NamedTuple):
    """One seat whose person or time a version changes; `was` and `now_by` are None where nobody stands."""

    seat: Seat
    was: str | None
    now_by: str | None


def differing(seats: Iterable[Seat], standing: Mapping[str, WatchFacts], now: datetime) -> list[Moved]:
    """The seats of a version that differ from the watches that stand, those already begun left out.

    A watch that people have confirmed or changed among themselves stands, unless the seat was edited by hand.
    """
    found = []
    for seat in seats:
        watch = standing.get(seat.key)
        if seat.starts_at <= now or (watch is not None and watch.starts_at <= now):
            continue
        if watch is None or watch.state == WatchState.cancelled:
            found.append(Moved(seat, None, seat.person))
        elif seat.person != watch.turn_of and (seat.by_hand or untouched(watch)):
            found.append(Moved(seat, watch.served_by, seat.person))
        elif (seat.starts_at, seat.ends_at) != (watch.starts_at, watch.ends_at):
            found.append(Moved(seat, watch.served_by, watch.served_by))
    return found


def untouched(watch: WatchFacts) -> bool:
    """Whether nobody has confirmed, taken over or begun a watch since it was published."""
    return watch.state == WatchState.vacant or (
        watch.state == WatchState.published and watch.served_by == watch.turn_of
    )


def dropped(seats: Iterable[Seat], standing: Iterable[WatchFacts], now: datetime) -> list[WatchFacts]:
    """The watches still ahead that a version has no seat for any more."""
    kept = {seat.key for seat in seats}
    return [
        watch
        for watch in standing
        if watch.key not in kept and watch.starts_at > now and watch.state != WatchState.cancelled
    ]


def publishing(
    seats: Sequence[Seat], standing: Mapping[str, WatchFacts], version: Version, *, now: datetime
) -> list[Step]:
    """The steps that bring the watches into line with a version; only those whose watch moved are told."""
    moved = differing(seats, standing, now)
    gone = dropped(seats, standing.values(), now)
    told = tellings(moved, gone, version, now)
    steps = [cancelled(watch, version, now, told.get(watch.key, ())) for watch in gone]
    for one in moved:
        watch = standing.get(one.seat.key)
        tell = told.get(one.seat.key, ())
        steps.append(seated(one, version, now, tell) if watch is None else reseated(one, watch, version, now, tell))
    return steps


def seated(one: Moved, version: Version, now: datetime, tell: tuple[Telling, ...]) -> Step:
    """A watch that stands for the first time."""
    seat = one.seat
    values = {
        "roster": version.roster, "unit": version.unit, "on": seat.on, "watch": seat.watch, "role": seat.role,
        "place": seat.place, "sequence": 0, **filled(one, now),
    }  # fmt: skip
    return make(Watch, seat.key, "published", values, version.because, tell)


def reseated(one: Moved, watch: WatchFacts, version: Version, now: datetime, tell: tuple[Telling, ...]) -> Step:
    """A watch whose person or time changes; the calendar's entry keeps its place and counts one more change."""
    values = filled(one, now) | {"sequence": watch.sequence + 1}
    act = "republished"
    if one.was == one.now_by and watch.state != WatchState.cancelled:
        values |= {"turn_of": watch.turn_of}
        act = "times changed"
    return change(Watch, watch.key, watch.version, act, values, version.because, tell)


def filled(one: Moved, now: datetime) -> dict[str, Any]:
    """The columns of a watch with somebody in it, or with nobody."""
    seat, person = one.seat, one.now_by
    return {
        "starts_at": seat.starts_at, "ends_at": seat.ends_at, "turn_of": person, "served_by": person,
        "state": WatchState.published if person else WatchState.vacant, "changed_at": now,
        "confirmed_at": None, "cancelled_at": None,
        "attend_at": first_look(seat.starts_at, now) if person else None,
    }  # fmt: skip


def cancelled(watch: WatchFacts, version: Version, now: datetime, tell: tuple[Telling, ...]) -> Step:
    """A watch that is owed no more; calendars still show it as cancelled for a while."""
    values = {
        "state": WatchState.cancelled, "cancelled_at": now, "changed_at": now, "sequence": watch.sequence + 1,
        "attend_at": None,
    }  # fmt: skip
    return change(Watch, watch.key, watch.version, "cancelled", values, version.because, tell)


def tellings(
    moved: Iterable[Moved], gone: Iterable[WatchFacts], version: Version, now: datetime
) -> dict[str, tuple[Telling, ...]]:
    """Watch → who hears of its change: given one, freed of one, or moved from one to another in the same role."""
    freed: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
    given: dict[tuple[str, str], list[Seat]] = {}
    found: dict[str, list[Telling]] = {}
    nth = f"v{version.number}"
    for one in moved:
        if one.was and one.was == one.now_by:
            facts = watch_facts(version.name, version.unit, one.seat.role, one.seat.starts_at)
            urgent = upon_us(one.seat.starts_at, now)
            found.setdefault(one.seat.key, []).append(Telling("duty_moved", one.was, now, facts, urgent, nth))
            continue
        if one.was:
            freed.setdefault((one.was, one.seat.role), []).append((one.seat.starts_at, one.seat.key))
        if one.now_by:
            given.setdefault((one.now_by, one.seat.role), []).append(one.seat)
    for watch in gone:
        if watch.served_by:
            freed.setdefault((watch.served_by, watch.role), []).append((watch.starts_at, watch.key))
    for (person, role), seats in given.items():
        before = sorted(freed.pop((person, role), []))
        for seat in sorted(seats, key=lambda seat: (seat.starts_at, seat.key)):
            facts = watch_facts(version.name, version.unit, role, seat.starts_at)
            if before:
                facts["was_at"] = before.pop(0)[0].isoformat()
            kind = "duty_moved" if "was_at" in facts else "duty_assigned"
            urgent = upon_us(seat.starts_at, now)
            found.setdefault(seat.key, []).append(Telling(kind, person, now, facts, urgent, nth))
        if before:
            freed[person, role] = before
    for (person, role), places in freed.items():
        for starts_at, key in places:
            facts = watch_facts(version.name, version.unit, role, starts_at)
            urgent = upon_us(starts_at, now)
            found.setdefault(key, []).append(Telling("duty_freed", person, now, facts, urgent, nth))
    return {key: tuple(told) for key, told in found.items()}
