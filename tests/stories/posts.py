"""A world in which tasks fall overdue by the second, and processes that sweep and send in it until they are stopped."""

import multiprocessing
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import NamedTuple

from sqlalchemy import Engine, func, select
from sqlmodel import Session

from models import Case, Channel, Notice, Person, Task
from models.base import table_of
from models.kinds import CaseState
from service import store, sweeps
from service.couriers import CourierDesk
from service.notices.claims import Terms
from service.notices.sending import Sender
from service.rules.steps import Step, change, make
from tests.service import worlds
from tests.service.worlds import at, write

BEGAN = at("2026-03-04").astimezone(UTC)
# everything of a task happens within 10 hours: opened, due after 4, a rung every two hours, the end of its window
POLICY = [{"after": {"hours": 0}, "to": "assignee"}] + [
    {"after": {"hours": 2 * level}, "to": {"level": level}} for level in (2, 3)
]
UNITS = tuple(f"e{number:02}" for number in range(20))  # each with three people of its own, so that digests stay short
TASKS = 12 * len(UNITS)
APART = timedelta(minutes=10)
LASTS = TASKS * APART + timedelta(hours=11)


class World(NamedTuple):
    """What a process must know to work in it: the database, where messages go, the lease in the world's own time.

    For the process the world is at `at` when true time is at `true`; it passes `hours` in a second, and stands still
    from `until` on.
    """

    database: str
    robots: str
    lease: timedelta
    true: float
    hours: float = 3
    at: datetime = BEGAN
    until: datetime = BEGAN + 2 * LASTS

    def now(self) -> datetime:
        """The world's own instant."""
        return min(self.at + timedelta(hours=(time.monotonic() - self.true) * self.hours), self.until)

    @property
    def terms(self) -> Terms:
        """No quiet hours, and as many messages as there are: here everything is about who sends them."""
        return Terms(self.lease, 1000, (BEGAN.time(), BEGAN.time()))


def address(person: str, mail: str) -> str:
    """A robot for most, a mailbox for who stands on level 3 of every other unit."""
    if person.endswith("-3") and int(person[1:3]) % 2:
        return f"mailto://{mail}?from=zhiban%40example.org&to={person}%40example.org"
    return f"feishu://robot-{person}"  # which takes long digests whole


def settle(engine: Engine, mail: str) -> None:
    """Found a town: its units, on each level of each somebody with an address, and tasks that open one by one."""
    people = [(f"{unit}-{level}", unit) for unit in UNITS for level in (1, 2, 3)]
    tree = [("town", None, "town", "", ""), *((unit, "town", "enterprise", "", "") for unit in UNITS)]
    write(engine, *worlds.unit_steps(tree), *worlds.person_steps(people))
    write(engine, *worlds.chain_steps((unit, int(person[-1]), person) for person, unit in people))
    plan = worlds.once("2026-12-30", assignee={"level": 1}, targets={"kinds": ["enterprise"]}, due={"days": 0})
    worlds.apply(engine, worlds.drive(plan, escalation=POLICY), BEGAN)
    steps = [change(Person, person, 1, "english", {"language": "en"}) for person, _ in people]
    for person, _ in people:
        sealed = address(person, mail)
        facts = {"person": person, "kind": sealed.partition("://")[0], "sealed": sealed}
        steps.append(make(Channel, f"person:{person}:1", "added", facts))
    write(engine, *steps, *(task(number) for number in range(TASKS)))


def key_of(number: int) -> str:
    return f"campaign:drive:once:{number:03}:{UNITS[number % len(UNITS)]}"


def owed() -> tuple[set[str], set[str]]:
    """The keys of all notices that must be there at the end, and of those that may: a sleeper hears of no opening."""
    must: set[str] = set()
    may: set[str] = set()
    for number in range(TASKS):
        key, unit = key_of(number), UNITS[number % len(UNITS)]
        must |= {f"{key}:task_missed:{unit}-1", *(f"case:{key}:escalated.{n}:{unit}-{n}" for n in (1, 2, 3))}
        may.add(f"{key}:task_assigned:{unit}-1")
    return must, must | may


def task(number: int) -> Step:
    """One task, each opening a little after the one before."""
    opens_at = BEGAN + number * APART
    facts = {
        "campaign": "drive", "activity": "drive:once", "unit": UNITS[number % len(UNITS)], "kind": "inspection",
        "planned_on": opens_at.date(), "opens_at": opens_at, "due_at": opens_at + timedelta(hours=4),
        "closes_at": opens_at + timedelta(hours=10), "attend_at": opens_at,
    }  # fmt: skip
    return make(Task, key_of(number), "planned", facts)


def sweep(engine: Engine, world: World) -> None:
    sweeps.sweep(engine, world.now(), only=("tasks", "cases"))


def send(engine: Engine, world: World, desk: CourierDesk) -> None:
    began_at = world.now()
    Sender(engine, began_at, desk, str, world.terms, lambda: world.now() - began_at).deliver()


def pending(session: Session) -> int:
    """How many notices are still on their way, or cases still climbing."""
    notices = select(func.count()).select_from(table_of(Notice)).where(table_of(Notice).c.attend_at.is_not(None))
    cases = select(func.count()).select_from(table_of(Case)).where(table_of(Case).c.state == CaseState.open)
    return int(session.execute(notices).scalar_one() + session.execute(cases).scalar_one())


def work(world: World, sweeping: bool, sending: bool, ready: Connection | None = None) -> None:
    """Sweep or send, or both, again and again, until the world's time is over and nothing is left to do.

    `ready` is told once all is loaded and connected, so that who kills it knows when it really works.
    """
    engine = store.open_engine(world.database, pool_size=2)
    with CourierDesk(base_urls={"feishu": world.robots}) as desk:
        early = world._replace(at=BEGAN - LASTS, until=BEGAN - LASTS)
        sweep(engine, early)
        send(engine, early, desk)
        if ready:
            world = world._replace(true=time.monotonic())
            ready.send(None)
        while True:
            over = world.now() >= BEGAN + LASTS
            if sweeping:
                sweep(engine, world)
            if sending:
                send(engine, world, desk)
            if over:
                with store.reading(engine) as session:
                    if not pending(session):
                        break
            time.sleep(0.002 if ready else 0.02)
    engine.dispose()


def beginner() -> Callable[..., multiprocessing.process.BaseProcess]:
    """What starts a working process in milliseconds: a fork of one that has loaded everything and has no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.stories.posts_loaded"])

    def begin(*args: object) -> multiprocessing.process.BaseProcess:
        process = context.Process(target=work, args=args, daemon=True)
        process.start()
        return process

    return begin
