"""Which page shows a thing and what people call it, by the key that notices and the journal name it with."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote

from service.duty.table_words import role_name
from service.web.marks import N_
from service.words import say

TASK = r"campaign:[^:]+:[^:]+:[^:]+:[^:]+"
WATCH = r"[^:]+:\d{4}-\d\d-\d\d:[^:]+:[^:]+:\d+"
# the shape of a key, with the part of it that the page goes by in brackets, and the page; the first that fits
SHAPES = tuple(
    (re.compile(shape), place)
    for shape, place in (
        (rf"({TASK}):minutes:.*", "/meetings/"),
        (rf"({TASK})(?::.*)?", "/tasks/"),
        (r"(hazard:[^:]+:recheck:[^:]+).*", "/rechecks/"),
        (r"hazard:([^:]+):.*", "/hazards/"),
        (r"alert:([^:]+):.*", "/alerts/"),
        (r"incident:([^:]+):.*", "/incidents/"),
        (r"(report:.*)", "/reports/"),
        (r"(plan:[^:]+:[^:]+).*", "/documents/"),
        (r"(store:[^:]+:[^:]+).*", "/stores/"),
        (rf"{WATCH}:check:.*", "/presence-checks"),
        (rf"{WATCH}:\d+", "/swaps"),
        (rf"({WATCH})", "/watches/"),
        (r"([^:]+):table:.*", "/duty/"),
        (r"(?:person|unit):.*", "/channels"),
    )
)
# a key of one word says nothing of its noun: the kind of the message does
NOUNS = {"alert": "/alerts/", "incident": "/incidents/", "duty": "/duty/"}


def place_of(subject: str, kind: str = "") -> str:
    """The address of the page about a subject of which a message of this kind speaks; empty where there is none."""
    kept = subject.removeprefix("case:")
    if not kept:
        return ""
    if ":" not in kept:
        return NOUNS.get(kind.partition("_")[0], "/hazards/") + quote(kept, safe="")
    for shape, place in SHAPES:
        if found := shape.fullmatch(kept):
            return place + (quote(found[1], safe="") if found.groups() else "")
    return ""


# the table in which a key of one word stands, or the head of a number that zhiban gave
PAGES = {
    "unit": "/units/",
    "person": "/people/",
    "campaign": "/campaigns/",
    "roster": "/duty/",
    "checklist": "/checklists/",
}
NUMBERED = {"H": "/hazards/", "I": "/incidents/", "A": "/alerts/", "E": "/enforcement/"}
LOOK_BACK = N_("Look-back")


class Told(NamedTuple):
    """A subject in words, and the page about it where there is one."""

    words: str
    place: str


def keys_in(subjects: Iterable[str]) -> set[str]:
    """Everything that may have a name in the keys of subjects: what they are parts of, and each part."""
    found: set[str] = set()
    for subject in subjects:
        parts = subject.removeprefix("case:").split(":")
        found |= {":".join(parts[:n]) for n in range(1, len(parts) + 1)} | set(parts) | {":".join(parts[1:3])}
    return found - {""}


def told(subject: str, names: Mapping[str, tuple[str, str]], locale: str) -> Told:
    """What people call a subject; `names` as `journal.called` knows them."""
    kept = subject.removeprefix("case:")
    if ":" not in kept:
        return of_one_word(kept, names)
    parts = kept.split(":")

    def name(key: str) -> str:
        return names[key][1] if key in names else key

    place = place_of(kept)
    if re.match(TASK, kept):  # a task is called what its activity is
        return Told(f"{name(':'.join(parts[1:3]))} · {name(parts[4])}", place)
    if re.match(WATCH, kept):
        return Told(f"{name(parts[0])} {parts[1]} {role_name(parts[3], locale)}", place)
    if parts[0] == "hazard":
        return Told(f"{parts[1]} · {say(LOOK_BACK, locale)}" if "recheck" in parts else parts[1], place)
    if parts[0] in ("alert", "incident"):
        return Told(f"{parts[1]} · {name(parts[2])}" if parts[2] in names else parts[1], place)
    number = of_one_word(parts[0], names)
    if number.place and parts[0] not in names:  # a part of what has a number: a round of a hazard, its evidence
        return number
    return Told(next((name(whole) for whole in wholes(parts) if whole in names), kept), place)


def of_one_word(key: str, names: Mapping[str, tuple[str, str]]) -> Told:
    if key in names:
        table, name = names[key]
        return Told(f"{name} {key}", PAGES[table] + quote(key, safe="") if table in PAGES else "")
    head, _, rest = key.partition("-")
    return Told(key, f"{NUMBERED[head]}{key}" if head in NUMBERED and rest[:4].isdigit() else "")


def wholes(parts: list[str]) -> Iterable[str]:
    """A key and what it is a part of, the longest first."""
    return (":".join(parts[:n]) for n in range(len(parts), 0, -1))
