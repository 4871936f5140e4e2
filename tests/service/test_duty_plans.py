"""Rosters from their file to published watches: served so far, hand edits, differences, who is told."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from models import Absence, Notice, RosterVersion, Turn, Watch
from models.duty import RosterMember
from models.kinds import SeasonKind
from service import store
from service.access import SYSTEM
from service.calendar import days
from service.duty import drafting, publishing, rosters
from service.duty.problem import gather
from service.duty.wording import seat_words
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.rules.steps import change, make
from tests.service import worlds
from tests.service.duty_worlds import (
    FILE,
    FROM,
    TO,
    drafted,
    kept,
    publish,
    published,
    roster,
    turns,
    watches,
)


def told(engine: Engine) -> Counter[str]:
    return Counter(notice.kind for notice in worlds.rows(engine, Notice))


def away(engine: Engine, person: str, first: date, last: date) -> None:
    facts = {"person": person, "from_on": first, "to_on": last}
    worlds.write(engine, make(Absence, f"{person}:{first}", "away", facts))


def edited(engine: Engine, version: str, turn: str, person: str | None, now: datetime, **how: str) -> list[str]:
    with store.transaction(engine) as session:
        return [one.rule for one in drafting.edit(session, SYSTEM, version, turn, person, now=now, **how)]


def test_a_plan_is_drafted_with_its_proof_and_published_as_watches(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    version = drafted(engine, now)
    head = worlds.row(engine, RosterVersion, version)
    assert (head.number, head.state, head.objective) == (1, "draft", head.bound)
    assert '"status": "optimal"' in head.proof
    assert len(turns(engine, version)) == 28
    assert watches(engine) == {}
    publish(engine, version, now)
    stand = watches(engine)
    assert len(stand) == 28
    first = stand["2026-12-01:watch:leader:1"]
    assert (first.starts_at, first.ends_at) == (worlds.at("2026-12-01 08:00"), worlds.at("2026-12-02 08:00"))
    assert all(row.turn_of == row.served_by and row.state == "published" for row in stand.values())
    assert told(engine) == {"duty_assigned": 28}
    assert worlds.row(engine, RosterVersion, version).state == "published"
    with pytest.raises(Conflict):
        publish(engine, version, now)


def test_the_same_again_moves_nobody_and_supersedes(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    first = published(engine, now)
    before = watches(engine)
    second = published(engine, now + timedelta(hours=1))
    assert watches(engine) == before
    assert told(engine) == {"duty_assigned": 28}
    assert worlds.row(engine, RosterVersion, first).state == "superseded"
    assert worlds.row(engine, RosterVersion, second).number == 2


def test_fairness_is_carried_from_one_stretch_to_the_next(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    for week in range(6):
        first = FROM + timedelta(days=7 * week)
        published(engine, now, first, first + timedelta(days=6))
    leaders = [row for row in watches(engine).values() if row.role == "leader"]
    counts = Counter(row.turn_of for row in leaders)
    assert max(counts.values()) - min(counts.values()) <= 1
    weekends = Counter(row.turn_of for row in leaders if row.on.weekday() >= 5)
    assert max(weekends.values()) - min(weekends.values()) <= 1


def test_who_was_away_is_not_chased_for_it(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    away(engine, "mayor", FROM, FROM + timedelta(days=13))
    published(engine, now)
    later = TO + timedelta(days=1)
    published(engine, now, later, later + timedelta(days=9))
    counts = Counter(row.turn_of for row in watches(engine).values() if row.role == "leader" and row.on >= later)
    assert 1 <= counts["mayor"] <= 3, counts


def test_who_joins_later_starts_where_the_others_stand(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    published(engine, now)
    with store.transaction(engine) as session:
        text = FILE.replace("leader, coord]", "leader, coord, viewer]")
        rosters.apply_file(session, SYSTEM, text, now=worlds.at("2026-12-15 09:00"), version=1 + 1)
    assert worlds.row(engine, RosterMember, "night:leader:viewer").joined_on == date(2026, 12, 15)
    later = TO + timedelta(days=1)
    published(engine, now, later, later + timedelta(days=11))
    counts = Counter(row.turn_of for row in watches(engine).values() if row.role == "leader" and row.on >= later)
    assert 1 <= counts["viewer"] <= 3, counts


def test_a_sensitive_season_asks_for_two_leaders(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    with store.transaction(engine) as session:
        steps = days.declare_season(session, kind=SeasonKind.sensitive, from_on=FROM, to_on=FROM, unit="town")
        store.require(session, steps, now=now, by="coord")
    published(engine, now)
    places = [key for key in watches(engine) if key.startswith("2026-12-01:watch:leader")]
    assert places == ["2026-12-01:watch:leader:1", "2026-12-01:watch:leader:2"]


def test_a_weekend_inside_a_holiday_is_a_holiday(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    with store.reading(engine) as session:
        days = gather(session, roster(engine), date(2026, 10, 1), date(2026, 10, 11)).problem.days
    assert [day.category for day in days] == ["holiday"] * 7 + ["workday"] * 3 + ["rest_day"]
    assert days[3].classes == {"rest_day", "holiday"}
    assert days[9].classes == {"makeup_workday"}


def test_a_seat_nobody_can_fill_stays_vacant_and_says_why(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    for person in ("grid1", "grid2", "staff", "inspector"):
        away(engine, person, FROM, FROM)
    version = drafted(engine, now, FROM, FROM + timedelta(days=2))
    assert "on leave" in worlds.row(engine, RosterVersion, version).proof
    empty = next(one for one in turns(engine, version) if one.person is None)
    assert (empty.role, empty.on) == ("officer", FROM)
    assert seat_words(empty.reason, "zh_CN") == "共 4 人，其中 4 人请假"
    assert seat_words(empty.reason, "en") == "of 4 members 4 on leave"
    assert [seat_words(said, "zh_CN") for said in ("他自愿", "{他自愿", '{"a": 1}')] == [
        "他自愿",
        "{他自愿",
        '{"a": 1}',
    ]
    publish(engine, version, now)
    assert watches(engine)["2026-12-01:watch:officer:1"].state == "vacant"


def test_a_hand_edit_is_judged(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    version = drafted(engine, now)
    officers = {one.on: one for one in turns(engine, version) if one.role == "officer"}
    first, second = officers[FROM], officers[FROM + timedelta(days=1)]
    with pytest.raises(Refused) as refused:
        edited(engine, version, second.key, first.person, now)
    assert "without the rest owed" in str(refused.value.faults[0])
    assert "rest" in edited(engine, version, second.key, first.person, now, reason="他自愿")
    row = worlds.row(engine, Turn, second.key)
    assert (row.person, row.by_hand, row.reason) == (first.person, True, "他自愿")
    assert ("zhiban", "edited", second.key, "他自愿") in worlds.journal(engine, "edited")
    publish(engine, version, now)
    assert watches(engine)[second.slot.partition(":")[2]].served_by == first.person
    other = drafted(engine, now)
    with pytest.raises(Refused, match="Some fields are wrong"):
        edited(engine, other, turns(engine, other)[0].key, "stranger", now, reason="x")


def test_only_those_whose_watch_moved_are_told(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    published(engine, now)
    version = drafted(engine, now)
    seat = next(one for one in turns(engine, version) if one.role == "officer" and one.on == TO)
    last = {one.person for one in turns(engine, version) if one.role == "officer" and one.on > TO - timedelta(days=3)}
    other = ({"grid1", "grid2", "staff", "inspector"} - last).pop()
    edited(engine, version, seat.key, other, now)
    before = watches(engine)
    with store.reading(engine) as session:
        shown = publishing.difference(session, SYSTEM, version, now=now)
    found = publish(engine, version, now + timedelta(hours=1))
    assert shown == found
    assert [(one.seat.key, one.was, one.now_by) for one in found.moved] == [(seat.slot, seat.person, other)]
    assert told(engine) == {"duty_assigned": 29, "duty_freed": 1}
    after = watches(engine)
    assert [key for key in after if after[key] != before[key]] == ["2026-12-14:watch:officer:1"]
    assert after["2026-12-14:watch:officer:1"].sequence == 1


def test_past_watches_never_change(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    published(engine, now)
    before = watches(engine)
    version = drafted(engine, now)
    seat = turns(engine, version)[0]
    other = next(who for who in ("chief", "mayor", "deputy") if who != seat.person)
    edited(engine, version, seat.key, other, now, reason="改")
    publish(engine, version, worlds.at("2026-12-01 08:00"))
    assert watches(engine) == before


def test_a_seat_no_longer_needed_is_called_off_and_can_come_back(engine: Engine, now: datetime) -> None:
    kept(engine, now, FILE.replace("need: 1,", "need: 2,").replace("rest_days: 2", "rest_days: 0"))
    published(engine, now, FROM, FROM)
    for text, version, state in ((FILE, 2, "cancelled"), (FILE.replace("need: 1,", "need: 2,"), 4, "published")):
        with store.transaction(engine) as session:
            rosters.apply_file(session, SYSTEM, text, now=now, version=version)
        published(engine, now, FROM, FROM, afresh=True)
        gone = watches(engine)["2026-12-01:watch:officer:2"]
        assert (gone.state, gone.cancelled_at is None) == (state, state == "published")
    assert gone.sequence == 2


def test_a_watch_served_for_another_gives_and_costs_no_turn(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    published(engine, now)
    with store.reading(engine) as session:
        fair = gather(session, roster(engine), TO + timedelta(days=1), TO + timedelta(days=7)).problem.roles
    mine = next(row for row in watches(engine).values() if row.role == "officer")
    other = next(who for who in ("grid1", "grid2", "staff", "inspector") if who != mine.turn_of)
    worlds.write(engine, change(Watch, mine.key, mine.version, "swapped", {"served_by": other}))
    with store.reading(engine) as session:
        after = gather(session, roster(engine), TO + timedelta(days=1), TO + timedelta(days=7)).problem.roles
        inside = gather(session, roster(engine), FROM, TO).problem
    for before, now_ in zip(fair, after, strict=True):
        counts = [{who: (one.total, one.rest_day, one.holiday) for who, one in role.served.items()}
                  for role in (before, now_)]  # fmt: skip
        assert counts[0] == counts[1]
    served = inside.roles[1].served
    assert (served[mine.turn_of].total, served[other].total) == (1, -1)
    again = published(engine, now)
    assert watches(engine)[mine.key.partition(":")[2]].served_by == other
    assert next(one for one in turns(engine, again) if one.slot == mine.key).person == mine.turn_of


def test_who_has_gone_away_since_the_draft_is_found_at_publishing(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    version = drafted(engine, now)
    seat = turns(engine, version)[0]
    away(engine, seat.person, seat.on, seat.on)
    with pytest.raises(Refused) as refused:
        publish(engine, version, now)
    assert f"{seat.person} is on leave on {seat.on}" in str(refused.value.faults[0])
    publish(engine, version, now, reason="书记同意")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace("mayor", "nobody"), "line 10: roles[0].members[1]: there is no person nobody"),
        (FILE.replace("owner: town", "owner: nowhere"), "line 4: owner: there is no unit nowhere"),
        (FILE.replace("rest_days: 2", "rest: 2"), "line 12: roles[1].rest: unknown key"),
        (FILE.replace("key: night", "key: 值班"), "line 2: key: expected lower-case letters"),
        (FILE.replace("need: 1", "need: -1"), "line 12: roles[1].need: -1 is not between 0 and 500"),
        (FILE + "days: []", "line 13: days: unknown key"),
        ("[1, 2]", "line 1: expected an object"),
        ("key: &a night\nname: *a", "Anchors"),
        ("", "The file is empty"),
    ],
)
def test_a_wrong_file_is_refused_by_line(engine: Engine, now: datetime, text: str, said: str) -> None:
    worlds.found(engine)
    with pytest.raises(Refused) as refused, store.transaction(engine) as session:
        rosters.apply_file(session, SYSTEM, text, now=now)
    assert any(said in str(fault) for fault in refused.value.faults), [str(one) for one in refused.value.faults]


def test_only_planners_plan_and_strangers_see_nothing(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    version = drafted(engine, now)
    for person, refusal in (("viewer", Forbidden), ("stranger", NotFound), ("staff", NotFound)):
        with store.reading(engine) as session:
            who = worlds.actor(session, person)
        with pytest.raises(refusal), store.transaction(engine) as session:
            publishing.publish(session, who, version, now=now)
        with pytest.raises(refusal):
            drafting.draft(engine, who, "night", FROM, TO, now=now)
    with pytest.raises(Refused):
        drafted(engine, now, TO, FROM)
    with store.transaction(engine) as session:
        drafting.discard(session, SYSTEM, version, now=now)
    with pytest.raises(Conflict):
        publish(engine, version, now)
