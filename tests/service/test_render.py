"""The words of messages: every kind has its own, each says why, a digest fits its channel, in both languages."""

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from service.notices import words as notice_words
from service.notices.claims import units_said
from service.notices.render import Reader, words_for
from service.notices.words import KINDS, OTHERS
from service.rules.notices import NoticeFacts
from tests.service.worlds import SHANGHAI, at

ROOT = Path(__file__).parents[2] / "service"
READER = Reader("en", SHANGHAI, {"v1": "East Village"})
DUE = at("2026-03-09 18:00")


def notice(kind: str = "task_assigned", key: str = "n", **facts: Any) -> NoticeFacts:
    known = {"name": "Inspection", "unit": "v1", "due_at": DUE.isoformat(), "code": "H1", "reason": "no photo"}
    owed_at = facts.pop("owed_at", at("2026-03-04 08:00"))
    recipient = facts.pop("recipient", "a")
    return NoticeFacts(key, 1, kind, "task:1", recipient, False, known | facts, "owed", owed_at, 0, "")


def climbed(**facts: Any) -> NoticeFacts:
    known = {"about": "task", "rung": 2, "rungs": 5, "rung_level": 2, "policy": "drive", "subject": "task:1"}
    return notice("escalated", **(known | facts))


def test_one_notice_says_itself_and_why() -> None:
    words = words_for([notice()], READER)
    assert words.title == "New task: Inspection"
    assert words.body == (
        "East Village: Inspection, due 2026-03-09 18:00\n\n"
        "Why you get this: task assigned (task:1), owed since 2026-03-04 08:00."
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"until_at": at("2026-03-05 06:00").isoformat()}, "In force until 2026-03-05 06:00."),
        ({}, "until it is called off."),
    ],
)
def test_a_warning_says_how_long_it_is_in_force(facts: dict[str, Any], words: str) -> None:
    assert words in words_for([notice("alert", about="alert", text="Fix the roofs", **facts)], READER).body


def test_a_watch_is_told_with_its_role_its_person_and_where_they_are_called() -> None:
    reader = READER._replace(called={"1006": ("叶永福", "13800130006")})
    watch = {"role": "officer", "person": "1006", "name": "Night duty"}
    body = words_for([notice("duty_absent", **watch)], reader).body
    assert "Duty officer 叶永福 13800130006 is not at the post; the duty began 2026-03-09 18:00" in body
    assert "(Night duty 2026-03-09 18:00 Duty officer)" in body
    asked = words_for([notice("swap_asked", return_at=at("2026-03-12 08:00").isoformat(), **watch)], reader).body
    assert "叶永福 asks you to serve from 2026-03-09 18:00 as Duty officer" in asked
    assert "; they would serve yours of 2026-03-12 08:00. no photo" in asked
    assert "1007 asks" in words_for([notice("swap_asked", **watch | {"person": "1007"})], reader).body
    assert "-" in words_for([notice("duty_assigned", role="leader")], READER).body


def test_a_name_that_is_a_whole_sentence_ends_where_the_sentence_about_it_goes_on() -> None:
    told = notice("incident_report_due", name="货车侧翻。", code="I-1", to_unit="v1", deaths=0, injured=1, missing=0)
    body = words_for([told], READER._replace(locale="zh_CN")).body
    assert "前将I-1 货车侧翻报至East Village。死亡0人" in body


def test_the_units_that_words_call_by_name_are_all_asked_for() -> None:
    came = notice("incident_came", from_unit="v2", to_unit="v1", unit="v3")
    assert units_said([came, notice(unit="")]) == {"v1", "v2", "v3"}


def test_what_has_a_code_is_called_by_it() -> None:
    look = notice("recheck_due", code="H-2026-7")._replace(subject="hazard:H-2026-7:recheck:1.1")
    assert "Why you get this: recheck due (H-2026-7), owed since" in words_for([look], READER).body


def test_a_step_of_a_case_names_case_step_policy_instant_and_who_was_passed_over() -> None:
    words = words_for([climbed(passed_over=[1, 3], of_parent=True)], READER)
    assert words.title == "Overdue, comes to you: Inspection"
    why = words.body.split("\n\n")[1]
    assert why == (
        "Why you get this: case task:1, step 2 of 5 of the policy drive, due 2026-03-04 08:00. "
        "It comes to you as the office above. Nobody holds level 1, 3, which was passed over."
    )


@pytest.mark.parametrize(
    ("about", "level", "title"),
    [
        ("task", 0, "Overdue: Inspection"),
        ("task", 3, "Overdue, comes to you: Inspection"),
        ("hazard", 0, "Overdue: Inspection"),
        ("hazard", 3, "A hazard overdue, comes to you: Inspection"),
        ("recheck", 0, "Look-back missed: Inspection"),
        ("recheck", 2, "Look-back missed, comes to you: Inspection"),
        ("a thing", 2, "Overdue, comes to you: Inspection"),
    ],
)
def test_the_first_rung_speaks_to_those_who_had_it(about: str, level: int, title: str) -> None:
    assert words_for([climbed(about=about, rung_level=level)], READER).title == title


def test_what_nobody_is_named_for_says_so() -> None:
    assert "Nobody is named for it." in words_for([notice(unassigned=True)], READER).body


def test_a_digest_lists_newest_first_with_each_one_s_step() -> None:
    words = words_for([notice(), climbed(key="m", owed_at=at("2026-03-05"))], READER)
    assert words.title == "2 matters for you"
    assert words.body.splitlines() == [
        "1. East Village: Inspection is not done since 2026-03-09 18:00 (step 2, policy drive, due 2026-03-04 24:00)",
        "2. East Village: Inspection, due 2026-03-09 18:00",
    ]


def test_a_group_s_digest_says_whom_each_line_is_for() -> None:
    reader = READER._replace(names={"a": "张三", "b": "李四"})
    words = words_for([notice(key="1"), notice(key="2", recipient="b"), notice(key="3", recipient="c")], reader)
    heads = [line.split(": ")[0] for line in words.body.splitlines()]
    assert heads == ["1. East Village", "2. 李四", "3. 张三"]


@pytest.mark.parametrize("room", [10, 200, 1_800])
def test_a_digest_fits_its_channel_and_counts_what_does_not(room: int) -> None:
    many = [notice(key=f"{n:03}", name=f"检查{n}") for n in range(200)]
    body = words_for(many, READER._replace(room=room)).body
    lines = body.splitlines()
    assert len(body.encode()) <= max(room, 160)
    assert len(lines) >= 2
    assert lines[-1] == f"And {200 - len(lines) + 1} more; they are all on your page."


def test_at_most_a_hundred_lines_however_much_room_there_is() -> None:
    many = [notice(key=f"{n:03}") for n in range(150)]
    assert len(words_for(many, READER._replace(room=10**6)).body.splitlines()) == 101


def test_what_may_have_arrived_before_is_marked() -> None:
    for many in ([notice()], [notice(), notice(key="m")]):
        assert words_for(many, READER, again=True).body.startswith("Sent again: ")


def test_a_kind_without_words_and_facts_that_are_missing_or_odd_still_make_a_message() -> None:
    odd = notice("never_heard_of", due_at="soon", unit="gone")
    assert words_for([odd], READER).title == "Inspection"
    bare = NoticeFacts("n", 1, "task_rejected", "s", "a", False, {}, "owed", DUE, 0, "")
    assert words_for([bare], READER).body.startswith("-: - was sent back: -")
    braces = notice(name="{owed_at} {0} {")
    assert words_for([braces], READER).title == "New task: {owed_at} {0} {"
    assert "soon" in words_for([notice("task_due_soon", due_at="soon")], READER).body


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_every_kind_reads_in_both_languages(kind: str, locale: str) -> None:
    words = words_for([notice(kind)], READER._replace(locale=locale))
    assert "{" not in words.title + words.body
    assert words.title


def test_every_kind_that_is_told_anywhere_has_words_of_its_own() -> None:
    said = set()
    for file in ROOT.rglob("*.py"):
        said |= set(re.findall(r'[tT]elling\(\s*"([a-z_]+)"', file.read_text()))
    assert {"task_rejected", "hazard_due_soon", "task_cancelled"} <= said, "the pattern still finds them"
    said |= {"task_assigned", "task_due_soon", "task_overdue", "task_missed", "escalated", "still_open"}
    assert said <= set(KINDS)


def test_sentences_ask_only_for_facts_there_are() -> None:
    known = {
        "name", "unit_name", "due_at", "code", "reason", "kind", "subject", "owed_at", "case", "rung", "rungs",
        "policy", "levels", "n", "note", "from_on", "to_on", "kind_name", "casualties", "happened_at", "to_name",
        "from_name", "text", "acknowledge", "total", "link", "deaths", "injured", "missing", "quantity", "unit_word",
        "minimum", "validity", "until_at", "person_name", "role_name", "phone", "in_return", "return_at",
    }  # fmt: skip
    sentences = [text for pair in (*KINDS.values(), OTHERS) for text in pair]
    sentences += [value for name, value in vars(notice_words).items() if name.isupper() and isinstance(value, str)]
    assert {field for text in sentences for _, field, _, _ in Formatter().parse(text) if field} <= known
