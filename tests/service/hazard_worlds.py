"""A county with a town, its villages and enterprises, for tests of the ledger; and the acts on a hazard in one line."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col

from models import Case, Grant, Hazard, HazardCycle, Journal, Notice, Recheck, Task
from models.kinds import CaseState
from service import store, sweeps
from service.access import SYSTEM, Actor, actor_for
from service.hazards import acts as hazards
from service.rechecks import acts as rechecks
from service.rules.steps import make
from tests.service.worlds import at, chain_steps, launch, notices, person_steps, row, rows, unit_steps, write

UNITS = (
    ("county", None, "district", "", ""),
    ("town", "county", "town", "", ""),
    ("v1", "town", "village", "", ""),
    ("e1", "v1", "enterprise", "dust", "red"),
    ("e2", "v1", "enterprise", "", ""),
    ("other", "county", "town", "", ""),
)
PEOPLE = (
    ("boss", "e1"), ("grid", "v1"), ("deputy", "town"), ("chief", "town"), ("secretary", "town"), ("office", "county"),
    ("coord", "town"), ("inspector", "town"), ("leader", "town"), ("viewer", "town"), ("staff", "v1"),
    ("above", "county"), ("stranger", "other"), ("nobody", "v1"), ("keeper", "v1"),
)  # fmt: skip
CHAIN = (
    ("e1", 1, "boss"), ("v1", 1, "grid"), ("v1", 2, "deputy"), ("town", 3, "chief"), ("town", 4, "secretary"),
    ("county", 3, "office"),
)  # fmt: skip
GRANTS = (
    ("coord", "coordinator", "town"), ("inspector", "inspector", "town"), ("leader", "leader", "town"),
    ("viewer", "viewer", "town"), ("staff", "staff", "v1"), ("above", "coordinator", "county"),
    ("stranger", "coordinator", "other"), ("keeper", "coordinator", "v1"),
)  # fmt: skip
FOUND = at("2026-03-02 09:00")  # a Monday
MAJOR = {"measures": "更换除尘管道", "funds_yuan": 35_000, "contingency": "停产撤人"}


def found(engine: Engine) -> Engine:
    grants = [
        make(Grant, f"{person}:{role}:{unit}", "made", {"person": person, "role": role, "unit": unit})
        for person, role, unit in GRANTS
    ]
    write(engine, *unit_steps(UNITS), *person_steps(PEOPLE), *chain_steps(CHAIN), *grants)
    return engine


def act(
    engine: Engine, verb: Callable[..., Any], who: str | Actor, *what: Any, now: datetime = FOUND, **more: Any
) -> Any:
    """One act of a person, in a transaction of its own."""
    with store.transaction(engine) as session:
        actor = actor_for(session, who) if isinstance(who, str) else who
        return verb(session, actor, *what, now=now, **more)


def report(engine: Engine, who: str | Actor = "inspector", *, now: datetime = FOUND, **what: Any) -> str:
    """A general hazard at the enterprise, unless told otherwise; answers its code."""
    given = {"unit": "e1", "description": "配电箱无防护盖", "source": "inspection"} | what
    return str(act(engine, hazards.report, who, now=now, **given))


def rectify(engine: Engine, code: str, *, now: datetime, major: bool = False) -> None:
    """From registered to submitted, by the enterprise's own man."""
    act(engine, hazards.assign, "inspector", code, now=now, responsible="boss", **(MAJOR if major else {}))
    act(engine, hazards.begin, "boss", code, now=now)
    act(engine, hazards.submit, "boss", code, now=now, note="已加装防护盖")


def close(engine: Engine, code: str, *, now: datetime, major: bool = False) -> None:
    rectify(engine, code, now=now, major=major)
    act(engine, hazards.accept, "inspector", code, now=now)
    if major:
        act(engine, hazards.approve, "above", code, now=now)


def closed(engine: Engine, *, now: datetime = FOUND, **what: Any) -> str:
    """A hazard that was found and closed at one instant."""
    code = report(engine, now=now, **what)
    close(engine, code, now=now, major=what.get("level") == "major")
    return code


def bring_to(engine: Engine, state: str, level: str = "general", *, now: datetime = FOUND) -> str:
    """A hazard in a state of its life: registered, assigned, rectifying, submitted, accepted, closed or void."""
    code = report(engine, now=now, level=level)
    major = level == "major"
    if state == "registered":
        return code
    if state == "void":
        act(engine, hazards.void, "coord", code, now=now, reason="重复登记")
        return code
    act(engine, hazards.assign, "inspector", code, now=now, responsible="boss", **(MAJOR if major else {}))
    steps = (
        ("assigned", hazards.begin, "boss", {}),
        ("rectifying", hazards.submit, "boss", {"note": "已整改"}),
        ("submitted", hazards.accept, "inspector", {}),
        ("accepted", hazards.approve, "above", {}),
    )
    for reached, verb, who, more in steps:
        if state == reached or (state == "closed" and reached == "accepted" and not major):
            break
        act(engine, verb, who, code, now=now, **more)
    return code


def sweep(engine: Engine, now: datetime) -> int:
    """Everything that time owes at an instant; answers how many steps there were."""
    return sum(done.applied for done in sweeps.sweep(engine, now).values())


def hazard(engine: Engine, code: str) -> Any:
    return row(engine, Hazard, code)


def cycle(engine: Engine, code: str, number: int = 1) -> Any:
    return row(engine, HazardCycle, f"{code}:cycle:{number}")


def looks(engine: Engine, code: str) -> dict[str, Any]:
    """The rechecks of a hazard by the end of their keys: `1.1`."""
    found = rows(engine, Recheck, col(Recheck.hazard) == code)
    return {one.key.rsplit(":", 1)[1]: one for one in found}


def cases(engine: Engine) -> dict[str, Any]:
    """Every case by what it is about."""
    return {one.subject: one for one in rows(engine, Case)}


def open_cases(engine: Engine) -> list[str]:
    return [subject for subject, one in cases(engine).items() if one.state == CaseState.open]


def told(engine: Engine, kind: str) -> list[str]:
    """Who was told something of a kind, in order of their names."""
    return sorted(one.recipient for one in notices(engine).values() if one.kind == kind)


def look(
    engine: Engine, key: str, outcome: str, who: str = "inspector", *, now: datetime, note: str = "现场查看"
) -> None:
    act(engine, rechecks.result, who, key, outcome, now=now, note=note)


def campaign(engine: Engine, now: datetime = FOUND - timedelta(days=30), **facts: Any) -> str:
    """A running campaign over the town, without a task of its own before the end of the year."""
    import json

    activity = {"key": "a", "kind": "inspection", "name": "检查", "when": {"date": "2026-12-31"}}
    plan = {"key": "drive", "name": "专项整治", "owner": "town", "from": "2026-01-01", "to": "2026-12-31"}
    return launch(engine, json.dumps(plan | {"activities": [activity]} | facts, ensure_ascii=False), now)


__all__ = [
    "FOUND",
    "MAJOR",
    "SYSTEM",
    "Journal",
    "Notice",
    "Task",
    "act",
    "at",
    "bring_to",
    "campaign",
    "cases",
    "close",
    "closed",
    "cycle",
    "found",
    "hazard",
    "look",
    "looks",
    "notices",
    "open_cases",
    "rectify",
    "report",
    "row",
    "rows",
    "sweep",
    "told",
    "write",
]
