"""Alerts: whom a warning reaches first, how those silent are chased, and when its sender hears who they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from models import Alert, AlertReceipt, AlertStep
from models.kinds import AlertState, ReachedVia
from service.rules.cases import Ladder, Missed, begin
from service.rules.chain import Chain
from service.rules.days import Calendar
from service.rules.plan import Rung, Span
from service.rules.steps import Step, Telling, change, make

KIND = POLICY = "alert"
USUAL_STEPS = (5, 10, 20)  # minutes of silence after which the next level is told
LINK_GOOD_FOR = timedelta(days=7)


class Warned(NamedTuple):
    """One unit that an alert goes to: who is told first and as what, and the chain that is chased after them."""

    unit: str
    people: tuple[str, ...]
    via: ReachedVia
    level: int
    chain: Chain


class Said(NamedTuple):
    """What an alert says, wherever it is told; `until_at` is when it ends by itself."""

    key: str
    title: str
    text: str
    level: str
    until_at: datetime | None = None


def receipt_key(alert: str, unit: str) -> str:
    return f"alert:{alert}:{unit}"


def steps_of(alert: str, after_minutes: Sequence[int]) -> list[Step]:
    """The steps of the chase, frozen into the alert."""
    return [
        make(AlertStep, f"{alert}:{place}", "step", {"alert": alert, "place": place, "after_minutes": minutes})
        for place, minutes in enumerate(after_minutes, 1)
    ]


def receipt(said: Said, warned: Warned, after_minutes: Sequence[int], calendar: Calendar, now: datetime) -> Step:
    """The step by which a unit is warned: its first people are told now, and its case begins, which chases the silent.

    Each step of silence goes to the next level of the chain above whoever was told first (above nobody, where that was
    the duty officer). After the last step the highest of them hears again and again, until somebody acknowledges.
    """
    policy = tuple(
        Rung(Span(minutes=minutes), level=warned.level + place) for place, minutes in enumerate(after_minutes, 1)
    )
    key = receipt_key(said.key, warned.unit)
    missed = Missed(
        key, KIND, said.title, warned.unit, POLICY, now, warned.people, repeat_minutes=after_minutes[-1]
    )  # fmt: skip
    case = begin(missed, Ladder(policy, warned.chain, None), calendar)
    people = (*warned.people, None, None)
    values = {
        "alert": said.key, "unit": warned.unit, "person": people[0], "co_person": people[1], "via": warned.via,
    }  # fmt: skip
    tell = told("alert", warned.people, said, now, unit=warned.unit)
    return make(AlertReceipt, key, "warned", values, tell=tell)._replace(then=(case,))


def told(
    kind: str, people: Sequence[str], said: Said, at: datetime, *, nth: str = "", **more: Any
) -> tuple[Telling, ...]:
    """The notices of an alert: urgent, with all that it says."""
    facts = {"name": said.title, "text": said.text, "level": said.level, "code": said.key, "about": KIND}
    facts |= {"until_at": said.until_at.isoformat()} if said.until_at else {}
    facts |= more
    return tuple(Telling(kind, person, at, facts, True, nth) for person in people)


class AlertFacts(NamedTuple):
    """An open alert as the sweep sees it, with how many are silent."""

    key: str
    version: int
    unit: str
    title: str
    text: str
    level: str
    made_at: datetime
    made_by: str
    units: int
    attend_at: datetime
    every_minutes: int
    silent: int
    until_at: datetime | None = None


def attend(alert: AlertFacts, now: datetime) -> Step | None:
    """What an open alert owes at `now`: its sender hears how many are silent, again after each round of the chase.

    What was slept through is told once; when all have answered nothing more is to be told. When its validity is over it
    ends by itself, and nobody is told: whoever has it knows until when.
    """
    if alert.attend_at > now:
        return None
    if has_expired(alert, now):
        values = {"state": AlertState.ended, "ended_at": alert.until_at, "attend_at": None}
        return change(Alert, alert.key, alert.version, "expired", values)
    if not alert.silent:
        return change(Alert, alert.key, alert.version, "all answered", {"attend_at": alert.until_at})
    every = timedelta(minutes=alert.every_minutes)
    rounds = (now - alert.made_at) // every
    at = alert.made_at + rounds * every
    said = Said(alert.key, alert.title, alert.text, alert.level)
    tell = told(
        "alert_silent",
        (alert.made_by,),
        said,
        at,
        nth=str(rounds),
        unit=alert.unit,
        about="",
        n=alert.silent,
        total=alert.units,
    )
    values = {"attend_at": first_look(at + every, alert.until_at)}
    return change(Alert, alert.key, alert.version, "some are silent", values, tell=tell)


def has_expired(alert: AlertFacts, now: datetime) -> bool:
    """Whether the validity of an alert is over."""
    return alert.until_at is not None and alert.until_at <= now


def first_look(at: datetime, until_at: datetime | None) -> datetime:
    """When an alert is looked at that would be at an instant: at the end of its validity, where that comes first."""
    return at if until_at is None else min(at, until_at)
