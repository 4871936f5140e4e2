"""The list of 50 tasks over HTTP against a bare FastAPI route: the same SQL, JSON writer and kind of process.

`python -m tests.bench.http [--smoke] [--engine sqlite|postgresql]`. Both applications run in a uvicorn child each, on
loopback; one caller asks them in turns over one kept connection, a counted number of times. Ours also asks who calls,
what they may see, and whether the query is sound.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import orjson
from fastapi import FastAPI, Response
from sqlalchemy import Engine, insert

from models import Activity, Campaign, Grant, Person, Task, Unit
from models.base import table_of
from service import lists, store
from service.access import SYSTEM
from service.signin import tokens as signin_tokens
from tests.bench.engines import ENGINES, fresh

START = datetime(2026, 1, 1, tzinfo=UTC)
WANTED = 0.70
PAGE = 50
# what is asked, and the questions that its SQL answers: the names, the states walked one by one, the values
LISTS = {
    "a unit's": ("?unit=u7&state=open", ("unit",), ("open",), {"unit": "u7"}),
    "the town's": ("", (), (), {}),
}


def build(engine: Engine, units: int, days: int) -> str:
    """A town with a task at each unit on each day; answers its coordinator's token."""
    codes = ["town", *(f"u{n}" for n in range(units))]
    paths = {code: "/town/" if code == "town" else f"/town/{code}/" for code in codes}
    blank = {"version": 1, "sector": "", "risk": "", "address": "", "phone": "", "zone": ""}
    post = {"version": 1, "post": "", "mobile": "", "email": "", "wecom": "", "language": ""}
    key = "campaign:drive:check"
    with engine.begin() as to:
        rows = [
            {"key": code, "name": f"单位{code}", "path": path, "kind": "village", **blank}
            | {"parent": None if code == "town" else "town"}
            for code, path in paths.items()
        ]
        to.execute(insert(table_of(Unit)), rows)
        to.execute(insert(table_of(Person)), [{"key": "p1", "name": "张三", "unit": "town", **post}])
        grant = {"key": "p1:coordinator:town", "version": 1, "person": "p1", "role": "coordinator", "unit": "town"}
        to.execute(insert(table_of(Grant)), [grant])
        campaign = {"key": "drive", "name": "专项整治", "owner": "town", "state": "active", "version": 1, "plan": 1}
        period = {"from_on": date(2026, 1, 1), "to_on": date(2026, 12, 31), "basis": ""}
        to.execute(insert(table_of(Campaign)), [campaign | period])
        activity = {
            "key": "drive:check",
            "campaign": "drive",
            "name": "日常检查",
            "kind": "inspection",
            "within": "town",
        }
        to.execute(insert(table_of(Activity)), [activity | {"version": 1, "stale": False, "retired": False}])
        shared = {
            "version": 1,
            "campaign": "drive",
            "activity": "drive:check",
            "kind": "inspection",
            "phase": "排查整治",
        }
        shared |= {"state": "open", "assignee": "p1", "note": "", "reason": ""}
        for day in range(days):
            on = START + timedelta(days=day)
            times = {
                "planned_on": on.date(),
                "opens_at": on,
                "due_at": on + timedelta(5),
                "closes_at": on + timedelta(9),
            }
            to.execute(
                insert(table_of(Task)),
                [{"key": f"{key}:{on.date()}:u{n}", "unit": f"u{n}", **times, **shared} for n in range(units)],
            )
    with store.transaction(engine) as session:
        token = signin_tokens.issue_token(session, SYSTEM, "p1", "coordinator", "town", now=START)
    with engine.begin() as to:
        to.exec_driver_sql("ANALYZE")  # as a database that has stood for a while, whoever plans first
    return token


def bare() -> FastAPI:
    """The bare route: its SQL is ours, with the parameters that ours works out."""
    app = FastAPI()
    engine = store.open_engine(os.environ["ZHIBAN_DATABASE_URL"]).execution_options(reads_only=True)
    asked, waiting, known = orjson.loads(os.environ["BENCH_ASKS"])
    statement = lists.task_statement(tuple(asked), 1, tuple(waiting))
    values = {"me": "p1", "limit": PAGE + 1, "path0": "/town/", "end0": "/town0", **known}

    @app.get("/api/v1/tasks")
    def tasks() -> Response:
        with engine.connect() as connection:
            rows = connection.execute(statement, values).all()
        items = [dict(row._mapping) for row in rows[:PAGE]]
        return Response(orjson.dumps({"items": items, "next": None}), media_type="application/json")

    return app


@contextmanager
def served(target: str, url: str, folder: str, asks: str, *more: str) -> Iterator[int]:
    """An application in a uvicorn child; answers its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", target, "--port", str(port), "--no-access-log", "--log-level", "error"]
    known = {**os.environ, "ZHIBAN_DATABASE_URL": url, "ZHIBAN_DATA": folder}
    child = subprocess.Popen([*command, *more], env={**known, "BENCH_ASKS": asks})
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        child.terminate()
        child.wait(10)


class Asker:
    """One kept connection that asks the same thing again and again."""

    def __init__(self, port: int, path: str, token: str) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), 10)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = (f"GET {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {token}", "", "")
        self.request = "\r\n".join(lines).encode()

    def ask(self) -> bytes:
        """The body of one answer, which must be a 200."""
        self.line.sendall(self.request)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.line.recv(65_536)
        head, _, body = got.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), got[:500]
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self.line.recv(65_536)
        return body

    def seconds(self, times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            self.ask()
        return time.perf_counter() - began


def compare(kind: str, units: int, days: int, rounds: int, times: int) -> list[float]:
    """The ratio of the rates for each list: ours of the bare route's."""
    ratios = []
    with fresh(kind) as engine, tempfile.TemporaryDirectory() as folder:
        token = build(engine, units, days)
        url = engine.url.render_as_string(hide_password=False)
        for name, (query, asked, waiting, known) in LISTS.items():
            asks = orjson.dumps([asked, waiting, known]).decode()
            with (
                served("tests.bench.http:bare", url, folder, asks, "--factory") as bare_port,
                served("service.web.app:app", url, folder, asks) as our_port,
            ):
                plain = Asker(bare_port, "/api/v1/tasks", token)
                ours = Asker(our_port, f"/api/v1/tasks{query}", token)
                theirs, mine = orjson.loads(plain.ask())["items"], orjson.loads(ours.ask())["items"]
                assert mine == theirs, "the two routes answer different tasks"
                assert len(mine) == min(PAGE, days if query else units * days), len(mine)
                asked_for = times if query else max(times // 5, 2)  # the whole town's is slow in either
                took = [(plain.seconds(asked_for), ours.seconds(asked_for)) for _ in range(rounds)]
            ratio = statistics.median(theirs / mine for theirs, mine in took)
            rates = [asked_for / statistics.median(each) for each in zip(*took, strict=True)]
            print(
                f"{kind:10} {name + ' 50 tasks':22} of {units * days:>7,}  ours {rates[1]:>6,.0f}/s"
                f"  bare {rates[0]:>6,.0f}/s  ratio {ratio:.2f} ({WANTED:.2f} wanted)",
                flush=True,
            )
            ratios.append(ratio)
    return ratios


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="small sizes: does it run at all")
    asked.add_argument("--engine", choices=ENGINES, action="append")
    given = asked.parse_args()
    for kind in given.engine or ENGINES:
        if given.smoke:
            compare(kind, 10, 60, 3, 5)
        else:
            compare(kind, 100, 200, 15, 60)


if __name__ == "__main__":
    main()
