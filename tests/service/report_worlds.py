"""Reports in the county of `hazard_worlds`: begun, frozen, signed, sent and corrected in one line each."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from service import store
from service.access import SYSTEM, Actor, actor_for
from service.reports import freezing, sending, shown, writing
from service.reports.asked import ask
from service.reports.drawing import draw
from tests.service.hazard_worlds import FOUND, act

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def actor(engine: Engine, who: str | Actor) -> Actor:
    if isinstance(who, Actor):
        return who
    with store.reading(engine) as session:
        return actor_for(session, who)


def drawing(
    engine: Engine, unit: str, *, first: date = FIRST, last: date = LAST, now: datetime = FOUND, **more: Any
) -> dict[str, Any]:
    """A report of a unit as it would be drawn now."""
    with store.steady(engine) as session:
        asked = ask(session, SYSTEM, unit=unit, from_on=first, to_on=last, **more)
        return draw(session, asked, now=now)


def begin(
    engine: Engine, unit: str = "town", who: str | Actor = "coord", *, first: date = FIRST, last: date = LAST,
    now: datetime = FOUND, **more: Any,
) -> str:  # fmt: skip
    with store.transaction(engine) as session:
        by = actor_for(session, who) if isinstance(who, str) else who
        asked = ask(session, by, unit=unit, from_on=first, to_on=last, **more)
        return writing.begin(session, by, asked, now=now)


def drawn(engine: Engine, key: str, who: str | Actor = "coord", *, now: datetime = FOUND) -> writing.Drawing:
    return writing.drawn(engine, actor(engine, who), key, now=now)


def freeze(engine: Engine, key: str, who: str | Actor = "coord", *, now: datetime = FOUND) -> int:
    return int(act(engine, freezing.freeze, who, drawn(engine, key, who, now=now), now=now))


def frozen(
    engine: Engine, unit: str = "town", who: str | Actor = "coord", *, now: datetime = FOUND, **more: Any
) -> str:
    """A report of a unit, frozen; answers its key."""
    key = begin(engine, unit, who, now=now, **more)
    freeze(engine, key, who, now=now)
    return key


def correct(
    engine: Engine, key: str, who: str | Actor = "coord", *, now: datetime = FOUND, reason: str = "漏报一条"
) -> int:
    return int(act(engine, freezing.correct, who, drawn(engine, key, who, now=now), now=now, reason=reason))


def sign(engine: Engine, key: str, who: str | Actor = "leader", *, now: datetime = FOUND) -> None:
    act(engine, sending.sign, who, key, now=now)


def send(engine: Engine, key: str, who: str | Actor = "coord", *, now: datetime = FOUND, **more: Any) -> None:
    act(engine, sending.send, who, key, now=now, **more)


def sent(engine: Engine, unit: str = "town", *, now: datetime = FOUND) -> str:
    """A report that was frozen, signed and sent."""
    key = frozen(engine, unit, now=now)
    sign(engine, key, now=now)
    send(engine, key, now=now)
    return key


def bytes_of(engine: Engine, key: str, number: int | None = None) -> bytes:
    with store.reading(engine) as session:
        return shown.frozen(session, SYSTEM, key, number)


def whole(engine: Engine, key: str, who: str | Actor = SYSTEM) -> Any:
    with store.reading(engine) as session:
        return shown.whole(session, actor(engine, who), key)


def value(snapshot: dict[str, Any], figure: str) -> Any:
    return snapshot["figures"][figure]["value"]
