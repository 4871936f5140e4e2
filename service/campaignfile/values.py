"""Words and collections of a campaign file: each reader answers the value, or blames the node and answers nothing.

A node that isn't there answers nothing without blame: `mapping` has already said which keys are missing.
"""

from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from unicodedata import normalize

from service.campaignfile import amounts
from service.campaignfile.faults import Faults, Spot
from service.campaignfile.nodes import Listing, Mapping, Node, Scalar, Void
from service.campaignfile.text import UNSEEN
from service.campaignfile.words import CHINESE
from service.rules.plan import Span

LONGEST_KEY = 64
LONGEST_TEXT = 200
LONGEST_SPAN = 400

_SPAN = ("days", "working_days", "hours")
W = TypeVar("W", bound=StrEnum)


def mapping(faults: Faults, node: Node | None, may: tuple[str, ...], need: tuple[str, ...] = ()) -> dict[str, Node]:
    """The entries of a mapping that have a value; keys that are unknown or missing are blamed."""
    if not isinstance(node, Mapping):
        if node is not None and not isinstance(node, Void):
            _blame_no_mapping(faults, node)
        return {}
    known = (*need, *may)
    for word, entry in node.entries.items():
        if word not in known:
            _blame_key(faults, entry, word, known)
    got = {word: entry for word, entry in node.entries.items() if word in known and not is_null(entry)}
    for word in need:
        if word not in got:
            at = node.entries.get(word, node)
            faults.blame(Spot(at.line, f"{node.path}.{word}" if node.path else word), "{key} is missing", key=word)
    return got


def _blame_no_mapping(faults: Faults, node: Node) -> None:
    if isinstance(node, Scalar) and "：" in node.text:
        faults.blame(node, "There is a Chinese colon (：) where : and a blank belong")
    else:
        faults.blame(node, "A mapping is expected here (key: value)")


def _blame_key(faults: Faults, entry: Node, word: str, known: tuple[str, ...]) -> None:
    if near := nearest(word, known):
        faults.blame(entry, "Unknown key {key}; did you mean {near}?", key=word, near=near)
    else:
        faults.blame(entry, "Unknown key {key}; known here: {known}", key=word, known=", ".join(known))


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """The known word that somebody who wrote `word` most likely meant."""
    meant = CHINESE.get(word)
    if meant in known:
        return meant
    return next(iter(get_close_matches(word[:LONGEST_KEY].lower(), known, n=1)), None)


def is_null(node: Node) -> bool:
    """Whether the file names the key and says nothing: the same as not naming it."""
    return isinstance(node, Scalar) and node.tag == "null"


def listing(faults: Faults, node: Node | None, most: int) -> list[Node]:
    """The items of a list of at most so many."""
    if not isinstance(node, Listing):
        if node is not None and not isinstance(node, Void):
            faults.blame(node, "A list is expected here ([a, b])")
        return []
    if len(node.items) > most:
        faults.blame(node.items[most], "More than {limit} items", limit=most)
    return node.items[:most]


def once(faults: Faults, nodes: list[Node], values: list[str]) -> None:
    """Blame every value that stands in the list before."""
    seen: dict[str, int] = {}
    for node, value in zip(nodes, values, strict=True):
        if value and value in seen:
            faults.blame(
                node, "{value} is written twice; it stands on line {first} already", value=value, first=seen[value]
            )
        seen.setdefault(value, node.line)


def text(faults: Faults, node: Node | None) -> str:
    """A text of one line, up to 200 characters."""
    if node is None or isinstance(node, Void):
        return ""
    if not isinstance(node, Scalar):
        faults.blame(node, "A text is expected here, not a list or a mapping")
        return ""
    if not _is_text(faults, node):
        return ""
    words = node.text.strip()
    if not words:
        faults.blame(node, "The text is empty")
    elif UNSEEN.search(words) or "\n" in words or "\t" in words:
        faults.blame(node, "The text must be one line of characters that can be seen")
    elif len(words) > LONGEST_TEXT:
        faults.blame(node, "The text is longer than {limit} characters", limit=LONGEST_TEXT)
    else:
        return words
    return ""


def _is_text(faults: Faults, node: Scalar) -> bool:
    """YAML 1.1 takes many a word for something else (no, on, 010, 12:30): say what it took it for."""
    if node.tag in ("int", "float") and (number := amounts.yaml_number(node)) is not None:
        faults.blame(
            node, "YAML reads {text} as the number {number}; write it in quotes", text=node.text, number=number
        )
    elif node.tag == "bool":
        truth = "true" if node.text.lower() in ("yes", "true", "on") else "false"
        faults.blame(node, "YAML reads {text} as {truth}; write it in quotes", text=node.text, truth=truth)
    elif node.tag == "timestamp":
        faults.blame(node, "YAML reads {text} as a date; write it in quotes", text=node.text)
    elif node.tag == "null":
        faults.blame(node, "There is no value here")
    else:
        return True
    return False


def key(faults: Faults, node: Node | None) -> str:
    """A key: at most 64 letters (Chinese ones too), digits, - _ . ; it stands in addresses and in other keys."""
    word = text(faults, node)
    if not word or node is None:
        return ""
    wrong = next((c for c in word if not _in_a_key(c)), None)
    if wrong == " ":
        faults.blame(node, "A key has no blanks: join its words with -")
    elif wrong is not None:
        faults.blame(node, "A key has letters, digits and - _ . only; {character} is not one of them", character=wrong)
    elif word[0] in "-_.":
        faults.blame(node, "A key begins with a letter or a digit")
    elif len(word) > LONGEST_KEY:
        faults.blame(node, "The key is longer than {limit} characters", limit=LONGEST_KEY)
    else:
        return word
    return ""


def _in_a_key(character: str) -> bool:
    # NFKC: a full-width A beside an A would make two keys that read as one.
    return character in "0123456789-_." or (character.isalpha() and normalize("NFKC", character) == character)


def code(faults: Faults, node: Node | None) -> str:
    """A code given elsewhere (a unit, a person, a tag): text without blanks or /, at most 64 characters."""
    word = text(faults, node)
    if node is not None and word and (len(word) > LONGEST_KEY or any(c.isspace() or c == "/" for c in word)):
        faults.blame(node, "A code has no blanks and no / and at most {limit} characters", limit=LONGEST_KEY)
        return ""
    return word


def word(faults: Faults, node: Node | None, kind: type[W]) -> W | None:
    """One of the field's fixed words."""
    said = text(faults, node)
    if not said or node is None:
        return None
    known = tuple(member.value for member in kind)
    if said in known:
        return kind(said)
    if near := nearest(said, known):
        faults.blame(node, "{word} is not known; did you mean {near}?", word=said, near=near)
    else:
        faults.blame(node, "{word} is not known; known here: {known}", word=said, known=", ".join(known))
    return None


def words(faults: Faults, node: Node | None, kind: type[W]) -> tuple[W, ...]:
    """A list of the field's fixed words, each once."""
    nodes = listing(faults, node, 50)
    found = [word(faults, item, kind) for item in nodes]
    once(faults, nodes, [value or "" for value in found])
    return tuple(value for value in found if value)


def span(faults: Faults, node: Node | None) -> Span | None:
    """A stretch of time: exactly one of days, working_days, hours, from 0 to 400 of them."""
    got = mapping(faults, node, _SPAN)
    if len(got) != 1:
        if isinstance(node, Mapping) and not set(node.entries) - set(_SPAN):
            faults.blame(node, "Exactly one of days, working_days and hours is needed")
        return None
    ((unit, entry),) = got.items()
    number = amounts.whole(faults, entry, 0, LONGEST_SPAN)
    return None if number is None else Span(**{unit: number})
