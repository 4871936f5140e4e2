"""Notices to a local sink against bare httpx, and the sweep of cases: `python -m tests.bench.notices [--smoke]`.

(a) 10,000 notices, each to a robot of its own, sent by one sender, against the very same requests by httpx alone with
as many threads; (b) what a sweep takes per case when so many climb a rung at once; (c) how late a message is that is
due at the tick: from the instant the sweep begins to its arrival. Both engines; every ratio within one run.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import Engine

from models import Case, CaseRung, Channel, Notice, Person, Unit
from service import cases, store
from service.couriers import CourierDesk
from service.notices.claims import Terms
from service.notices.sending import SENT_AT_ONCE, Sender
from service.rules.steps import Step, make
from tests.bench.engines import ENGINES, fresh

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
TERMS = Terms()
ABOUT = {"kind": "task", "name": "节前安全检查", "unit": "root", "policy": "bench", "began_at": NOW, "attend_at": NOW}


@contextmanager
def sink() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sink_process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def write(engine: Engine, steps: list[Step]) -> None:
    for start in range(0, len(steps), 10_000):
        with store.transaction(engine) as session:
            store.require(session, steps[start : start + 10_000], now=NOW, by="bench")


def people(engine: Engine, many: int) -> None:
    """So many people, each with a robot."""
    write(engine, [make(Unit, "root", "made", {"name": "镇", "parent": None, "path": "/root/", "kind": "town"})])
    facts = {"unit": "root"}
    write(engine, [make(Person, f"p{n:05}", "made", {"name": f"人{n}", **facts}) for n in range(many)])
    robots = [{"person": f"p{n:05}", "kind": "wecombot", "sealed": f"wecombot://robot-{n:05}"} for n in range(many)]
    write(engine, [make(Channel, f"person:{one['person']}:1", "made", one) for one in robots])


def owe(engine: Engine, many: int) -> None:
    said = {"name": "节前安全检查", "unit": "root", "due_at": NOW.isoformat()}
    known = {"kind": "task_assigned", "facts": said, "owed_at": NOW, "attend_at": NOW, "urgent": False}
    told = [known | {"subject": f"t{n}", "recipient": f"p{n:05}"} for n in range(many)]
    write(engine, [make(Notice, f"{one['subject']}:task_assigned:{one['recipient']}", "owed", one) for one in told])


def clocked(began: float) -> timedelta:
    return timedelta(seconds=time.perf_counter() - began)


def ours(engine: Engine, url: str, many: int) -> float:
    """Seconds in which the sender delivers all that is owed."""
    with CourierDesk(base_urls={"wecombot": url}) as desk:
        began = time.perf_counter()
        sent = Sender(engine, NOW, desk, str, TERMS, lambda: clocked(began)).deliver()
        seconds = time.perf_counter() - began
    assert sent == (many, many, many), sent
    return seconds


def bare(url: str, many: int) -> float:
    """Seconds in which httpx posts as many of the same bodies with as many threads."""
    text = (
        "新任务：节前安全检查\n镇：节前安全检查，2026-03-04 10:00 前完成\n\n您收到此消息，因为 task_assigned 已到期。"
    )
    body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    with httpx.Client(limits=httpx.Limits(max_connections=100, max_keepalive_connections=100)) as client:

        def post(number: int) -> bool:
            params = {"key": f"robot-{number:05}"}
            answer = client.post(f"{url}/cgi-bin/webhook/send", params=params, content=body, headers=headers)
            return bool(answer.json()["errcode"] == 0)

        began = time.perf_counter()
        with ThreadPoolExecutor(SENT_AT_ONCE) as pool:
            assert all(pool.map(post, range(many)))
        return time.perf_counter() - began


def sending(kind: str, many: int, rounds: int) -> None:
    ratios, rates = [], []
    with fresh(kind) as engine, sink() as url:
        people(engine, many)
        bare(url, many // 10)
        for _ in range(rounds):
            with store.transaction(engine) as session:
                session.connection().exec_driver_sql('DELETE FROM "notice"')
            owe(engine, many)
            taken, alone = ours(engine, url, many), bare(url, many)
            ratios.append(alone / taken)
            rates.append((many / taken, many / alone))
    ours_rate, bare_rate = statistics.median(one for one, _ in rates), statistics.median(one for _, one in rates)
    print(
        f"{kind:10} {many:,} notices  ours {ours_rate:,.0f}/s  bare httpx {bare_rate:,.0f}/s  "
        f"ratio {statistics.median(ratios):.2f} (0.70 wanted)",
        flush=True,
    )


def cases_due(engine: Engine, many: int) -> None:
    """So many cases whose first rung is due, with two more each."""
    keys = [f"case:t{n:06}" for n in range(many)]
    write(engine, [make(Case, key, "begins", ABOUT | {"subject": key[5:]}) for key in keys])
    rungs = [
        {"case": key, "place": place, "due_at": NOW + timedelta(days=place - 1), "person": f"p{n % 100:05}"}
        for n, key in enumerate(keys)
        for place in (1, 2, 3)
    ]
    write(engine, [make(CaseRung, f"{one['case']}:{one['place']}", "rung", one) for one in rungs])


def climbing(kind: str, many: int, url: str) -> None:
    """A sweep in which so many cases each take a rung, and then how late the first message is at an idle tick."""
    with fresh(kind) as engine:
        people(engine, 100)
        cases_due(engine, many)
        began = time.perf_counter()
        done = cases.sweep(engine, NOW)
        seconds = time.perf_counter() - began
        assert done.applied == many
        with CourierDesk(base_urls={"wecombot": url}) as desk:  # what the sweep has left, so that the ticks are idle
            Sender(engine, NOW, desk, str, TERMS, timedelta).deliver()
        late = []
        for number in range(20):
            at = NOW + timedelta(hours=1, minutes=number)
            due = ABOUT | {"subject": f"x{number}", "began_at": at, "attend_at": at}
            write(engine, [make(Case, f"case:x{number}", "begins", due)])
            one = {"case": f"case:x{number}", "place": 1, "due_at": at, "person": "p00001"}
            write(engine, [make(CaseRung, f"case:x{number}:1", "rung", one)])
            with CourierDesk(base_urls={"wecombot": url}) as desk:
                began = time.perf_counter()
                cases.sweep(engine, at)
                Sender(engine, at, desk, str, TERMS, lambda began=began: clocked(began)).deliver()
                late.append(time.perf_counter() - began)
        print(
            f"{kind:10} sweep of {many:,} cases that each take a rung: {seconds:.2f} s, {many / seconds:,.0f} cases/s "
            f"(each a case, a rung, two lines, a notice)  due to out at the tick: median "
            f"{statistics.median(late) * 1000:.0f} ms, worst {max(late) * 1000:.0f} ms",
            flush=True,
        )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="small sizes: does it run at all")
    asked.add_argument("--engine", choices=ENGINES, action="append")
    given = asked.parse_args()
    for kind in given.engine or ENGINES:
        sending(kind, 200 if given.smoke else 10_000, 1 if given.smoke else 3)
        with sink() as url:
            climbing(kind, 200 if given.smoke else 20_000, url)


if __name__ == "__main__":
    main()
