"""Pages of duty without a browser: how many statements they ask, however long their lists; why somebody serves."""

from datetime import date, timedelta

from service import store
from service.access import SYSTEM, actor_for
from service.duty import gaps, publishing, swaps
from tests.web.duty import AHEAD, FAR, OFFICER, keep
from tests.web.house import MORNING, House, statements

MOST_STATEMENTS = {
    "/duty": 5, "/duty/night": 15, "/duty/night/print": 6, "/duty/night/fairness": 13, f"/watches/{FAR}": 21,
    f"/watches/{OFFICER}": 10, "/duty/night/versions/1": 8, "/duty/night/draft": 3, "/swaps": 1, "/presence-checks": 5,
    "/absences": 3, "/feeds": 4,
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
