"""Text that fits a channel: whole characters only, and a mark where something was cut away."""

import unicodedata
from collections.abc import Callable

MARK = "…"
ZERO_WIDTH_JOINER = "\u200d"
# An accent pile may be endless; beyond this many characters the cut is made inside it.
LONGEST_CLUSTER = 32


def clean(text: str) -> str:
    """The text as every channel can carry it: no half surrogates, no control characters but tab and line break."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) != "Cc")


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
    while len(request) > most_bytes and text:
        # Escaping can only lengthen a character, so taking the surplus off the text never takes off too little twice.
        surplus = len(request) - most_bytes
        longest = max(len(text.encode("utf-8")) - surplus, most_bytes // 2 if len(text) > most_bytes else 0)
        text = shorten(text.removesuffix(MARK), min(longest, len(text.encode("utf-8")) - len(MARK.encode("utf-8")) - 1))
        request = build(text)
    return request


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
