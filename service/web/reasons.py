"""Why something came about, in the words of who reads: a program keeps its reasons with their facts."""

import re

from service.web.marks import N_
from service.words import say

DRAWN = re.compile(r"seed (?P<seed>\d+): (?P<size>\d+) of (?P<all>\d+)")
DRAWN_WORDS = N_("drawn at random: {size} of {all}; with the seed {seed} anybody can draw the same")
# the key of a draw of presence checks, and that of somebody's days away: only their day says something to a reader;
# whom a task went to where nobody holds the level asked for
WITH_FACTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\S+:draw:(?P<on>\d{4}-\d\d-\d\d)(\.\d+)?"), N_("the draw of {on}")),
    (re.compile(r"absence \S+:(?P<on>\d{4}-\d\d-\d\d)"), N_("on leave from {on}")),
    (
        re.compile(r"passed over to level (?P<level>\d+), nobody holds the one asked for"),
        N_("passed over to level {level}: nobody holds the one asked for"),
    ),
)


def because(reason: str, locale: str) -> str:
    """Why a line came about, in words; what a person gave as the reason stays as they wrote it."""
    if draw := DRAWN.fullmatch(reason):
        return say(DRAWN_WORDS, locale, **draw.groupdict())
    for pattern, words in WITH_FACTS:
        if found := pattern.fullmatch(reason):
            return say(words, locale, **found.groupdict())
    return say(reason, locale)
