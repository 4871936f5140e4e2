"""Translations are complete, fill the same braces, and nothing is kept that nobody says."""

import re
from collections import Counter

from service.words import files, read
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


def test_no_msgid_stands_in_two_files() -> None:
    counted = Counter(msgid for file in files("zh_CN") for msgid in read(file))
    assert [msgid for msgid, many in counted.items() if many > 1] == []
