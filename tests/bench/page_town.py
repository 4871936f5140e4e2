"""A town for the bench of pages: two thousand units, three campaigns with two tasks for each hazard, five rosters.

Everything of it is a plain function of its number, so that a town may grow: what stood before stands after.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, text

from models import (
    Activity,
    Campaign,
    CampaignPlan,
    ChainLink,
    Enforcement,
    Grant,
    Hazard,
    HazardCycle,
    Journal,
    Notice,
    Person,
    Recheck,
    Roster,
    Task,
    Unit,
    Watch,
    WebSession,
)
from models.base import table_of
from models.duty import RosterMember
from service import bulk, store

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = NOW.date()
VILLAGES, ENTERPRISES, PEOPLE, ROSTERS = 40, 1_965, 60, 5
SOME = 20_000
KINDS = ("inspection", "self_check", "patrol", "training", "publicity", "drill", "commitment", "supervision")
YEARS = ("2024", "2025", "2026")
# of two hundred tasks so many are a campaign's; each unit has so many turns of it, so many days apart
CAMPAIGNS = {
    "drive": (165, 84, date(2024, 1, 5), 13, "active"),
    "spring": (20, 11, date(2025, 1, 6), 9, "closed"),
    "flood": (15, 12, date(2026, 5, 4), 17, "active"),
}
LONGEST = timedelta(days=30)


def plan_of(key: str) -> str:
    """The file of a campaign: a phase for each year or half of its days, eight activities that come every month."""
    first = CAMPAIGNS[key][2]
    last = date(2026, 12, 31) if key != "spring" else date(2025, 6, 30)
    lines = [f"key: {key}", f"name: 专项整治{key}", "owner: town", f"from: {first}", f"to: {last}", "phases:"]
    lines += [f"  - {{name: {name}, from: {start}, to: {end}}}" for name, start, end in phases(first, last)]
    lines += ["targets: {within: town, kinds: [enterprise]}", "activities:"]
    for number, kind in enumerate(KINDS):
        when = f'{{rrule: "FREQ=MONTHLY;BYMONTHDAY={number * 3 + 1}"}}'
        lines.append(f"  - {{key: a{number}, kind: {kind}, name: 活动{number}, when: {when}, due: {{days: 10}},")
        lines.append("     assignee: {level: 1}}")
    return "\n".join(lines) + "\n"


def phases(first: date, last: date) -> list[tuple[str, date, date]]:
    starts = [first, *(date(year, 7, 1) for year in range(first.year, last.year + 1))]
    starts = [start for start in starts if start <= last]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), last]
    return [(f"第{n}阶段", start, end) for n, (start, end) in enumerate(zip(starts, ends, strict=True), 1)]


def put(to: Connection, model: Any, rows: list[dict[str, Any]], *, keyed: bool = True) -> None:
    """Rows into their table; what they don't say is what a new row has."""
    table, names = table_of(model), tuple(rows[0])
    fixed = store.constants(table, names)
    columns = [[row[name] for row in rows] for name in names] + [[value] * len(rows) for value in fixed.values()]
    bulk.insert_new(to, table, (*names, *fixed), columns, keyed=keyed)


def settle(engine: Engine) -> dict[str, str]:
    """The town without its work; answers the cookies of its people."""
    units = [{"key": "town", "name": "研经镇", "parent": None, "path": "/town/", "kind": "town"}]
    for n in range(VILLAGES):
        units.append({"key": f"v{n}", "name": f"村{n}", "parent": "town", "path": f"/town/v{n}/", "kind": "village"})
    for n in range(ENTERPRISES):
        above = f"v{n % VILLAGES}"
        path = f"/town/{above}/u{n:04}/"
        units.append({"key": f"u{n:04}", "name": f"企业{n}", "parent": above, "path": path, "kind": "enterprise"})
    people = ["coord", "grid", "village", "boss", *(f"p{n}" for n in range(PEOPLE))]
    grants = (("coord", "coordinator", "town"), ("grid", "staff", "v3"), ("village", "inspector", "v5"))
    cookies = {who: f"cookie-of-{who}" for who, _, _ in grants}
    ends = NOW + timedelta(days=1)
    links = [("v3", "grid"), *((f"v{n}", f"p{n}") for n in range(VILLAGES) if n != 3)]
    with engine.begin() as to:
        put(to, Unit, units)
        put(to, Person, [{"key": who, "name": f"张{who}", "unit": "town", "mobile": "13800130000"} for who in people])
        put(to, Grant, [{"key": f"{w}:{r}:{u}", "person": w, "role": r, "unit": u} for w, r, u in grants])
        opened = [(sha256(cookie.encode()).hexdigest(), who) for who, cookie in cookies.items()]
        put(to, WebSession, [{"key": key, "person": who, "expires_at": ends} for key, who in opened])
        put(to, ChainLink, [{"key": f"{u}:1:{w}", "unit": u, "level": 1, "person": w} for u, w in links])
        for key, (_, _, first, _, state) in CAMPAIGNS.items():
            launch(to, key, first, state)
        for number in range(ROSTERS):
            keep_roster(to, number)
    return cookies


def launch(to: Connection, key: str, first: date, state: str) -> None:
    last = date(2026, 12, 31) if key != "spring" else date(2025, 6, 30)
    row = {"key": key, "name": f"专项整治{key}", "owner": "town", "from_on": first, "to_on": last, "state": state}
    put(to, Campaign, [row])
    plan = {"campaign": key, "number": 1, "text": plan_of(key), "applied_at": NOW, "applied_by": "coord"}
    put(to, CampaignPlan, [{"key": f"{key}:1"} | plan])
    activities = [
        {"key": f"{key}:a{n}", "campaign": key, "name": f"活动{n}", "kind": kind, "within": "town", "stale": False}
        for n, kind in enumerate(KINDS)
    ]
    put(to, Activity, activities)


def keep_roster(to: Connection, number: int) -> None:
    """A roster of twelve with a leader and two officers a day, kept since 2024 and planned to the end of the year."""
    key, members = f"r{number}", [f"p{(number * 12 + n) % PEOPLE}" for n in range(12)]
    leaders, officers = members[:4], members[4:]
    owner = "town" if number == 0 else f"v{number}"
    file = (
        f"key: {key}\nname: 值班{number}\nowner: {owner}\nphone: 0838-1234567\nwatch: {{starts: '08:00', hours: 24}}\n"
        f"roles:\n  - {{role: leader, need: 1, members: [{', '.join(leaders)}], rest_days: 1}}\n"
        f"  - {{role: officer, need: 2, members: [{', '.join(officers)}], rest_days: 1}}\n"
    )
    put(to, Roster, [{"key": key, "name": f"值班{number}", "owner": owner, "text": file, "phone": "0838-1234567"}])
    serve = [("leader", who) for who in leaders] + [("officer", who) for who in officers]
    put(to, RosterMember, [{"key": f"{key}:{r}:{p}", "roster": key, "role": r, "person": p} for r, p in serve])
    rows = []
    for day in range((date(2026, 12, 31) - date(2024, 1, 1)).days + 1):
        on = date(2024, 1, 1) + timedelta(days=day)
        starts = datetime(on.year, on.month, on.day, 0, tzinfo=UTC)
        for role, place, who in (
            ("leader", 1, leaders[day % 4]), ("officer", 1, officers[day % 8]), ("officer", 2, officers[(day + 4) % 8]),
        ):  # fmt: skip
            gone = starts < NOW - timedelta(days=1)
            rows.append({
                "key": f"{key}:{on}:day:{role}:{place}", "roster": key, "unit": owner, "on": on, "watch": "day",
                "role": role, "place": place, "starts_at": starts, "ends_at": starts + timedelta(days=1),
                "turn_of": who, "served_by": who, "state": "handed_over" if gone else "published",
            })  # fmt: skip
    put(to, Watch, rows)


def hazard(number: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]:
    """A hazard as a town has them, nine of ten closed, one in fifty major; its time round, and its look-back."""
    found_on = date(2024, 1, 1) + timedelta(days=(number * 7919) % 1050)
    due_at = datetime(found_on.year, found_on.month, found_on.day, 16, tzinfo=UTC) + timedelta(days=14)
    state = "closed" if number % 10 else ("registered", "assigned", "rectifying", "submitted")[number // 10 % 4]
    if state != "closed" and number % 100:  # what is open is mostly of late
        found_on = date(2026, 11, 1) + timedelta(days=number // 10 % 20)
        due_at = NOW + timedelta(days=number // 10 % 20 - 3)
    code, closed_at = f"H-{number:07}", due_at if state == "closed" else None
    unit = f"u{number % ENTERPRISES:04}"
    row = {
        "key": code, "version": 3, "campaign": "drive" if number % 3 else None, "unit": unit, "place": "二楼东侧",
        "description": f"隐患{number:07} 消防通道堆放杂物", "category": "消防", "mode": "by_deadline",
        "level": "major" if number % 50 == 0 else "general", "source": "sheet" if number % 9 == 0 else "inspection",
        "rank": number // 1000 + 1 if number % 1000 == 0 else None, "found_on": found_on, "found_by": "boss",
        "state": state, "responsible": "grid" if number % 5000 == 10 else None, "due_at": due_at,
        "closed_at": closed_at,
    }  # fmt: skip
    cycle = {
        "key": f"{code}:cycle:1", "hazard": code, "cycle": 1, "found_on": found_on, "first_due_at": due_at,
        "due_at": due_at, "submitted_at": due_at if state in ("closed", "submitted") else None, "submitted_by": "boss",
        "rectified": "已整改", "closed_at": closed_at,
    }  # fmt: skip
    if closed_at is None:
        return row, cycle, None
    opens_at = closed_at + LONGEST
    done = opens_at < NOW - timedelta(days=20) or number % 3 == 0
    waits = "planned" if opens_at > NOW else "open" if opens_at > NOW - timedelta(days=7) else "missed"
    recheck = {
        "key": f"hazard:{code}:recheck:1.1", "hazard": code, "campaign": row["campaign"], "unit": unit, "cycle": 1,
        "opens_at": opens_at, "due_at": opens_at + timedelta(days=7), "state": "done" if done else waits,
        "result": ("rebounded" if number % 40 == 1 else "held") if done else None, "assignee": f"p{number % PEOPLE}",
        "done_at": opens_at if done else None, "done_by": f"p{number % PEOPLE}" if done else None,
    }  # fmt: skip
    return row, cycle, recheck


def task(number: int) -> dict[str, Any]:
    """A task of a campaign that goes from unit to unit: nearly all accepted, a few missed, the last ones under way."""
    at, place = divmod(number, 200)
    key, many = "drive", 165
    if place >= 165:
        key, place, many = ("spring", place - 165, 20) if place < 185 else ("flood", place - 185, 15)
    _, turns, first, apart, _ = CAMPAIGNS[key]
    unit, turn = divmod(at * many + place, turns)
    on = first + timedelta(days=turn * apart)
    opens_at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    due_at = opens_at + timedelta(days=10)
    state = "planned" if opens_at > NOW else "accepted"
    if state == "accepted" and number % 25 == 0:
        state = "missed" if number % 100 else "cancelled"
    elif state == "accepted" and opens_at > NOW - LONGEST:
        state = ("open", "submitted", "accepted")[number % 3]
    handed = due_at + timedelta(days=1 if number % 30 == 0 else -2) if state in ("accepted", "submitted") else None
    who = f"p{unit % PEOPLE}"
    return {
        "key": f"campaign:{key}:a{turn % 8}:{on}:u{unit:04}", "campaign": key, "activity": f"{key}:a{turn % 8}",
        "unit": f"u{unit:04}", "kind": KINDS[turn % 8], "phase": phase_on(key, on), "planned_on": on,
        "opens_at": opens_at, "due_at": due_at, "closes_at": due_at + timedelta(days=7), "state": state,
        "assignee": who, "submitted_at": handed, "submitted_by": who if handed else None,
        "accepted_at": handed if state == "accepted" else None, "accepted_by": "coord" if state == "accepted" else None,
    }  # fmt: skip


def phase_on(key: str, on: date) -> str:
    last = date(2026, 12, 31) if key != "spring" else date(2025, 6, 30)
    return next((name for name, start, end in phases(CAMPAIGNS[key][2], last) if start <= on <= end), "")


def notice(number: int) -> dict[str, Any]:
    who = "coord" if number % 20 == 0 else f"p{number % PEOPLE}"
    owed_at = NOW - timedelta(minutes=7 * number + 1)
    return {
        "key": f"H-{number:07}:hazard_assigned:{who}", "kind": "hazard_assigned", "subject": f"H-{number:07}",
        "recipient": who, "state": "delivered", "owed_at": owed_at, "channel": "email", "delivered_at": owed_at,
        "facts": {"code": f"H-{number:07}", "unit": f"企业{number}", "due_at": str(owed_at), "description": "堆放杂物"},
    }  # fmt: skip


def grow(engine: Engine, since: int, until: int) -> None:
    """More hazards, two tasks for each, and what comes with them; and the statistics that a database in use has."""
    for start in range(since, until, SOME):
        numbers = range(start, min(until, start + SOME))
        with engine.begin() as to:
            fill(to, numbers)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))
        else:
            connection.execute(text("PRAGMA analysis_limit=400"))
            connection.execute(text("ANALYZE"))


def fill(to: Connection, numbers: Iterable[int]) -> None:
    rows = [hazard(n) for n in numbers]
    put(to, Hazard, [row for row, _, _ in rows])
    put(to, HazardCycle, [cycle for _, cycle, _ in rows])
    put(to, Recheck, [recheck for _, _, recheck in rows if recheck is not None])
    tasks = [task(n) for number in numbers for n in (2 * number, 2 * number + 1)]
    put(to, Task, tasks)
    put(to, Notice, [notice(n) for n in numbers if n % 2])
    lines = [{"at": one["opens_at"], "by": "sweep", "act": "planned", "subject": one["key"]} for one in tasks]
    put(to, Journal, [line | {"reason": ""} for line in lines], keyed=False)
    fines = [n for n in numbers if n % 200 == 0]
    put(
        to,
        Enforcement,
        [
            {"key": f"E-{n:07}", "unit": f"u{n % ENTERPRISES:04}", "kind": "penalty", "on": TODAY, "by": "coord"}
            for n in fines
        ],
    )
