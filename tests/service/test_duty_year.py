"""Five months of duty: leave, swaps, a resignation, a late holiday notice, a sensitive period; fair at its end."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Person, RosterVersion, Watch
from models.kinds import SeasonKind
from service import days, store
from service.access import SYSTEM
from service.duty import drafting, gaps, publishing, swaps, sweep
from service.duty.problem import gather
from service.errors import Refused
from service.rules.steps import change
from tests.service import worlds
from tests.service.duty_worlds import FILE, kept, roster, watches

ROSTER = FILE.replace("key: night", "key: night\ndrafted_ahead_days: 20").replace(
    "[grid1, grid2, staff, inspector]", "[grid1, grid2, staff, inspector, boss1, viewer]"
)
LAST = date(2027, 4, 30)
DAY = timedelta(days=1)


def drafts(engine: Engine) -> list[str]:
    return [row.key for row in worlds.rows(engine, RosterVersion) if row.state == "draft"]


def publish_all(engine: Engine, now: datetime) -> None:
    for key in sorted(drafts(engine), key=lambda key: int(key.rpartition(":")[2])):
        with store.transaction(engine) as session:
            publishing.publish(session, SYSTEM, key, now=now)


def fill_gaps(engine: Engine, now: datetime) -> None:
    """Give each gap to the fairest who breaks no rule."""
    while True:
        with store.transaction(engine) as session:
            open_ = [gap for gap in gaps.gaps(session, SYSTEM, "night", now=now) if not gap.candidates[0].breaks]
            if not open_:
                return
            swaps.substitute(session, SYSTEM, open_[0].watch.key, open_[0].candidates[0].person, now=now)


def swap_two(engine: Engine, now: datetime) -> bool:
    """Two officers of this month change places, the first pair that may."""
    rows = [row for row in watches(engine).values() if row.role == "officer" and row.starts_at > now]
    mine = rows[0]
    for theirs in rows[4:]:
        if theirs.served_by in (mine.served_by, None) or mine.served_by is None:
            continue
        try:
            with store.transaction(engine) as session:
                one, two = (worlds.actor(session, row.served_by) for row in (mine, theirs))
                key = swaps.ask(session, one, mine.key, two.person, now=now, in_return=theirs.key)
                swaps.accept(session, two, key, now=now)
        except Refused:
            continue
        return True
    return False


def levels(engine: Engine, role: int) -> dict[str, tuple[int, int, int]]:
    """What each member has behind them after the last day: turns taken and what absence excused."""
    with store.reading(engine) as session:
        problem = gather(session, roster(engine), LAST + DAY, LAST + DAY).problem
    return {who: (one.total, one.rest_day, one.holiday) for who, one in problem.roles[role].served.items()}


@pytest.mark.slow
def test_five_months_are_fair_and_every_watch_is_explained(engine: Engine) -> None:
    now = worlds.at("2026-12-12 06:00")
    kept(engine, now, ROSTER)
    swapped: list[Any] = []
    while now < worlds.at("2027-04-01 00:00"):
        sweep.sweep(engine, now)
        publish_all(engine, now)
        if now.month == 1:
            # the notice of the year comes late: the days around the Spring Festival are other ones than was thought
            holiday = [(f"2027-02-{day:02}", "statutory_holiday, festival: spring_festival") for day in range(5, 12)]
            worlds.announce(engine, 2027, [*holiday, ("2027-02-20", "makeup_workday")], now)
            with store.transaction(engine) as session:
                first, last = date(2027, 3, 1), date(2027, 3, 10)
                kind = SeasonKind.sensitive
                steps = days.declare_season(session, kind=kind, from_on=first, to_on=last, unit="town", name="两会")
                store.require(session, steps, now=now, by="coord")
            sweep.sweep(engine, now + DAY)
            publish_all(engine, now + DAY)
        if now.month == 2:
            with store.transaction(engine) as session:
                first, last = date(2027, 2, 15), date(2027, 3, 20)
                gaps.enter_absence(session, SYSTEM, "grid2", first, last, now=now, reason="培训")
        if now.month == 3:
            person = worlds.row(engine, Person, "boss1")
            worlds.write(engine, change(Person, "boss1", person.version, "left", {"left_on": now.date()}))
            sweep.sweep(engine, now + DAY)
            # too many gaps to fill one by one: what nobody has confirmed or changed is planned again
            first = now.date() + 2 * DAY
            drafting.draft(engine, SYSTEM, "night", first, LAST, now=now + DAY, seconds=20, workers=1, afresh=True)
            publish_all(engine, now + DAY)
        fill_gaps(engine, now + DAY)
        swapped.append(swap_two(engine, now + DAY))
        now = worlds.at(f"{now.year + now.month // 12}-{now.month % 12 + 1:02}-12 06:00")
    stand = [row for row in watches(engine).values() if row.on <= LAST and row.state != "cancelled"]
    assert any(swapped)
    assert Counter(row.state for row in stand)["vacant"] == 0
    assert all(row.served_by != "boss1" for row in stand if row.on > date(2027, 3, 12))
    seats = Counter((row.on, row.role) for row in stand)
    assert [seats[date(2027, 3, 1) + n * DAY, "leader"] for n in range(10)] == [2] * 10
    assert [seats[date(2027, 2, day), "leader"] for day in range(5, 12)] == [2] * 7
    for role in (0, 1):
        known = {who: counts for who, counts in levels(engine, role).items() if who != "boss1"}
        for category in range(3):
            counts = [one[category] for one in known.values()]
            assert max(counts) - min(counts) <= 2, (role, category, known)
    written = {subject for _, _, subject, _ in worlds.journal(engine, "published", "republished", "filled", "swapped")}
    assert {row.key for row in worlds.rows(engine, Watch)} <= written
