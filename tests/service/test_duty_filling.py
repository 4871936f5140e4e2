"""A roster's file as a form and back: only what was changed is written anew, all else stays letter by letter."""

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from service.duty.file import document_of, read
from service.duty.filling import Filled, changed, filled, kinds_of
from service.duty.filling_faults import field_of
from service.duty.rewriting import rewritten

FILE = """# the night duty of the town
key: night   # its key never changes
name: 镇24小时值班
owner: town
phone: 0838-1234567
watches:
  - {code: day, starts: "08:00", hours: 12}
  - {code: late, starts: "20:00", hours: 12}
roles:
  # leaders first
  - role: leader
    need: {default: 1, holiday: 2, flood: 3}   # two on holidays
    members: [chief, mayor, {code: deputy, leave: [2026-12-05], available: {to: 2026-12-20}, served: {total: 9}}]
    rest_days: 1
  - {role: officer, need: {default: {day: 1, late: 2}}, members: [grid1, grid2], blocks: [[5, 6]]}
  - role: scribe
    need: 1
    members:
      - deputy
      - clerk

# who must not
pairs:
  apart: [[chief, mayor]]
max_in: {7: 3, 90: 20}
"""


def again(told: Filled, text: str = FILE) -> str:
    return rewritten(text, changed(document_of(text), told))


def with_role(told: Filled, code: str, **values: Any) -> Filled:
    return replace(told, roles=[replace(role, **values) if role.code == code else role for role in told.roles])


def test_a_form_sent_as_it_came_changes_nothing() -> None:
    told = filled(document_of(FILE))
    assert again(told) == FILE
    assert told.plain["drafted_ahead_days"] == "30"
    assert (told.plain["in_7_days"], told.plain["in_30_days"]) == ("3", "")
    assert told.stays["until:deputy"] == "2026-12-20"
    assert [role.code for role in told.roles] == ["leader", "officer", "scribe", "driver", "standby"]
    assert kinds_of(told.roles[0]) == ["default", "rest_day", "holiday", "sensitive", "flood"]
    assert kinds_of(told.roles[1]) == ["default:day", "default:late", "rest_day", "holiday", "sensitive"]


def test_only_what_was_changed_is_written_anew() -> None:
    told = filled(document_of(FILE))
    plain = dict(told.plain) | {"phone": "", "in_7_days": "2", "rest_hours": "11.5", "fair_total": "20"}
    told = replace(with_role(told, "leader", need={"default": "2", "holiday": "2", "flood": "3"}), plain=plain)
    told = with_role(told, "officer", need={"default:day": "1", "default:late": "1"}, members=["grid2", "grid1", "e"])
    found = again(told)
    left, came = set(FILE.splitlines()), set(found.splitlines())
    assert sorted(left - came) == [
        "    need: {default: 1, holiday: 2, flood: 3}   # two on holidays",
        "  - {role: officer, need: {default: {day: 1, late: 2}}, members: [grid1, grid2], blocks: [[5, 6]]}",
        "max_in: {7: 3, 90: 20}", "phone: 0838-1234567",
    ]  # fmt: skip
    assert sorted(came - left) == [
        "    need: {default: 2, holiday: 2, flood: 3}   # two on holidays",
        '  - {role: officer, need: {default: {day: 1, late: 1}}, members: ["grid1", "grid2", "e"], blocks: [[5, 6]]}',
        "fair: {total: 20}", "max_in: {7: 2, 90: 20}", "rest_hours: 11.5",
    ]  # fmt: skip
    assert read(found).problem.roles[1].blocks == ((5, 6),)


def test_what_is_said_of_a_person_stays_with_them_when_one_of_their_roles_is_left() -> None:
    told = filled(document_of(FILE))
    told = with_role(told, "leader", members=["chief", "mayor"])
    problem = read(again(told)).problem
    assert (problem.people["deputy"].leave, problem.people["deputy"].last) != ((), None)
    assert problem.roles[0].members == ("chief", "mayor")
    told = with_role(told, "scribe", members=["clerk"])
    assert "deputy" not in read(again(told)).problem.people


def test_somebody_serves_from_or_until_a_day() -> None:
    told = filled(document_of(FILE))
    stays = dict(told.stays) | {"from:clerk": "2026-12-02", "until:deputy": ""}
    found = again(replace(told, stays=stays))
    assert '- {code: "clerk", available: {from: "2026-12-02"}}' in found
    assert "available: {to" not in found
    back = dict(stays) | {"from:clerk": ""}
    assert '- "clerk"' in again(replace(filled(document_of(found)), stays=back), found)


def test_a_role_comes_and_one_that_has_nothing_goes() -> None:
    told = filled(document_of(FILE))
    told = with_role(told, "driver", need={"default": "1"}, members=["grid1"], rests={"rest_days": "1"})
    told = with_role(told, "scribe", need={"default": ""}, members=[])
    roles = read(again(told)).problem.roles
    assert [(role.code, role.rest_days) for role in roles] == [("leader", 1), ("officer", 0), ("driver", 1)]
    assert read(again(with_role(told, "scribe", need={"default": "2"}, members=["clerk"]))).problem.roles[2].need == {
        "default": {"*": 2}
    }


def test_who_comes_is_put_among_the_members_where_the_file_lists_them() -> None:
    listed = FILE + "members: [{code: chief, max_in: {7: 1}}, mayor, deputy, grid1, grid2, clerk]\n"
    told = with_role(filled(document_of(listed)), "officer", members=["grid1", "new"])
    found = again(told, listed)
    assert read(found).problem.roles[1].members == ("grid1", "new")
    assert document_of(found)["members"][0] == {"code": "chief", "max_in": {"7": 1}}


@pytest.mark.parametrize(
    "text",
    [
        '{"key": "a", "name": "x",\t"owner": "town", "roles": [{"role": "leader", "need": 1, "members": ["a"]}]}',
        "key: a\nname: x\nowner: town\nroles:\n- role: leader\n  need: 1\n  members:\n  - a\n",
        "name: >\n  x\n  y\nkey: a\nowner: town\nroles:\n  - need: 1\n    role: leader\n    members: [a]",
    ],
    ids=["json", "flush lists", "no line end"],
)
def test_a_file_laid_out_in_another_way_says_the_same_afterwards(text: str) -> None:
    told = filled(document_of(text))
    told = replace(told, plain=dict(told.plain) | {"name": '不"一样: #', "note": "附注"})
    told = with_role(told, "leader", members=["a", "b"], need={"default": "2", "holiday": "3"})
    found = document_of(again(told, text))
    assert (found["name"], found["note"], found["key"]) == ('不"一样: #', "附注", "a")
    assert found["roles"] == [{"role": "leader", "need": {"default": 2, "holiday": 3}, "members": ["a", "b"]}]


def test_a_fault_of_the_file_stands_at_its_field() -> None:
    document = document_of(FILE)
    for path, field in (
        ("name", "name"), ("max_in.7", "in_7_days"), ("fair.total", "fair_total"),
        ("roles[0].need.holiday", "leader[holiday]"),
        ("roles[1].need.default.late", "officer[default:late]"), ("roles[2].need", "scribe[default]"),
        ("roles[0].members[1]", "leader[members]"), ("roles[0].members[2].available.to", "until:deputy"),
        ("roles[0].rest_hours", "leader[rest_hours]"), ("pairs.apart[0]", "pairs"), ("roles", "roles"),
    ):  # fmt: skip
        assert field_of(path, document) == field
    assert field_of("members[0].available.from", {"roles": [], "members": ["chief"]}) == "from:chief"


TEXTS = st.text("ab: #'\"{}[],值-\\%@&*!|>?", max_size=6) | st.sampled_from(
    ("yes", "1", "2026-01-01", "", " ", "~", "null")
)
VALUES = st.recursive(
    TEXTS | st.integers(-9, 99) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.sampled_from("abcdef"), VALUES, min_size=1, max_size=4)


@settings(max_examples=150)
@given(DOCUMENTS, DOCUMENTS, st.sampled_from((None, False, True)))
def test_the_law_of_rewriting(before: dict[str, Any], after: dict[str, Any], style: bool | None) -> None:
    """However a file is laid out, it says exactly what was wished; where that is the same, not a letter moves."""
    text = yaml.safe_dump(before, default_flow_style=style, allow_unicode=True, sort_keys=False)
    stands = document_of(text)
    assert document_of(rewritten(text, after)) == after
    assert rewritten(text, stands) == text
