"""A year's calendar: rendered, asked for again, and beside Radicale serving the same one.

`python -m tests.bench.feeds [--smoke] [--radicale PYTHON]`. Three things are measured in one run:

1. 366 watches from rows to bytes: every event made anew, and from the kept events; beside the same bytes joined by hand
   (one template an event, its texts escaped and folded beforehand) and icalendar's tree of objects
2. 304 answers over one kept connection: ours, and a FastAPI route that answers nothing at all
3. with `--radicale`, the interpreter of an environment that has it: the same calendar put into Radicale, whole and 304
"""

import argparse
import gc
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Response
from icalendar import Calendar
from icalendar import Event as ObjectEvent
from sqlalchemy import Engine, insert

from models import Grant, Person, Roster, Unit, Watch
from models.base import table_of
from service import store
from service.access import actor_for
from service.clock import now as this_moment
from service.feeds import gather
from service.feeds.acts import alive, make_feed
from service.feeds.calendar import joined
from tests.bench.engines import fresh
from tests.bench.http import served
from tests.bench.line import Asker, free_port

DAYS = 366
SHANGHAI = ZoneInfo("Asia/Shanghai")
# each connection waits while the others are asked
PATIENT = ("--timeout-keep-alive", "600")
RENDER_WANTED, AGAIN_WANTED = 3.0, 0.80
FILE = """
key: night
name: 镇24小时值班
owner: town
phone: 0838-1234567
note: 遇重大险情，先处置后报告
watch: {starts: "08:00", hours: 24}
roles:
  - {role: officer, need: 1, members: [p0, p1, p2, p3, p4, p5, p6, p7], rest_days: 2}
"""


def build(engine: Engine, now: datetime, days: int) -> str:
    """A town whose roster has a watch each day; answers the secret of its calendar."""
    blank = {"version": 1, "post": "", "mobile": "", "email": "", "wecom": "", "language": ""}
    people = [{"key": f"p{n}", "name": f"值班员{n}", "unit": "town", **blank} for n in range(8)]
    unit = {"key": "town", "name": "研经镇", "path": "/town/", "kind": "town", "version": 1, "sector": "", "risk": "",
            "address": "", "phone": "", "zone": "", "parent": None}  # fmt: skip
    grant = {"key": "p0:coordinator:town", "version": 1, "person": "p0", "role": "coordinator", "unit": "town"}
    roster = {"key": "night", "version": 1, "name": "镇24小时值班", "owner": "town", "text": FILE,
              "phone": "0838-1234567", "note": "遇重大险情，先处置后报告", "drafted_ahead_days": 30, "checks_a_week": 0,
              "retired": False, "attend_at": None}  # fmt: skip
    first = now.date()
    with engine.begin() as to:
        for table, rows in ((Unit, [unit]), (Person, people), (Grant, [grant]), (Roster, [roster])):
            to.execute(insert(table_of(table)), rows)
        to.execute(insert(table_of(Watch)), [watch(first + timedelta(days=n), n, now) for n in range(days)])
    with store.transaction(engine) as session:
        return make_feed(session, actor_for(session, "p0"), now=now, roster="night", remind_minutes=60).secret


def watch(on: date, n: int, now: datetime) -> dict[str, Any]:
    starts_at = datetime(on.year, on.month, on.day, tzinfo=now.tzinfo)
    return {
        "key": f"night:{on}:watch:officer:1", "version": 1, "roster": "night", "unit": "town", "on": on,
        "watch": "watch", "role": "officer", "place": 1, "starts_at": starts_at,
        "ends_at": starts_at + timedelta(days=1), "turn_of": f"p{n % 8}", "served_by": f"p{n % 8}",
        "state": "published", "sequence": 0, "changed_at": now, "reason": "",
    }  # fmt: skip


def best(rounds: int, call: Callable[[], Any]) -> float:
    """The seconds of the quickest of some rounds, nothing else collected meanwhile."""
    took = []
    gc.disable()
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        took.append(time.perf_counter() - began)
    gc.enable()
    return min(took)


def render(engine: Engine, now: datetime, secret: str, rounds: int) -> None:
    """From rows to bytes, several ways."""
    from service.feeds.acts import key_of

    key = str(key_of(secret))
    with store.reading(engine) as session:
        feed = alive(session, key)
        title, reader = gather.reader_of(session, feed)
        rows = gather.watches(session, feed, reader, now)

        def anew() -> bytes:
            gather.kept.clear()
            return again()

        def again() -> bytes:
            return joined(gather.head_of(title, reader), [gather.watch_bytes(row, reader) for row in rows])

        def whole() -> bytes:
            return gather.calendar_of(session, feed, now)

        octets = anew()
        by_hand = hand_joiner(rows, octets)
        assert by_hand() == octets, "the bytes joined by hand are other ones"
        hand = best(rounds, by_hand)
        ways = {
            "joined by hand": hand,
            "every event anew": best(rounds, anew),
            "from kept events": best(rounds, again),
            "with its queries": best(rounds, whole),
            "icalendar's objects": best(max(2, rounds // 10), lambda: objects(octets)),
        }
    print(f"{len(rows)} watches, {len(octets):,} bytes")
    for name, seconds in ways.items():
        print(f"  {name:22} {seconds * 1000:8.2f} ms   {seconds / hand:7.2f} x")
    print(f"  wanted: from rows to bytes within {RENDER_WANTED:.1f} x of joined by hand")


def hand_joiner(rows: Sequence[gather.WatchRow], octets: bytes) -> Callable[[], bytes]:
    """The same calendar joined by hand from the same rows: one template an event, its dates formatted, nothing asked.

    What its texts look like escaped and folded is known beforehand.
    """
    begin = octets[: octets.index(b"BEGIN:VEVENT")].decode()
    texts = {}
    for row, one in zip(rows, octets.decode().split("BEGIN:VEVENT\r\n")[1:], strict=True):
        texts[row.served_by] = (one[one.index("SUMMARY:") : one.index("STATUS:")], one[one.index("LOCATION:") :
                                one.index("TRIGGER:")])  # fmt: skip

    def join() -> bytes:
        parts = [begin]
        for row in rows:
            summary, rest = texts[row.served_by]
            changed = row.changed_at.strftime("%Y%m%dT%H%M%SZ") if row.changed_at else ""
            starts, ends = row.starts_at.astimezone(SHANGHAI), row.ends_at.astimezone(SHANGHAI)
            parts.append(
                f"BEGIN:VEVENT\r\nUID:{row.key}@zhiban\r\nDTSTAMP:{changed}\r\nLAST-MODIFIED:{changed}\r\n"
                f"SEQUENCE:{row.sequence}\r\nDTSTART;TZID=Asia/Shanghai:{starts:%Y%m%dT%H%M%S}\r\n"
                f"DTEND;TZID=Asia/Shanghai:{ends:%Y%m%dT%H%M%S}\r\n{summary}STATUS:CONFIRMED\r\n"
                f"TRANSP:TRANSPARENT\r\n{rest}TRIGGER:-PT60M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
            )
        return ("".join(parts) + "END:VCALENDAR\r\n").encode()

    return join


def objects(octets: bytes) -> bytes:
    """The calendar as icalendar's tree, built property by property and written."""
    known = Calendar.from_ical(octets) if not kept_facts else None
    if known is not None:
        kept_facts.extend([(name, one[name]) for name in one] for one in known.walk("VEVENT"))
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//zhiban//bench//ZH")
    for facts in kept_facts:
        event = ObjectEvent()
        for name, value in facts:
            event.add(name, getattr(value, "dt", value))
        made.add_component(event)
    return bytes(made.to_ical())


kept_facts: list[list[tuple[str, Any]]] = []


def empty() -> FastAPI:
    """A FastAPI application with one route that answers nothing."""
    app = FastAPI()

    @app.get("/nothing")
    async def nothing() -> Response:
        return Response(status_code=204)

    return app


def ask_again(engine: Engine, secret: str, rounds: int, times: int) -> float:
    """The rate of 304 answers, as a share of an empty route's."""
    url = engine.url.render_as_string(hide_password=False)
    with (
        tempfile.TemporaryDirectory() as folder,
        served("tests.bench.feeds:empty", url, folder, "", "--factory", *PATIENT) as bare_port,
        served("service.web.app:app", url, folder, "", *PATIENT) as our_port,
    ):
        path = f"/feeds/{secret}.ics"
        first = Asker(our_port, path)
        etag = first.ask(b"200")[b"etag"].decode()
        ours = Asker(our_port, path, f"If-None-Match: {etag}")
        bare = Asker(bare_port, "/nothing")
        unknown = Asker(our_port, "/feeds/unknown.ics")
        took = [
            (bare.seconds(times, b"204"), ours.seconds(times, b"304"), unknown.seconds(times, b"404"))
            for _ in range(rounds)
        ]
        whole = [first.seconds(max(1, times // 20), b"200") / max(1, times // 20) for _ in range(rounds)]
    rates = [times / statistics.median(each) for each in zip(*took, strict=True)]
    ratio = statistics.median(theirs / mine for theirs, mine, _ in took)
    print(f"  empty FastAPI route    {rates[0]:8,.0f} /s")
    print(f"  304                    {rates[1]:8,.0f} /s   {ratio:.2f} of it ({AGAIN_WANTED:.2f} wanted)")
    print(f"  404, made-up address   {rates[2]:8,.0f} /s")
    print(f"  200, whole             {1 / statistics.median(whole):8,.0f} /s")
    return ratio


@contextmanager
def radicale(python: str) -> Iterator[int]:
    """Radicale on a loopback port, open to all, its storage in a folder that is gone afterwards."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        setup = Path(folder) / "radicale.conf"
        setup.write_text(
            f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[rights]\ntype = owner_only\n"
            f"[storage]\nfilesystem_folder = {folder}/kept\n[logging]\nlevel = error\n"
        )
        child = subprocess.Popen([python, "-m", "radicale", "--config", str(setup)], env={**os.environ})
        try:
            time.sleep(3)
            yield port
        finally:
            child.terminate()
            child.wait(10)


def beside_radicale(engine: Engine, now: datetime, secret: str, python: str, rounds: int, times: int) -> None:
    """The same calendar in Radicale: whole, and asked for again."""
    import httpx

    from service.feeds.acts import key_of

    with store.reading(engine) as session:
        octets = gather.calendar_of(session, alive(session, str(key_of(secret))), now)
    with radicale(python) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=("u", "u")) as client:
        put = client.put("/u/duty/", content=octets, headers={"Content-Type": "text/calendar"}, timeout=60)
        assert put.status_code in (201, 204), (put.status_code, put.text)
        got = client.get("/u/duty/")
        assert got.status_code == 200
        assert len(Calendar.from_ical(got.content).walk("VEVENT")) == DAYS or times < 50
        asks = {"whole": {}, "If-None-Match": {"If-None-Match": got.headers["etag"]}}
        print(f"Radicale, the same calendar ({len(got.content):,} bytes)")
        for name, headers in asks.items():
            answer = client.get("/u/duty/", headers=headers)
            seconds = [timed(client, headers, max(2, times // 100)) for _ in range(rounds)]
            print(f"  {name} ({answer.status_code})".ljust(24), f"{1 / statistics.median(seconds):8,.1f} /s")


def timed(client: Any, headers: dict[str, str], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        client.get("/u/duty/", headers=headers)
    return (time.perf_counter() - began) / times


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="small sizes: does it run at all")
    asked.add_argument("--radicale", help="the interpreter of an environment with Radicale")
    given = asked.parse_args()
    days, rounds, times = (20, 2, 20) if given.smoke else (DAYS, 7, 2_000)
    now = this_moment()
    with fresh("sqlite") as engine:
        secret = build(engine, now, days)
        render(engine, now, secret, 5 if given.smoke else 60)
        ask_again(engine, secret, rounds, times)
        if given.radicale:
            beside_radicale(engine, now, secret, given.radicale, 3, times)


if __name__ == "__main__":
    main()
