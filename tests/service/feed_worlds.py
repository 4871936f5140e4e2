"""A roster whose watches are written down one by one, so that its calendars are known to the last byte.

`python -m tests.service.feed_worlds` writes the golden calendars anew: read the difference before it is kept.
"""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from models import Person, Roster, Watch
from service import migrate, store
from service.access import Actor, actor_for
from service.campaigns import planning
from service.duty import rosters
from service.feeds import gather
from service.feeds.acts import Made, alive, make_feed
from service.rules.steps import Step, change, make
from service.tasks import sweep as task_sweep
from tests.service import worlds
from tests.service.duty_worlds import FILE

GOLDEN = Path(__file__).parents[1] / "golden" / "feeds"
# golden file → who makes it and what of
FEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "person-zh": ("grid1", {"person": "grid1", "remind_minutes": 60}),
    "person-en": ("grid2", {"person": "grid2", "language": "en", "with_tasks": True}),
    "roster-zh": ("coord", {"roster": "night"}),
    "roster-en": ("coord", {"roster": "night", "language": "en", "remind_minutes": 0}),
    "unit-zh": ("viewer", {"unit": "town"}),
}
NOW = worlds.at("2026-12-01 09:00")
MADE = worlds.at("2026-11-20 10:00")
# name of a person that must be folded and escaped: four bytes for a letter, commas, a backslash
LONG = "欧阳𠮷野;一,二\\三" + "值守" * 20
NOTE = "遇重大险情，先处置后报告；\n每班次交接须双方签字，不得脱岗。"
# on, role, place, person, whose turn it was (none: theirs), state, sequence
SEATS = (
    (1, "leader", 1, "chief", None, "on_duty", 0),
    (1, "officer", 1, "grid1", None, "on_duty", 0),
    (2, "leader", 1, "mayor", None, "confirmed", 0),
    (2, "officer", 1, "grid2", "grid1", "published", 1),
    (3, "leader", 1, "deputy", None, "published", 0),
    (3, "leader", 2, None, None, "vacant", 0),
    (3, "officer", 1, "staff", None, "published", 0),
    (4, "officer", 1, "grid1", None, "cancelled", 2),
)


def day(n: int) -> datetime:
    return worlds.at(f"2026-12-{n:02} 08:00")


def watch_step(n: int, role: str, place: int, person: str | None, turn: str | None, state: str, sequence: int) -> Step:
    key = f"night:2026-12-{n:02}:watch:{role}:{place}"
    changed_at = MADE + timedelta(days=sequence)
    values = {
        "roster": "night", "unit": "town", "on": date(2026, 12, n), "watch": "watch", "role": role, "place": place,
        "starts_at": day(n), "ends_at": day(n + 1), "turn_of": turn or person, "served_by": person, "state": state,
        "sequence": sequence, "changed_at": changed_at, "attend_at": None,
        "cancelled_at": changed_at if state == "cancelled" else None,
    }  # fmt: skip
    return make(Watch, key, "published", values)


def kept(engine: Engine) -> Engine:
    """The small town with its roster; eight watches, one called off, one swapped, one vacant; an open task."""
    worlds.found(engine)
    with store.transaction(engine) as session:
        rosters.apply_file(session, Actor("zhiban", (("admin", "/"),)), FILE, now=MADE)
    names = {"grid1": LONG, "grid2": "李海", "chief": "王建国", "mayor": "赵敏", "deputy": "孙立", "staff": "周舟"}
    people = {row.key: row for row in worlds.rows(engine, Person)}
    named = [change(Person, code, people[code].version, "named", {"name": name}) for code, name in names.items()]
    roster = worlds.row(engine, Roster, "night")
    noted = change(Roster, "night", roster.version, "noted", {"note": NOTE})
    worlds.write(engine, *named, noted, *(watch_step(*seat) for seat in SEATS), now=MADE)
    worlds.launch(engine, worlds.drive(worlds.once("2026-12-01", name="节前检查")), MADE)
    planning.sweep(engine, MADE)
    task_sweep.sweep(engine, NOW)
    return engine


def made(engine: Engine, who: str, now: datetime = NOW, **what: Any) -> Made:
    """A calendar address, made by somebody."""
    with store.transaction(engine) as session:
        return make_feed(session, actor_for(session, who), now=now, **what)


def body(engine: Engine, key: str, now: datetime = NOW) -> bytes | None:
    """A calendar's bytes, made anew; None for an address that leads nowhere."""
    gather.kept.clear()
    with store.reading(engine) as session:
        feed = alive(session, key)
        return None if feed is None else gather.calendar_of(session, feed, now)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = store.open_engine(f"sqlite:///{folder}/feeds.sqlite")
        migrate.upgrade(engine)
        kept(engine)
        for name, (who, what) in FEEDS.items():
            (GOLDEN / f"{name}.ics").write_bytes(body(engine, made(engine, who, **what).key) or b"")
        engine.dispose()


if __name__ == "__main__":
    main()
