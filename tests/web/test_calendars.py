"""Calendars over HTTP: private, strong ETags, 304, HEAD; seen at once when something changes; nothing for strangers."""

from datetime import timedelta

import segno
from icalendar import Calendar
from sqlalchemy import Engine

from models import Feed
from models.base import table_of
from service import store
from service.access import actor_for
from service.duty import serving, swaps
from service.feeds.shelf import MOST_BYTES, Shelf
from tests.service import worlds
from tests.service.worlds import counting
from tests.web.duty import AHEAD, keep
from tests.web.house import MORNING, House, reasons


def subscribed(house: House, **what: object) -> str:
    """The path of a new calendar of the roster, made by the coordinator."""
    answer = house.caller("coord").api("POST", "/feeds", json={"roster": "night"} | what)
    assert answer.status_code == 201, answer.text
    return "/" + answer.json()["url"].split("/", 3)[3]


def test_a_calendar_is_served_with_a_strong_etag_and_nobody_may_keep_it(house: House) -> None:
    keep(house.engine)
    path = subscribed(house)
    phone = house.caller()
    first = phone.get(path)
    assert first.status_code == 200
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["content-length"] == str(len(first.content))
    etag = first.headers["etag"]
    assert etag.startswith('"')
    assert len(Calendar.from_ical(first.content).walk("VEVENT")) >= 20
    for known in (etag, f'"x", {etag}', f"W/{etag}", "*"):
        same = phone.get(path, headers={"If-None-Match": known})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag), known
    other = phone.get(path, headers={"If-None-Match": '"x"'})
    assert (other.status_code, other.content) == (200, first.content)
    head = phone.head(path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))
    assert phone.post(path).status_code == 405


def test_what_changes_is_seen_at_once_and_what_does_not_asks_no_database(house: House) -> None:
    keep(house.engine)
    path = subscribed(house)
    phone = house.caller()
    first = phone.get(path)
    with counting(house.engine) as sent:
        assert phone.get(path).content == first.content
        assert sent == []
        house.now += timedelta(seconds=6)  # by then another process may have written
        assert phone.get(path).headers["etag"] == first.headers["etag"]
        assert len(sent) > 0
    with store.transaction(house.engine) as session:
        serving.confirm(session, actor_for(session, "coord"), AHEAD, now=house.now)
    assert phone.get(path).headers["etag"] == first.headers["etag"]  # nothing that a calendar must hear of
    with store.transaction(house.engine) as session:
        swaps.substitute(session, actor_for(session, "coord"), AHEAD, "admin", now=house.now, reason="代班")
    after = phone.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert after.status_code == 200
    assert b"admin" in after.content
    house.now += timedelta(hours=3)
    assert phone.get(path).headers["etag"] == after.headers["etag"]


def test_an_address_that_leads_nowhere_says_nothing(house: House) -> None:
    keep(house.engine)
    path = subscribed(house)
    phone = house.caller()
    assert phone.get(path).status_code == 200
    coord = house.caller("coord")
    (feed,) = coord.api("GET", "/feeds").json()["items"][:1]
    revoked = coord.api("DELETE", f"/feeds/{feed['key']}?version={feed['version']}")
    assert revoked.status_code == 204
    for one in coord.api("GET", "/feeds").json()["items"]:
        coord.api("DELETE", f"/feeds/{one['key']}")
    answers = [phone.get(path), phone.get("/feeds/none.ics"), phone.get(f"/feeds/{'x' * 38}.ics")]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert answers[0].headers["cache-control"] == "no-store"
    with counting(house.engine) as sent:
        for n in range(50):
            assert phone.get(f"/feeds/{n:038}.ics").status_code == 404
        assert sent == []
    assert all(one["revoked_at"] for one in coord.api("GET", "/feeds").json()["items"])


def test_the_secret_is_told_once_with_a_link_and_a_code_for_the_camera(house: House) -> None:
    keep(house.engine)
    answer = house.caller("coord").api("POST", "/feeds", json={"roster": "night", "remind_minutes": 60})
    made = answer.json()
    secret = made["url"].rsplit("/", 1)[1].removesuffix(".ics")
    assert made["webcal"] == made["url"].replace("http://", "webcal://")
    assert made["qr"].startswith("<svg")
    assert made["qr"] == segno.make(made["webcal"], error="m", micro=False).svg_inline(scale=4, border=4)
    listed = house.caller("coord").api("GET", "/feeds")
    assert secret not in listed.text
    (row,) = worlds.rows(house.engine, Feed, table_of(Feed).c.key == made["feed"]["key"])
    assert secret not in str(tuple(row))


def test_a_calendar_speaks_its_readers_language(house: House) -> None:
    keep(house.engine)
    phone = house.caller()
    assert "带班领导" in phone.get(subscribed(house)).text
    english = phone.get(subscribed(house, language="en")).text
    assert "Leader on duty" in english
    assert "带班领导" not in english
    wrong = house.caller("coord").api("POST", "/feeds", json={"roster": "night", "language": "fr"})
    assert set(reasons(wrong)) == {"language"}


def test_what_is_kept_in_memory_is_bounded(engine: Engine) -> None:
    shelf = Shelf()
    shelf.watch(engine)
    big = b"x" * (MOST_BYTES // 3)
    for n in range(5):
        shelf.put(f"k{n}", big, 0, MORNING)
    assert shelf.fresh("k0", MORNING) is None
    assert shelf.fresh("k4", MORNING) is not None
    assert shelf.size <= MOST_BYTES
    assert shelf.fresh("k4", MORNING + timedelta(seconds=5)) is None
    assert shelf.fresh("k4", MORNING - timedelta(seconds=1)) is None
    with store.transaction(engine) as session:
        session.connection()
    assert shelf.fresh("k4", MORNING) is None
