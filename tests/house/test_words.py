"""Translations are complete, fill the same braces, and nothing is kept that nobody says."""

import re

from tests.house.words import all_words, known

BRACES = re.compile(r"{(\w+)[^}]*}")


def test_everything_said_has_chinese_words() -> None:
    assert sorted(all_words() - set(known())) == []


def test_translations_fill_the_same_braces() -> None:
    wrong = {
        msgid: words for msgid, words in known().items() if set(BRACES.findall(msgid)) != set(BRACES.findall(words))
    }
    assert wrong == {}


def test_chinese_words_are_chinese() -> None:
    spoken = {msgid: words for msgid, words in known().items() if re.search(r"[A-Za-z]", BRACES.sub("", msgid))}
    assert {msgid: words for msgid, words in spoken.items() if not re.search(r"[\u4e00-\u9fff]", words)} == {}
