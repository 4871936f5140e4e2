"""Words in the reader's language: English msgids, `zh_CN` complete and the default, from `.po` files read once."""

from functools import cache
from pathlib import Path
from typing import Any

LOCALES = ("zh_CN", "en")
FOLDER = Path(__file__).parent / "locales"


@cache
def catalogue(locale: str) -> dict[str, str]:
    """Every msgid with its words in a locale; English needs none."""
    if locale == "en":
        return {}
    from babel.messages.pofile import read_po

    with (FOLDER / locale / "LC_MESSAGES" / "zhiban.po").open("rb") as file:
        read = read_po(file, locale=locale)
    return {str(message.id): str(message.string) for message in read if message.id and message.string}


def say(msgid: str, locale: str, **facts: Any) -> str:
    """A sentence in the reader's language with its `{facts}` filled in; the msgid itself where none is known."""
    words = catalogue(locale).get(msgid, msgid) if locale in LOCALES else msgid
    return words.format(**facts) if facts else words


def locale_for(wish: str, default: str) -> str:
    """The locale that fits a wish (`zh`, `en-GB`, an Accept-Language header), or the default."""
    for part in wish.replace("_", "-").split(","):
        tongue = part.split(";")[0].strip().lower()
        if tongue.startswith("zh"):
            return "zh_CN"
        if tongue.startswith("en"):
            return "en"
    return default
