"""Bad input to the acts on hazards: each fault named, nothing half written; and codes that run through the year."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Hazard, HazardCycle, Journal, Notice, Recheck
from service.errors import Conflict, NotFound, Refused
from service.hazards import acts as hazards
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import act, hazard, report, rows

ON_SPOT = "mode: a major hazard is rectified by a deadline, never on the spot"


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def faults(engine: Engine, verb: Any, who: str, *what: Any, **more: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(engine, verb, who, *what, **more)
    return [str(fault) for fault in refused.value.faults]


BAD = [
    ({"unit": "nowhere"}, NotFound, ""),
    ({"unit": "other"}, NotFound, ""),  # out of sight
    ({"description": " "}, Refused, "description: is missing"),
    ({"description": "险" * 200_000}, Refused, "description: is longer than 10000 characters"),
    ({"description": "a\x00b"}, Refused, "description: holds a character that can't be shown"),
    ({"description": 7}, Refused, "description: must be text"),
    ({"found_on": date(2026, 3, 3)}, Refused, "found_on: is a day to come"),
    ({"found_on": "yesterday"}, Refused, "found_on: must be a date like 2023-04-01"),
    ({"found_on": date(1, 1, 1)}, Refused, "found_on: is no day of these times"),
    ({"due_on": date(2026, 3, 1)}, Refused, "due_on: is before the day it was found"),
    ({"due_on": date(2036, 6, 1)}, Refused, "due_on: is more than ten years off"),
    ({"due_on": date(9999, 12, 31)}, Refused, "due_on: is no day of these times"),
    ({"level": "huge"}, Refused, "level: is no level of a hazard: huge"),
    ({"level": "major", "mode": "on_spot"}, Refused, ON_SPOT),
    ({"mode": "later"}, Refused, "mode: is no way to rectify: later"),
    ({"source": "rumour"}, Refused, "source: is no source of hazards: rumour"),
    ({"campaign": "none"}, Refused, "campaign: there is no campaign none"),
    ({"task": "campaign:none:a:2026-01-01:e1"}, Refused, "task: there is no task campaign:none:a:2026-01-01:e1"),
    ({"code": "a b"}, Refused, "code: may hold letters, digits, - _ . only, and begins with a letter or digit"),
    ({"rank": True}, Refused, "rank: must be a whole number"),
    ({"wrong": 1}, Refused, "wrong: there is no such field"),
    ({"place": "长" * 501}, Refused, "place: is longer than 500 characters"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "refused", "fault"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_bad_input_is_named_and_nothing_is_written(county: Engine, what: Any, refused: Any, fault: str) -> None:
    with pytest.raises(refused) as raised:
        report(county, **what)
    assert [str(one) for one in raised.value.faults] == ([fault] if fault else [])
    for table in (Hazard, HazardCycle, Recheck, Notice):
        assert rows(county, table) == []
    assert [line.act for line in rows(county, Journal) if line.subject.startswith("H-")] == []


def test_emoji_and_rare_characters_are_kept(county: Engine) -> None:
    words = "𠮷野家后厨⚠️燃气软管老化🔥\n第二行"
    code = report(county, description=words)
    assert hazard(county, code).description == words


def test_words_of_the_field_are_understood(county: Engine) -> None:
    code = report(county, level="重大隐患", source="群众举报")
    row = hazard(county, code)
    assert (row.level, row.source) == ("major", "public")


def test_a_closed_unit_has_no_new_hazards(county: Engine) -> None:
    from service import people
    from service.access import SYSTEM

    act(county, people.change_unit, SYSTEM, "e2", {"closed_on": date(2026, 3, 1)})
    with pytest.raises(Refused) as refused:
        report(county, unit="e2")
    assert str(refused.value.faults[0]) == "unit: is closed"


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ({}, "responsible: a person or a unit must answer for it"),
        ({"responsible": "ghost"}, "responsible: there is no such person"),
        ({"responsible": "stranger"}, "responsible: there is no such person"),
        ({"responsible_unit": "nowhere"}, "responsible_unit: there is no unit nowhere"),
        ({"responsible": "boss", "funds_yuan": -1}, "funds_yuan: must be from 0 to 2000000000"),
        ({"responsible": "boss", "funds_yuan": 2**31}, "funds_yuan: must be from 0 to 2000000000"),
        ({"responsible": "boss", "due_on": date(2026, 4, 1)}, "due_on: there is no such field"),
    ],
)
def test_an_assignment_names_somebody(county: Engine, what: Any, fault: str) -> None:
    code = report(county)
    assert faults(county, hazards.assign, "inspector", code, **what) == [fault]
    assert hazard(county, code).state == "registered"


def test_codes_are_given_or_run_through_the_year(county: Engine) -> None:
    assert report(county, code="YJ-7") == "YJ-7"
    with pytest.raises(Conflict):
        report(county, code="YJ-7")
    assert report(county, code="H-2026-000041") == "H-2026-000041"
    assert report(county, code="H-2026-12x456") == "H-2026-12x456"
    assert report(county) == "H-2026-000042"
    assert report(county, found_on=date(2025, 12, 31)) == "H-2025-000001"
    assert report(county, code="H-2026-999999") == "H-2026-999999"
    assert [report(county), report(county)] == ["H-2026-1000000", "H-2026-1000001"]
