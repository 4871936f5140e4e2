"""The words of a message, made when it is sent: from its kind and facts, in the reader's language and zone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from service.rules.notices import NoticeFacts
from service.words import say

DIGEST_LINES = 20


class Words(NamedTuple):
    """A message: its title, and its body in plain text."""

    title: str
    body: str


# kind → (title, line); the facts of a notice fill the braces, and `_at` facts are shown as local time
KINDS: dict[str, tuple[str, str]] = {
    "task_assigned": ("New task: {name}", "{unit_name}: {name}, due {due_at}"),
    "task_due_soon": ("Due soon: {name}", "{unit_name}: {name} is due {due_at}"),
    "task_overdue": ("Overdue: {name}", "{unit_name}: {name} was due {due_at}"),
    "task_missed": ("Missed: {name}", "{unit_name}: {name} was not done; it was due {due_at}"),
    "task_rejected": ("Sent back: {name}", "{unit_name}: {name} was sent back: {reason}"),
    "task_cancelled": ("Called off: {name}", "{unit_name}: {name} was called off: {reason}"),
}
WHY = "Why you get this: {kind} of {subject}, due to be said at {owed_at}."


class Spoken(dict[str, Any]):
    """Facts for a sentence: one that is missing leaves a dash and not an exception in the sender."""

    def __missing__(self, name: str) -> str:
        return "-"


def line_of(notice: NoticeFacts, locale: str, zone: ZoneInfo, names: dict[str, str], *, title: bool = False) -> str:
    """One notice in one sentence."""
    words = KINDS[notice.kind][0 if title else 1]
    facts = Spoken({name: shown(name, value, zone) for name, value in notice.facts.items()})
    facts["unit_name"] = names.get(str(notice.facts.get("unit", "")), notice.facts.get("unit", "-"))
    return say(words, locale).format_map(facts)


def shown(name: str, value: Any, zone: ZoneInfo) -> Any:
    if name.endswith("_at") and isinstance(value, str):
        return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}"
    return value


def words_for(notices: Sequence[NoticeFacts], locale: str, zone: ZoneInfo, names: dict[str, str]) -> Words:
    """The message for notices that leave together: one says itself and why, several become a digest."""
    if len(notices) == 1:
        notice = notices[0]
        owed_at = f"{notice.owed_at.astimezone(zone):%Y-%m-%d %H:%M}"
        why = say(WHY, locale, kind=say(notice.kind, locale), subject=notice.subject, owed_at=owed_at)
        body = line_of(notice, locale, zone, names)
        return Words(line_of(notice, locale, zone, names, title=True), f"{body}\n\n{why}")
    ordered = sorted(notices, key=lambda notice: (notice.owed_at, notice.key), reverse=True)
    lines = [f"{n}. {line_of(notice, locale, zone, names)}" for n, notice in enumerate(ordered[:DIGEST_LINES], 1)]
    if len(ordered) > DIGEST_LINES:
        lines.append(say("… and {n} more; they are all on your page.", locale, n=len(ordered) - DIGEST_LINES))
    return Words(say("{n} matters for you", locale, n=len(ordered)), "\n".join(lines))
