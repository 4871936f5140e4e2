"""Small words that papers share: who signs, dates, days of the week, roles on watch, unit words."""

from datetime import date, datetime
from typing import Any

from service.notices.words import N_
from service.reports import wording
from service.words import say

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
ROLES = {
    "leader": N_("Duty leader"),
    "officer": N_("Duty officer"),
    "standby": N_("On standby"),
    "driver": N_("Driver"),
}


def name_said(snapshot: dict[str, Any]) -> str:
    """The unit that signs."""
    return str(snapshot["unit"]["name"])


def date_said(on: date | datetime, locale: str) -> str:
    """A date as papers write it: 2023年8月1日, without zeros before the month."""
    return say("{year}-{month:02}-{day:02}", locale, year=on.year, month=on.month, day=on.day)


def unit_said(msgid: str | None, locale: str) -> str:
    """The unit word of a figure (条, 家次, 万元); in English without what tells two of one word apart."""
    words = say(msgid or "", locale) if msgid else ""
    return words.split(" (")[0]


def findings_said(snapshot: dict[str, Any], name: str, locale: str) -> str:
    """All that does not agree about a figure, one sentence after the other."""
    found = (snapshot["findings"][index] for index in snapshot["figures"][name]["findings"])
    return ("" if locale == "zh_CN" else " ").join(wording.finding(snapshot, one, locale) for one in found)
