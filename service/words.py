"""Words in the reader's language: English msgids, `zh_CN` complete and the default, from `.po` files read once.

A locale's words stand in several files, one for each part of the house; no msgid stands in two.
"""

from functools import cache
from pathlib import Path
from typing import Any

LOCALES = ("zh_CN", "en")
FOLDER = Path(__file__).parent / "locales"


@cache
def catalogue(locale: str) -> dict[str, str]:
    """Every msgid with its words in a locale; English needs none."""
    return {} if locale == "en" else {msgid: words for file in files(locale) for msgid, words in read(file).items()}


def files(locale: str) -> list[Path]:
    """The files in which the words of a locale stand."""
    return sorted((FOLDER / locale / "LC_MESSAGES").glob("*.po"))


def read(file: Path) -> dict[str, str]:
    """The msgids of one file with their words."""
    from babel.messages.pofile import read_po

    with file.open("rb") as opened:
        return {str(one.id): str(one.string) for one in read_po(opened) if one.id and one.string}


def say(msgid: str, locale: str, **facts: Any) -> str:
    """A sentence in the reader's language with its `{facts}` filled in; the msgid itself where none is known."""
    words = catalogue(locale).get(msgid, msgid) if locale in LOCALES else msgid
    return words.format(**facts) if facts else words


def in_words(facts: dict[str, Any], locale: str) -> dict[str, Any]:
    """The facts of a refusal, the state of its subject in the reader's language."""
    if "state" not in facts:
        return facts
    state = str(facts["state"])
    return facts | {"state": say(state, locale).replace("_", " ")}


def locale_for(wish: str, default: str) -> str:
    """The locale that fits a wish (`zh`, `en-GB`, an Accept-Language header), or the default."""
    for part in wish.replace("_", "-").split(","):
        tongue = part.split(";")[0].strip().lower()
        if tongue.startswith("zh"):
            return "zh_CN"
        if tongue.startswith("en"):
            return "en"
    return default
