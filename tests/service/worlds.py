"""Small towns and their campaigns on a real database, and what can be read back from them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event, select
from sqlmodel import Session, SQLModel

from models import (
    Activity,
    ChainLink,
    Checklist,
    ChecklistItem,
    Grant,
    Journal,
    Notice,
    Person,
    Row,
    Task,
    Unit,
    UnitTag,
)
from models.base import table_of
from models.kinds import SeasonKind
from service import store, sweeps, units
from service.access import SYSTEM, Actor, actor_for
from service.calendar import days
from service.campaigns import acts as campaigns
from service.campaigns.acts import Foreseen
from service.rules.steps import Step, change, make

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2020, 1, 1, tzinfo=SHANGHAI)

# code, parent, kind, sector, risk
UNITS = (
    ("town", None, "town", "", ""),
    ("v1", "town", "village", "", ""),
    ("v2", "town", "village", "", ""),
    ("e1", "v1", "enterprise", "dust", "red"),
    ("e2", "v1", "enterprise", "chemicals", "yellow"),
    ("e3", "v2", "enterprise", "dust", ""),
    ("h1", "v2", "hazard_point", "", "orange"),
    ("city", None, "town", "", ""),
    ("c1", "city", "village", "", ""),
)
# person, unit
PEOPLE = (
    ("grid1", "v1"), ("grid2", "v2"), ("deputy", "town"), ("chief", "town"), ("mayor", "town"), ("boss1", "e1"),
    ("coord", "town"), ("inspector", "town"), ("leader", "town"), ("viewer", "town"), ("staff", "v1"),
    ("admin", "town"), ("stranger", "city"),
)  # fmt: skip
# unit, level, person; e1 has a level of its own, v2 has nobody on level 2
CHAIN = (
    ("v1", 1, "grid1"), ("v2", 1, "grid2"), ("e1", 1, "boss1"), ("v1", 2, "deputy"), ("town", 3, "chief"),
    ("town", 3, "mayor"),
)  # fmt: skip
GRANTS = (
    ("coord", "coordinator", "town"), ("inspector", "inspector", "town"), ("leader", "leader", "town"),
    ("viewer", "viewer", "town"), ("staff", "staff", "v1"), ("admin", "admin", "town"),
    ("stranger", "coordinator", "city"),
)  # fmt: skip


def at(text: str) -> datetime:
    """`2026-02-09` or `2026-02-09 08:30`: an instant in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def write(engine: Engine, *steps: Step, now: datetime = LONG_AGO) -> None:
    """Write steps as they are; every one of them must win."""
    with store.transaction(engine) as session:
        store.require(session, steps, now=now, by="tests")


def unit_steps(tree: Iterable[tuple[str, str | None, str, str, str]]) -> list[Step]:
    """The units of a tree, each after its parent, with its path."""
    paths: dict[str | None, str] = {None: "/"}
    steps = []
    for code, parent, kind, sector, risk in tree:
        paths[code] = f"{paths[parent]}{code}/"
        facts = {"name": code, "parent": parent, "path": paths[code], "kind": kind, "sector": sector, "risk": risk}
        steps.append(make(Unit, code, "made", facts))
    return steps


def person_steps(people: Iterable[tuple[str, str]]) -> list[Step]:
    return [
        make(Person, code, "made", {"name": code, "unit": unit, "mobile": f"1380013{n:04}"})
        for n, (code, unit) in enumerate(people)
    ]


def chain_steps(links: Iterable[tuple[str, int, str]]) -> list[Step]:
    return [
        make(ChainLink, f"{unit}:{level}:{person}", "made", {"unit": unit, "level": level, "person": person})
        for unit, level, person in links
    ]


def found(engine: Engine) -> Engine:
    """The small town that most tests live in: two roots, nine units, thirteen people, one checklist."""
    grants = [
        make(Grant, f"{person}:{role}:{unit}", "made", {"person": person, "role": role, "unit": unit})
        for person, role, unit in GRANTS
    ]
    tag = make(UnitTag, "e1:key", "made", {"unit": "e1", "tag": "key", "from_on": date(2020, 1, 1)})
    items = [
        make(ChecklistItem, f"general:{n}", "made", {"checklist": "general", "place": n, "text": text})
        for n, text in enumerate(("消防通道畅通", "电气线路完好"), 1)
    ]
    checklist = make(Checklist, "general", "made", {"name": "通用检查表"})
    write(engine, *unit_steps(UNITS), *person_steps(PEOPLE), *chain_steps(CHAIN), *grants, tag, checklist, *items)
    return engine


def actor(session: Session, person: str) -> Actor:
    return actor_for(session, person)


def drive(*activities: Mapping[str, Any], key: str = "drive", **facts: Any) -> str:
    """A campaign file for the whole of 2026 at the town, unless told otherwise (`from_`: Python keeps the word)."""
    known = {"key": key, "name": key, "owner": "town", "from": "2026-01-01", "to": "2026-12-31"}
    told = {name.rstrip("_"): value for name, value in facts.items()}
    return json.dumps(known | told | {"activities": [dict(one) for one in activities]}, ensure_ascii=False)


def once(on: str, key: str = "once", **facts: Any) -> dict[str, Any]:
    """An activity that comes once, at the villages: due with that day, its window two days longer."""
    known = {"key": key, "kind": "inspection", "when": {"date": on}, "targets": {"kinds": ["village"]}}
    return known | {"window": {"days": 2}} | facts


def tenths(key: str = "monthly", **facts: Any) -> dict[str, Any]:
    """An activity for enterprises on the tenth of every month, or the next workday: five working days to do it."""
    when = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=10", "on_rest_day": "next_workday"}
    return {"key": key, "kind": "self_check", "when": when, "targets": {"kinds": ["enterprise"]}} | facts


def apply(engine: Engine, text: str, now: datetime, by: Actor = SYSTEM) -> str:
    with store.transaction(engine) as session:
        return campaigns.apply_file(session, by, text, now=now).key


def run(engine: Engine, key: str, act: str, now: datetime, by: Actor = SYSTEM) -> None:
    with store.transaction(engine) as session:
        campaigns.run(session, by, key, act, now=now)


def launch(engine: Engine, text: str, now: datetime) -> str:
    """Apply a campaign file and set it running."""
    key = apply(engine, text, now)
    run(engine, key, "activate", now)
    return key


def changed_days(engine: Engine, steps: list[Step], why: str, now: datetime) -> None:
    """Write what was entered of days or seasons, and have every campaign look at its plan again."""
    with store.transaction(engine) as session:
        store.require(session, [*steps, *units.restless(session, now=now, why=why)], now=now, by="coord")


def announce(engine: Engine, year: int, entered: Iterable[tuple[str, str]], now: datetime) -> None:
    """Enter the holiday notice of a year: the named days and nothing else differ from Monday to Friday."""
    lines = [f"  - {{on: {on}, class: {word}}}" for on, word in entered]  # a festival may follow its class
    notice = days.read_notice(f"year: {year}\ntitle: T\ndays:\n" + "\n".join(lines))
    with store.reading(engine) as session:
        steps = days.enter_notice(session, notice)
    changed_days(engine, steps, "notice", now)


def season(engine: Engine, first: str, last: str, now: datetime, unit: str | None = None) -> None:
    """Declare a flood season."""
    with store.reading(engine) as session:
        from_on, to_on = date.fromisoformat(first), date.fromisoformat(last)
        steps = days.declare_season(session, kind=SeasonKind.flood, from_on=from_on, to_on=to_on, unit=unit)
    changed_days(engine, steps, "season", now)


def close_unit(engine: Engine, code: str, on: date, now: datetime) -> None:
    """Have a unit close on a day."""
    changed_days(engine, [change(Unit, code, row(engine, Unit, code).version, "closed", {"closed_on": on})], code, now)


def happen(engine: Engine, name: str, unit: str, when: str, *, now: datetime) -> str:
    """Register an event; answers its key."""
    with store.transaction(engine) as session:
        return campaigns.register_event(session, SYSTEM, name=name, unit=unit, now=now, happened_at=at(when))


def planned_by_preview(engine: Engine, text: str, first: str, last: str) -> dict[str, Foreseen]:
    """What a preview foresees between two days, by the key without the campaign's head."""
    with store.reading(engine) as session:
        plan = campaigns.check(session, SYSTEM, text, now=LONG_AGO)
        found = campaigns.preview(session, plan, from_on=date.fromisoformat(first), to_on=date.fromisoformat(last))
    return {task.key.split(":", 2)[2]: task for task in found}


def sweep_by_the_hour(engine: Engine, first: datetime, last: datetime, hours: int) -> None:
    """Sweep every so many hours, and at the last."""
    now = first
    while now < last:
        sweeps.sweep(engine, now)
        now += timedelta(hours=hours)
    sweeps.sweep(engine, last)


# -- reading back ------------------------------------------------------------------------------------------------------


def rows(engine: Engine, model: type[SQLModel], *where: Any) -> list[Any]:
    """Every row of a table, in the order of its key."""
    table = table_of(model)
    with store.reading(engine) as session:
        return list(session.execute(select(table).where(*where).order_by(*table.primary_key.columns)))


def row(engine: Engine, model: type[Row], key: str) -> Any:
    (one,) = rows(engine, model, table_of(model).c.key == key)
    return one


def tasks(engine: Engine) -> dict[str, Any]:
    """Every task by its key without the campaign's head: `once:2026-03-02:v1`."""
    return {task.key.split(":", 2)[2]: task for task in rows(engine, Task)}


def states(engine: Engine) -> dict[str, str]:
    return {key: task.state for key, task in tasks(engine).items()}


def notices(engine: Engine) -> dict[str, Any]:
    """Every notice by its key."""
    return {notice.key: notice for notice in rows(engine, Notice)}


def journal(engine: Engine, *acts: str) -> list[tuple[str, str, str, str]]:
    """(who, act, subject, why) of every line, in order, or only of some acts."""
    lines = [(line.by, line.act, line.subject, line.reason) for line in rows(engine, Journal)]
    return [line for line in lines if not acts or line[1] in acts]


def everything(engine: Engine) -> dict[str, list[Any]]:
    """All that a sweep decides: tasks and notices column by column, the lines of tasks, what is still to be planned.

    The instants of the journal are left out (they are the sweeps' own), and so is the order of lines of one task.
    """
    about = [line for line in journal(engine) if line[2].startswith("campaign:")]
    ahead = [(row.key, row.stale, row.attend_at) for row in rows(engine, Activity)]
    return {
        "tasks": [tuple(task) for task in rows(engine, Task)],
        "notices": [tuple(notice)[:9] for notice in rows(engine, Notice)],
        "lines": sorted(about),
        "activities": ahead,
    }


@contextmanager
def counting(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent to the database meanwhile, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
