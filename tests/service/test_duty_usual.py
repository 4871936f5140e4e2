"""What is typed into the form of a usual roster comes out of its file as it was typed, or is refused."""

import contextlib
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.duty.file import KEY, read
from service.duty.usual import Usual, UsualRole, beside_fields, field_of, nobody_in, stem, written
from service.errors import Refused

OFFICERS = UsualRole("officer", {"default": "1", "holiday": "2"}, ("YJ001", "12", "no"), "1")
NONE = UsualRole("driver", {}, (), "1")
USUAL = Usual("night", "值班", "yanjing", "", "", "one", "08:00", "12.5", "", (NONE, OFFICERS))


def test_what_was_left_empty_does_not_stand_in_the_file() -> None:
    file = read(written(USUAL))
    assert [role.code for role in file.problem.roles] == ["officer"]
    assert file.problem.roles[0].members == ("YJ001", "12", "no")
    assert file.problem.watches[0].minutes == 750
    assert (file.phone, file.note, file.checks_a_week) == ("", "", 0)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=8))
def test_any_words_come_back_or_are_refused(name: str, phone: str, number: str) -> None:
    role = OFFICERS._replace(need={"default": number or "1"}, rest_days=number)
    usual = replace(USUAL, name=name, phone=phone, checks_a_week=number, hours=number, starts=number, roles=(role,))
    with contextlib.suppress(Refused):
        read(written(usual))
    with contextlib.suppress(Refused):
        file = read(written(replace(USUAL, name=name, phone=phone)))
        assert (file.name, file.phone) == (name, phone)


@pytest.mark.parametrize("words", ['": 1} #', "a\nkey: b", "- {x: [", "null", "0800", "研经镇 '一' \"二\" \\"])
def test_no_words_of_a_form_break_out_of_their_place(words: str) -> None:
    file = read(written(replace(USUAL, name=words, phone=words, note=words)))
    assert (file.key, file.name, file.phone, file.note) == ("night", words, words, words)


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_key_can_always_be_made(owner: str, name: str) -> None:
    assert KEY.fullmatch(stem(owner, name) + "-1234567")


@pytest.mark.parametrize(
    ("owner", "name", "key"),
    [("yanjing", "24小时值班", "yanjing-24"), ("yanjing", "值班", "yanjing-duty"), ("研经", "值班", "duty")],
)
def test_a_key_is_made_of_the_unit_and_the_name(owner: str, name: str, key: str) -> None:
    assert stem(owner, name) == key


def test_each_fault_of_the_file_has_its_field() -> None:
    bad = OFFICERS._replace(need={"default": "x", "rest_day": "-1"}, rest_days="99", members=("a", "a"))
    usual = replace(USUAL, roles=(NONE, bad))
    with pytest.raises(Refused) as refused:
        read(written(usual))
    fields = {fault.field for fault in beside_fields(refused.value, partial(field_of, usual=usual))}
    assert fields == {"officer[default]", "officer[rest_day]", "officer[rest_days]", "officer[members]"}
    assert nobody_in(usual) == []
    assert [fault.field for fault in nobody_in(replace(USUAL, roles=(NONE._replace(need={"default": "1"}),)))] == [
        "driver[members]"
    ]
