"""Pages of duty, seen by people in both languages, on a desk and on a telephone; and how little they ask."""

from urllib.parse import quote

import pytest

from tests.web.pages.rig import COORDINATOR, INSPECTOR, Eyes, Town

pytestmark = pytest.mark.browser

ROSTER = "town-24h"
AHEAD = quote(f"{ROSTER}:2026-11-27:watch:officer:1")
NOW = quote(f"{ROSTER}:2026-11-23:watch:officer:1")
VACANT = quote(f"{ROSTER}:2026-11-30:watch:officer:1")
ASKED = INSPECTOR
STATEMENTS_MOST = 14

PAGES = (
    ("/duty", COORDINATOR, "duty"),
    (f"/duty/{ROSTER}", COORDINATOR, "duty-month"),
    (f"/duty/{ROSTER}?month=2026-10", COORDINATOR, "duty-october"),
    (f"/duty/{ROSTER}/print?month=2026-11", COORDINATOR, "duty-print"),
    (f"/duty/{ROSTER}/fairness", COORDINATOR, "duty-fairness"),
    (f"/duty/{ROSTER}/draft", COORDINATOR, "duty-draft"),
    (f"/duty/{ROSTER}/versions/3", COORDINATOR, "duty-version"),
    (f"/duty/{ROSTER}/file", COORDINATOR, "duty-file"),
    (f"/duty/{ROSTER}/edit", COORDINATOR, "duty-edit"),
    ("/duty/+new", COORDINATOR, "duty-new"),
    ("/duty/+usual", COORDINATOR, "duty-usual"),
    (f"/watches/{AHEAD}", COORDINATOR, "watch-ahead"),
    (f"/watches/{NOW}", COORDINATOR, "watch-now"),
    (f"/watches/{VACANT}", COORDINATOR, "watch-vacant"),
    ("/swaps", ASKED, "swaps"),
    ("/absences", COORDINATOR, "absences"),
    ("/feeds", COORDINATOR, "feeds"),
    ("/presence-checks", INSPECTOR, "presence-checks"),
)


@pytest.mark.parametrize(("path", "person", "name"), PAGES, ids=[name for _, _, name in PAGES])
def test_a_page_of_duty_looks_right(still_eyes: Eyes, path: str, person: str, name: str) -> None:
    still_eyes.look_at(path, person, name)


@pytest.mark.parametrize(
    ("path", "person"),
    [one[:2] for one in PAGES if one[2] in ("duty", "swaps", "absences", "feeds", "presence-checks")],
)
def test_a_list_of_duty_asks_little(still_town: Town, path: str, person: str) -> None:
    with still_town.visitor(person) as visitor:
        assert len(visitor.statements(path)) <= STATEMENTS_MOST


@pytest.mark.parametrize("path", ["", "?month=2026-10", "?month=2026-12"])
def test_a_month_asks_the_same_however_full_it_is(still_town: Town, path: str) -> None:
    with still_town.visitor(COORDINATOR) as visitor:
        asked = visitor.statements(f"/duty/{ROSTER}{path}")
    assert len(asked) <= 34, "\n".join(text[:90] for text in asked)
