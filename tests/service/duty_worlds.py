"""A small roster in the small town, and what can be read back of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from models import Roster, Turn, Watch
from models.base import table_of
from service import store
from service.access import SYSTEM
from service.duty import drafting, publishing, rosters
from tests.service.worlds import found, rows

FILE = """
key: night
name: 镇24小时值班
owner: town
phone: 0838-1234567
watch: {starts: "08:00", hours: 24}
roles:
  - role: leader
    need: {default: 1, holiday: 2, sensitive: 2}
    members: [chief, mayor, deputy, leader, coord]
    rest_days: 1
  - {role: officer, need: 1, members: [grid1, grid2, staff, inspector], rest_days: 2}
"""
FROM, TO = date(2026, 12, 1), date(2026, 12, 14)


def kept(engine: Engine, now: datetime, text: str = FILE) -> Engine:
    """The small town with the roster in it."""
    found(engine)
    with store.transaction(engine) as session:
        rosters.apply_file(session, SYSTEM, text, now=now)
    return engine


def drafted(engine: Engine, now: datetime, first: date = FROM, last: date = TO, **how: Any) -> str:
    return drafting.draft(engine, SYSTEM, "night", first, last, now=now, workers=1, **how)


def publish(engine: Engine, version: str, now: datetime, **how: Any) -> publishing.Difference:
    with store.transaction(engine) as session:
        return publishing.publish(session, SYSTEM, version, now=now, **how)


def published(engine: Engine, now: datetime, first: date = FROM, last: date = TO, **how: Any) -> str:
    version = drafted(engine, now, first, last, **how)
    publish(engine, version, now)
    return version


def watches(engine: Engine, *where: Any) -> dict[str, Any]:
    """Every watch by its key without the roster's."""
    return {row.key.partition(":")[2]: row for row in rows(engine, Watch, *where)}


def turns(engine: Engine, version: str) -> list[Any]:
    return rows(engine, Turn, table_of(Turn).c.version_key == version)


def roster(engine: Engine) -> Any:
    return rows(engine, Roster)[0]
