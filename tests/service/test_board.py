"""The months of the board: each time round counts in its own, whether a hazard came back or not."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from models import Hazard, HazardCycle
from models.kinds import HazardState
from service import board_ledger, store
from service.calendar.days import gather_calendar
from service.rules.steps import make
from service.settings import settings
from tests.service import worlds
from tests.service.worlds import at

NOW = at("2026-03-12 09:00")
ROUNDS: dict[str, tuple[str, list[tuple[date, datetime | None]]]] = {
    "once": ("closed", [(date(2026, 1, 5), at("2026-02-03"))]),
    "open": ("assigned", [(date(2026, 3, 1), None)]),
    "again": ("assigned", [(date(2025, 12, 30), at("2026-01-31 23:30")), (date(2026, 3, 2), None)]),
    "twice": ("closed", [(date(2025, 3, 31), at("2025-04-01")), (date(2026, 2, 1), at("2026-03-01 00:00"))]),
    "void": ("void", [(date(2026, 3, 3), None)]),
    "long ago": ("closed", [(date(2025, 1, 3), at("2025-02-01"))]),
}


def test_found_and_closed_by_month(engine: Engine) -> None:
    worlds.found(engine)
    fixed: dict[str, Any] = {"description": "x", "level": "general", "mode": "by_deadline", "source": "other"}
    for key, (state, rounds) in ROUNDS.items():
        values = {"unit": "e1", "state": state, "cycle": len(rounds), "found_on": rounds[0][0], "due_at": NOW}
        steps = [make(Hazard, key, "made", fixed | values | {"closed_at": rounds[-1][1]})]
        for n, (found_on, closed_at) in enumerate(rounds, 1):
            cycle = {"hazard": key, "cycle": n, "found_on": found_on, "first_due_at": NOW, "due_at": NOW}
            steps.append(make(HazardCycle, f"{key}:cycle:{n}", "made", cycle | {"closed_at": closed_at}))
        worlds.write(engine, *steps)
    with store.reading(engine) as session:
        calendar = gather_calendar(session, zone=settings().zone_info())
        found = board_ledger.ledger(session, worlds.actor(session, "coord"), now=NOW, calendar=calendar)
        nothing = board_ledger.ledger(session, worlds.actor(session, "stranger"), now=NOW, calendar=calendar)
    by_month = {(one.first_on.year, one.first_on.month): (one.found, one.closed) for one in found.months}
    assert {month: numbers for month, numbers in by_month.items() if any(numbers)} == {
        (2025, 4): (0, 1), (2025, 12): (1, 0), (2026, 1): (1, 1), (2026, 2): (1, 1), (2026, 3): (2, 1),
    }  # fmt: skip
    (major, general) = found.levels
    assert (major.open, general.open, general.states[HazardState.closed], general.states[HazardState.void]) == (
        0,
        2,
        3,
        1,
    )
    assert nothing.total == 0
    assert not any(one.found or one.closed for one in nothing.months)
