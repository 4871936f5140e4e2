"""A year's notice file: what is read, and for each kind of fault its line and reason."""

from datetime import date, timedelta

import pytest

from models.kinds import DayClass, Festival
from service.calendar.notice_file import MOST_BYTES, read_notice
from service.errors import Refused

GOOD = """\
year: 2027
title: 国办发明电〔2026〕9号
days:
  - {on: 2026-12-27, class: makeup_workday}
  - {on: 2027-01-01, class: statutory_holiday, festival: new_year}
  - {from: 2027-02-05, to: 2027-02-08, class: statutory_holiday, festival: spring_festival}
  - from: "2027-02-09"
    to: 2027-02-12
    class: adjusted_rest_day
  - {on: 2027-02-20, class: makeup_workday}
  - {on: 2027-02-21, class: rest_day}
  - {on: 2027-02-22, class: workday}
"""


def faults_of(text: str | bytes) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_notice(text)
    assert refused.value.status == 422
    return [str(fault) for fault in refused.value.faults]


def with_days(*entries: str) -> str:
    return "year: 2027\ntitle: T\ndays:\n" + "".join(f"- {entry}\n" for entry in entries)


def test_a_notice_is_read_whole() -> None:
    notice = read_notice(GOOD)
    assert (notice.year, notice.title) == (2027, "国办发明电〔2026〕9号")
    assert [day.on for day in notice.days] == [
        date(2026, 12, 27),
        date(2027, 1, 1),
        *(date(2027, 2, 5) + timedelta(days=n) for n in range(8)),
        *(date(2027, 2, 20) + timedelta(days=n) for n in range(3)),
    ]
    assert notice.days[2] == (date(2027, 2, 5), DayClass.statutory_holiday, (Festival.spring_festival,))
    assert notice.days[6] == (date(2027, 2, 9), DayClass.adjusted_rest_day, ())
    assert read_notice(("\ufeff" + GOOD).encode()) == notice


def test_festivals_it_says_nothing_of_are_named() -> None:
    assert read_notice(GOOD).unnamed == (
        Festival.qingming,
        Festival.labour_day,
        Festival.dragon_boat,
        Festival.mid_autumn,
        Festival.national_day,
    )


DAY = "{on: 2027-02-05, class: statutory_holiday, festival: spring_festival}"
BAD_ENTRIES = [
    ("{on: 2027-02-05, class: holiday, festival: spring_festival}", "holiday is not one of"),
    ("{on: 2027-02-05, class: , festival: spring_festival}", " is not one of"),
    ("{on: 2027-02-05, class: [workday]}", "One word or text"),
    ("{on: 2027-02-05, class: statutory_holiday, festival: easter}", "easter is not one of"),
    ("{on: 2027-02-05, class: statutory_holiday}", "names its festival"),
    ("{on: 2027-02-06, class: makeup_workday, festival: spring_festival}", "belongs to no festival"),
    ("{on: 2027-02-05, festival: spring_festival}", "class is missing"),
    ("{on: 2027-02-05, class: makeup_workday}", "2027-02-05 is no Saturday or Sunday"),
    ("{from: 2027-02-06, to: 2027-02-08, class: makeup_workday}", "2027-02-08 is no Saturday or Sunday"),
    ("{on: 2027-02-06, class: workday}", "a makeup_workday, if it works"),
    ("{on: 2027-02-05, class: rest_day}", "an adjusted_rest_day, if it is off"),
    ("{on: 2028-01-01, class: makeup_workday}", "2028-01-01 is neither in 2027"),
    ("{on: 2026-11-28, class: makeup_workday}", "2026-11-28 is neither in 2027"),
    ("{class: makeup_workday}", "Either on, or from and to"),
    ("{from: 2027-02-06, class: makeup_workday}", "Either on, or from and to"),
    ("{on: 2027-02-06, to: 2027-02-07, class: makeup_workday}", "Either on, or from and to"),
    ("{from: 2027-02-07, to: 2027-02-06, class: makeup_workday}", "From 2027-02-07 to 2027-02-06"),
    ("{from: 2027-02-06, to: 2027-12-06, class: adjusted_rest_day}", "is not 1 to 31 days"),
    ("{from: 0001-01-01, to: 9999-12-31, class: adjusted_rest_day}", "is not 1 to 31 days"),
    ("{on: 2027-02-30, class: makeup_workday}", "2027-02-30 is not a date"),
    ("{on: 2027-2-6, class: makeup_workday}", "2027-2-6 is not a date"),
    ("{on: 20270206, class: makeup_workday}", "20270206 is not a date"),
    ("{on: [2027-02-06], class: makeup_workday}", "One word or text"),
    ("{on: 2027-02-06, class: makeup_workday, day: 6}", "no key day here"),
    ("{on: 2027-02-06, on: 2027-02-07, class: makeup_workday}", "on is written twice"),
    ("{? [on] : 2027-02-06, on: 2027-02-06, class: makeup_workday}", "no key ? here"),
    ("2027-02-06", "Keys and values are expected"),
    ("{}", "Keys and values are expected"),
    (f"{DAY[:-1]}, note: &a x}}", "Anchors and aliases"),
    ("*days", "Anchors and aliases"),
    ("!!python/object/apply:os.system [echo]", "Tags are not allowed"),
    ("[[[[[[[[]]]]]]]]", "Far more than a notice"),
    ("{on: 2027-02-06, class: 'makeup_workday}", "This is not YAML"),
]


@pytest.mark.parametrize(("entry", "reason"), BAD_ENTRIES)
def test_a_bad_entry_is_named_by_its_line(entry: str, reason: str) -> None:
    [fault] = faults_of(with_days("{on: 2027-01-01, class: statutory_holiday, festival: new_year}", entry))
    assert reason in fault
    assert fault.startswith(("line 5", "line 6" if "not YAML" in fault else "line 5"))


BAD_HEADS = [
    ("", 1, "empty"),
    ("- a\n", 1, "Keys and values are expected: year, title, days"),
    (f"title: T\ndays:\n- {DAY}\n", 1, "year is missing"),
    (f"year: 2027\ndays:\n- {DAY}\n", 1, "title is missing"),
    ("year: 2027\ntitle: T\n", 1, "days is missing"),
    (f"year: 27\ntitle: T\ndays:\n- {DAY}\n", 1, "27 is no year from 2000 to 2099"),
    (f"title: T\nyear: 1999\ndays:\n- {DAY}\n", 2, "1999 is no year"),
    (f"year: [2027]\ntitle: T\ndays:\n- {DAY}\n", 1, "One word or text"),
    (f"year: 2027\ntitle: ''\ndays:\n- {DAY}\n", 2, "A title has 1 to 200"),
    (f"year: 2027\ntitle: {'长' * 201}\ndays:\n- {DAY}\n", 2, "A title has 1 to 200"),
    ("year: 2027\ntitle: T\ndays: []\n", 3, "A list of days is expected"),
    ("year: 2027\ntitle: T\ndays: none\n", 3, "A list of days is expected"),
    (f"year: 2027\ntitle: T\nplace: P\ndays:\n- {DAY}\n", 3, "no key place here"),
    (f"year: 2027\ntitle: T\nyear: 2027\ndays:\n- {DAY}\n", 3, "year is written twice"),
    (f"year: 2027\n---\ntitle: T\ndays:\n- {DAY}\n", 2, "This is not YAML"),
    (f"year: 2027\ntitle: T\ndays:\n- {DAY}\n- {DAY}\n", 5, "named twice; it stands on line 4"),
    (f"year: 2027\ntitle: T\ndays: [{DAY}, {DAY}]\n", 3, "named twice; it stands on line 3"),
    ("year: 2027\ntitle: \x07\n", 1, "This is not YAML"),
]


@pytest.mark.parametrize(("text", "line", "reason"), BAD_HEADS)
def test_a_bad_file_is_named_by_its_line(text: str, line: int, reason: str) -> None:
    [fault] = faults_of(text)
    assert reason in fault
    assert fault.startswith(f"line {line}: ")


def test_every_fault_is_named_at_once_in_order() -> None:
    text = "year: 27\ntitle: T\ndays:\n- {on: x, class: y}\n- {on: 2027-02-05, class: makeup_workday, z: 1}\n"
    assert [fault.split(":")[0] for fault in faults_of(text)] == ["line 1", "line 4", "line 4", "line 5", "line 5"]


def test_other_encodings_are_refused_at_their_line() -> None:
    [fault] = faults_of("year: 2027\ntitle: 国务院\n".encode("gb18030"))
    assert fault == "line 2: Not UTF-8 text: save the file as UTF-8"
    [fault] = faults_of("year: 2027\ntitle: \ud800\n")
    assert fault.startswith("line 2: Not UTF-8")


def test_what_is_huge_is_refused_unread() -> None:
    assert faults_of("#" * (MOST_BYTES + 1)) == ["line 1: Longer than 1000000 bytes"]
    assert "Far more" in faults_of("year: 2027\ntitle: T\ndays:\n" + f"- {DAY}\n" * 10_000)[0]
    assert "Far more" in faults_of("[" * (MOST_BYTES - 10))[0]


def test_a_bomb_is_refused_at_its_first_anchor() -> None:
    layers = ["a: &a [x, x, x]"] + [
        f"{c}: &{c} [*{p}, *{p}, *{p}]" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    assert faults_of("\n".join(layers)) == ["line 1: Anchors and aliases are not allowed"]
