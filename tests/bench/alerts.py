"""A warning from the broadcast to the last message out, to a local sink: `python -m tests.bench.alerts [--smoke]`.

(a) a town of 12 villages, (b) 2,000 units in 40 towns, each unit's person with a robot of their own: seconds to
commit, and until all messages have left and are written down; wanted are seconds for (a) and a minute for (b).
(c) nine in ten acknowledge; what the step after five minutes of silence takes, with what it tells the level above.
(d) what the list of one page of receipts takes, with every message about each. Both engines.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from models import ChainLink, Channel, Person, Unit
from service import cases, store
from service.access import SYSTEM
from service.alerts import acts as alerts
from service.alerts import lists as alert_lists
from service.alerts.found import subjects_of
from service.couriers import CourierDesk
from service.notices.claims import Terms
from service.notices.sending import Sender, Sent
from service.rules.steps import Step, make
from tests.bench.engines import ENGINES, fresh
from tests.bench.notices import clocked, sink, write

STORM = datetime(2026, 6, 5, 17, 30, tzinfo=UTC)
WARNING = {"kinds": ["village"], "title": "暴雨橙色预警", "text": "请立即转移危险区群众，每小时报告一次水情。"}


def tree(towns: int, villages: int) -> list[Step]:
    """A county with so many towns of so many villages each; each has one person, and each person a robot."""
    steps = []
    people: list[tuple[str, str, int]] = [("boss", "county", 3)]
    steps.append(unit("county", None, "/county/", "district"))
    for town in range(towns):
        code = f"t{town:02}"
        steps.append(unit(code, "county", f"/county/{code}/", "town"))
        people.append((f"p-{code}", code, 2))
        for village in range(villages):
            name = f"{code}v{village:03}"
            steps.append(unit(name, code, f"/county/{code}/{name}/", "village"))
            people.append((f"p-{name}", name, 1))
    steps += [make(Person, who, "made", {"name": who, "unit": code}) for who, code, _ in people]
    steps += [
        make(ChainLink, f"{code}:{level}:{who}", "made", {"unit": code, "level": level, "person": who})
        for who, code, level in people
    ]
    robots = [{"person": who, "kind": "wecombot", "sealed": f"wecombot://robot-{who}"} for who, _, _ in people]
    return steps + [make(Channel, f"person:{one['person']}:1", "made", one) for one in robots]


def unit(code: str, parent: str | None, path: str, kind: str) -> Step:
    return make(Unit, code, "made", {"name": code, "parent": parent, "path": path, "kind": kind})


def timed(do: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = do()
    return time.perf_counter() - began, found


def deliver(engine: Engine, url: str, now: datetime, only: list[str]) -> Sent:
    with CourierDesk(base_urls={"wecombot": url}) as desk:
        began = time.perf_counter()
        return Sender(engine, now, desk, str, Terms(), lambda: clocked(began)).deliver(only)


def broadcast(engine: Engine) -> tuple[str, list[str]]:
    with store.transaction(engine) as session:
        key = alerts.broadcast(session, SYSTEM, unit="county", now=STORM, **WARNING)
        return key, subjects_of(session, key)


def acknowledge(engine: Engine, subjects: list[str]) -> None:
    for subject in subjects:
        _, alert, code = subject.split(":")
        with store.transaction(engine) as session:
            alerts.acknowledge(session, SYSTEM, alert, code, now=STORM + timedelta(minutes=2), person=f"p-{code}")


def page(engine: Engine, key: str) -> None:
    with store.reading(engine) as session:
        alert_lists.receipts(session, SYSTEM, key, limit=200)


def run(kind: str, towns: int, villages: int) -> None:
    many = towns * villages
    with fresh(kind) as engine, sink() as url:
        write(engine, tree(towns, villages))
        committed, (key, subjects) = timed(lambda: broadcast(engine))
        out, sent = timed(lambda: deliver(engine, url, STORM, subjects))
        assert sent == (many, many, many), sent
        answered = subjects[: many * 9 // 10]
        tapped, _ = timed(lambda: acknowledge(engine, answered))
        later = STORM + timedelta(minutes=5)
        swept, done = timed(lambda: cases.sweep(engine, later))
        assert done.applied == many - len(answered)
        chased, told = timed(lambda: deliver(engine, url, later, []))
        assert told.delivered == told.notices == many - len(answered)
        listed, _ = timed(lambda: page(engine, key))
    print(
        f"{kind:10} {many:5,} units  committed {committed:.2f} s  all out {committed + out:.2f} s "
        f"({many / out:,.0f} messages/s)  acknowledged {len(answered) / tapped:,.0f}/s  "
        f"chase of {many - len(answered)}: sweep {swept:.2f} s, out {chased:.2f} s in {told.messages} messages  "
        f"page of receipts {listed * 1000:.0f} ms",
        flush=True,
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="small sizes: does it run at all")
    asked.add_argument("--engine", choices=ENGINES, action="append")
    given = asked.parse_args()
    for kind in given.engine or ENGINES:
        run(kind, 1, 12)
        run(kind, *((2, 10) if given.smoke else (40, 50)))


if __name__ == "__main__":
    main()
