"""Every number on the board and on a campaign opens a list of just as many: of the sample town as it has lived, and of
a busy moment."""

import html
import re
from datetime import timedelta

import pytest

from models import Grant
from service import store
from service.rules.steps import make
from tests.web.pages.rig import COORDINATOR, GRID_OFFICER, LEADER, Town, Visitor

ROWS = re.compile(r"<tbody>(.*?)</tbody>", re.S)
NUMBER = re.compile(r'<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', re.S)
BARE = re.compile(r'<td class="num[^>]*>\s*[1-9]')
LISTS = ("/tasks?", "/hazards?", "/rechecks?", "/figures/", "/duty#vacant")


def numbers_on(text: str) -> list[tuple[str, int]]:
    """Each link of the board's that shows a number and opens a list: the address and the number."""
    found = []
    for path, inner in NUMBER.findall(text.split("<main", 1)[1].split("</main>")[0]):
        shown = re.sub(r"<[^>]+>", " ", inner.split('<span class="words">')[0])
        number = re.search(r"(?<![\d.])\d+(?![\d.%])", shown)
        if path.startswith(LISTS) and number and "%" not in shown:
            found.append((html.unescape(path), int(number[0])))
    return found


def many_at(visitor: Visitor, path: str) -> int:
    """How many rows a list has, over all its pages."""
    path, _, place = path.partition("#")
    rows = 0
    while path:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        if place:
            block = re.search(rf'aria-labelledby="{place}">(.*?)</ul>', answer.text, re.S)
            return block[1].count("<li>") if block else 0
        table = ROWS.search(answer.text)
        rows += table[1].count("<tr") if table else 0
        following = re.search(r'rel="next" href="([^"]+)"', answer.text)
        path = html.unescape(following[1]) if following else ""
    return rows


@pytest.mark.parametrize(
    ("person", "ahead"), [(COORDINATOR, timedelta()), (LEADER, timedelta(days=6, hours=9, seconds=13))]
)
def test_every_number_opens_as_many_records(still_town: Town, person: str, ahead: timedelta) -> None:
    begun = still_town.now
    still_town.now = begun + ahead
    try:
        with still_town.visitor(person, "en") as visitor:
            shown = numbers_on(visitor.get("/").text)
            assert len(shown) > 40
            assert [(path, n, many_at(visitor, path)) for path, n in shown if many_at(visitor, path) != n] == []
    finally:
        still_town.now = begun


def test_ones_own_tasks_elsewhere_are_in_no_number(town: Town) -> None:
    values = {"person": GRID_OFFICER, "role": "inspector", "unit": "xiangquan"}
    with store.transaction(town.engine) as session:
        store.require(session, [make(Grant, f"{GRID_OFFICER}:inspector", "made", values)], now=town.now, by="tests")
    with town.visitor(GRID_OFFICER, "en") as visitor:
        owns = many_at(visitor, "/tasks?state=all") - many_at(visitor, "/tasks?state=all&unit=xiangquan")
        shown = numbers_on(visitor.get("/").text)
        assert owns > 0
        assert len(shown) > 10
        assert [(path, n, many_at(visitor, path)) for path, n in shown if many_at(visitor, path) != n] == []


@pytest.mark.parametrize("page", ["/campaigns/safety-checks-2026-11", "/campaigns/work-2023"])
def test_every_number_of_a_campaign_opens_as_many_tasks(still_town: Town, page: str) -> None:
    with still_town.visitor(COORDINATOR, "en") as visitor:
        text = re.sub(r"<details.*?</details>", "", visitor.get(page).text, flags=re.S)  # a plan's turns are no tasks
        shown = numbers_on(text)
        assert len(shown) > 20
        assert BARE.findall(text) == []
        many = {path: many_at(visitor, path) for path, _ in shown}
        assert [(path, n, many[path]) for path, n in shown if many[path] != n] == []
