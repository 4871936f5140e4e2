"""The words of a message, made when it is sent: from kinds and facts, in the reader's language and zone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from service.alerts.links import link
from service.duty.table_words import role_name
from service.notices.words import (
    AGAIN,
    AND_MORE,
    CASUALTIES,
    DATED,
    DIGEST,
    IN_FORCE,
    IN_FORCE_UNTIL,
    IN_RETURN,
    KINDS,
    OF_PARENT,
    ON_PAGE,
    OTHERS,
    PASSED_OVER,
    STEP,
    TAP,
    UNASSIGNED,
    WHY,
    WHY_CASE,
)
from service.rules.cases import EMERGENCIES
from service.rules.notices import NoticeFacts
from service.words import say

# bytes of UTF-8 that fit into one message of a channel with room to spare; what is longer the courier would cut
ROOM: dict[str, int] = {"wecombot": 1_800, "qq": 3_000, "wxpusher": 8_000, "mailto": 60_000, "mailtos": 60_000}
USUAL_ROOM = 12_000
DIGEST_LINES = 100


class Words(NamedTuple):
    """A message: its title, and its body in plain text."""

    title: str
    body: str


class Reader(NamedTuple):
    """For whom words are made: language, zone, the names of units, and how many bytes one message may have.

    `names` are the people of a group's message by their code: each line says whom it is for. Empty for one person.
    `called` are the people whom notices are about: their names and numbers by their code.
    """

    locale: str
    zone: ZoneInfo
    unit_names: Mapping[str, str]
    names: Mapping[str, str] = {}
    room: int = USUAL_ROOM
    called: Mapping[str, tuple[str, str]] = {}


class Spoken(dict[str, Any]):
    """Facts for a sentence: one that is missing leaves a dash and not an exception in the sender."""

    def __missing__(self, name: str) -> str:
        return "-"


def words_for(notices: Sequence[NoticeFacts], reader: Reader, *, again: bool = False) -> Words:
    """The message for notices that leave together: one says itself and why, several become a digest, newest first.

    `again` marks one that may have arrived before. What does not fit is counted: it is all on the reader's page.
    """
    mark = f"{say(AGAIN, reader.locale)}\n" if again else ""
    if len(notices) == 1:
        notice, facts = notices[0], spoken_facts(notices[0], reader)
        title, _ = KINDS.get(key_of(notice), OTHERS)
        body = f"{whom(notice, reader)}{line_of(notice, reader, facts)}\n\n{why(notice, reader, facts)}"
        return Words(spoken(title, facts, reader), mark + body)
    ordered = sorted(notices, key=lambda notice: (notice.owed_at, notice.key), reverse=True)
    title = say(DIGEST, reader.locale, n=len(ordered))
    return Words(title, mark + "\n".join(fitting(ordered, reader)))


def fitting(notices: Sequence[NoticeFacts], reader: Reader) -> Iterable[str]:
    """As many lines of a digest as there is room for, and how many are left."""
    left = reader.room - len(say(AND_MORE, reader.locale, n=len(notices)).encode())
    for number, notice in enumerate(notices, 1):
        facts = spoken_facts(notice, reader)
        line = f"{number}. {whom(notice, reader)}{line_of(notice, reader, facts)}{step_of(facts, reader)}"
        left -= len(line.encode()) + 1
        if (left < 0 and number > 1) or number > DIGEST_LINES:
            yield say(AND_MORE, reader.locale, n=len(notices) - number + 1)
            return
        yield line


def whom(notice: NoticeFacts, reader: Reader) -> str:
    """In a group's message, the name of the person a line is for."""
    name = reader.names.get(notice.recipient)
    return f"{name}: " if name else ""


def line_of(notice: NoticeFacts, reader: Reader, facts: Spoken | None = None) -> str:
    """One notice in one sentence; `facts` where they have been made ready to be said already."""
    _, line = KINDS.get(key_of(notice), OTHERS)
    words = spoken(line, facts or spoken_facts(notice, reader), reader)
    return f"{words} {say(UNASSIGNED, reader.locale)}" if notice.facts.get("unassigned") else words


def key_of(notice: NoticeFacts) -> str:
    """What words a notice has: the first rung speaks to those who had it, the others to those above them."""
    about, level = notice.facts.get("about"), notice.facts.get("rung_level")
    if notice.kind == "escalated" and about in ("task", "hazard", "recheck", "incident"):
        return f"{about}_overdue" if not level else f"{about}_escalated"
    if notice.kind == "escalated" and about in DATED:
        return f"{about}_overdue" if not level else f"{about}_escalated"
    if notice.kind in ("escalated", "still_open") and about in EMERGENCIES:
        return "alert_chased" if notice.kind == "escalated" else f"{about}_open"
    return notice.kind


def why(notice: NoticeFacts, reader: Reader, facts: Spoken) -> str:
    """Why somebody gets this: its case, step, policy and the instant it was due."""
    if "rung" not in notice.facts:
        return spoken(WHY, facts, reader)
    sentences = [spoken(WHY_CASE, facts, reader)]
    if notice.facts.get("of_parent"):
        sentences.append(say(OF_PARENT, reader.locale))
    if levels := notice.facts.get("passed_over"):
        sentences.append(say(PASSED_OVER, reader.locale, levels=", ".join(map(str, levels))))
    return " ".join(sentences)


def step_of(facts: Spoken, reader: Reader) -> str:
    """In a digest, which step of which policy a line is."""
    return f" ({spoken(STEP, facts, reader)})" if "rung" in facts else ""


def spoken(msgid: str, facts: Spoken, reader: Reader) -> str:
    """A sentence with the facts it asks for."""
    return say(msgid, reader.locale).format_map(facts)


def spoken_facts(notice: NoticeFacts, reader: Reader) -> Spoken:
    """What is known of a notice, ready to be said; `_at` facts are shown as local time."""
    facts = Spoken({name: shown(name, value, reader.zone) for name, value in notice.facts.items()})
    unit = notice.facts.get("unit")
    facts["unit_name"] = reader.unit_names.get(str(unit), unit) or "-"
    facts["case"], facts["kind"] = notice.subject, say(notice.kind, reader.locale).replace("_", " ")
    called, subject = str(notice.facts.get("code", "")), str(notice.facts.get("subject", notice.subject))
    facts["subject"] = called if called and called in subject else subject  # what people call it
    facts["name"] = str(facts["name"]).rstrip("。")  # the sentence about it goes on
    facts["owed_at"] = local(notice.owed_at, reader.zone)
    for name in ("to_unit", "from_unit"):
        if code := notice.facts.get(name):
            facts[name.replace("unit", "name")] = reader.unit_names.get(str(code), code)
    if "role" in notice.facts:
        facts |= of_a_watch(notice.facts, facts, reader)
    if "deaths" in notice.facts:
        facts["casualties"] = spoken(CASUALTIES, facts, reader)
    if "incident" in notice.facts:
        facts["kind_name"] = say(str(notice.facts["incident"]), reader.locale)
    if notice.facts.get("about") == "alert":
        facts["acknowledge"] = how_to_acknowledge(notice, reader)
        facts["validity"] = spoken(IN_FORCE_UNTIL if "until_at" in facts else IN_FORCE, facts, reader)
    return facts


def of_a_watch(known: Mapping[str, Any], facts: Spoken, reader: Reader) -> dict[str, Any]:
    """What is said of a watch: its role, who is meant and where they are called, what would be served in return."""
    person, role = str(known.get("person") or ""), role_name(str(known["role"]), reader.locale)
    name, mobile = reader.called.get(person, (person or "-", ""))
    return {
        "reason": str(known.get("reason") or ""), "role_name": role, "person_name": name,
        "phone": f" {mobile}" if mobile else "",
        "in_return": spoken(IN_RETURN, facts, reader) if "return_at" in known else "",
        "subject": f"{facts['name']} {facts['due_at']} {role}",
    }  # fmt: skip


def how_to_acknowledge(notice: NoticeFacts, reader: Reader) -> str:
    """The link that acknowledges an alert by one tap; without an address of the page, where it can be done."""
    receipt = str(notice.facts.get("subject", notice.subject))
    address = link(receipt, notice.recipient, notice.owed_at)
    return say(TAP, reader.locale, link=address) if address else say(ON_PAGE, reader.locale)


def shown(name: str, value: Any, zone: ZoneInfo) -> Any:
    if name.endswith("_at") and isinstance(value, str):
        try:
            return local(datetime.fromisoformat(value), zone)
        except ValueError:
            return value
    return value


def local(instant: datetime, zone: ZoneInfo) -> str:
    """The instant on the reader's clock; midnight is the end of its day, which is how people name a deadline."""
    there = instant.astimezone(zone)
    if there.time() == time.min:
        return f"{there - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{there:%Y-%m-%d %H:%M}"
