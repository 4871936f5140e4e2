"""Problems read and refused: every mistake named by where it stands, however large or odd the document."""

import json
import time
from typing import Any

import pytest

from service.roster import ProblemError, read, solve
from tests.roster.puzzles import dates, plain

Path = tuple[str | int, ...]
LEAVE: Path = ("roles", 0, "members", 0)

TABLE: list[tuple[Path, Any, str, str]] = [
    (("colour",), "red", "colour", "unknown key"),
    (("days", 1, "date"), "2023-13-01", "days[1].date", "expected a date"),
    (("days", 1, "date"), "2023-10-05", "days[1].date", "does not follow"),
    (("days", 1, "date"), "2023-09-29", "days[1].date", "does not follow"),
    (("days",), [], "days", "0 days"),
    (("days", 0, "need"), {"cook": 1}, "days[0].need.cook", "unknown key"),
    (("days", 0, "class"), 7, "days[0].class", "expected a text"),
    (("watch",), {"starts": "25:00"}, "watch.starts", "expected a time"),
    (("watch",), {"hours": 0}, "watch.hours", "longer than nothing"),
    (("watches",), [{"code": "a"}, {"code": "a"}], "watches", "given twice"),
    (("roles", 0, "need"), {"default": -1}, "roles[0].need.default", "not between"),
    (("roles", 0, "need"), {"default": True}, "roles[0].need.default", "whole number"),
    (("roles", 0, "need"), {"default": {"noon": 1}}, "roles[0].need.default.noon", "not a known watch"),
    (("roles", 0, "rest_days"), "two", "roles[0].rest_days", "whole number"),
    (("roles", 0, "rest_hours"), float("nan"), "roles[0].rest_hours", "expected hours"),
    (("roles", 0, "blocks"), [[5, 7]], "roles[0].blocks[0]", "follow each other"),
    (("roles", 0, "members", 1), "p0", "roles[0].members[1]", "listed twice"),
    (("roles", 0, "members", 1), 7, "roles[0].members[1]", "expected an object"),
    (LEAVE, {"code": "p0", "leave": ["2023-09-30", {"from": "2023-09-29", "to": "2023-10-01"}]},
     "roles[0].members[0].leave[0]", "overlaps the leave 2023-09-29 to 2023-10-01"),
    (LEAVE, {"code": "p0", "leave": [{"from": "2023-10-02", "to": "2023-10-01"}]},
     "roles[0].members[0].leave[0]", "before it starts"),
    (LEAVE, {"code": "p0", "wishes": [{"on": "2023-10-01", "weight": 0}]},
     "roles[0].members[0].wishes[0].weight", "not between"),
    (LEAVE, {"code": "p0", "wishes": [{"on": "2023-10-01", "role": "cook"}]}, "wishes", "not a known role"),
    (LEAVE, {"code": "p0", "max_in": {"week": 2}}, "roles[0].members[0].max_in.week", "whole number"),
    (LEAVE, {"code": "p0", "served": {"last": ["2023-09-29"]}}, "roles[0].members[0].served.last", "not before"),
    (LEAVE, {"code": "p0", "available": {"weekdays": [8]}}, "roles[0].members[0].available.weekdays[0]", "between"),
    (("members",), ["p0", "p1"], "roles[0].members[2]", "unknown member p2"),
    (("fixed",), [{"date": "2023-09-29", "role": "officer", "person": "p9"}], "fixed[0].person", "not a known member"),
    (("fixed",), [{"date": "2024-09-29", "role": "officer", "person": "p0"}], "fixed[0].date", "not one of the days"),
    (("pairs",), {"apart": [["p0", "p9"]]}, "pairs.apart[0]", "not a known member"),
    (("pairs",), {"with": [{"who": "p0", "with": ["p0"]}]}, "pairs.with[0].with", "other members"),
    (("successions",), [["watch"]], "successions[0]", "expected two watches"),
    (("fair",), {"total": "much"}, "fair.total", "whole number"),
    (("seed",), -1, "seed", "not between"),
    (("roles",), [], "roles", "at least one role"),
    (("roles",), {}, "roles", "expected a list"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "field", "reason"), TABLE)
def test_a_mistake_is_named_where_it_stands(path: Path, value: Any, field: str, reason: str) -> None:
    document: Any = plain(3, 4)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ProblemError) as caught:
        read(document)
    assert any(where == field and reason in why for where, why in caught.value.errors), caught.value.errors


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"days": 3}', "7"])
def test_what_is_no_problem_at_all(text: str) -> None:
    with pytest.raises(ProblemError):
        read(text)


def test_ten_thousand_members_are_refused_at_once() -> None:
    document = plain(10_000, 31)
    started = time.monotonic()
    with pytest.raises(ProblemError, match="10000 members; the engine plans 2000"):
        read(json.dumps(document))
    assert time.monotonic() - started < 5


def test_a_roster_beyond_bounds_is_refused_at_once() -> None:
    with pytest.raises(ProblemError, match="732000 choices"):
        read(plain(2_000, 366))


def test_mistakes_are_reported_together_and_at_most_fifty() -> None:
    document = plain(3, 60)
    for day in document["days"]:
        day["date"] = "soon"
    with pytest.raises(ProblemError) as caught:
        read(document)
    assert len(caught.value.errors) == 50


def test_of_one_place_one_mistake_is_told() -> None:
    with pytest.raises(ProblemError) as wrong:
        read(plain(1, 2) | {"roles": [{"role": "a", "need": 1, "members": [{"code": "p0", "wishes": [{}]}]}]})
    assert wrong.value.errors == [("roles[0].members[0].wishes[0].on", "missing")]


def test_text_and_table_read_alike() -> None:
    document = plain(3, 4)
    assert read(json.dumps(document)) == read(document)


def test_the_contract_keys_are_understood() -> None:
    problem = read(
        {
            "key": "town-24h", "name": "镇24小时值班", "owner": "yanjing", "watch": {"starts": "08:00", "hours": 24},
            "days": [{"date": on, "class": ["rest_day", "sensitive"]} for on in dates(3)],
            "roles": [{"role": "leader", "need": {"default": 1, "holiday": 2, "sensitive": 2},
                       "members": ["a", "b", "c", "d"], "rest_days": 1}],
            "fair": {"total": 10, "rest_day": 10, "holiday": 15},
        }
    )  # fmt: skip
    plan = solve(problem)
    assert plan.status == "optimal"
    assert len(plan.assignments) == 6
