"""Who may see which page: a walk over the whole route table with nobody, a stranger, and forms from elsewhere."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from models import Journal, Notice
from service import store
from service.web.pages.visit import local
from tests.web.pages.conftest import copied
from tests.web.pages.rig import COORDINATOR, PAGE_BYTES_MOST, Town
from tests.web.pages.routes import NOWHERE, SHARED, STRANGER, Route, Samples, routes

ROUTES = routes()
CLOSED = [one for one in ROUTES if not one.is_open]
IDS = [f"{one.method} {one.path}" for one in CLOSED]
NAMED = [one for one in CLOSED if one.names_something and one.path not in SHARED]
LISTS = [one for one in CLOSED if one.method == "GET" and not one.names_something]
WHOLE = [one for one in CLOSED if one.method == "GET" and one.names_something]
ACTS = [one for one in CLOSED if one.method == "POST"]
STATEMENTS_MOST, STATEMENTS_OF_ONE_MOST = 8, 20
STATEMENTS_OF_THE_BOARD = 17  # nine lists and pictures side by side
AGAIN_MOST = 4  # what looks at one thing from several sides may find it anew for each; a list is asked for once
SEVERAL = re.compile(r"\((\?, )*\?\)")
OF_THE_TOWN = re.compile(r"研经|响泉|H-2026-|[^\w]YJ0\d\d")


@pytest.fixture(scope="module")
def samples(guarded: Town) -> Samples:
    return Samples(guarded)


@pytest.fixture(scope="module")
def guarded(town_file, tmp_path_factory) -> Iterator[Town]:  # type: ignore[no-untyped-def]
    with copied(town_file, tmp_path_factory.mktemp("guarded")) as made:
        yield made


def lines(town: Town) -> int:
    with store.reading(town.engine) as session:
        return int(session.execute(select(func.count()).select_from(Journal)).scalar_one())


def token_of(text: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("route", CLOSED, ids=IDS)
def test_nobody_is_led_to_the_door(guarded: Town, samples: Samples, route: Route) -> None:
    before = lines(guarded)
    with guarded.visitor() as nobody:
        answer = nobody.request(route.method, samples.address(route.path) if route.names_something else route.path)
    assert answer.status_code == 303, answer.text[:300]
    assert answer.headers["location"].startswith("/sign-in")
    assert lines(guarded) == before


@pytest.mark.parametrize("route", NAMED, ids=[f"{one.method} {one.path}" for one in NAMED])
def test_what_is_elsewhere_does_not_exist_for_a_stranger(guarded: Town, samples: Samples, route: Route) -> None:
    before = lines(guarded)
    with guarded.visitor(STRANGER) as stranger:
        fields = {"token": token_of(stranger.get("/password").text)} if route.method == "POST" else None
        there = stranger.request(route.method, samples.address(route.path), data=fields)
        made_up = stranger.request(route.method, samples.address(route.path, NOWHERE), data=fields)
    assert there.status_code == made_up.status_code, there.text[:300]
    assert there.status_code in ((404,) if route.method == "GET" else (404, 422))
    assert lines(guarded) == before


@pytest.mark.parametrize("route", LISTS, ids=[one.path for one in LISTS])
def test_a_list_shows_a_stranger_nothing_of_the_town(guarded: Town, samples: Samples, route: Route) -> None:
    with guarded.visitor(STRANGER) as stranger:
        answer = stranger.get(route.path)
    assert answer.status_code in (200, 303, 403), answer.text[:300]
    assert OF_THE_TOWN.findall(answer.text) == []


@pytest.mark.parametrize("route", ACTS, ids=[one.path for one in ACTS])
@pytest.mark.parametrize("token", [None, "Im5vYm9keSI.aaaa.bbbb"])
def test_a_form_from_elsewhere_does_nothing(guarded: Town, samples: Samples, route: Route, token: str | None) -> None:
    path = samples.address(route.path) if route.names_something else route.path
    before = lines(guarded)
    with guarded.visitor(COORDINATOR) as visitor:
        answer = visitor.post(path, data={"token": token} if token else {}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code in (403, 404), answer.text[:300]
    assert lines(guarded) == before


@pytest.mark.parametrize("route", LISTS, ids=[one.path for one in LISTS])
def test_a_page_is_light_and_asks_little(guarded: Town, samples: Samples, route: Route) -> None:
    """Under 150 kB, a handful of statements however much there is, and never in a frame."""
    with guarded.visitor(COORDINATOR) as visitor:
        answer = visitor.get(route.path)
        assert answer.status_code == 200
        assert len(answer.content) < PAGE_BYTES_MOST
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        asked = visitor.statements(route.path)
    most = STATEMENTS_OF_THE_BOARD if route.path == "/" else STATEMENTS_MOST
    assert len(asked) <= most, "\n".join(line[:120] for line in asked)


@pytest.mark.parametrize("route", WHOLE, ids=[one.path for one in WHOLE])
def test_a_page_of_something_asks_no_more_than_a_bounded_number(guarded: Town, samples: Samples, route: Route) -> None:
    """What is looked at whole has more sides to it than a list has rows; each is asked for once."""
    path = samples.address(route.path)
    with guarded.visitor(COORDINATOR) as visitor:
        answer = visitor.get(path)
        if answer.status_code != 200:  # nothing of that kind is in the town, or not for a coordinator
            assert answer.status_code in (303, 403, 404), path
            return
        if answer.headers["content-type"].startswith("text/html"):
            assert len(answer.content) < PAGE_BYTES_MOST
        asked = visitor.statements(path)
    assert len(asked) <= STATEMENTS_OF_ONE_MOST, "\n".join(line[:120] for line in asked)
    again = Counter(SEVERAL.sub("(?)", line) for line in asked)
    assert [line for line, times in again.items() if times > AGAIN_MOST] == []


HOSTILE = (
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:x",
    "evil.example", "/ok\r\nSet-Cookie: a=b", "", "/%0d%0a/\x00",
)  # fmt: skip


@pytest.mark.parametrize("where", HOSTILE)
def test_nobody_is_led_away_from_here(guarded: Town, where: str) -> None:
    assert local(where) == "/"
    with guarded.visitor() as nobody:
        fields = {"token": token_of(nobody.get("/sign-in").text), "language": "en", "back": where}
        answer = nobody.post("/language", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        asked = nobody.get("/sign-in", params={"back": where})
    assert 'name="back_to" value=""' in asked.text


@pytest.mark.parametrize("where", ["/tasks?unit=yanjing", "/", "/hazards/H-1", "/notices?of=all&state=owed"])
def test_our_own_pages_are_led_to(where: str) -> None:
    assert local(where) == where


def test_each_message_leads_to_what_it_is_about(guarded: Town, samples: Samples) -> None:
    about = select(col(Notice.kind), func.substr(col(Notice.subject), 1, 6), func.min(col(Notice.key))).group_by(
        col(Notice.kind), func.substr(col(Notice.subject), 1, 6)
    )
    with store.reading(guarded.engine) as session:
        keys = [key for _, _, key in session.execute(about)]
    assert len(keys) > 20
    with guarded.visitor(COORDINATOR) as visitor:
        for key in keys:
            page = visitor.get(f"/notices/{quote(key, safe='')}")
            place = re.search(r'<a class="button" href="([^"]+)">', page.text)
            assert place is not None, key
            assert visitor.get(html.unescape(place[1])).status_code == 200, (key, place[1])
