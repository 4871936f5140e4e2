"""A year of duty as a town lives it, month by month; and each member's share worked out apart from the engine."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Engine

from models import Absence, Person, RosterVersion
from models.duty import RosterMember
from models.kinds import SeasonKind
from service import store
from service.access import SYSTEM
from service.calendar import days
from service.duty import at_hand, drafting, gaps, publishing, rosters, swaps, sweep
from service.duty.allowed import find_watch
from service.duty.problem import gather_days
from service.errors import Refused
from service.rules.steps import change
from tests.service import worlds
from tests.service.duty_worlds import FILE, roster, turns, watches

OFFICERS = "[grid1, grid2, staff, inspector, boss1, viewer]"
TEXT = FILE.replace("key: night", "key: night\ndrafted_ahead_days: 20").replace(
    "[grid1, grid2, staff, inspector]", OFFICERS
)
WITH_ADMIN = TEXT.replace(OFFICERS, "[grid1, grid2, staff, inspector, boss1, viewer, admin]")
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 12, 13), date(2027, 12, 31)
# the days off of 2027 as they are said, late, in January
NOTICE = [
    *((f"2027-02-{day:02}", "statutory_holiday, festival: spring_festival") for day in range(5, 12)),
    ("2027-02-20", "makeup_workday"),
    *((f"2027-05-{day:02}", "statutory_holiday, festival: labour_day") for day in range(1, 6)),
    *((f"2027-10-{day:02}", "statutory_holiday, festival: national_day") for day in range(1, 8)),
]
SENSITIVE = date(2027, 3, 1), date(2027, 3, 10)
URGED = "今晚无人可替"
CATEGORIES = ("total", "rest_day", "holiday")


def versions(engine: Engine, state: str) -> list[Any]:
    found = [row for row in worlds.rows(engine, RosterVersion) if row.state == state]
    return sorted(found, key=lambda row: row.number)


def publish_all(engine: Engine, now: datetime) -> None:
    for row in versions(engine, "draft"):
        with store.transaction(engine) as session:
            publishing.publish(session, SYSTEM, row.key, now=now)


def fill_gaps(engine: Engine, now: datetime) -> int:
    """Give each gap of the next thirty days to the fairest who breaks no rule; answers how many were filled.

    What begins within a day somebody serves even so, with a reason.
    """
    filled = 0
    while True:
        with store.transaction(engine) as session:
            found = gaps.gaps(session, SYSTEM, "night", now=now)
            open_ = [one for one in found if not one.candidates[0].breaks or one.watch.starts_at < now + DAY]
            if not open_:
                return filled
            best = open_[0].candidates[0]
            reason = URGED if best.breaks else ""
            swaps.substitute(session, SYSTEM, open_[0].watch.key, best.person, now=now, reason=reason)
        filled += 1


def swap_two(engine: Engine, now: datetime) -> str | None:
    """An officer of the next days changes places with the first whom no rule forbids it; answers the swap's key."""
    ahead = [row for row in watches(engine).values() if row.role == "officer" and row.starts_at > now]
    for mine in ahead[:4]:
        with store.transaction(engine) as session:
            one = worlds.actor(session, mine.served_by)
            found = find_watch(session, one, mine.key)
            offers = [offer for offer in at_hand.answers(session, one, found, now=now).exchanges if not offer.breaks]
            if offers:
                in_return = offers[0].in_return.key
                key = swaps.ask(session, one, mine.key, offers[0].person, now=now, in_return=in_return)
                swaps.accept(session, worlds.actor(session, offers[0].person), key, now=now)
                return key
    return None


def stand_in(engine: Engine, now: datetime) -> str:
    """Somebody serves a leader's turn instead of them, the first of whom no rule is broken; answers the watch."""
    row = next(row for row in watches(engine).values() if row.role == "leader" and row.starts_at > now + 3 * DAY)
    for person in ("chief", "mayor", "deputy", "leader", "coord"):
        try:
            with store.transaction(engine) as session:
                if person != row.served_by:
                    swaps.substitute(session, SYSTEM, row.key, person, now=now, reason="会议冲突")
                    return str(row.key)
        except Refused:
            continue
    raise AssertionError("nobody can stand in")


def edit_by_hand(engine: Engine, now: datetime) -> str:
    """In the newest draft a leader is put elsewhere, with a reason; answers the seat's key."""
    head = versions(engine, "draft")[-1]
    seat = next(one for one in turns(engine, head.key) if one.role == "leader" and one.on > head.from_on + 9 * DAY)
    other = "chief" if seat.person != "chief" else "mayor"
    with store.transaction(engine) as session:
        drafting.edit(session, SYSTEM, head.key, seat.key, other, now=now, reason="书记带班")
    return str(seat.key)


def announce_late(engine: Engine, now: datetime) -> None:
    """The year's notice comes when February is published already; and a sensitive period is declared."""
    worlds.announce(engine, 2027, NOTICE, now)
    with store.transaction(engine) as session:
        first, last = SENSITIVE
        kind = SeasonKind.sensitive
        steps = days.declare_season(session, kind=kind, from_on=first, to_on=last, unit="town", name="两会")
        store.require(session, steps, now=now, by="coord")
    sweep.sweep(engine, now + DAY)


def away(engine: Engine, person: str, first: date, last: date, now: datetime) -> None:
    with store.transaction(engine) as session:
        gaps.enter_absence(session, SYSTEM, person, first, last, now=now, reason="培训")


def resign(engine: Engine, now: datetime) -> None:
    """One of the officers leaves; so many gaps come of it that what nobody has confirmed is planned again."""
    person = worlds.row(engine, Person, "boss1")
    worlds.write(engine, change(Person, "boss1", person.version, "left", {"left_on": now.date()}))
    sweep.sweep(engine, now + DAY)
    last = max(row.on for row in watches(engine).values())
    drafting.draft(
        engine, SYSTEM, "night", now.date() + 2 * DAY, last, now=now + DAY, seconds=20, workers=1, afresh=True
    )


def join(engine: Engine, now: datetime) -> None:
    """One more officer comes to the roster."""
    with store.transaction(engine) as session:
        rosters.apply_file(session, SYSTEM, WITH_ADMIN, now=now)


def proven(engine: Engine, row: Any) -> dict[tuple[str, str], int]:
    """(role, kind of day) → the spread that a version's proof states, for the kinds that its days have.

    No plan could have made less of it: its value is its bound.
    """
    assert row.objective == row.bound, (row.key, row.objective, row.bound, row.bound_source)
    kinds = {"total", *categories(engine, row.from_on, row.to_on).values()}
    known: dict[str, dict[str, int]] = json.loads(row.proof)["spread"]
    return {(role, name): spread for role, by in known.items() for name, spread in by.items() if name in kinds}


def categories(engine: Engine, first: date, last: date) -> dict[date, str]:
    with store.reading(engine) as session:
        return {day.on: day.category for day in gather_days(session, roster(engine).owner, first, last)}


def shares(engine: Engine, role: str) -> dict[str, dict[str, Fraction]]:
    """Category → member → turns taken less the share that was theirs, in proportion to the seats they were open to.

    Worked out from rows alone: who was away, who came later, who left, and whose turn each watch was.
    """
    category = categories(engine, FIRST, LAST)
    left = {row.key: row.left_on for row in worlds.rows(engine, Person) if row.left_on}
    gone: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in worlds.rows(engine, Absence):
        gone[row.person].append((row.from_on, row.to_on))
    joined = {row.person: row.joined_on or FIRST for row in worlds.rows(engine, RosterMember) if row.role == role}
    stand = [row for row in watches(engine).values() if row.role == role and row.state != "cancelled"]
    found = {}
    for name in CATEGORIES:
        counted = [row for row in stand if name in ("total", category[row.on])]
        taken = Counter(row.turn_of for row in counted)
        open_to = {
            who: sum(
                since <= row.on < left.get(who, date.max) and not any(a <= row.on <= b for a, b in gone[who])
                for row in counted
            )
            for who, since in joined.items()
        }
        pool = sum(open_to.values())
        found[name] = {who: taken[who] - Fraction(len(counted) * many, pool) for who, many in open_to.items()}
    return found


def day_by_day(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]
