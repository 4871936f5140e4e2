"""A whole year of duty, planned month by month: fair at its end as its proofs say, and every watch explained.

Leave before and after publishing, swaps, a substitute, a hand edit, a late holiday notice, double leaders in a
sensitive period, a resignation, and somebody who comes in summer. On SQLite alone: the same acts are tried on both.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine

from models import RosterVersion, Swap
from service import store
from service.duty import sweep
from service.duty.whys import PLANNED, Why, whys
from tests.service import worlds
from tests.service.duty_worlds import kept, watches
from tests.service.duty_years import (
    DAY,
    LAST,
    NOTICE,
    SENSITIVE,
    TEXT,
    URGED,
    announce_late,
    away,
    day_by_day,
    edit_by_hand,
    fill_gaps,
    join,
    proven,
    publish_all,
    resign,
    shares,
    stand_in,
    swap_two,
    versions,
)


class Year(NamedTuple):
    """The spreads last proven, by role and kind of day; how many gaps were filled; what was done by hand, by key."""

    proven: dict[tuple[str, str], int]
    filled: list[int]
    swapped: list[str]
    stood_in: list[str]
    edited: list[str]


def live(engine: Engine) -> Year:
    """Twelve months, each drafted by the sweep of the twelfth and published, with what comes in between."""
    year = Year({}, [], [], [], [])
    kept(engine, worlds.at("2026-12-12 06:00"), TEXT)
    for n in range(12):
        now = worlds.at(f"{2026 + (n + 11) // 12}-{(n + 11) % 12 + 1:02}-12 06:00")
        if n == 5:
            away(engine, "deputy", date(2027, 6, 1), date(2027, 6, 20), now)  # known before June is planned
        if n == 6:
            join(engine, now)
        sweep.sweep(engine, now)
        if n in (4, 8):
            year.edited.append(edit_by_hand(engine, now))
        publish_all(engine, now)
        if n == 1:
            before = people(engine)
            announce_late(engine, now)
            assert people(engine) == before  # of what is published nothing changes by itself
            assert [row.reason for row in versions(engine, "draft")] == ["days or needs changed"]
            publish_all(engine, now + DAY)
        if n == 2:
            away(engine, "grid2", date(2027, 2, 15), date(2027, 3, 20), now)  # after February and March were published
        if n == 3:
            resign(engine, now)
            publish_all(engine, now + DAY)
        year.filled.append(fill_gaps(engine, now + DAY))
        if n % 4 == 2:
            year.stood_in.append(stand_in(engine, now + DAY))
        if key := swap_two(engine, now + DAY):
            year.swapped.append(key)
        year.proven.update(proven(engine, versions(engine, "published")[-1]))
    return year


def people(engine: Engine) -> dict[str, Any]:
    return {key: row.served_by for key, row in watches(engine).items()}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_year_is_as_fair_as_its_proofs_say_and_every_watch_is_explained(engine: Engine) -> None:
    year = live(engine)
    stand = {row.key: row for row in watches(engine).values() if row.on <= LAST and row.state != "cancelled"}
    nobody_is_missing(stand.values())
    for role in ("leader", "officer"):
        for name, off in shares(engine, role).items():
            here = [by for who, by in off.items() if who != "boss1"]
            # whole watches are served: a share of a half is rounded for each of the two who stand furthest apart
            assert max(here) - min(here) <= year.proven[role, name] + 1, (role, name, off)
    with store.reading(engine) as session:
        found = whys(session, [row.key for row in watches(engine).values()])
    plans = {row.key: row for row in worlds.rows(engine, RosterVersion) if row.state in ("published", "superseded")}
    assert all(proven(engine, row) for row in plans.values())
    swaps = {row.key: row for row in worlds.rows(engine, Swap)}
    hands = {line[2]: line[3] for line in worlds.journal(engine, "edited")}
    acts = Counter(explained(row, found[row.key], plans, swaps, hands) for row in watches(engine).values())
    assert set(acts) - {"cancelled"} == {"plan", "hand", "swapped", "filled", "substituted"}
    assert len(year.swapped) >= 10
    assert (acts["swapped"], acts["hand"]) == (2 * len(year.swapped), len(year.edited))
    assert (acts["substituted"], acts["filled"]) == (len(year.stood_in), sum(year.filled))


def nobody_is_missing(stand: Iterable[Any]) -> None:
    """Each day of the year has whom it needs, and nobody serves who has left."""
    seats = Counter((row.on, row.role) for row in stand)
    first, last = SENSITIVE
    double = {*day_by_day(first, last)} | {date.fromisoformat(on) for on, kind in NOTICE if "holiday" in kind}
    # New Year's Day of 2027, as it was known before its notice came
    for on in set(day_by_day(date(2027, 1, 2), LAST)) - {date(2027, 1, n) for n in (2, 3)}:
        assert (seats[on, "leader"], seats[on, "officer"]) == (2 if on in double else 1, 1), on
    assert all(row.served_by and (row.served_by != "boss1" or row.on < date(2027, 3, 12)) for row in stand)


def explained(row: Any, why: Why, plans: Mapping[str, Any], swaps: Mapping[str, Any], hands: Mapping[str, str]) -> str:
    """What put somebody into a watch, found from the journal alone; it must name whoever serves it."""
    if why.act in PLANNED:
        assert why.source in plans
        assert why.person == row.turn_of == row.served_by
        if why.by_hand:
            assert why.reason == hands[f"{why.source}:{row.key.partition(':')[2]}"] == "书记带班"
        return "hand" if why.by_hand else "plan"
    if why.act == "swapped":
        swap = swaps[why.source]
        assert (swap.state, row.key in (swap.watch, swap.in_return)) == ("accepted", True)
        assert row.served_by == (swap.asked_of if row.key == swap.watch else swap.asked_by)
        assert row.turn_of != row.served_by
    elif why.act == "cancelled":
        assert row.state == "cancelled"
    else:
        assert why.person == row.served_by
        assert (row.turn_of == row.served_by) == (why.act == "filled")
        assert why.reason in (("会议冲突",) if why.act == "substituted" else ("", URGED))
    return why.act
