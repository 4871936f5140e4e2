"""Channels and notices on a real database, and senders whose clock is moved and whose couriers are told."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from models import Channel, Notice
from models.base import table_of
from service.couriers import CourierDesk, MemoryCourier
from service.notices.claims import Terms
from service.notices.sending import Desk, Sender, Sent
from service.rules.steps import change, make
from tests.service.worlds import at, row, rows, write

NOON = at("2026-03-04 12:00")
TOKEN = "693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aa{}"
TERMS = Terms()
ROBOTS = ("wecombot", "dingtalk", "feishu", "lark")


def reach(engine: Engine, person: str, address: str, *, rank: int = 1, unit: str | None = None) -> str:
    """A channel whose seal is its address itself; answers its key. With `unit` it is that unit's group."""
    owner = {"unit": unit, "person": None} if unit else {"person": person, "unit": None}
    key = f"{'unit' if unit else 'person'}:{unit or person}:{rank}"
    facts = {"kind": address.partition("://")[0], "sealed": address, "shown": address, "rank": rank}
    write(engine, make(Channel, key, "added", facts | owner))
    return key


def owe(engine: Engine, *names: str, to: str = "grid1", owed_at: datetime = NOON, **facts: Any) -> list[str]:
    """Notices that are owed, each of a task of that name; answers their keys."""
    keys = [f"{name}:task_assigned:{to}" for name in names]
    known: dict[str, Any] = {"urgent": False, "owed_at": owed_at, "attend_at": owed_at, "kind": "task_assigned"}
    said = [{"name": name, "unit": "v1", "due_at": at("2026-03-09").isoformat()} for name in names]
    steps = [
        make(Notice, key, "owed", known | {"subject": name, "recipient": to, "facts": one} | facts)
        for key, name, one in zip(keys, names, said, strict=True)
    ]
    write(engine, *steps)
    return keys


def send(
    engine: Engine,
    now: datetime,
    desk: Desk,
    terms: Terms = TERMS,
    *,
    passed: timedelta = timedelta(0),
    only: tuple[str, ...] = (),
) -> Sent:
    """One round of sending at a moved instant; `passed` is how long each look at the clock finds to have passed."""
    return Sender(engine, now, desk, str, terms, lambda: passed).deliver(only)


def robots(url: str, **options: Any) -> CourierDesk:
    """A desk whose robots all lead to one sink."""
    return CourierDesk(base_urls=dict.fromkeys(ROBOTS, url), **options)


def notice(engine: Engine, key: str) -> Any:
    return row(engine, Notice, key)


def states(engine: Engine) -> dict[str, str]:
    """Notice → state, by the name of what it is about."""
    return {one.subject: one.state for one in rows(engine, Notice)}


def due_at(engine: Engine, key: str, instant: datetime) -> None:
    """Have a notice be looked at again at an instant."""
    write(engine, change(Notice, key, notice(engine, key).version, "moved", {"attend_at": instant}))


def bodies(memory: MemoryCourier) -> list[str]:
    return [f"{message.title}\n{message.body}" for _, message in memory.got]


def refusals(engine: Engine) -> dict[str, str]:
    return {one.key: one.refused for one in rows(engine, Channel, table_of(Channel).c.refused != "")}
