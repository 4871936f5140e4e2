"""A snapshot's words in the reader's language: titles, sentences with their figures, findings. It stays as it is."""

from datetime import date
from typing import Any

from service.figures.unit_words import MONEY
from service.notices.words import N_
from service.words import say

Snapshot = dict[str, Any]
ABOUT = {
    "exact": N_("{n}{unit_word}"),
    "over": N_("over {n}{unit_word}"),
    "near": N_("nearly {n}{unit_word}"),
    "tens": N_("tens of{unit_word}"),
    "over a hundred": N_("over a hundred{unit_word}"),
    "hundreds": N_("hundreds of{unit_word}"),
    "thousands": N_("thousands of{unit_word}"),
    "ten thousands": N_("tens of thousands of{unit_word}"),
}
TEENS = N_("over ten{unit_word}")
ROSE, FELL, SAME, NOT_KNOWN = N_("rose by {n}%"), N_("fell by {n}%"), N_("stayed the same"), N_("can't be compared")
PERIODS = {
    "year": N_("the year {year}"),
    "half_year": N_("half-year {half} of {year}"),
    "quarter": N_("quarter {quarter} of {year}"),
    "month": N_("month {month} of {year}"),
    "months": N_("months {month} to {last} of {year}"),
    "days": N_("{from_on} to {to_on}"),
}
MISSING = N_("To be written")
AND_MORE = N_("{first} and others ({n} units)")
FINDINGS = {
    "parts": N_(
        "{label}: the total of {total} is not the sum of its parts by {by}, which is {sum} (difference {off})."
    ),
    "stated": N_("{label}: stated as {stated}, while the records say {counted}."),
    "declared": N_("{label}: {units} declared {declared} with tasks, while the records of the same say {counted}."),
    "corrected_below": N_("{unit} has corrected its report: edition {edition} was summed here, {now} is the newest."),
}
BY = {
    "level": N_("level (parts)"),
    "state": N_("state (parts)"),
    "mode": N_("mode (parts)"),
    "source": N_("source (parts)"),
    "mark": N_("mark (parts)"),
    "kind": N_("kind (parts)"),
    "result": N_("result (parts)"),
    "in_time": N_("punctuality (parts)"),
    "unit": N_("unit (parts)"),
    "sector": N_("sector (parts)"),
    "campaign": N_("campaign (parts)"),
}
BASES = {
    "found_on": N_("by the day they were found"),
    "closed_on": N_("by the day they were closed"),
    "done_on": N_("by the day it was done"),
    "due_on": N_("by the day it is due"),
    "planned_on": N_("by the day it is planned for"),
    "on": N_("by its day"),
    "happened_on": N_("by the day it happened"),
    "as_of": N_("as of the last day"),
    "during": N_("in force during the period"),
    "whole": N_("whatever the day"),
}


def title(snapshot: Snapshot, locale: str) -> str:
    """The report's title."""
    facts = snapshot["title"]["facts"]
    template = facts["template"]
    campaign = snapshot["campaign"]
    name = campaign["name"] + say(template, locale) if campaign and locale == "zh_CN" else say(template, locale)
    if campaign and locale != "zh_CN":
        name = f"{name} ({campaign['name']})"
    return say(snapshot["title"]["msgid"], locale, unit=facts["unit"], template=name, period=period(snapshot, locale))


def period(snapshot: Snapshot, locale: str) -> str:
    """The days of a report as people say them: 2023年1—7月."""
    first, last = date.fromisoformat(snapshot["period"]["from"]), date.fromisoformat(snapshot["period"]["to"])
    kind = snapshot["period"]["kind"]
    facts: dict[str, Any] = {
        "year": first.year, "month": first.month, "last": last.month, "half": (first.month + 5) // 6,
        "quarter": (first.month + 2) // 3, "from_on": first, "to_on": last,
    }  # fmt: skip
    if kind not in PERIODS:
        whole = first.day == 1 and (last.toordinal() + 1 == date.toordinal(next_month(last)))
        kind = "months" if whole and first.year == last.year else "days"
    return say(PERIODS[kind], locale, **facts)


def next_month(on: date) -> date:
    return date(on.year + on.month // 12, on.month % 12 + 1, 1)


def heading(section: dict[str, Any], locale: str) -> str:
    return phrase(section["heading"], locale)


def phrase(head: dict[str, Any], locale: str) -> str:
    """A head or a label: plain text, or words with their facts."""
    return str(head["text"]) if "text" in head else say(head["msgid"], locale, **head.get("facts", {}))


def paragraph(snapshot: Snapshot, block: dict[str, Any], locale: str) -> str:
    """The sentences of a block, one after the other."""
    return ("" if locale == "zh_CN" else " ").join(sentence(snapshot, one, locale) for one in block["sentences"])


def sentence(snapshot: Snapshot, one: dict[str, Any], locale: str) -> str:
    """A sentence with its figures in it."""
    said_ = {name: said(snapshot, ref, locale) for name, ref in one["figures"].items()}
    return say(one["msgid"], locale, **one["facts"], **said_) if said_ or one["facts"] else say(one["msgid"], locale)


def said(snapshot: Snapshot, ref: dict[str, Any], locale: str) -> str:
    """A figure in a sentence: 81条, 80余条, 99.4%, 633.745万元; in English the number, money as so many yuan."""
    figure = snapshot["figures"][ref["id"]]
    return pointed(figure, words_of(figure, ref, locale))


def pointed(figure: dict[str, Any], words: str) -> str:
    """A figure's words between the two marks that a page has put at it, to make a link of them; else as they are."""
    before, after = figure.get("marks", ("", ""))
    return f"{before}{words}{after}"


def words_of(figure: dict[str, Any], ref: dict[str, Any], locale: str) -> str:
    """A figure in the style that a sentence asks for."""
    if ref["style"] == "change":
        return changed(figure, locale)
    if figure["value"] is None:
        return str(figure["shown"])
    word = ref.get("unit_word") or figure["unit_word"]
    about = ref.get("about")
    if about and about["word"] != "exact":
        msgid = TEENS if about["word"] == "over" and about["number"] == 10 else ABOUT[about["word"]]
        n = about["number"]
        return say(msgid, locale, **({"n": n} if "{n}" in msgid else {}), unit_word=counted_in(word, locale)).strip()
    return f"{figure['shown']}{counted_in(word, locale)}"


def counted_in(word: str, locale: str) -> str:
    """The unit word after a number."""
    if word == "%":
        return "%"
    if locale == "zh_CN":
        return say(word, locale)
    return " ten thousand yuan" if word == MONEY else ""


def changed(figure: dict[str, Any], locale: str) -> str:
    """How a figure has changed against the same days a year before: 下降38.1%."""
    change = figure["comparison"]["year"]["change"] if figure["comparison"] else None
    if change is None:
        return say(NOT_KNOWN, locale)
    if change == 0:
        return say(SAME, locale)
    return say(ROSE if change > 0 else FELL, locale, n=f"{abs(change):g}")


def cell(snapshot: Snapshot, figure: str | None) -> str:
    """A figure in a table: its digits alone."""
    if figure is None:
        return ""
    one = snapshot["figures"][figure]
    return pointed(one, str(one["shown"]))


def label(figure: dict[str, Any], locale: str) -> str:
    return say(figure["label"], locale)


def definition(figure: dict[str, Any], locale: str) -> str:
    """What a figure counts."""
    return say(figure["definition"], locale)


def scope(figure: dict[str, Any], locale: str) -> str:
    """Over what a figure counts, and by which date (口径)."""
    joint = "，" if locale == "zh_CN" else ", "
    return joint.join((say(figure["scope"], locale), basis(figure, locale)))


def basis(figure: dict[str, Any], locale: str) -> str:
    """By which date a figure counts."""
    return say(BASES[figure["basis"]], locale)


def missing(locale: str) -> str:
    """What stands where nobody has written yet."""
    return say(MISSING, locale)


def finding(snapshot: Snapshot, found: dict[str, Any], locale: str) -> str:
    """What does not agree, in a sentence."""
    if found["kind"] == "corrected_below":
        facts = {"unit": found["name"], "edition": found["edition"], "now": found["now"]}
        return say(FINDINGS["corrected_below"], locale, **facts)
    named = say(snapshot["figures"][found["figure"]]["label"], locale)
    if found["kind"] == "declared":
        return say(FINDINGS["declared"], locale, label=named, units=units(found, locale), **found["shown"])
    if found["kind"] == "stated":
        return say(FINDINGS["stated"], locale, label=named, **found["shown"])
    return say(FINDINGS["parts"], locale, label=named, by=by(found["by"], locale), **found["shown"])


def by(group: str, locale: str) -> str:
    """What a figure is parted by; what tells its msgid from other words of that spelling is not said."""
    return say(BY[group], locale).removesuffix(" (parts)")


def units(found: dict[str, Any], locale: str) -> str:
    """Who declared a number that does not agree: the one unit, or the first of several."""
    first = found["tasks"][0]["name"]
    return str(first) if found["units"] == 1 else say(AND_MORE, locale, first=first, n=found["units"])
