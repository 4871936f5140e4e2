"""Bad rosters and bad stretches: a clear answer in bounded time, and nothing half written."""

import json
import time
from datetime import date
from typing import Any

import pytest

from models import Person, Roster, RosterVersion
from models.duty import RosterMember
from service.duty.wording import broken_words, contradiction_words, kept_breach, kept_broken_words, people_of
from service.roster.plan import Breach
from service.rules.steps import make
from tests.service import worlds
from tests.service.duty_worlds import FILE
from tests.web.house import House, reasons

DAY = {"from": "2026-04-01", "to": "2026-04-03", "seconds": 5}


def roster(members: list[str], need: int = 1, **more: Any) -> str:
    """A roster's file with one role."""
    role = {"role": "officer", "need": need, "members": members, "rest_days": 1} | more
    return json.dumps({"key": "night", "name": "值班", "owner": "town", "watch": {"starts": "08:00", "hours": 24},
                       "roles": [role]}, ensure_ascii=False)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace("mayor", "nobody"), "nobody"),
        (FILE.replace("owner: town", "owner: c1"), "c1"),
        (FILE.replace("owner: town", "owner: nowhere"), "nowhere"),
        (FILE.replace("rest_days: 2", "rest_days: -2"), "-2"),
        (FILE.replace("need: 1,", "need: many,"), "need"),
        (FILE.replace("[grid1, grid2, staff, inspector]", "[grid1, grid1]"), "grid1"),
        (FILE.replace('"08:00"', '"8 o clock"'), "8 o clock"),
        (FILE + "checks_a_week: 5000\n", "5000"),
        ("a: [" * 400, ""),
        ("x" * 900_000, ""),
    ],
)
def test_a_wrong_file_is_named_and_leaves_nothing(small_house: House, text: str, said: str) -> None:
    answer = small_house.caller("coord").api("POST", "/rosters", content=text)
    assert answer.status_code == 422
    assert said in answer.text
    assert worlds.rows(small_house.engine, Roster) == []
    assert worlds.rows(small_house.engine, RosterMember) == []


def test_ten_thousand_members_are_refused_at_once(small_house: House) -> None:
    began = time.monotonic()
    answer = small_house.caller("coord").api("POST", "/rosters", content=roster([f"m{n}" for n in range(10_000)]))
    assert answer.status_code == 422
    assert "10000 members" in answer.text
    assert time.monotonic() - began < 20
    assert len(answer.content) < 10_000


def test_two_thousand_members_are_planned_in_bounded_time(small_house: House) -> None:
    codes = [f"m{n:04}" for n in range(2_000)]
    people = [make(Person, code, "made", {"name": code, "unit": "town"}) for code in codes]
    worlds.write(small_house.engine, *people)
    coord = small_house.caller("coord")
    assert coord.api("POST", "/rosters", content=roster(codes, need=20)).status_code == 200
    began = time.monotonic()
    drafted = coord.api("POST", "/rosters/night/draft", json=DAY)
    assert drafted.status_code == 201
    assert time.monotonic() - began < 60
    assert len(drafted.json()["seats"]) == 60


def test_need_beyond_the_staff_is_explained_and_planned_with_the_fewest_gaps(small_house: House) -> None:
    coord = small_house.caller("coord")
    assert coord.api("POST", "/rosters", content=roster(["grid1", "grid2"], need=3)).status_code == 200
    made = coord.api("POST", "/rosters/night/draft", json=DAY).json()
    assert made["proof"]["status"] == "infeasible"
    assert any("three officer are needed" in one for one in made["proof"]["contradictions"]), made["proof"]
    vacant = [seat for seat in made["seats"] if seat["person"] is None]
    assert len(vacant) == 9 - 4  # two serve on the first and the third day, and rest between
    assert all(seat["reason"] for seat in vacant)


def test_what_no_plan_can_hold_is_said_in_the_readers_language(small_house: House) -> None:
    coord = small_house.caller("coord", "zh")
    assert coord.api("POST", "/rosters", content=roster(["grid1"], need=1)).status_code == 200
    made = coord.api("POST", "/rosters/night/draft", json=DAY).json()
    told = made["proof"]["contradictions"]
    assert told
    assert all(one.startswith("下列规则无法同时满足：值班员值班后须休息 1 天；") for one in told), told
    assert "2026-04-01、2026-04-02 值班员需要 1 人，共有 1 人" in told[0]
    published = coord.api("POST", "/rosters/night/publish", json={"number": 1})
    assert published.json()["proof"]["contradictions"] == told


def test_the_plain_cases_are_said_plainly() -> None:
    need = {"rule": "need", "date": "2026-04-02", "role": "officer", "watch": "watch", "need": 1, "members": 2}
    away = [{"rule": "leave", "person": who, "from": "2026-04-02", "to": "2026-04-02"} for who in ("a", "b")]
    known = {"text": "On 2 Apr 2026 a and b-1 are away (a, b).", "rules": [*away, need]}
    names = {"a": "李海", "b": "王芳"}
    assert (
        contradiction_words(known, "zh_CN", names)
        == "2026-04-02 值班员共 2 人，其中 2 人请假（李海、王芳），需要 1 人。"
    )
    assert contradiction_words(known, "en", names) == "On 2 Apr 2026 李海 and b-1 are away (李海, 王芳)."
    too_few = {"text": "", "rules": [need | {"need": 5}]}
    assert contradiction_words(too_few, "zh_CN") == "2026-04-02 值班员需要 5 人，只有 2 人。"
    assert people_of(known) == ["a", "b"]


def test_a_broken_rule_is_said_in_the_readers_language() -> None:
    breach = Breach("rest", date(2026, 4, 2), "officer", ("grid1",), "grid1 serves again")
    assert broken_words([breach], "zh_CN") == ["grid1 在 2026-04-02 再次值班，间隔休息不足"]
    assert broken_words([breach], "en") == ["grid1 serves again"]
    assert kept_broken_words(kept_breach(breach), "zh_CN") == broken_words([breach], "zh_CN")[0]
    assert kept_broken_words("as it was kept before", "zh_CN") == "as it was kept before"


def test_leave_that_overlaps_or_ends_before_it_begins_is_refused(small_house: House) -> None:
    coord = small_house.caller("coord")
    away = {"person": "grid1", "from": "2026-04-01", "to": "2026-04-05"}
    assert coord.api("POST", "/absences", json=away).status_code == 201
    for first, last in (("2026-04-05", "2026-04-09"), ("2026-03-01", "2026-04-01"), ("2026-04-02", "2026-04-03")):
        answer = coord.api("POST", "/absences", json=away | {"from": first, "to": last})
        assert answer.status_code == 409, (first, last)
        assert "2026-04-01" in answer.json()["detail"]
    wrong = coord.api("POST", "/absences", json=away | {"from": "2026-05-05", "to": "2026-05-01"})
    assert set(reasons(wrong)) == {"to"}
    assert coord.api("POST", "/absences", json=away | {"person": "nobody"}).status_code == 404


def test_everybody_away_leaves_gaps_and_says_so(small_house: House) -> None:
    coord = small_house.caller("coord")
    coord.api("POST", "/rosters", content=roster(["grid1", "grid2"]))
    for person in ("grid1", "grid2"):
        away = {"person": person, "from": "2026-04-02", "to": "2026-04-02"}
        assert coord.api("POST", "/absences", json=away).status_code == 201
    made = coord.api("POST", "/rosters/night/draft", json=DAY).json()
    assert [seat["on"] for seat in made["seats"] if seat["person"] is None] == ["2026-04-02"]
    assert any("on leave" in one for one in made["proof"]["contradictions"])
    assert len(worlds.rows(small_house.engine, RosterVersion)) == 1
