"""One hazard's story in a scratch database: found, closed, looked back at, rebounded, closed, missed, escalated.

Real acts, real sweeps along a moved clock, and every message as it would have been sent.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import ChainLink, Channel, Grant, Person, Recheck, Unit
from models.kinds import Role
from service import migrate, store, sweeps
from service.access import Actor, actor_for
from service.couriers import MemoryCourier
from service.couriers.addresses import seal
from service.hazards import acts as hazards
from service.hazards import reporting as hazard_reports
from service.notices import delivery
from service.notices.words import N_
from service.rechecks import acts as rechecks
from service.rules.steps import make
from service.secrets import secret
from service.settings import settings
from service.words import say

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2023, 7, 3), date(2023, 10, 16)
UNITS = {
    "county": ("井研县", "district", None),
    "town": ("研经镇", "town", "county"),
    "mill": ("乙石料厂", "enterprise", "town"),
}
# staff number → name, post, unit, level of the chain there, role
PEOPLE: dict[str, tuple[str, str, str, int, Role]] = {
    "c1": ("周岚", "县安委办副主任", "county", 3, Role.leader),
    "t4": ("陈安", "镇长", "town", 4, Role.leader),
    "t3": ("赵敏", "分管副镇长", "town", 3, Role.leader),
    "t2": ("孙博", "安监站站长", "town", 2, Role.coordinator),
    "i1": ("何静", "检查员", "town", 0, Role.inspector),
    "m1": ("林平", "厂安全员", "mill", 1, Role.staff),
}
LOOK, BACK = "i1", "m1"
CODE = "H-2023-1"


class Line(NamedTuple):
    """One thing that happened: when, who or what, and the words."""

    at: datetime
    who: str
    words: str


def story(tell: Callable[[Line], None]) -> None:
    """Live it and tell it line by line; nothing of it is kept."""
    with TemporaryDirectory() as folder:
        engine = store.open_engine(f"sqlite:///{Path(folder) / 'story.sqlite'}")
        migrate.upgrade(engine)
        found(engine, instant(FIRST) - timedelta(days=1))
        courier = MemoryCourier()
        acts = script()
        for on in days(FIRST, LAST):
            now = instant(on)
            act = acts.get(on)
            if act is not None:
                who, words, do = act
                with store.transaction(engine) as session:
                    do(session, actor_for(session, who), now)
                told = say(words, settings().locale, code=CODE)
                tell(Line(now, f"{PEOPLE[who][0]}（{PEOPLE[who][1]}）", told))
            sweeps.sweep(engine, now)
            heard = len(courier.got)
            delivery.rehearse(engine, now, courier)
            for address, message in courier.got[heard:]:
                name, post, *_ = PEOPLE[address.removeprefix("memory://")]
                tell(Line(now, f"→ {name}（{post}）", f"{message.title}\n{message.body}"))
        engine.dispose()


def instant(on: date) -> datetime:
    """Half past eight in the morning there."""
    return datetime.combine(on, time(8, 30), ZONE).astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    on = first
    while on <= last:
        yield on
        on += timedelta(days=1)


def found(engine: Engine, now: datetime) -> None:
    """A mill in a town in a county, their people, the chain, and a way to reach each."""
    steps = []
    paths: dict[str | None, str] = {None: "/"}
    for code, (name, kind, parent) in UNITS.items():
        paths[code] = f"{paths[parent]}{code}/"
        steps.append(make(Unit, code, "made", {"name": name, "kind": kind, "parent": parent, "path": paths[code]}))
    for code, (name, post, unit, level, role) in PEOPLE.items():
        steps.append(make(Person, code, "made", {"name": name, "post": post, "unit": unit}))
        steps.append(make(Grant, f"{code}:{role}:{unit}", "made", {"person": code, "role": role, "unit": unit}))
        reached = {"person": code, "kind": "memory", "sealed": seal(f"memory://{code}", secret()), "rank": 1}
        steps.append(make(Channel, f"person:{code}:1", "made", reached))
        if level:
            link = {"unit": unit, "level": level, "person": code}
            steps.append(make(ChainLink, f"{unit}:{level}:1", "made", link))
    with store.transaction(engine) as session:
        store.require(session, steps, now=now, by="story")


Do = Callable[[Session, Actor, datetime], Any]


def script() -> dict[date, tuple[str, str, Do]]:
    """Who does what on which day; on every other day only time passes."""

    def report(session: Session, actor: Actor, now: datetime) -> None:
        facts = {"unit": "mill", "place": "破碎车间", "source": "inspection", "category": "用电"}
        words = "除尘风机配电箱无防护罩，接线裸露"
        hazard_reports.report(session, actor, now=now, code=CODE, description=words, **facts)

    def assign(session: Session, actor: Actor, now: datetime) -> None:
        hazards.assign(session, actor, CODE, now=now, responsible=BACK, measures="加装防护罩，重新接线")

    def submit(session: Session, actor: Actor, now: datetime) -> None:
        hazards.submit(session, actor, CODE, now=now, note="防护罩已装，接线已包扎")

    def accept(session: Session, actor: Actor, now: datetime) -> None:
        hazards.accept(session, actor, CODE, now=now)

    def rebound(session: Session, actor: Actor, now: datetime) -> None:
        key = session.execute(select(col(Recheck.key)).where(col(Recheck.state) == "open")).scalar_one()
        rechecks.result(session, actor, key, "rebounded", now=now, note="防护罩又被拆下")

    return {
        date(2023, 7, 3): (
            LOOK,
            N_("Enters the hazard {code}: a fan's switch box without a guard, bare wires"),
            report,
        ),
        date(2023, 7, 4): ("t2", N_("Assigns it to the mill's safety officer"), assign),
        date(2023, 7, 7): (BACK, N_("Hands it in: guard fitted, wires wrapped"), submit),
        date(2023, 7, 10): (
            LOOK,
            N_("Accepts it and so closes it; look-backs after 30 and 90 days are planned with that"),
            accept,
        ),
        date(2023, 8, 11): ("t2", N_("Looks back: the guard is off again; rebounded, the second time round"), rebound),
        date(2023, 8, 14): ("t2", N_("Assigns it once more"), assign),
        date(2023, 8, 18): (BACK, N_("Hands it in once more"), submit),
        date(2023, 8, 21): (LOOK, N_("Accepts and closes it once more; after that nobody looks back"), accept),
    }
