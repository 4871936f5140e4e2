"""Pages of duty without a browser: how many statements they ask, however long their lists; why somebody serves."""

import re
from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import quote

from sqlalchemy import select
from sqlmodel import col

from models import Person, Watch
from models.base import table_of
from service import store
from service.access import SYSTEM, actor_for
from service.duty import drafting, gaps, publishing, swaps
from service.rules.steps import change
from tests.service import worlds
from tests.web.duty import AHEAD, FAR, OFFICER, keep
from tests.web.house import MORNING, House, statements
from tests.web.sending import send, went

AHEAD_ON = date(2026, 3, 4)

MOST_STATEMENTS = {
    "/duty": 5, "/duty/night": 15, "/duty/night/print": 6, "/duty/night/fairness": 13, f"/watches/{FAR}": 21,
    f"/watches/{OFFICER}": 10, "/duty/night/versions/1": 5, "/duty/night/draft": 3, "/swaps": 1, "/presence-checks": 5,
    "/absences": 4, "/feeds": 4,
}  # fmt: skip


def leave(house: House, person: str, first: date, days: int) -> None:
    """Somebody is away: the watches they were to serve are gaps."""
    with store.transaction(house.engine) as session:
        gaps.enter_absence(session, SYSTEM, person, first, first + timedelta(days=days - 1), now=MORNING)


def test_pages_of_duty_ask_the_same_however_many_gaps_and_versions(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    leave(small_house, "mayor", date(2026, 3, 7), 6)
    few = statements(coord, MOST_STATEMENTS)
    assert {path: number for path, number in few.items() if number > MOST_STATEMENTS[path]} == {}
    with store.transaction(small_house.engine) as session:
        publishing.publish(session, SYSTEM, "night:2", now=MORNING)
    leave(small_house, "chief", date(2026, 3, 13), 15)
    leave(small_house, "grid2", date(2026, 3, 13), 15)
    shown = coord.get("/duty/night").text
    assert statements(coord, MOST_STATEMENTS) == few
    assert shown.count(">vacant<") > 4


def test_a_watch_says_which_plan_or_whose_hand_put_somebody_there(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    planned = coord.get(f"/watches/{AHEAD}").text
    assert "Put there by" in planned
    assert '<a href="/duty/night/versions/1">' in planned
    with store.transaction(small_house.engine) as session:
        swaps.substitute(session, actor_for(session, "coord"), AHEAD, "boss1", now=MORNING, reason="家中有事")
    after = coord.get(f"/watches/{AHEAD}").text
    assert "substitute put in" in after
    assert "boss1" in after
    assert "家中有事" in after
    assert "night:1" not in after


def test_a_draft_asks_about_a_dozen_statements(small_house: House) -> None:
    keep(small_house.engine)
    assert statements(small_house.browser("coord"), ["/duty/night/versions/2"])["/duty/night/versions/2"] <= 13


def test_a_long_plan_is_shown_month_by_month(small_house: House) -> None:
    keep(small_house.engine)
    first, last = date(2026, 3, 1), date(2026, 5, 31)
    before = MORNING - timedelta(days=3)
    drafting.draft(small_house.engine, SYSTEM, "night", first, last, now=before, workers=1)
    coord = small_house.browser("coord")
    pages = {month: coord.get(f"/duty/night/versions/3{month}").text for month in ("", "?month=2026-05", "?month=x")}
    assert [page.count('<th scope="row">') for page in pages.values()] == [62, 67, 0]
    assert '<strong aria-current="page">2026-03</strong>' in pages[""]
    assert 'href="/duty/night/versions/3?month=2026-04"' in pages[""]
    seat = re.search(r'<option value="(night:3:2026-05-0[^"]*officer:1)"', pages["?month=2026-05"])
    assert seat is not None
    sent = send(coord, "/duty/night/versions/3?month=2026-05", "/duty/night/versions/3/edit", {
        "seat": seat[1], "person": "", "reason": "空着",
    })  # fmt: skip
    assert went(sent) == "/duty/night/versions/3?month=2026-05"


def test_rules_are_said_with_peoples_names(small_house: House) -> None:
    keep(small_house.engine)
    person = worlds.row(small_house.engine, Person, "grid1")
    worlds.write(small_house.engine, change(Person, "grid1", person.version, "named", {"name": "李海"}))
    coord = small_house.browser("coord")
    seats = [one for one in coord.api("GET", "/rosters/night/versions/2").json()["seats"] if one["role"] == "officer"]
    mine = next(one for one in seats if one["person"] == "grid1")
    following = next(one for one in seats if one["on"] > mine["on"])
    asked = {"seat": following["key"], "person": "grid1"}
    refused = send(coord, "/duty/night/versions/2", "/duty/night/versions/2/edit", asked)
    assert "李海 serves again on" in refused.text
    assert "person: 李海" not in refused.text
    send(coord, "/duty/night/versions/2", "/duty/night/versions/2/edit", asked | {"reason": "自愿"})
    assert "<li>李海 serves again on" in coord.get("/duty/night/versions/2").text


def test_a_swap_that_breaks_a_rule_is_for_a_planner_to_allow(small_house: House) -> None:
    keep(small_house.engine)
    engine = small_house.engine
    with store.reading(engine) as session:
        officers = select(table_of(Watch)).where(col(Watch.roster) == "night", col(Watch.role) == "officer")
        rows = session.execute(officers.where(col(Watch.on) > AHEAD_ON).order_by(col(Watch.on))).all()
    first, second = next((a, b) for a, b in pairwise(rows) if None not in (a.served_by, b.served_by))
    with store.transaction(engine) as session:
        key = swaps.ask(session, SYSTEM, first.key, second.served_by, now=MORNING)
    theirs = small_house.browser(second.served_by)
    refused = send(theirs, "/swaps", f"/swaps/{quote(key)}/accept", {})
    assert "only whoever plans it may let it stand" in refused.text
    coord = small_house.browser("coord")
    way = f"/watches/{quote(first.key, safe='')}"
    again = send(coord, way, f"/swaps/{quote(key, safe='')}/accept", {})
    assert "give a reason to do it all the same" in again.text
    assert "Accept for them" in again.text
    assert went(send(coord, way, f"/swaps/{quote(key, safe='')}/accept", {"reason": "自愿"})) == f"/watches/{first.key}"


def test_the_journal_of_a_watch_is_told_in_words(small_house: House) -> None:
    keep(small_house.engine)
    leave(small_house, "mayor", date(2026, 3, 7), 6)
    engine = small_house.engine
    mine = next(row for row in worlds.rows(engine, Watch) if row.state == "vacant" and row.turn_of is None)
    told = small_house.browser("coord").get(f"/watches/{mine.key}").text
    assert re.search(r'left vacant\s*<span class="soft">on leave</span>', told)
    assert "absence mayor" not in told
