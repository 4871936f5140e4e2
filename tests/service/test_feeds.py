"""Calendars: the same rows give the same bytes; every property in its place; addresses that end when they should."""

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Engine, insert

from models import Grant, Person, Watch
from models.base import table_of
from service import store
from service.access import actor_for
from service.duty import swaps
from service.errors import Forbidden, NotFound, Refused
from service.feeds import acts, gather
from service.rules.steps import change, remove
from tests.service import worlds
from tests.service.feed_worlds import FEEDS, GOLDEN, LONG, NOW, body, kept, made


def events(octets: bytes | None) -> dict[str, Any]:
    assert octets is not None
    return {str(one["UID"]): one for one in Calendar.from_ical(octets).walk("VEVENT")}


@pytest.mark.parametrize("name", FEEDS)
def test_a_calendar_is_its_golden_file_to_the_byte(engine: Engine, name: str) -> None:
    kept(engine)
    who, what = FEEDS[name]
    found = body(engine, made(engine, who, **what).key)
    assert found == (GOLDEN / f"{name}.ics").read_bytes()
    assert body(engine, made(engine, who, **what).key, NOW + timedelta(hours=3)) == found


def test_an_event_is_named_by_its_slot_and_says_what_it_must(engine: Engine) -> None:
    kept(engine)
    found = events(body(engine, made(engine, "coord", roster="night", remind_minutes=30).key))
    assert len(found) == 8
    swapped = found["night:2026-12-02:watch:officer:1@zhiban"]
    assert (swapped["SEQUENCE"], str(swapped["SUMMARY"]), str(swapped["STATUS"])) == (1, "值班员 李海", "CONFIRMED")
    assert swapped["LAST-MODIFIED"].dt == swapped["DTSTAMP"].dt == worlds.at("2026-11-21 10:00")
    assert swapped["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert swapped["DTSTART"].dt == worlds.at("2026-12-02 08:00")
    assert swapped["DTEND"].dt == worlds.at("2026-12-03 08:00")
    assert LONG in str(swapped["DESCRIPTION"])
    (alarm,) = swapped.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(minutes=-30)
    off = found["night:2026-12-04:watch:officer:1@zhiban"]
    assert (str(off["STATUS"]), str(off["TRANSP"]), off.walk("VALARM")) == ("CANCELLED", "TRANSPARENT", [])
    assert str(found["night:2026-12-03:watch:leader:2@zhiban"]["SUMMARY"]) == "带班领导：空岗"


def test_no_line_is_longer_than_it_may_be_and_no_letter_is_cut(engine: Engine) -> None:
    kept(engine)
    octets = body(engine, made(engine, "coord", roster="night").key)
    assert octets is not None
    assert octets.replace(b"\r\n", b"").count(b"\n") == 0
    for line in octets.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert LONG in octets.replace(b"\r\n ", b"").decode().replace("\\;", ";").replace("\\,", ",").replace("\\\\", "\\")


def test_ones_own_calendar_has_what_one_serves_and_what_one_gave_away(engine: Engine) -> None:
    kept(engine)
    mine = events(body(engine, made(engine, "grid1", person="grid1").key))
    assert {uid.partition("@")[0]: str(one["STATUS"]) for uid, one in mine.items()} == {
        "night:2026-12-01:watch:officer:1": "CONFIRMED",
        "night:2026-12-02:watch:officer:1": "CANCELLED",
        "night:2026-12-04:watch:officer:1": "CANCELLED",
    }
    assert str(mine["night:2026-12-01:watch:officer:1@zhiban"]["TRANSP"]) == "OPAQUE"
    later = events(body(engine, made(engine, "grid1", person="grid1").key, NOW + timedelta(days=31)))
    assert list(later) == ["night:2026-12-01:watch:officer:1@zhiban"]


def test_a_swap_changes_one_event_in_place(engine: Engine) -> None:
    kept(engine)
    key = made(engine, "coord", roster="night").key
    before = events(body(engine, key))
    with store.transaction(engine) as session:
        coord = actor_for(session, "coord")
        slot = "night:2026-12-03:watch:officer:1"
        swaps.substitute(session, coord, slot, "inspector", now=NOW, reason="代班")
    after = events(body(engine, key))
    assert list(after) == list(before)
    changed = [uid for uid in after if after[uid].to_ical() != before[uid].to_ical()]
    assert changed == [f"{slot}@zhiban"]
    assert (before[changed[0]]["SEQUENCE"], after[changed[0]]["SEQUENCE"]) == (0, 1)
    assert after[changed[0]]["LAST-MODIFIED"].dt == NOW


def test_a_task_and_a_look_back_stand_on_the_day_they_are_due(engine: Engine) -> None:
    kept(engine)
    found = events(body(engine, made(engine, "grid1", person="grid1", with_tasks=True).key))
    task = found["campaign:drive:once:2026-12-01:v1@zhiban"]
    assert str(task["SUMMARY"]) == "到期：节前检查"
    assert task["DTSTART"].dt.isoformat() == "2026-12-01"
    assert str(task["TRANSP"]) == "TRANSPARENT"
    assert "campaign:drive:once:2026-12-01:v1@zhiban" not in events(
        body(engine, made(engine, "grid1", person="grid1").key)
    )


def test_who_may_make_an_address(engine: Engine) -> None:
    kept(engine)
    for who, what, refusal in (
        ("viewer", {"person": "grid1"}, Forbidden),
        ("stranger", {"person": "grid1"}, NotFound),
        ("stranger", {"roster": "night"}, NotFound),
        ("stranger", {"unit": "town"}, NotFound),
        ("staff", {"unit": "v1"}, Forbidden),
        ("coord", {"roster": "night", "unit": "town"}, Refused),
        ("coord", {}, Refused),
        ("coord", {"roster": "night", "with_tasks": True}, Refused),
    ):
        with pytest.raises(refusal):
            made(engine, who, **what)
    assert body(engine, made(engine, "staff", roster="night").key) is not None  # serves on it
    assert body(engine, made(engine, "coord", person="grid1").key) is not None


def test_an_address_ends_with_its_person_its_maker_and_their_rights(engine: Engine) -> None:
    kept(engine)
    mine = made(engine, "grid1", person="grid1").key
    planned = made(engine, "coord", person="grid2").key
    seen = made(engine, "viewer", unit="town").key
    gone = made(engine, "deputy", roster="night").key
    assert all(body(engine, key) is not None for key in (mine, planned, seen, gone))
    with store.transaction(engine) as session:
        with pytest.raises(NotFound):
            acts.revoke(session, actor_for(session, "stranger"), mine, now=NOW)
        acts.revoke(session, actor_for(session, "grid1"), mine, now=NOW)
        acts.revoke(session, actor_for(session, "coord"), mine, now=NOW)
    people = {row.key: row for row in worlds.rows(engine, Person)}
    grant = worlds.rows(engine, Grant, table_of(Grant).c.person == "viewer")[0]
    worlds.write(
        engine,
        change(Person, "grid2", people["grid2"].version, "left", {"left_on": NOW.date()}),
        change(Person, "deputy", people["deputy"].version, "left", {"left_on": NOW.date()}),
        remove(Grant, grant.key, grant.version, "taken"),
    )
    assert [body(engine, key) for key in (mine, planned, seen, gone)] == [None] * 4


def test_a_secret_is_kept_as_a_hash_and_a_made_up_one_is_known_without_asking(engine: Engine) -> None:
    kept(engine)
    one = made(engine, "coord", roster="night")
    assert acts.key_of(one.secret) == one.key != one.secret
    for wrong in ("", "x" * 38, one.secret[:-1], one.secret[:-1] + ("A" if one.secret[-1] != "A" else "B"), "值" * 38):
        assert acts.key_of(wrong) is None


def test_fifty_addresses_are_enough(engine: Engine) -> None:
    kept(engine)
    for _ in range(acts.MOST_FEEDS):
        one = made(engine, "coord", roster="night")
    with pytest.raises(acts.Conflict):
        made(engine, "coord", roster="night")
    with store.transaction(engine) as session:
        acts.revoke(session, actor_for(session, "coord"), one.key, now=NOW)
    made(engine, "coord", roster="night")


def test_a_calendar_has_all_of_its_window_and_says_which_it_is(engine: Engine) -> None:
    kept(engine)
    days = {-93: 1, -92: 1, -32: 1, -31: 1, 92: 1, 93: 1, 399: 10_100, 400: 1, 401: 1}
    with engine.begin() as to:
        for n, count in days.items():
            to.execute(insert(table_of(Watch)), many(NOW.date() + timedelta(days=n), count))
    for what, back, ahead in (({"roster": "night"}, 92, 400), ({"unit": "town"}, 31, 92)):
        octets = body(engine, made(engine, "coord", **what).key)
        assert octets is not None
        found = Counter(date.fromisoformat(on.decode()) for on in re.findall(rb"UID:many:(\d{4}-\d\d-\d\d)", octets))
        assert found == {NOW.date() + timedelta(days=n): many_ for n, many_ in days.items() if -back <= n <= ahead}
        said = f"自前 {back} 天起至后 {ahead} 天止，其间日程全部列出"
        top = Calendar.from_ical(octets[: octets.index(b"BEGIN:VEVENT")] + b"END:VCALENDAR\r\n")
        assert said == str(top["X-WR-CALDESC"]) == str(top["DESCRIPTION"])


def many(on: date, count: int) -> list[dict[str, Any]]:
    """So many watches of a day as they stand in the table."""
    starts_at = worlds.at(f"{on} 08:00")
    return [
        {
            "key": f"many:{on}:{n}", "version": 1, "roster": "night", "unit": "town", "on": on, "watch": "watch",
            "role": "officer", "place": n, "starts_at": starts_at, "ends_at": starts_at + timedelta(days=1),
            "turn_of": "grid1", "served_by": "grid1", "state": "published", "sequence": 0, "changed_at": NOW,
            "reason": "",
        }
        for n in range(count)
    ]  # fmt: skip


def test_the_bytes_of_events_are_bounded(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(engine)
    monkeypatch.setattr(gather, "MOST_KEPT", 3)
    body(engine, made(engine, "coord", roster="night").key)
    assert 0 < len(gather.kept) <= 3
    assert len(worlds.rows(engine, Watch)) == 8
