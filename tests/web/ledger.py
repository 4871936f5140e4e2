"""A ledger for the served town: a hazard in every state, look-backs, cases, measures, evidence, channels, notices."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from models import Notice
from service import channels, enforcement, evidence, reports_in, store, sweeps
from service.access import actor_for
from service.hazards import acts as hazards
from service.rules.steps import make
from tests.web.house import MORNING, V1

LONG_AGO = MORNING - timedelta(days=45)
CLOSED = MORNING - timedelta(days=31)
CLOSED_CODE = "闭环.1-甲"  # codes may be Chinese, with dots and dashes
LOOK = f"hazard:{CLOSED_CODE}:recheck:1.1"
CASE = "case:hazard:late:1"
LOST = "lost:task_assigned:grid1"
TOLD = "new:hazard_reported:coord"
PUBLIC = "H-2026-000001"
ROBOT = "wecombot://693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aa{}"
MAJOR = {"measures": "更换除尘管道", "funds_yuan": 35_000, "contingency": "停产撤人"}


def act(engine: Engine, verb: Callable[..., Any], who: str, *what: Any, now: Any = MORNING, **more: Any) -> Any:
    """One act of a person, in a transaction of its own."""
    with store.transaction(engine) as session:
        return verb(session, actor_for(session, who), *what, now=now, **more)


def report(engine: Engine, code: str | None, now: Any = MORNING, **what: Any) -> str:
    """A general hazard at the enterprise e1, unless told otherwise."""
    given = {"unit": "e1", "description": "配电箱无防护盖", "source": "inspection", "code": code} | what
    return str(act(engine, hazards.report, "inspector", now=now, **given))


def bring(engine: Engine, code: str, *acts: str, now: Any = MORNING, **what: Any) -> None:
    """A hazard, and what people do to it one after the other."""
    report(engine, code, now, **what)
    assigned = {"responsible": "grid1"} | (MAJOR if what.get("level") == "major" else {})
    for name in acts:
        if name == "assign":
            act(engine, hazards.assign, "coord", code, now=now, **assigned)
        elif name == "submit":
            act(engine, hazards.submit, "grid1", code, now=now, note="已加装防护盖")
        else:
            who = {"begin": "grid1", "accept": "inspector"}[name]
            act(engine, getattr(hazards, name), who, code, now=now)


def settle(engine: Engine) -> None:
    """Fill the ledger; at MORNING one look-back is open and one case climbs."""
    whole = ("assign", "begin", "submit", "accept")
    bring(engine, CLOSED_CODE, *whole, now=CLOSED)
    bring(engine, "late", now=LONG_AGO, due_on=MORNING.date() - timedelta(days=20))
    sweeps.sweep(engine, MORNING)
    bring(engine, "new")
    bring(engine, "assigned", *whole[:1])
    bring(engine, "begun", *whole[:2])
    bring(engine, "submitted", *whole[:3])
    bring(engine, "major", *whole, level="major")
    bring(engine, "listed")
    act(engine, hazards.supervise, "leader", "listed", supervisor="chief")
    with store.transaction(engine) as session:
        reports_in.report_publicly(session, "e1", "夜间偷排粉尘", "13800130099", now=MORNING)
    act(engine, enforcement.record, "inspector", unit="e1", kind="penalty", hazard="new", amount_yuan=5_000)
    for subject in ("new", V1, LOOK):
        act(engine, evidence.add, "inspector", subject, note="现场记录", stage="before")
    act(engine, channels.add, "coord", person="grid1", address=ROBOT.format(1))
    lost = {
        "kind": "task_assigned", "subject": "lost", "recipient": "grid1", "urgent": False,
        "facts": {"name": "x", "unit": "v1", "due_at": MORNING.isoformat()}, "state": "failed", "owed_at": MORNING,
        "attend_at": None,
    }  # fmt: skip
    with store.transaction(engine) as session:
        store.require(session, [make(Notice, LOST, "owed", lost)], now=MORNING, by="tests")


NEXT_MONTH = date(2026, 4, 1)
__all__ = ["CASE", "CLOSED_CODE", "LOOK", "LOST", "NEXT_MONTH", "PUBLIC", "ROBOT", "TOLD", "settle"]
