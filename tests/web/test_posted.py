"""What a form's fields become: words that look like numbers and days are these, lists and all."""

from datetime import date

import pytest

from models.kinds import AnswerMark
from service.errors import Refused
from service.web.forms import ChecklistForm, Level, NewSeason, Submission
from service.web.pages.findings import Findings
from service.web.pages.posted import Brought, Posted


def faults(fields: list[tuple[str, str]], schema: type = Submission) -> set[str]:
    with pytest.raises(Refused) as refused:
        Posted(fields).fit(schema)
    return {one.field for one in refused.value.faults}


def test_fields_of_fields_and_entries_of_lists() -> None:
    read = Posted(
        [
            ("version", "4"), ("figures[人.次]", "3"), ("figures[km]", "1.5"), ("answers[general.v1:1][mark]", "pass"),
            ("answers[general.v1:1][note]", ""), ("findings[0][description]", "甲"),
            ("findings[0][due_on]", "2026-01-02"), ("findings[2][description]", "乙"), ("note", " "), ("token", "x"),
            ("unknown", "y"),
        ]
    ).fit(Submission)  # fmt: skip
    assert (read.version, read.figures, read.note) == (4, {"人.次": 3, "km": 1.5}, "")
    assert read.answers["general.v1:1"].mark is AnswerMark.passed
    assert [(one.description, one.due_on) for one in read.findings] == [("甲", date(2026, 1, 2)), ("乙", None)]
    assert read.model_fields_set == {"version", "figures", "answers", "findings"}


def test_each_place_is_named_once() -> None:
    wrong = [("figures[a]", "z"), ("findings[0][due_on]", "x"), ("answers[a:1][mark]", "maybe"), ("version", "no")]
    assert faults(wrong) == {
        "figures.a", "findings.0.due_on", "findings.0.description", "answers.a:1.mark", "version",
    }  # fmt: skip


def test_a_list_of_words_and_a_name_that_python_keeps() -> None:
    read = Posted([("name", "n"), ("owner", "o"), ("items", "a"), ("items", ""), ("items", "b")]).fit(ChecklistForm)
    assert read.items == ["a", "b"]
    assert Posted([("people", "a")]).fit(Level).people == ["a"]
    assert faults([("name", "n"), ("owner", "o")], ChecklistForm) == {"items"}
    season = Posted([("kind", "flood"), ("from", "2026-06-01"), ("to", "2026-09-30")]).fit(NewSeason)
    assert (season.from_on, season.to_on) == (date(2026, 6, 1), date(2026, 9, 30))


def test_rows_in_which_nothing_is_written_are_left_out() -> None:
    fields = [
        ("findings[0][description]", " "), ("findings[0][level]", "general"), ("findings[0][mode]", "by_deadline"),
        ("findings[3][description]", "甲"), ("findings[3][level]", "major"), ("findings[7][level]", "general"),
        ("findings[9][place]", "二楼"), ("note", "x"), ("findings[x][place]", "no row"),
    ]  # fmt: skip
    given = Findings(
        Posted(fields, [("findings[7][photo]", Brought("a.jpg", b"1")), ("photo", Brought("b.jpg", b"2"))])
    )
    assert given.many == 3
    assert given.form.text("findings[0][description]") == "甲"
    assert given.form.text("findings[2][place]") == "二楼"
    assert given.photo_fields() == ["photo", "findings[1][photo]"]
    assert given.form.text("note") == "x"
    assert given.photos("findings[0][photo]") == ()
