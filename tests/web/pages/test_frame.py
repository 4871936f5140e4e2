"""The frame of every page: what stands at the side, and where the reader is."""

import pytest

from service.web.nav import is_here
from service.web.paper import environment
from service.web.reasons import because


@pytest.mark.parametrize(
    ("here", "place"),
    [
        ("/duty", "/duty"), ("/duty/town-24h", "/duty"), ("/watches/town-24h:2026-11-23:officer:1", "/duty"),
        ("/absences", "/duty"), ("/swaps", "/duty"), ("/feeds", "/duty"), ("/presence-checks", "/duty"),
        ("/readiness", "/reports"), ("/figures/hazards.found/records", "/reports"), ("/channels", "/notices"),
        ("/", "/"),
    ],
)  # fmt: skip
def test_a_page_stands_under_one_place(here: str, place: str) -> None:
    assert is_here(place, here)
    assert not any(is_here(other, here) for other in ("/", "/duties", "/tasks", "/units") if other != place)


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("town-24h:draw:2026-11-23.1", "the draw of 2026-11-23"),
        ("town-24h:draw:2026-11-23", "the draw of 2026-11-23"),
        ("absence YJ005:2026-11-30", "on leave from 2026-11-30"),
        (
            "passed over to level 2, nobody holds the one asked for",
            "passed over to level 2: nobody holds the one asked for",
        ),
        ("seed 7: 2 of 5", "drawn at random: 2 of 5; with the seed 7 anybody can draw the same"),
        ("家中有事", "家中有事"),
    ],
)
def test_the_journal_says_why_without_keys(kept: str, told: str) -> None:
    assert because(kept, "en") == told
    assert environment().from_string("{{ kept | why }}").render(kept=kept, locale="en") == told
    assert "draw" not in because("town-24h:draw:2026-11-23.1", "zh_CN")


@pytest.mark.parametrize(
    ("word", "english", "chinese"),
    [
        ("makeup_workday", "make-up workday", "调休上班"), ("spring_festival", "Spring Festival", "春节"),
        ("on_spot", "on the spot", "即查即改"), ("flash", "danger", "险情"), ("on_duty", "on duty", "在岗"),
        ("Board", "Board", "看板"),
    ],
)  # fmt: skip
def test_an_identifier_is_read_as_words(word: str, english: str, chinese: str) -> None:
    said = environment().from_string("{{ _(word) }}")
    assert said.render(word=word, locale="en") == english
    assert chinese in said.render(word=word, locale="zh_CN")
