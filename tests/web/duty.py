"""A roster for the served town: watches published around MORNING, a draft, a swap, a check, an absence, a wish."""

from datetime import date, timedelta

from sqlalchemy import Engine

from models import DutyTable, Feed
from service import store
from service.access import SYSTEM, actor_for
from service.duty import drafting, gaps, presence, publishing, rosters, serving, swaps
from service.rules.steps import make
from tests.service.duty_worlds import FILE
from tests.web.house import MORNING

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 20)
LATER = date(2026, 3, 21), date(2026, 3, 27)
OFFICER = "night:2026-03-02:watch:officer:1"
OVER = "night:2026-03-01:watch:officer:1"
LEADER = "night:2026-03-02:watch:leader:1"
AHEAD, NEXT = "night:2026-03-06:watch:officer:1", "night:2026-03-09:watch:officer:1"
FAR, SWAPPED = "night:2026-03-12:watch:officer:1", "night:2026-03-14:watch:officer:1"
EMPTY = "night:2026-03-20:watch:leader:1"
SWAP, CHECK, TABLE = f"{SWAPPED}:1", f"{OFFICER}:check:1", "night:table:2026-04-04"
SEAT = "night:2:2026-03-25:watch:officer:1"
ABSENCE, WISH = "boss1:2026-03-10", "grid1:2026-03-18"
FEED = "f" * 64
OWNER = '"unit":"town"'


def keep(engine: Engine) -> None:
    """Have the town keep the roster `night`: version 1 is published, version 2 a draft."""
    before = MORNING - timedelta(days=3)
    with store.transaction(engine) as session:
        rosters.apply_file(session, SYSTEM, FILE, now=before)
    first = drafting.draft(engine, SYSTEM, "night", FIRST, LAST, now=before, workers=1)
    with store.transaction(engine) as session:
        publishing.publish(session, SYSTEM, first, now=before)
    drafting.draft(engine, SYSTEM, "night", *LATER, now=before, workers=1)
    with store.transaction(engine) as session:
        planner = actor_for(session, "coord")
        serving.check_in(session, planner, OVER, now=MORNING - timedelta(days=1))
        serving.check_in(session, planner, OFFICER, now=MORNING)
        serving.log(session, planner, OFFICER, "水库水位偏高", now=MORNING, matter=True)
        swaps.ask(session, planner, SWAPPED, "mayor", now=MORNING, reason="家中有事")
        presence.draw(session, planner, "night", date(2026, 3, 2), count=2, seed=5, now=MORNING)
        gaps.enter_absence(session, planner, "boss1", date(2026, 3, 10), date(2026, 3, 12), now=MORNING)
        rosters.wish(session, planner, "grid1", date(2026, 3, 18), now=MORNING)
        owed = {
            "roster": "night", "unit": "town", "from_on": date(2026, 4, 4), "to_on": date(2026, 4, 6),
            "due_at": MORNING + timedelta(days=28),
        }  # fmt: skip
        feed = {"roster": "night", "made_by": "coord", "made_at": MORNING}
        steps = [make(DutyTable, TABLE, "table owed", owed), make(Feed, FEED, "feed made", feed)]
        store.require(session, steps, now=MORNING, by="tests")
