"""Text that fits a channel: whole characters only, and a mark where something was cut away."""

import re
import unicodedata
from collections.abc import Callable

MARK = "…"
ZERO_WIDTH_JOINER = "\u200d"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# An accent pile may be endless; beyond this many characters the cut is made inside it.
LONGEST_CLUSTER = 32


def clean(text: str) -> str:
    """The text as every channel can carry it: no half surrogates, no control characters but tab and line break."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    return CONTROL.sub("", whole)


def one_line(text: str) -> str:
    """The text on one line, as subjects and titles must be."""
    return " ".join(clean(text).split())


def shorten(text: str, most_bytes: int) -> str:
    """The text in at most `most_bytes` of UTF-8, ending in `MARK` where it was cut.

    The cut never falls inside a character, nor between an emoji or a letter and what modifies it.
    """
    raw = text.encode("utf-8")
    if len(raw) <= most_bytes:
        return text
    room = most_bytes - len(MARK.encode("utf-8"))
    if room < 0:
        return ""
    kept = raw[:room].decode("utf-8", "ignore")
    return _whole_clusters(kept, text[len(kept)]) + MARK


def shorten_into(build: Callable[[str], bytes], text: str, most_bytes: int) -> bytes:
    """The request that `build` makes of as much of the text as keeps it within `most_bytes`, escapes and all."""
    request = build(text)
    if len(request) <= most_bytes:
        return request
    fits, most = 0, min(len(text.encode("utf-8")), most_bytes)
    while fits < most:
        middle = (fits + most + 1) // 2
        if len(build(shorten(text, middle))) <= most_bytes:
            fits = middle
        else:
            most = middle - 1
    return build(shorten(text, fits))


def _whole_clusters(kept: str, following: str) -> str:
    for _ in range(LONGEST_CLUSTER):
        if not kept or not (_continues(following) or kept[-1] == ZERO_WIDTH_JOINER):
            return kept
        following = kept[-1]
        kept = kept[:-1]
    return kept


def _continues(character: str) -> bool:
    """Whether the character belongs to the one before it: accents, joiners, variation selectors, skin tones."""
    return (
        character == ZERO_WIDTH_JOINER
        or unicodedata.category(character) in ("Mn", "Me")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
