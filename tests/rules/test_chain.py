"""The chain of responsibility: inheritance level by level, two on one level, levels that nobody holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.chain import NOBODY, Chain, Holders, ancestors, inherit

LINKS = {
    "county": [(4, "secretary"), (4, "mayor")],
    "town": [(2, "chief"), (3, "deputy")],
    "village": [(1, "grid")],
}


@pytest.mark.parametrize(("path", "codes"), [("/a/", ["a"]), ("/a/b/c/", ["c", "b", "a"]), ("/镇/村/", ["村", "镇"])])
def test_ancestors_are_named_from_the_unit_up(path: str, codes: list[str]) -> None:
    assert ancestors(path) == codes


def test_an_empty_level_is_inherited_from_above() -> None:
    chain = inherit("/county/town/village/", LINKS)
    assert chain.levels == {1: ("grid",), 2: ("chief",), 3: ("deputy",), 4: ("secretary", "mayor")}
    assert inherit("/county/", LINKS).levels == {4: ("secretary", "mayor")}


def test_a_chain_knows_where_each_level_comes_from() -> None:
    chain = inherit("/county/town/village/", LINKS)
    assert chain.origins == {1: "village", 2: "town", 3: "town", 4: "county"}
    assert [chain.highest_from(level) for level in (0, 1, 3, 9)] == [None, "village", "town", "county"]
    assert Chain({1: ()}, {1: "village"}).highest_from(9) is None


def test_ones_own_level_hides_the_one_above_whole() -> None:
    links = {"town": [(1, "a"), (1, "b"), (2, "c")], "village": [(1, "d")]}
    assert inherit("/town/village/", links).levels == {1: ("d",), 2: ("c",)}
    assert inherit("/town/other/", links).levels == {1: ("a", "b"), 2: ("c",)}
    assert inherit("/elsewhere/", links) == NOBODY


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (1, Holders(("grid",), 1, False)),
        (2, Holders(("chief", "second"), 2, False)),
        (3, Holders(("mayor",), 5, True)),  # 3 is empty, 4 has nobody in it
        (5, Holders(("mayor",), 5, False)),
        (6, Holders((), 6, True)),
    ],
)
def test_a_level_that_nobody_holds_is_passed_over_at_once(level: int, expected: Holders) -> None:
    chain = Chain({5: ("mayor",), 1: ("grid",), 2: ("chief", "second"), 4: ()})
    assert chain.at(level) == expected


def test_nobody_holds_nothing() -> None:
    assert NOBODY.at(1) == Holders((), 1, True)


links = st.dictionaries(
    st.sampled_from("abcd"), st.lists(st.tuples(st.integers(1, 5), st.sampled_from("xyz")), max_size=4), max_size=4
)


@given(links, st.integers(1, 6))
def test_who_answers_is_the_nearest_of_the_lowest_level_asked_for(
    drawn: dict[str, list[tuple[int, str]]], level: int
) -> None:
    found = inherit("/a/b/c/", drawn).at(level)
    named = sorted(
        (number, "cba".index(code)) for code in drawn if code in "abc" for number, _ in drawn[code] if number >= level
    )
    if not named:
        assert found == Holders((), level, True)
        return
    lowest, nearest = named[0]
    people = tuple(person for number, person in drawn["cba"[nearest]] if number == lowest)
    assert found == Holders(people, lowest, lowest != level)
