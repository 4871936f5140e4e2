"""Which page shows a thing, by the key that notices and the journal name it with."""

import re
from urllib.parse import quote

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
