"""What a row of the ledger's sheet tells of a hazard's life, as the rows that are written for it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from models import Hazard, HazardCycle, Recheck
from models.kinds import HazardLevel, HazardMode, RecheckResult, RecheckState
from service.hazards.fields import FURTHEST_DAYS, ON_SPOT
from service.imports.rows import Entry, Reading
from service.rules import hazards as rules
from service.rules.days import Calendar
from service.rules.plan import Lookback, Span
from service.rules.rechecks import draw_owed, recheck_key
from service.rules.steps import Step, make

ORDER = ("found_on", "submitted_on", "accepted_on", "closed_on", "looked_on")
ALL = 1.0


class History(NamedTuple):
    """A hazard of the sheet: its row, its time round and look-backs, and the draw it may be in."""

    hazard: Step
    parts: tuple[Step, ...]
    draws: tuple[Step, ...]


class Deadlines:
    """What decides about instants: the calendar, and by campaign its deadlines and look-back, each asked once."""

    def __init__(
        self,
        calendar: Calendar,
        spans: Callable[[str | None], Mapping[str, Span]],
        lookback: Callable[[str | None], Lookback],
    ) -> None:
        self.calendar = calendar
        self.spans = lru_cache(maxsize=None)(spans)
        self.lookback = lru_cache(maxsize=None)(lookback)
        self.start_of = lru_cache(maxsize=None)(calendar.start_of)
        self.end_of = lru_cache(maxsize=None)(calendar.end_of)
        self.windows = lru_cache(maxsize=None)(self.find_windows)
        self.due = lru_cache(maxsize=None)(self.find_due)

    def find_due(self, campaign: str | None, found_on: date, level: str, mode: str) -> datetime:
        return rules.due_of(found_on, level, mode, self.spans(campaign), self.calendar)

    def find_windows(
        self, campaign: str | None, closed_on: date, since: date, now: datetime
    ) -> tuple[tuple[datetime, datetime], ...]:
        """The windows of look-backs at a closure still to come, none before a day that was looked back on.

        Those that ended before the sheet came are missed by nobody here: they become one, from now on.
        """
        lookback = self.lookback(campaign)
        found = []
        for days in lookback.after_days:
            opens_at = self.start_of(closed_on + timedelta(days=days))
            span = opens_at, self.calendar.after(opens_at, lookback.window)
            if span[1] > now and opens_at > self.start_of(since):
                found.append(span)
        if found or since > closed_on or not lookback.after_days:
            return tuple(found)
        return ((now, self.calendar.after(now, lookback.window)),)


def days_fit(reading: Reading, entry: Entry, on: date) -> None:
    """Fault days that are still to come, out of order, or without what belongs to them."""
    values = entry.values
    before: tuple[str, date] | None = None
    for column in ORDER:
        day = values.get(column)
        if day is None:
            continue
        if day > on:
            reading.fault(entry, column, "is a day to come")
        elif before is not None and day < before[1]:
            reading.fault(entry, column, "is before {day}", day=before[1].isoformat())
        before = (column, day)
    due_on, found_on = values.get("due_on"), values.get("found_on")
    if isinstance(due_on, date) and found_on is not None:
        if due_on < found_on:
            reading.fault(entry, "due_on", "is before the day it was found")
        elif due_on > found_on + timedelta(days=FURTHEST_DAYS):
            reading.fault(entry, "due_on", "is more than ten years off")
    if due_on == ON_SPOT and values.get("level") == HazardLevel.major:
        reading.fault(entry, "due_on", "a major hazard is rectified by a deadline, never on the spot")
    looked, accepted_by = values.get("looked"), values.get("accepted_by")
    if looked == RecheckResult.rebounded:
        reason = "is open again: leave the closing columns empty and give the new deadline"
        reading.fault(entry, "looked", reason)
    elif looked and (values.get("looked_on") is None or closed_day(values) is None):
        reading.fault(entry, "looked", "needs the day it was closed and the day of the look-back")
    elif values.get("looked_on") and not looked:
        reading.fault(entry, "looked_on", "needs the result of the look-back")
    if accepted_by and accepted_by == values.get("responsible"):
        reading.fault(entry, "accepted_by", "whoever rectified a hazard can't judge it")


def closed_day(values: Mapping[str, Any]) -> date | None:
    """The day a hazard was closed: a general one closes as it is accepted."""
    closed_on: date | None = values.get("closed_on")
    if closed_on is None and values.get("level", HazardLevel.general) == HazardLevel.general:
        return values.get("accepted_on")
    return closed_on


def state_of(values: Mapping[str, Any]) -> str:
    """How far a row says that a hazard has come."""
    if closed_day(values):
        return rules.CLOSED
    if values.get("submitted_on") or values.get("accepted_on"):
        return rules.SUBMITTED
    return rules.ASSIGNED if values.get("responsible") or values.get("responsible_unit") else rules.REGISTERED


def history_of(code: str, values: Mapping[str, Any], terms: Deadlines, now: datetime) -> History:
    """The rows of one hazard; its instants are the beginnings of the days that the sheet names."""
    campaign, found_on = values.get("campaign"), values["found_on"]
    level, due_on = values.get("level", HazardLevel.general), values.get("due_on")
    mode = HazardMode.on_spot if due_on == ON_SPOT else HazardMode.by_deadline
    due_at = terms.end_of(due_on) if isinstance(due_on, date) else terms.due(campaign, found_on, level, mode)
    closed_on, state = closed_day(values), state_of(values)
    closed_at = terms.start_of(closed_on) if closed_on else None
    hazard = {
        "campaign": campaign, "unit": values["unit"], "place": values.get("place", ""),
        "description": values["description"], "category": values.get("category", ""), "level": level, "mode": mode,
        "source": values.get("source", "sheet"), "found_on": found_on, "found_by": values.get("found_by") or "",
        "state": state, "responsible": values.get("responsible"), "responsible_unit": values.get("responsible_unit"),
        "measures": values.get("measures", ""), "funds_yuan": values.get("funds_yuan"),
        "contingency": values.get("contingency", ""), "due_at": due_at, "supervisor": values.get("supervisor"),
        "supervised_on": found_on if values.get("supervisor") else None, "closed_at": closed_at,
        "note": values.get("note", ""), "attend_at": None if closed_on else rules.first_look(due_at, now),
    }  # fmt: skip
    accepted_on = values.get("accepted_on") or closed_on
    submitted_on = values.get("submitted_on") or accepted_on
    cycle = {
        "hazard": code, "cycle": 1, "found_on": found_on, "first_due_at": due_at, "due_at": due_at,
        "submitted_at": terms.start_of(submitted_on) if submitted_on else None,
        "submitted_by": (values.get("responsible") or "") if submitted_on else None,
        "accepted_at": terms.start_of(accepted_on) if accepted_on else None,
        "accepted_by": (values.get("accepted_by") or "") if accepted_on else None,
        "closed_at": closed_at, "closed_in_time": rules.in_time(closed_at, due_at) if closed_at else None,
    }  # fmt: skip
    parts = [make(HazardCycle, rules.cycle_key(code, 1), "imported", cycle)]
    draws: tuple[Step, ...] = ()
    if closed_on:
        parts += look_backs(code, values, closed_on, terms, now)
        share = terms.lookback(campaign).sample
        if share < ALL and campaign is not None:
            owed = draw_owed(campaign, closed_on, share, terms.calendar)
            # a month that is over is drawn from when its sheet comes: nobody has missed what was unknown
            draws = (owed._replace(values=owed.values | {"attend_at": max(owed.values["attend_at"], now)}),)
    return History(make(Hazard, code, "imported", hazard), tuple(parts), draws)


def look_backs(code: str, values: Mapping[str, Any], closed_on: date, terms: Deadlines, now: datetime) -> list[Step]:
    """The look-back that was done, if the sheet tells of one, and those still owed; of a sample none until drawn."""
    campaign, looked_on = values.get("campaign"), values.get("looked_on")
    same = {"hazard": code, "campaign": campaign, "unit": values["unit"], "cycle": 1}
    steps: list[Step] = []
    if looked_on is not None:
        at = terms.start_of(looked_on)
        done = {
            "opens_at": at, "due_at": terms.end_of(looked_on), "state": RecheckState.done, "result": values["looked"],
            "done_at": at, "attend_at": None,
        }  # fmt: skip
        steps.append(make(Recheck, recheck_key(code, 1, 1), "imported", same | done))
    if terms.lookback(campaign).sample >= ALL:
        # one that was blocked stands for nothing: what is owed is owed from the closing on
        since = looked_on if looked_on and values["looked"] == RecheckResult.held else closed_on
        for n, (opens_at, due_at) in enumerate(terms.windows(campaign, closed_on, since, now), len(steps) + 1):
            planned = {
                "opens_at": opens_at, "due_at": due_at, "state": RecheckState.planned, "result": None,
                "done_at": None, "attend_at": opens_at,
            }  # fmt: skip
            steps.append(make(Recheck, recheck_key(code, 1, n), "recheck planned", same | planned))
    return steps
