"""What a district report costs beside the bare SQL of the same sums: `python -m tests.bench.reports [--smoke]`.

A district of 20 towns with 2,000 enterprises, 100,000 hazards, 1,000,000 tasks and 200,000 numbers handed in. First the
report (counted, folded by unit, sector and campaign, footed, and its comparisons) against hand-written statements for
the same sums; then the roll-up with ten times fewer and with ten times as many units over the same records.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from models import Activity, Campaign, Hazard, HazardCycle, Task, TaskFigure, Unit
from models.base import table_of
from service import bulk, store
from service.access import SYSTEM
from service.reports.asked import ask
from service.reports.drawing import draw
from tests.bench.engines import ENGINES, fresh

NOW = datetime(2026, 7, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
START, END = datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 6, 30, 16, tzinfo=UTC)
TOWNS, CAMPAIGNS, SOME = 20, 9, 20_000
KINDS = (
    "inspection",
    "self_check",
    "patrol",
    "supervision",
    "commitment",
    "meeting",
    "training",
    "publicity",
    "visit",
    "report",
)
SECTORS = ("fire", "chemicals", "roads", "sites", "")
WANTED = 3.0
FOUND = (
    "count(*)",
    "sum(case when h.level = 'general' then 1 else 0 end)",
    "sum(case when h.level = 'major' then 1 else 0 end)",
    "sum(case when c.closed_at < :end then 1 else 0 end)",
    "sum(case when c.closed_at < :end and h.level = 'major' then 1 else 0 end)",
    "sum(case when c.closed_at < :end and h.level = 'general' then 1 else 0 end)",
    "sum(case when c.closed_at < :end and h.source = 'self_check' then 1 else 0 end)",
    "sum(case when c.closed_at is null or c.closed_at >= :end then 1 else 0 end)",
    "sum(case when c.due_at <= :end and (c.closed_at is null or c.closed_at >= :end) then 1 else 0 end)",
    "sum(case when h.mode = 'on_spot' then 1 else 0 end)",
    "sum(case when h.mode = 'by_deadline' then 1 else 0 end)",
    "sum(case when h.source = 'inspection' then 1 else 0 end)",
    "sum(case when h.source = 'self_check' then 1 else 0 end)",
    "sum(case when h.source = 'patrol' then 1 else 0 end)",
    "sum(case when h.source = 'supervision' then 1 else 0 end)",
    "sum(case when h.mode = 'by_deadline' and h.measures <> '' then 1 else 0 end)",
    "sum(case when h.contingency <> '' then 1 else 0 end)",
    "sum(h.funds_yuan)",
    "count(distinct h.unit)",
    "count(distinct case when c.closed_at is null or c.closed_at >= :end then h.unit end)",
)
# the district is all there is, so that the bare statements need not ask whose a record is; only lines join the units
CYCLES = (
    "from hazardcycle c join hazard h on c.hazard = h.key {join} where h.state <> 'void'"
    " and c.found_on between :first and :last"
)
ALL_CYCLES, LINED_CYCLES = CYCLES.format(join=""), CYCLES.format(join="join unit u on h.unit = u.key")
LINE = (
    "count(*), sum(case when c.closed_at < :end then 1 else 0 end), sum(case when h.level = 'major' then 1 else 0 end)"
)
TASKS, LINED_TASKS = "from task t where true", "from task t join unit u on t.unit = u.key where true"
HANDED_IN = "t.state = 'accepted' and t.submitted_at >= :start and t.submitted_at < :end"
DONE = f"{TASKS} and {HANDED_IN}"
COMMITTED = f"{TASKS} and t.kind = 'commitment' and t.state <> 'cancelled' and t.planned_on between :first and :last"
NUMBERS = f"from taskfigure f join task t on f.task = t.key where {HANDED_IN}"
DUE = f"{TASKS} and t.state <> 'cancelled' and t.due_at > :start and t.due_at <= :end"
IS_DONE = "sum(case when t.state = 'accepted' and t.submitted_at < :end then 1 else 0 end)"
TOWN = "substr(u.path, 4, 3)"
# the same sums as somebody would write them by hand
BARE = (
    f"select {', '.join(FOUND)} {ALL_CYCLES}",
    *(f"select {by}, {LINE} {LINED_CYCLES} group by {by}" for by in (TOWN, "u.sector", "h.campaign")),
    f"select t.kind, count(*), count(distinct t.unit) {DONE} group by t.kind",
    *(
        f"select {by}, count(*) {LINED_TASKS} and {HANDED_IN} and t.kind = 'inspection' group by {by}"
        for by in (TOWN, "u.sector", "t.campaign")
    ),
    f"select count(*), {IS_DONE} {DUE}",
    f"select t.campaign, count(*), {IS_DONE} {DUE} group by t.campaign",
    f"select count(*), {IS_DONE}, count(distinct t.unit) {COMMITTED}",
    f"select count(*) {TASKS} and t.state <> 'cancelled'",
    f"select t.kind, f.name, sum(f.value) {NUMBERS} group by t.kind, f.name",
    "select count(*) from unit where kind = 'enterprise'",
)
COMPARED = f"select count(*) {ALL_CYCLES}"


def chunks(many: int) -> Iterator[range]:
    for start in range(0, many, SOME):
        yield range(start, min(many, start + SOME))


def put(engine: Engine, model: Any, many: int, columns: dict[str, Callable[[int], Any]]) -> None:
    """So many rows, each column a function of the row's number; what is left out is the column's default."""
    table = table_of(model)
    fixed = store.constants(table, tuple(columns))
    with engine.begin() as connection:
        for numbers in chunks(many):
            values = [[column(n) for n in numbers] for column in columns.values()]
            values += [[value] * len(numbers) for value in fixed.values()]
            bulk.insert_new(connection, table, (*columns, *fixed), values)


def settle(engine: Engine, units: int) -> None:
    """The district, its towns, and the enterprises dealt out among them."""
    put(
        engine,
        Unit,
        1,
        {
            "key": lambda _: "d",
            "name": lambda _: "区",
            "parent": lambda _: None,
            "path": lambda _: "/d/",
            "kind": lambda _: "district",
        },
    )
    put(
        engine,
        Unit,
        TOWNS,
        {
            "key": lambda n: f"t{n:02}",
            "name": lambda n: f"第{n}街道",
            "parent": lambda _: "d",
            "path": lambda n: f"/d/t{n:02}/",
            "kind": lambda _: "town",
        },
    )
    put(
        engine,
        Unit,
        units,
        {
            "key": lambda n: f"u{n:05}",
            "name": lambda n: f"企业{n}",
            "parent": lambda n: f"t{n % TOWNS:02}",
            "path": lambda n: f"/d/t{n % TOWNS:02}/u{n:05}/",
            "kind": lambda _: "enterprise",
            "sector": lambda n: SECTORS[n % 5],
        },
    )
    put(
        engine,
        Campaign,
        CAMPAIGNS,
        {
            "key": lambda n: f"c{n}",
            "name": lambda n: f"行动{n}",
            "owner": lambda _: "d",
            "from_on": lambda _: FIRST,
            "to_on": lambda _: LAST,
        },
    )
    put(
        engine,
        Activity,
        CAMPAIGNS,
        {
            "key": lambda n: f"c{n}:a",
            "campaign": lambda n: f"c{n}",
            "name": lambda _: "检查",
            "kind": lambda _: "inspection",
            "within": lambda _: "d",
        },
    )


def fill(engine: Engine, units: int, hazards: int, tasks: int) -> None:
    """Records over eighteen months, a third of them in the half-year that is reported."""
    on = [FIRST + timedelta(days=n % 540 - 180) for n in range(540)]
    at = [START + timedelta(hours=3 + 24 * (n % 540 - 180)) for n in range(540)]
    put(
        engine,
        Hazard,
        hazards,
        {
            "key": lambda n: f"H-{n:07}",
            "unit": lambda n: f"u{n * 7 % units:05}",
            "description": lambda _: "隐患",
            "level": lambda n: "major" if n % 20 == 0 else "general",
            "mode": lambda n: "on_spot" if n % 3 == 0 else "by_deadline",
            "source": lambda n: ("inspection", "self_check", "patrol", "supervision")[n % 4],
            "found_on": lambda n: on[n % 540],
            "state": lambda n: "closed" if n % 6 else "assigned",
            "due_at": lambda n: at[(n + 10) % 540],
            "campaign": lambda n: f"c{n % CAMPAIGNS}" if n % 10 else None,
            "measures": lambda n: "更换" if n % 2 else "",
            "funds_yuan": lambda n: n % 1_000,
        },
    )
    put(
        engine,
        HazardCycle,
        hazards,
        {
            "key": lambda n: f"H-{n:07}:cycle:1",
            "hazard": lambda n: f"H-{n:07}",
            "cycle": lambda _: 1,
            "found_on": lambda n: on[n % 540],
            "first_due_at": lambda n: at[(n + 10) % 540],
            "due_at": lambda n: at[(n + 10) % 540],
            "closed_at": lambda n: at[n % 540] + timedelta(days=5) if n % 6 else None,
            "closed_in_time": lambda n: n % 6 != 1,
        },
    )
    put(
        engine,
        Task,
        tasks,
        {
            "key": lambda n: f"T{n:07}",
            "campaign": lambda n: f"c{n % CAMPAIGNS}",
            "activity": lambda n: f"c{n % CAMPAIGNS}:a",
            "unit": lambda n: f"u{n * 11 % units:05}",
            "kind": lambda n: KINDS[n % 10],
            "planned_on": lambda n: on[n % 540],
            "opens_at": lambda n: at[n % 540],
            "due_at": lambda n: at[n % 540] + timedelta(days=3),
            "closes_at": lambda n: at[n % 540] + timedelta(days=9),
            "state": lambda n: "accepted" if n % 7 else "missed",
            "submitted_at": lambda n: at[n % 540] + timedelta(days=2) if n % 7 else None,
        },
    )
    put(
        engine,
        TaskFigure,
        tasks // 5,
        {
            "key": lambda n: f"T{n * 5:07}:people",
            "task": lambda n: f"T{n * 5:07}",
            "name": lambda _: "people",
            "value": lambda n: float(n % 9),
        },
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))


def report(engine: Engine) -> dict[str, Any]:
    with store.steady(engine) as session:
        asked = ask(session, SYSTEM, unit="d", from_on=FIRST, to_on=LAST)
        return draw(session, asked, now=NOW)


def bare(engine: Engine) -> list[Any]:
    """The same sums, and those of the two periods that hazards are compared with."""
    zoned = engine.dialect.name == "postgresql"
    start, end = (at if zoned else at.replace(tzinfo=None).isoformat(" ", "microseconds") for at in (START, END))
    days = (FIRST, LAST) if zoned else (FIRST.isoformat(), LAST.isoformat())
    facts = {"start": start, "end": end, "first": days[0], "last": days[1]}
    with engine.execution_options(reads_only=True).connect() as connection:
        found = [connection.execute(text(one), facts).all() for one in BARE]
        for first, last in ((date(2025, 1, 1), date(2025, 6, 30)), (date(2025, 7, 1), date(2025, 12, 31))):
            pair = (first, last) if zoned else (first.isoformat(), last.isoformat())
            connection.execute(text(COMPARED), facts | {"first": pair[0], "last": pair[1]}).all()
    return found


def agree(snapshot: dict[str, Any], sums: list[Any]) -> None:
    """Both say the same."""
    value = {name: one["value"] for name, one in snapshot["figures"].items()}
    first = sums[0][0]
    assert (first[0], first[3], first[17], first[18]) == (
        value["hazards.found"],
        value["hazards.rectified"],
        value["hazards.funds"],
        value["hazards.units"],
    )
    for town, many, shut, _ in sums[1]:
        assert (many, shut) == (value[f"hazards.found@unit={town}"], value[f"hazards.rectified@unit={town}"])
    assert {kind: many for kind, many, _ in sums[4]}["inspection"] == value["inspections.visits"]
    assert tuple(sums[8][0]) == (value["roadmap.due"], value["roadmap.done"])
    assert tuple(sums[10][0])[:2] == (value["commitments.owed"], value["commitments.done"])


def seconds(call: Callable[[], Any], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="few records: does it run at all")
    asked.add_argument("--engine", choices=ENGINES, action="append")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--hazards", type=int, default=100_000)
    asked.add_argument("--tasks", type=int, default=1_000_000)
    given = asked.parse_args()
    hazards, tasks = (1_000, 10_000) if given.smoke else (given.hazards, given.tasks)
    for kind in given.engine or ENGINES:
        with fresh(kind) as engine:
            settle(engine, 2_000)
            fill(engine, 2_000, hazards, tasks)
            agree(report(engine), bare(engine))
            ours, theirs = seconds(lambda: report(engine), given.rounds), seconds(lambda: bare(engine), given.rounds)
            print(
                f"{kind:10} {hazards:>8,} hazards, {tasks:>9,} tasks: report {ours * 1000:>6.0f} ms, bare SQL"
                f" {theirs * 1000:>6.0f} ms, ratio {ours / theirs:.2f} ({WANTED:.0f} at most wanted)",
                flush=True,
            )
        rolled = {}
        for units in (200, 2_000, 20_000):
            with fresh(kind) as engine:
                settle(engine, units)
                fill(engine, units, hazards // 10, tasks // 10)
                report(engine)
                rolled[units] = seconds(lambda: report(engine), given.rounds)
        line = ", ".join(f"{units:,} units {took * 1000:.0f} ms" for units, took in rolled.items())
        each = (rolled[20_000] - rolled[2_000]) / 18_000 * 1e6
        print(f"{kind:10} roll-up of {tasks // 10:,} tasks: {line}; {each:.0f} µs a unit more", flush=True)


if __name__ == "__main__":
    main()
