"""What a page of the ledger and of one's work costs as the ledger grows: `python -m tests.bench.pages [--smoke]`.

The application answers in this very process, so that what is timed is the server's own work: from the request to the
last byte of the page. Each line is the least of the rounds in ledgers of 1,000 and 100,000 hazards, with its ratio and
what the page weighs. A question that fills no page in the small ledger shows more rows in the large one: there the
milliseconds say more than the ratio.
"""

import argparse
import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
from sqlalchemy import Engine, insert, text

from models import Campaign, ChainLink, Grant, Hazard, HazardCycle, Person, Unit, WebSession
from models.base import table_of
from service.web.app import create, serve_from
from service.web.cookies import COOKIE
from tests.bench.engines import ENGINES, fresh
from tests.web.line import Line

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
UNITS, VILLAGES = 500, 20
WANTED, MILLISECONDS_MOST, BYTES_MOST = 1.5, 100.0, 150_000
SOME = 20_000
PAGES = {
    "the ledger": ("coord", "/hazards"),
    "not closed, by deadline": ("coord", "/hazards?state=registered&state=assigned&state=rectifying&sort=due"),
    "overdue": ("coord", "/hazards?overdue=true&sort=due"),
    "to be accepted": ("coord", "/hazards?state=submitted&sort=due"),
    "major first": ("coord", "/hazards?sort=level"),
    "by rank": ("coord", "/hazards?sort=rank"),
    "one village": ("coord", "/hazards?unit=v3"),
    "one enterprise": ("coord", "/hazards?unit=u0007"),
    "found in a week": ("coord", "/hazards?found_from=2026-03-02&found_to=2026-03-08"),
    "a grid officer's": ("grid", "/hazards"),
    "a village's inspector": ("village", "/hazards"),
    "words in it": ("coord", "/hazards?text=%E9%9A%90%E6%82%A30000007"),
    "one hazard": ("coord", "/hazards/H-0000007"),
    "one's work": ("grid", "/work"),
    "a coordinator's work": ("coord", "/work"),
}
UNBOUNDED = ("words in it",)  # a piece of text is looked for in every description: it grows with the ledger


def settle(engine: Engine) -> dict[str, str]:
    """A town of villages and enterprises; answers the cookies of its people."""
    units = [{"key": "town", "name": "研经镇", "parent": None, "path": "/town/", "kind": "town"}]
    for n in range(VILLAGES):
        units.append({"key": f"v{n}", "name": f"村{n}", "parent": "town", "path": f"/town/v{n}/", "kind": "village"})
    for n in range(UNITS):
        above = f"v{n % VILLAGES}"
        path = f"/town/{above}/u{n:04}/"
        units.append({"key": f"u{n:04}", "name": f"企业{n}", "parent": above, "path": path, "kind": "enterprise"})
    blank = {"version": 1, "sector": "", "risk": "", "address": "", "phone": "", "zone": ""}
    post = {"version": 1, "post": "", "mobile": "", "email": "", "wecom": "", "language": ""}
    people = [{"key": who, "name": who, "unit": "town", **post} for who in ("coord", "grid", "village", "boss")]
    grants = (("coord", "coordinator", "town"), ("grid", "staff", "v3"), ("village", "inspector", "v5"))
    cookies = {who: f"cookie-of-{who}" for who, _, _ in grants}
    with engine.begin() as to:
        to.execute(insert(table_of(Unit)), [unit | blank for unit in units])
        to.execute(insert(table_of(Person)), people)
        to.execute(
            insert(table_of(Grant)),
            [
                {"key": f"{who}:{role}:{unit}", "version": 1, "person": who, "role": role, "unit": unit}
                for who, role, unit in grants
            ],
        )
        to.execute(
            insert(table_of(WebSession)),
            [
                {
                    "key": sha256(cookie.encode()).hexdigest(),
                    "version": 1,
                    "person": who,
                    "expires_at": NOW + timedelta(days=1),
                }
                for who, cookie in cookies.items()
            ],
        )
        to.execute(
            insert(table_of(ChainLink)),
            [{"key": "v3:1:grid", "version": 1, "unit": "v3", "level": 1, "person": "grid"}],
        )
        drive = {
            "key": "drive",
            "version": 1,
            "name": "专项整治",
            "owner": "town",
            "basis": "",
            "state": "active",
            "plan": 1,
        }
        period = {"from_on": date(2026, 1, 1), "to_on": date(2026, 12, 31)}
        to.execute(insert(table_of(Campaign)), [drive | period])
    return cookies


def hazard(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A hazard as a town has them: nine of ten closed, one in fifty major, a few ranked; and its time round."""
    found_on = date(2024, 1, 1) + timedelta(days=(number * 7919) % 1050)
    due_at = datetime(found_on.year, found_on.month, found_on.day, 16, tzinfo=UTC) + timedelta(days=14)
    state = "closed" if number % 10 else ("registered", "assigned", "rectifying", "submitted")[number // 10 % 4]
    if state != "closed" and number % 100:  # what is open is mostly of late
        found_on = date(2026, 11, 1) + timedelta(days=number // 10 % 20)
        due_at = NOW + timedelta(days=number // 10 % 20 - 3)
    code = f"H-{number:07}"
    row = {
        "key": code, "version": 3, "campaign": "drive" if number % 3 else None, "task": None,
        "unit": f"u{number % UNITS:04}", "place": "二楼东侧", "description": f"隐患{number:07} 消防通道堆放杂物",
        "category": "消防", "level": "major" if number % 50 == 0 else "general", "mode": "by_deadline",
        "source": "inspection", "rank": number // 1000 + 1 if number % 1000 == 0 else None, "found_on": found_on,
        "found_by": "boss", "state": state, "cycle": 1, "responsible": "grid" if number % 5000 == 10 else None,
        "responsible_unit": None, "measures": "", "funds_yuan": None, "contingency": "", "due_at": due_at,
        "supervisor": None, "supervised_on": None, "delisted_on": None, "approved_by": None,
        "closed_at": due_at if state == "closed" else None, "reason": "", "note": "", "attend_at": None,
    }  # fmt: skip
    cycle = {
        "key": f"{code}:cycle:1", "version": 1, "hazard": code, "cycle": 1, "found_on": found_on,
        "first_due_at": due_at, "due_at": due_at, "submitted_at": due_at if state in ("closed", "submitted") else None,
        "submitted_by": "boss", "rectified": "已整改", "rejections": 0, "accepted_at": None, "accepted_by": None,
        "closed_at": row["closed_at"], "closed_in_time": None,
    }  # fmt: skip
    return row, cycle


def grow(engine: Engine, since: int, until: int) -> None:
    """More hazards, and the statistics that a database in use has of them."""
    for start in range(since, until, SOME):
        rows = [hazard(n) for n in range(start, min(until, start + SOME))]
        with engine.begin() as to:
            to.execute(insert(table_of(Hazard)), [row for row, _ in rows])
            to.execute(insert(table_of(HazardCycle)), [cycle for _, cycle in rows])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))
        else:
            connection.execute(text("PRAGMA analysis_limit=400"))
            connection.execute(text("ANALYZE"))


class Desk:
    """Somebody's browser on an application that answers in this process."""

    def __init__(self, engine: Engine, cookies: dict[str, str]) -> None:
        app = create(engine, lambda: NOW)
        serve_from(app, engine)
        line = Line(app, asyncio.Runner(), host="127.0.0.1", forgiving=False)
        self.client = httpx.Client(transport=line, base_url="http://127.0.0.1:8000", headers={"Accept": "text/html"})
        self.cookies = cookies

    def page(self, person: str, path: str) -> bytes:
        answer = self.client.get(path, headers={"Cookie": f"{COOKIE}={self.cookies[person]}"})
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.content

    def milliseconds(self, person: str, path: str, rounds: int) -> tuple[float, int]:
        """The least of the rounds (others use the machine too), and what the page weighs."""
        size = len(self.page(person, path))  # what is only learnt once
        taken = []
        for _ in range(rounds):
            began = time.perf_counter()
            self.page(person, path)
            taken.append((time.perf_counter() - began) * 1000)
        return min(taken), size


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="small ledgers: does it run at all")
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--engine", choices=ENGINES, action="append")
    given = asked.parse_args()
    sizes = (200, 1_000) if given.smoke else (1_000, 100_000)
    for kind in given.engine or ENGINES:
        with fresh(kind) as engine:
            desk = Desk(engine, settle(engine))
            took: dict[str, list[tuple[float, int]]] = {name: [] for name in PAGES}
            stands = 0
            for size in sizes:
                grow(engine, stands, size)
                stands = size
                for name, (person, path) in PAGES.items():
                    took[name].append(desk.milliseconds(person, path, given.rounds))
            for name, ((small, _), (large, weighs)) in took.items():
                ratio, wanted = large / small, "" if name in UNBOUNDED else f"({WANTED:.2f} at most wanted)"
                print(
                    f"{kind:10} {name:24} {small:>6.1f} ms in {sizes[0]:,}, {large:>6.1f} ms in {sizes[1]:,}"
                    f"  ratio {ratio:>5.2f} {wanted:22} {weighs / 1000:>5.0f} kB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
