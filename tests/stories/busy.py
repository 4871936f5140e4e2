"""A busy town for sweepers to meet in: some hundred units, tasks every week, a year of instants."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from tests.service import worlds
from tests.service.worlds import at

VILLAGES, ENTERPRISES = 40, 60


def busy(engine: Engine) -> Engine:
    """Two roots; people on levels 1 and 2 of each; four activities, one of them patrols in the flood season."""
    tree: list[tuple[str, str | None, str, str, str]] = []
    people: list[tuple[str, str]] = []
    chain: list[tuple[str, int, str]] = []
    for root in ("east", "west"):
        tree += [(root, None, "town", "", "")]
        tree += [(f"{root}-v{n:03}", root, "village", "", "") for n in range(VILLAGES // 2)]
        tree += [(f"{root}-e{n:03}", f"{root}-v{n % 20:03}", "enterprise", "", "") for n in range(ENTERPRISES // 2)]
        people += [(f"{root}-chief", root), *((f"{root}-p{n}", root) for n in range(20))]
        chain += [(root, 2, f"{root}-chief"), *((f"{root}-v{n:03}", 1, f"{root}-p{n}") for n in range(20))]
    worlds.write(engine, *worlds.unit_steps(tree), *worlds.person_steps(people), *worlds.chain_steps(chain))
    worlds.season(engine, "2026-04-15", "2026-09-30", worlds.LONG_AGO)
    for root in ("east", "west"):
        worlds.launch(engine, worlds.drive(*doing(), key=f"{root}-drive", owner=root), at("2025-12-01"))
    return engine


def doing() -> list[dict[str, Any]]:
    weekly = {"rrule": "FREQ=WEEKLY;BYDAY=MO", "on_rest_day": "next_workday"}
    return [
        worlds.once("2026-01-01", key="weekly", when=weekly, due={"days": 2}, window={"days": 2}),
        worlds.tenths(),
        worlds.once("2026-01-01", key="patrol", when={"season": "flood", "every_days": 5}, window={"hours": 12}),
        worlds.once(
            "2026-01-01",
            key="holiday",
            when={"holiday": ["spring_festival", "labour_day", "national_day"]},
            targets={"kinds": ["enterprise"]},
            assignee={"level": 2},
        ),
    ]


def instants(days: int) -> list[datetime]:
    """A look every so many days, from the day the campaigns start to the end of January after the year."""
    first, last = at("2025-12-01 06:30"), at("2027-01-31 06:30")
    return [first + n * timedelta(days=days) for n in range((last - first).days // days + 1)]
