"""Text fits its channel, whole characters only."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.couriers.robots import as_json
from service.couriers.sizes import MARK, clean, one_line, shorten, shorten_into


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("隐患", 6, "隐患"),
        ("隐患整改", 11, "隐患" + MARK),
        ("𠮷𠮷𠮷", 12, "𠮷𠮷𠮷"),
        ("𠮷𠮷𠮷", 11, "𠮷𠮷" + MARK),
        ("𠮷𠮷𠮷", 10, "𠮷" + MARK),
        ("ab👨‍👩‍👧z", 17, "ab" + MARK),
        ("ab👍🏽cdef", 9, "ab" + MARK),
        ("abe\u0301fgh", 6, "ab" + MARK),
        ("abcdef", 3, MARK),
        ("abcdef", 2, ""),
    ],
)
def test_a_cut_falls_between_whole_characters(text: str, most: int, kept: str) -> None:
    assert shorten(text, most) == kept


@given(st.text(alphabet="a隐𠮷👍\U0001f3fd\u200d\u0301\n", max_size=60), st.integers(0, 80))
def test_shortened_text_fits_and_is_a_beginning(text: str, most: int) -> None:
    kept = shorten(text, most)
    assert len(kept.encode()) <= most
    if kept != text:
        assert kept == "" or kept.endswith(MARK)
        assert text.startswith(kept.removesuffix(MARK))


def test_an_endless_pile_of_accents_is_cut_all_the_same() -> None:
    assert 900 < len(shorten("a" + "\u0301" * 1000, 2000).encode()) <= 2000


@given(st.text(alphabet='a隐𠮷👍"\\\n', max_size=200), st.integers(30, 300))
def test_a_request_is_as_full_as_its_escapes_allow(text: str, most: int) -> None:
    def build(part: str) -> bytes:
        return as_json({"text": part})

    request = build(text)
    fitted = shorten_into(build, text, most)
    assert len(fitted) <= most
    if len(request) <= most:
        assert fitted == request
    else:
        # No more is lost than the mark, one character and what belongs to it.
        assert len(fitted) > most - 12


def test_text_is_cleaned_of_what_channels_choke_on() -> None:
    assert clean("a\x00b\r\nc\rd\te\x1b[0m\ud800") == "ab\nc\nd\te[0m?"
    assert one_line("标题\r\nBcc: x@example.org\n ") == "标题 Bcc: x@example.org"
    assert all(unicodedata.category(c) != "Cc" for c in one_line("".join(map(chr, range(256)))))
