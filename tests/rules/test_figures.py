"""Numbers as they are printed: half up, in rounding words, against the year before, beside the sum of their parts."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.figures import About, about, change, digits, foot, rate, tidy, vague

COUNTS = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("part", "whole", "decimals", "said"),
    [
        (461, 464, 1, 99.4),
        (19_955, 23_708, 1, 84.2),
        (19_955, 23_708, 2, 84.17),
        (1, 8, 1, 12.5),
        (1, 16, 1, 6.3),  # 6.25 goes up
        (5, 0, 1, None),
        (0, 5, 1, 0.0),
        (250, 250, 1, 100.0),
    ],
)
def test_rates_are_rounded_half_up(part: int, whole: int, decimals: int, said: float | None) -> None:
    assert rate(part, whole, decimals) == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(13, 21, -38.1), (8, 15, -46.67), (9, 12, -25.0), (5, 0, None), (3, 3, 0.0), (3, 2, 50.0)],
)
def test_changes_are_those_of_the_reference(now: int, before: int, said: float | None) -> None:
    assert change(now, before, 2) == said


@pytest.mark.parametrize(
    ("value", "decimals", "money", "said"),
    [
        (None, None, False, "—"),
        (23_708, None, False, "23708"),
        (99.4, 1, False, "99.4"),
        (100.0, 1, False, "100.0"),
        (6_337_450, None, True, "633.745"),
        (5_595_700, None, True, "559.57"),
        (50_000, None, True, "5"),
        (7_190.5, None, False, "7190.5"),
        (0, None, False, "0"),
    ],
)
def test_digits(value: float | None, decimals: int | None, money: bool, said: str) -> None:
    assert digits(value, decimals=decimals, ten_thousands=money) == said


@pytest.mark.parametrize(
    ("value", "word", "number"),
    [
        (7, "exact", 7),
        (11, "over", 10),
        (50, "exact", 50),
        (52, "over", 50),
        (81, "over", 80),
        (98, "near", 100),
        (127, "over", 120),
        (391, "over", 390),
        (392, "near", 400),
        (495, "near", 500),
        (25_480, "over", 25_000),
        (500, "exact", 500),
    ],
)
def test_rounding_words_follow_the_rule(value: int, word: str, number: int) -> None:
    assert about(value) == About(word, number)


@pytest.mark.parametrize(
    ("value", "word", "number"),
    [
        (7, "exact", 7), (13, "over", 10), (45, "tens", 10), (120, "over a hundred", 100), (340, "hundreds", 100),
        (5_000, "thousands", 1_000), (65_000, "ten thousands", 10_000), (123_456, "over", 120_000),
    ],
)  # fmt: skip
def test_vague_words(value: int, word: str, number: int) -> None:
    assert vague(value) == About(word, number)


@given(COUNTS)
def test_rounding_words_never_lie(value: int) -> None:
    said = about(value)
    if said.word == "exact":
        assert said.number == value
    elif said.word == "over":
        assert said.number < value < said.number * Decimal("1.2") + 10
    else:
        assert value < said.number <= value * Decimal("1.021")


@given(COUNTS, st.integers(1, 10**9), st.integers(0, 3))
def test_a_rate_is_the_fraction_itself_rounded(part: int, whole: int, decimals: int) -> None:
    exact = Decimal(100 * part) / Decimal(whole)
    said = rate(part, whole, decimals)
    assert said is not None
    assert Decimal(repr(said)) == exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) or said > 1e12


@given(st.lists(COUNTS, min_size=1), st.integers(-5, 5))
def test_a_total_sums_when_it_is_the_sum(parts: list[int], off: int) -> None:
    footing = foot(sum(parts) + off, parts)
    assert footing is not None
    assert footing.off == off
    assert footing.sums is (off == 0)


def test_nothing_is_footed_that_is_not_known() -> None:
    assert foot(None, [1]) is None
    assert foot(1, [1, None]) is None


@given(st.integers(-(10**12), 10**12))
def test_a_tidy_whole_number_is_whole(value: int) -> None:
    assert tidy(value / 4) == value / 4
    assert isinstance(tidy(float(value)), int)
